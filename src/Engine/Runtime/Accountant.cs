using System;
using System.Globalization;
using System.Numerics;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>Adds the payloads' counts in payload order, and judges the error budget. Written by the writer of <c>main</c>, read by anyone.</summary>
internal sealed class Accountant(CountsLayout layout, double? budget)
{
    private const int JudgedEvery = 10_000;

    private readonly object _gate = new();
    private readonly long[] _committed = new long[layout.Length];
    private readonly long[] _pending = new long[layout.Length];
    private long _events;
    private long _dead;
    private long _last = -1;
    private bool _hasPending; // only the writer sets it
    private bool _isClosed;

    public CountsLayout Layout => layout;

    /// <summary>Nothing counts any more: the writer was left where it is blocked.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>The last payload that was added; what is behind it has not left.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>A payload was handed to the sink whole; false when the budget is spent within it.</summary>
    /// <param name="counts">The payload's.</param>
    /// <param name="number">The payload.</param>
    /// <param name="hasLeft">It has left, with all before it: <see cref="Commit"/> would follow.</param>
    public bool Add(ReadOnlySpan<long> counts, long number, bool hasLeft = false)
    {
        bool isWithin = budget is null || Judge(counts);
        _events += counts[CountsLayout.Events];
        _dead += counts[CountsLayout.Of(Bucket.Dead)];
        lock (_gate)
        {
            if (!_isClosed)
            {
                bool isFinal = hasLeft && !_hasPending;
                layout.Add(counts, isFinal ? _committed : _pending);
                _hasPending |= !isFinal;
                _last = number;
            }
        }

        return isWithin;
    }

    /// <summary>What was handed over has left: it counts for good.</summary>
    public void Commit()
    {
        if (!_hasPending)
        {
            return;
        }

        lock (_gate)
        {
            layout.Add(_pending, _committed);
            ClearPending();
        }
    }

    /// <summary>What was handed over did not leave: its records.</summary>
    public long TakeBack()
    {
        lock (_gate)
        {
            long events = _pending[CountsLayout.Events];
            ClearPending();
            return events;
        }
    }

    /// <summary>Counts no more of what the writer does; what it handed over and did not pass on has not left: its records.</summary>
    public long Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        return TakeBack();
    }

    /// <summary>The totals so far, what is on its way included.</summary>
    public long[] Totals()
    {
        lock (_gate)
        {
            var totals = (long[])_committed.Clone();
            layout.Add(_pending, totals);
            return totals;
        }
    }

    /// <summary>The message when the budget is spent at the end of input, or null.</summary>
    public string? JudgeAtEnd() => budget is { } share && _dead > share * _events ? Message(_dead, _events) : null;

    public string BudgetMessage => Message(_dead, _events);

    private void ClearPending()
    {
        _pending.AsSpan().Clear();
        _hasPending = false;
    }

    /// <summary>Judges after each 10,000th event inside the payload, in input order.</summary>
    private bool Judge(ReadOnlySpan<long> counts)
    {
        long events = counts[CountsLayout.Events];
        long next = ((_events / JudgedEvery) + 1) * JudgedEvery;
        for (; next <= _events + events; next += JudgedEvery)
        {
            long dead = _dead + DeadUpTo(counts, next - _events);
            if (dead > budget!.Value * next)
            {
                return false;
            }
        }

        return true;
    }

    private long DeadUpTo(ReadOnlySpan<long> counts, long ordinals)
    {
        long dead = counts[CountsLayout.Of(Bucket.Dead)];
        if (dead == 0 || counts[CountsLayout.Events] > layout.Ordinals)
        {
            return dead; // no bits where none is, and none of several payloads in one, of an output that sheds
        }

        dead = 0;
        ReadOnlySpan<long> bits = counts[layout.DeadBits..];
        for (int word = 0; word * 64L < ordinals; word++)
        {
            long left = ordinals - (word * 64L);
            ulong mask = left >= 64 ? ulong.MaxValue : (1UL << (int)left) - 1;
            dead += BitOperations.PopCount((ulong)bits[word] & mask);
        }

        return dead;
    }

    private string Message(long dead, long events) => string.Create(CultureInfo.InvariantCulture,
        $"error_budget: {dead:N0} of {Counted.Of(events, "event")} {(dead == 1 ? "is" : "are")} dead, more than {budget:P2}; see the reasons in the summary, mend the input or raise error_handling.error_budget");
}
