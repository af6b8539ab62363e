using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
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
    private readonly RingSlots<T> _slots;
    private readonly Meanwhile? _serves;
    private readonly Bell<TMemory> _slotBell;
    private readonly Bell<TMemory> _itemBell;
    private ConsumerCore<T, TMemory>[] _consumers;
    private ConsumerCore<T, TMemory>[] _last;
    private PaddedSide _producer;
    private PaddedSequence _published;
    private PaddedFlags _flags;

    public RingCore(int slots, WaitManner manner, Bell<TMemory>? itemBell = null, Bell<TMemory>? slotBell = null, Meanwhile? producer = null, WaitManner? taking = null)
    {
        CheckSlots(slots);
        _slots = new RingSlots<T>(slots);
        (Manner, Taking) = (manner, taking ?? manner);
        _itemBell = itemBell ?? new Bell<TMemory>();
        _slotBell = slotBell ?? new Bell<TMemory>();
        _serves = producer;
        _consumers = [new ConsumerCore<T, TMemory>(this, [], _itemBell)];
        _last = _consumers;
        _producer.Limit = slots;
    }

    /// <summary>How the producer waits.</summary>
    public WaitManner Manner { get; }

    /// <summary>How consumers wait.</summary>
    public WaitManner Taking { get; }

    public int Capacity => _slots.Capacity;

    /// <summary>The consumer that every ring has.</summary>
    public ConsumerCore<T, TMemory> First => _consumers[0];

    public long Published => TMemory.Read(ref _published.Value);

    /// <summary>How many slots the last consumers have released, and the producer may fill again.</summary>
    public long Taken => Least(_last);

    /// <summary>The position that is published next. Producer only.</summary>
    public long Next => _producer.Next;

    public long FullWaits => Volatile.Read(ref _producer.Counts.Waits);

    public bool IsCompleted => TMemory.Read(ref _flags.Completed) != 0;

    public bool IsPoisoned => TMemory.Read(ref _flags.Poisoned) != 0;

    public long Passed => TMemory.Read(ref _flags.Passed);

    /// <exception cref="ArgumentOutOfRangeException">A ring cannot have so many slots.</exception>
    public static void CheckSlots(int slots, [CallerArgumentExpression(nameof(slots))] string? name = null)
    {
        if (!BitOperations.IsPow2(slots))
        {
            throw new ArgumentOutOfRangeException(name, slots, "a ring has a power of two of slots");
        }
    }

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for each event: a call costs as much as the work
    public bool HasSlots(int count) => Suffices(count) || FindSlots(count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public bool WaitForSlots(int count, CancellationToken cancellation) =>
        Suffices(count) ? !IsPoisoned : AwaitSlots(count, cancellation);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public ref T Slot(int ahead)
    {
        Debug.Assert(ahead >= 0 && _producer.Next + ahead < _producer.Limit, "a slot is used before it was waited for");
        return ref At(_producer.Next + ahead);
    }

    /// <summary>The next slots that are known to be free, up to the end of the circle.</summary>
    public Span<T> Slots(int most)
    {
        return Between(_producer.Next, (int)Math.Min(_producer.Limit - _producer.Next, most));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public void Publish(int count)
    {
        long next = _producer.Next;
        if ((uint)count > (ulong)(_producer.Limit - next))
        {
            ThrowNotWaitedFor();
        }

        next += count;
        _producer.Next = next;
        TMemory.Write(ref _published.Value, next);
        _itemBell.RingIfArmed();
    }

    /// <summary>Publishes, and wakes the consumer only when half of the slots wait for it, or this thread waits itself.</summary>
    public void PublishQuietly(int count)
    {
        long next = _producer.Next;
        if ((uint)count > (ulong)(_producer.Limit - next))
        {
            ThrowNotWaitedFor();
        }

        next += count;
        _producer.Next = next;
        TMemory.Write(ref _published.Value, next);
        if (HasSlots((Capacity / 2) + 1))
        {
            Debts<TMemory>.Owe(_itemBell);
        }
        else
        {
            _itemBell.RingIfArmed();
        }
    }

    /// <summary>The position of the next free slots; −1 when there will be none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public long Claim(int count, CancellationToken cancellation)
    {
        long next = _producer.Next;
        return (Suffices(count) ? !IsPoisoned : AwaitSlots(count, cancellation)) ? next : -1;
    }

    /// <summary>Waits for a slot, and says how far the producer may then go.</summary>
    /// <returns>The position itself when there will be none.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // once for all the slots that are free
    public long AwaitLimit(long position, CancellationToken cancellation) => WaitForSlots(1, cancellation) ? _producer.Limit : position;

    /// <summary>Publishes slots that were claimed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public void Publish(long position, int count)
    {
        if (position != _producer.Next)
        {
            ThrowNotWaitedFor();
        }

        _producer.Next = position + count;
        TMemory.Write(ref _published.Value, position + count);
        _itemBell.RingIfArmed();
    }

    /// <summary>Says that of what has these numbers nothing is published any more.</summary>
    public void Pass(long before)
    {
        TMemory.Write(ref _flags.Passed, before);
        _itemBell.RingIfArmed();
    }

    public void Complete()
    {
        // Nothing is published from now on: what claims and writers still hold is of no position. The limit goes first, so that no position is ever free.
        _producer.Limit = -1;
        _producer.Next = -1;
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

    /// <summary>The same later: when this thread waits.</summary>
    public void NoteReleasedLater() => Debts<TMemory>.Owe(_slotBell);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public ref T At(long position) => ref _slots.At(position);

    /// <summary>The slots from a position on, up to the end of the circle.</summary>
    public Span<T> Between(long position, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        return _slots.Between(position, most);
    }

    [DoesNotReturn]
    public static void ThrowNotWaitedFor() => throw new InvalidOperationException("a slot is published before it was waited for, or twice");

    /// <summary>Whether so many slots are known to be free. A count below 0 is none that any ring has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    private bool Suffices(int count) => (uint)count <= _producer.Limit - _producer.Next;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FindSlots(int count)
    {
        if (IsCompleted)
        {
            return false;
        }

        _producer.Limit = Taken + Capacity;
        return Suffices(count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AwaitSlots(int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        if (IsCompleted && !IsPoisoned)
        {
            throw new InvalidOperationException("the ring was completed: nothing is published after that");
        }

        return FindSlots(count) ? !IsPoisoned
            : _serves is { } serves
                ? Waits<TMemory>.Until(new Serving<FreeSlots>(new FreeSlots(this, count), serves), _slotBell, Manner, ref _producer.Counts, cancellation)
            : Waits<TMemory>.Until(new FreeSlots(this, count), _slotBell, Manner, ref _producer.Counts, cancellation);
    }

    private readonly struct FreeSlots(RingCore<T, TMemory> ring, int count) : ICondition
    {
        public Verdict Look() => ring.IsPoisoned ? Verdict.Never : ring.HasSlots(count) ? Verdict.Go : ring.IsCompleted ? Verdict.Never : Verdict.Wait;
    }

    private readonly struct AllTaken(RingCore<T, TMemory> ring) : ICondition
    {
        public Verdict Look() => ring.Taken == ring.Published ? Verdict.Go : ring.IsPoisoned ? Verdict.Never : Verdict.Wait;
    }
}
