using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>A consumer's side of a ring: its position, and whom it follows.</summary>
/// <param name="ring">The slots.</param>
/// <param name="after">The consumers that must have released an item before this one sees it; none: the producer alone.</param>
/// <param name="bell">What rings when those, or the producer, move on.</param>
internal sealed class ConsumerCore<T, TMemory>(RingCore<T, TMemory> ring, ConsumerCore<T, TMemory>[] after, Bell<TMemory> bell)
    where T : struct
    where TMemory : struct, IMemory
{
    private PaddedSide _side;
    private PaddedSequence _taken;

    public RingCore<T, TMemory> Ring => ring;

    /// <summary>What the thread serves while it waits, whose bell this side's is then; null: nothing.</summary>
    public Meanwhile? Serves { get; set; }

    public long Taken => TMemory.Read(ref _taken.Value);

    public long EmptyWaits => Volatile.Read(ref _side.Counts.Waits);

    public bool HasItem
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for each event: a call costs as much as the work
        get => _side.Next < _side.Limit || FindItem();
    }

    public int Available
    {
        get
        {
            _side.Limit = Published;
            return (int)(_side.Limit - _side.Next);
        }
    }

    /// <summary>Whether nothing follows: the producer completed, and this consumer released all.</summary>
    public bool IsAtEnd => ring.IsCompleted && _side.Next == ring.Published;

    private long Published => after.Length == 0 ? ring.Published : RingCore<T, TMemory>.Least(after);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public ref T ItemBehind(int count)
    {
        Debug.Assert(count >= 0 && _side.Next + count < _side.Limit, "an item is used before it was waited for");
        return ref ring.At(_side.Next + count);
    }

    /// <summary>The oldest items that were seen, up to the end of the circle.</summary>
    public Span<T> Items(int most)
    {
        if (_side.Next == _side.Limit)
        {
            _side.Limit = Published;
        }

        return ring.Between(_side.Next, (int)Math.Min(_side.Limit - _side.Next, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public bool WaitForItem(CancellationToken cancellation) => _side.Next < _side.Limit ? !ring.IsPoisoned : AwaitItem(cancellation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public void Release(int count)
    {
        long next = _side.Next;
        if ((uint)count > (ulong)(_side.Limit - next))
        {
            ThrowNotWaitedFor();
        }

        next += count;
        _side.Next = next;
        TMemory.Write(ref _taken.Value, next);
        ring.NoteReleased();
    }

    /// <summary>Releases, and wakes the producer only when half of the slots are free for it, or this thread waits itself.</summary>
    public void ReleaseQuietly()
    {
        long next = _side.Next;
        if (next == _side.Limit)
        {
            ThrowNotWaitedFor();
        }

        _side.Next = ++next;
        TMemory.Write(ref _taken.Value, next);
        if (Published - next > ring.Capacity / 2)
        {
            ring.NoteReleasedLater();
        }
        else
        {
            ring.NoteReleased();
        }
    }

    /// <summary>For who waits: the next item will come together with its position, not after it.</summary>
    public void FetchNext() => TMemory.Fetch(ref ring.At(_side.Next));

    /// <summary>Hands items to the handler until the ring ends; an exception of the handler poisons the ring.</summary>
    /// <returns>False when poisoned or cancelled.</returns>
    public bool Consume<THandler>(ref THandler handler, CancellationToken cancellation) where THandler : IRingHandler<T>
    {
        bool handled = false;
        try
        {
            HandleAll(ref handler, cancellation);
            handled = true;
        }
        finally
        {
            if (!handled)
            {
                ring.Poison();
            }
        }

        return IsAtEnd;
    }

    // Apart from the try, in which the handler's counters would live on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HandleAll<THandler>(ref THandler handler, CancellationToken cancellation) where THandler : IRingHandler<T>
    {
        while (WaitForItem(cancellation))
        {
            Span<T> items = Items(Most(ring.Capacity));
            handler.Handle(items);
            Release(items.Length);
        }
    }

    [DoesNotReturn]
    private static void ThrowNotWaitedFor() => throw new InvalidOperationException("an item is released before it was waited for, or twice");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FindItem()
    {
        _side.Limit = Published;
        return _side.Next < _side.Limit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AwaitItem(CancellationToken cancellation) => FindItem()
        ? !ring.IsPoisoned
        : Serves is { } serves
            ? Waits<TMemory>.Until(new Serving<ItemOrEnd>(new ItemOrEnd(this), serves), bell, ring.Taking, ref _side.Counts, cancellation)
        : Waits<TMemory>.Until(new ItemOrEnd(this), bell, ring.Taking, ref _side.Counts, cancellation);

    /// <summary>Waits for an item, or for the producer's word that of a number none follows.</summary>
    public bool WaitForItemOrPass(long number) => HasItem ? !ring.IsPoisoned
        : Waits<TMemory>.Until(new ItemOrPass(this, number), bell, ring.Taking, ref _side.Counts, CancellationToken.None);

    // Often enough that the producer does not wait for slots that are done with, and seldom enough that its line is not taken for each item.
    internal static int Most(int capacity) => Math.Clamp(capacity / 4, 1, 1024);

    private readonly struct ItemOrPass(ConsumerCore<T, TMemory> consumer, long number) : ICondition
    {
        public Verdict Look()
        {
            bool isPassed = consumer.Ring.Passed > number; // before the items, as the completion below
            Verdict verdict = new ItemOrEnd(consumer).Look();
            return isPassed && verdict == Verdict.Wait ? Verdict.Go : verdict;
        }
    }

    private readonly struct ItemOrEnd(ConsumerCore<T, TMemory> consumer) : ICondition
    {
        public Verdict Look()
        {
            // In this order: what was published before the completion is seen after it.
            bool completed = consumer.Ring.IsCompleted;
            Verdict verdict = consumer.Ring.IsPoisoned ? Verdict.Never
                : consumer.HasItem ? Verdict.Go
                : completed && consumer.IsAtEnd ? Verdict.Never
                : Verdict.Wait;
            if (verdict == Verdict.Wait)
            {
                consumer.FetchNext();
            }

            return verdict;
        }
    }
}
