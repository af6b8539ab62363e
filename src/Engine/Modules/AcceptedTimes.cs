using System;
using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>The event times that a deduplication accepted and that can still matter, by key.</summary>
/// <remarks>
/// Times that count are further apart than the span, so a stretch of span + 1 microseconds holds one of a key at most: a hash table of
/// (key, stretch) answers with three looks. With every time that is added a hand looks at the next few places and sweeps out what is older than
/// the horizon, and keys without times with it: no long pauses, and memory stays within a few times of what can still matter.
/// </remarks>
internal sealed class AcceptedTimes : IDisposable
{
    private const int Smallest = 128;
    private const int SweptPerTime = 4; // a round in a quarter of the places' number of times: at most that many forgotten ones are held
    private const long LongestSpan = 1L << 60; // more than all of time, and far from overflow

    private readonly KeyTable _keys;
    private readonly NativeArray<int> _timesOfKey;
    private readonly long _span;
    private NativeArray<Entry> _entries;
    private NativeArray<Entry> _spare; // empty but while the table grows
    private int _count;
    private int _hand;

    public AcceptedTimes(KeyTable keys, long span, Action<long> charge)
    {
        _keys = keys;
        _span = Math.Min(span, LongestSpan);
        _timesOfKey = new NativeArray<int>(charge);
        _entries = new NativeArray<Entry>(charge);
        _spare = new NativeArray<Entry>(charge);
        _entries.Resize(Smallest);
    }

    /// <summary>How many times are held, the forgotten ones that were not swept yet among them.</summary>
    public int Count => _count;

    /// <summary>
    /// Accepts a time, and says whether it did: not when an accepted time of the key, not older than the watermark minus the span, lies within the span.
    /// A watermark of <see cref="long.MinValue"/> makes nothing old.
    /// </summary>
    public bool Accept(int slot, bool isNewKey, long time, long watermark)
    {
        long horizon = watermark < long.MinValue + _span ? long.MinValue : watermark - _span;
        long stretch = Stretch(time);
        if (isNewKey)
        {
            _timesOfKey.EnsureLength(_keys.SlotCount);
            _timesOfKey[slot] = 0;
        }
        else if (Counts(slot, stretch - 1, time, horizon) || Counts(slot, stretch, time, horizon) || Counts(slot, stretch + 1, time, horizon))
        {
            return false;
        }

        int at = Find(_entries.Items, slot, stretch);
        bool replaces = _entries[at].SlotPlusOne != 0;
        _entries[at] = new Entry { SlotPlusOne = slot + 1, Time = time };
        if (!replaces)
        {
            _timesOfKey[slot]++;
            _count++;
            Sweep(horizon);
            if (_count > _entries.Length / 2)
            {
                Grow();
            }
        }

        return true;
    }

    public void Walk(StateWalk walk)
    {
        walk.Same(_span, "'within'");
        walk.Array(_timesOfKey);
        walk.Array(_entries);
        walk.Value(ref _count);
        walk.Value(ref _hand);
    }

    public void Dispose()
    {
        _timesOfKey.Dispose();
        _entries.Dispose();
        _spare.Dispose();
    }

    private long Stretch(long time) => Math.DivRem(time, _span + 1, out long rest) + (rest >> 63); // floor

    private bool Counts(int slot, long stretch, long time, long horizon)
    {
        ref Entry entry = ref _entries[Find(_entries.Items, slot, stretch)];
        return entry.SlotPlusOne != 0 && entry.Time >= horizon && Math.Abs(time - entry.Time) <= _span;
    }

    /// <summary>The place of an entry, or the free place where it would be.</summary>
    private int Find(ReadOnlySpan<Entry> entries, int slot, long stretch)
    {
        int mask = entries.Length - 1;
        int at = Home(slot, stretch) & mask;
        while (entries[at].SlotPlusOne != 0 && (entries[at].SlotPlusOne != slot + 1 || Stretch(entries[at].Time) != stretch))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    // Neighbouring stretches of a key lie side by side: the three looks touch one or two cache lines.
    private static int Home(int slot, long stretch)
    {
        ulong mixed = ((ulong)(stretch >> 2) * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)slot * 0xD6E8FEB86659FD93);
        mixed ^= mixed >> 32;
        mixed *= 0xD6E8FEB86659FD93;
        return (int)(mixed >> 34) * 4 + (int)(stretch & 3);
    }

    private void Sweep(long horizon)
    {
        for (int i = 0; i < SweptPerTime; i++)
        {
            int at = _hand = (_hand + 1) & (_entries.Length - 1);
            while (_entries[at].SlotPlusOne != 0 && _entries[at].Time < horizon)
            {
                int slot = _entries[at].SlotPlusOne - 1;
                Remove(at);
                if (--_timesOfKey[slot] == 0)
                {
                    _keys.Remove(slot);
                }
            }
        }
    }

    /// <summary>Takes an entry out; those behind it move up where their own place is not between the hole and them (Knuth, algorithm R).</summary>
    private void Remove(int hole)
    {
        Span<Entry> entries = _entries.Items;
        int mask = entries.Length - 1;
        for (int at = (hole + 1) & mask; entries[at].SlotPlusOne != 0; at = (at + 1) & mask)
        {
            int home = Home(entries[at].SlotPlusOne - 1, Stretch(entries[at].Time)) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                entries[hole] = entries[at];
                hole = at;
            }
        }

        entries[hole] = default;
        _count--;
    }

    private void Grow()
    {
        _spare.Resize(checked(_entries.Length * 2));
        Span<Entry> next = _spare.Items;
        foreach (ref readonly Entry entry in _entries.Items)
        {
            if (entry.SlotPlusOne != 0)
            {
                next[Find(next, entry.SlotPlusOne - 1, Stretch(entry.Time))] = entry;
            }
        }

        _entries.Resize(0);
        (_entries, _spare) = (_spare, _entries);
    }

    private struct Entry
    {
        public long Time;
        public int SlotPlusOne; // 0: empty
    }
}
