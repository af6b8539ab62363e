using System;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>The slots of a ring, its producer's side, and what all its threads share.</summary>
/// <remarks>
/// Positions grow for ever and are written by one side each (Lamport 1977); each side keeps the other's position as last seen
/// and looks again only when that does not suffice (Lee et al., MCRingBuffer, 2010).
/// </remarks>
internal sealed class RingCore<T, TMemory>
    where T : struct
    where TMemory : struct, IMemory
{
    private readonly T[] _slots;
    private readonly int _mask;
    private readonly int _first;
    private readonly Bell<TMemory> _slotBell = new();
    private readonly Bell<TMemory> _itemBell;
    private ConsumerCore<T, TMemory>[] _consumers;
    private ConsumerCore<T, TMemory>[] _last;
    private PaddedSide _producer;
    private PaddedSequence _published;
    private PaddedFlags _flags;

    public RingCore(int slots, WaitManner manner, Bell<TMemory>? itemBell = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        if (!BitOperations.IsPow2(slots))
        {
            throw new ArgumentOutOfRangeException(nameof(slots), slots, "a ring has a power of two of slots");
        }

        // 128 bytes of slots nobody uses at both ends keep the neighbours on the heap off the ring's cache lines.
        // Safe: only the size is asked for.
        _first = (128 + Unsafe.SizeOf<T>() - 1) / Unsafe.SizeOf<T>();
        _slots = new T[slots + (2 * _first)];
        _mask = slots - 1;
        Manner = manner;
        _itemBell = itemBell ?? new Bell<TMemory>();
        _consumers = [new ConsumerCore<T, TMemory>(this, [], _itemBell)];
        _last = _consumers;
    }

    public WaitManner Manner { get; }

    public int Capacity => _mask + 1;

    /// <summary>The consumer that every ring has.</summary>
    public ConsumerCore<T, TMemory> First => _consumers[0];

    public long Published => TMemory.Read(ref _published.Value);

    /// <summary>How many slots the last consumers have released, and the producer may fill again.</summary>
    public long Taken => Least(_last);

    public long FullWaits => Volatile.Read(ref _producer.Counts.Waits);

    public bool IsCompleted => TMemory.Read(ref _flags.Completed) != 0;

    public bool IsPoisoned => TMemory.Read(ref _flags.Poisoned) != 0;

    /// <summary>The least of some consumers' positions.</summary>
    public static long Least(ConsumerCore<T, TMemory>[] consumers)
    {
        long least = consumers[0].Taken;
        for (int i = 1; i < consumers.Length; i++)
        {
            least = Math.Min(least, consumers[i].Taken);
        }

        return least;
    }

    /// <summary>Adds a consumer behind others, or beside all where there is none.</summary>
    public ConsumerCore<T, TMemory> AddConsumer(ConsumerCore<T, TMemory>[] after)
    {
        if (Published > 0)
        {
            throw new InvalidOperationException("a consumer is added before the first item is published: it would have missed some");
        }

        if (Array.Exists(after, a => !_consumers.AsSpan().Contains(a)))
        {
            throw new ArgumentException("a consumer waits for consumers of its own ring", nameof(after));
        }

        var added = new ConsumerCore<T, TMemory>(this, after, after.Length == 0 ? _itemBell : _slotBell);
        _consumers = [.. _consumers, added];
        _last = [.. Array.FindAll(_last, c => !after.AsSpan().Contains(c)), added];
        return added;
    }

    public bool HasSlots(int count)
    {
        if (_producer.Next + count - _producer.Seen <= Capacity)
        {
            return true;
        }

        _producer.Seen = Taken;
        return _producer.Next + count - _producer.Seen <= Capacity;
    }

    public bool WaitForSlots(int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Capacity, nameof(count));
        return HasSlots(count)
            ? !IsPoisoned
            : Waits<TMemory>.Until(new FreeSlots(this, count), _slotBell, Manner, ref _producer.Counts, cancellation);
    }

    public ref T Slot(int ahead)
    {
        Debug.Assert(ahead >= 0 && _producer.Next + ahead - _producer.Seen < Capacity, "a slot is used before it was waited for");
        return ref At(_producer.Next + ahead);
    }

    /// <summary>The next slots that are known to be free, up to the end of the circle.</summary>
    public Span<T> Slots(int most)
    {
        long free = Capacity - (_producer.Next - _producer.Seen);
        return Between(_producer.Next, (int)Math.Min(free, most));
    }

    public void Publish(int count)
    {
        long next = _producer.Next + count;
        if (count < 0 || next - _producer.Seen > Capacity)
        {
            throw new InvalidOperationException("a slot is published before it was waited for, or twice");
        }

        _producer.Next = next;
        TMemory.Write(ref _published.Value, next);
        _itemBell.RingIfArmed();
    }

    public void Complete()
    {
        TMemory.Write(ref _flags.Completed, 1);
        _itemBell.Ring();
        _slotBell.Ring();
    }

    /// <summary>Completes and waits until all is taken, or will not be.</summary>
    /// <returns>How many items were not.</returns>
    public long Drain(CancellationToken cancellation)
    {
        Complete();
        WaitCounts counts = default; // nobody is held up by a full ring here
        Waits<TMemory>.Until(new AllTaken(this), _slotBell, Manner, ref counts, cancellation);
        return Published - Taken;
    }

    public void Poison()
    {
        TMemory.Write(ref _flags.Poisoned, 1);
        _itemBell.Ring();
        _slotBell.Ring();
    }

    /// <summary>Call behind a consumer's new position: the producer and the consumers behind it look again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one load and a branch at each release
    public void NoteReleased() => _slotBell.RingIfArmed();

    public ref T At(long position)
    {
        // Safe: 0 ≤ position & _mask ≤ _mask, and the array has _first slots before and behind the circle.
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(uint)(_first + ((int)position & _mask)));
    }

    /// <summary>The slots from a position on, up to the end of the circle.</summary>
    public Span<T> Between(long position, int most)
    {
        int start = (int)position & _mask;
        return _slots.AsSpan(_first + start, Math.Min(most, Capacity - start));
    }

    private readonly struct FreeSlots(RingCore<T, TMemory> ring, int count) : ICondition
    {
        public Verdict Look() => ring.IsPoisoned ? Verdict.Never : ring.HasSlots(count) ? Verdict.Go : Verdict.Wait;
    }

    private readonly struct AllTaken(RingCore<T, TMemory> ring) : ICondition
    {
        public Verdict Look() => ring.Taken == ring.Published ? Verdict.Go : ring.IsPoisoned ? Verdict.Never : Verdict.Wait;
    }
}
