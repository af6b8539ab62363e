using System;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>A fixed circle of slots between one producer thread and one consumer thread.</summary>
/// <remarks>
/// The slots are made once and never move: the ring is also the pool of what they hold. The producer waits for a slot,
/// fills it in place and publishes it, exactly once; the consumer waits for an item, reads it in place and releases it.
/// Positions grow for ever and are written by one side each (Lamport 1977); each side keeps the other's position as last seen
/// and looks again only when that does not suffice (Lee et al., MCRingBuffer, 2010). After <see cref="Poison"/>, by either
/// side or a third thread, all waits return false: a side whose partner died does not wait for ever.
/// </remarks>
public sealed class Ring<T> where T : struct
{
    private readonly T[] _slots;
    private readonly int _mask;
    private readonly int _first;
    private readonly WaitStrategy _strategy;
    private readonly Bell _itemBell = new();
    private readonly Bell _slotBell = new();
    private PaddedSide _producer;
    private PaddedSequence _published;
    private PaddedSide _consumer;
    private PaddedSequence _taken;
    private PaddedFlags _flags;

    /// <summary>Makes the slots, a power of two, as they are by default.</summary>
    public Ring(int slots, WaitStrategy strategy)
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
        _strategy = strategy;
    }

    public int Capacity => _mask + 1;

    /// <summary>A slot by its place in the circle, to make its contents before the threads start or to free them after.</summary>
    [IndexerName("SlotAt")] // Item is the consumer's
    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)_mask, nameof(index));
            return ref At(index);
        }
    }

    /// <summary>How many slots were published. Any thread.</summary>
    public long Published => Volatile.Read(ref _published.Value);

    /// <summary>How many slots were released. Any thread.</summary>
    public long Taken => Volatile.Read(ref _taken.Value);

    /// <summary>How often the producer found too few free slots and waited. Any thread.</summary>
    public long FullWaits => Volatile.Read(ref _producer.Waits);

    /// <summary>How often the consumer found no item and waited. Any thread.</summary>
    public long EmptyWaits => Volatile.Read(ref _consumer.Waits);

    /// <summary>Whether the producer said that nothing follows; items may still be there. Any thread.</summary>
    public bool IsCompleted => Volatile.Read(ref _flags.Completed);

    /// <summary>Any thread.</summary>
    public bool IsPoisoned => Volatile.Read(ref _flags.Poisoned);

    /// <summary>Producer: whether a slot is free now.</summary>
    public bool HasSlot => HasSlots(1);

    /// <summary>Producer: waits for a free slot.</summary>
    /// <returns>False when the ring is poisoned.</returns>
    public bool WaitForSlot() => WaitForSlots(1);

    /// <summary>Producer: waits until this many slots are free.</summary>
    /// <returns>False when the ring is poisoned.</returns>
    public bool WaitForSlots(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        return HasSlots(count) ? !IsPoisoned : AwaitSlots(count);
    }

    /// <summary>Producer: the next slot to publish, or one behind it. It must have been waited for.</summary>
    public ref T Slot(int ahead = 0)
    {
        Debug.Assert(ahead >= 0 && _producer.Next + ahead - _producer.Seen < Capacity, "a slot is used before it was waited for");
        return ref At((int)(_producer.Next + ahead) & _mask);
    }

    /// <summary>Producer: hands over the next slots in their order.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Publish(int count = 1)
    {
        long next = _producer.Next + count;
        if (next - _producer.Seen > Capacity)
        {
            throw new InvalidOperationException("a slot is published before it was waited for, or twice");
        }

        _producer.Next = next;
        Volatile.Write(ref _published.Value, next);
        _itemBell.RingIfArmed();
    }

    /// <summary>Producer: nothing follows. The consumer gets what was published, then false.</summary>
    public void Complete()
    {
        Volatile.Write(ref _flags.Completed, true);
        _itemBell.Ring();
    }

    /// <summary>Consumer: whether an item is there now.</summary>
    public bool HasItem
    {
        get
        {
            if (_consumer.Next < _consumer.Seen)
            {
                return true;
            }

            _consumer.Seen = Volatile.Read(ref _published.Value);
            return _consumer.Next < _consumer.Seen;
        }
    }

    /// <summary>Consumer: the oldest item. It must have been waited for, and is the consumer's until it is released.</summary>
    public ref T Item
    {
        get
        {
            Debug.Assert(_consumer.Next < _consumer.Seen, "an item is used before it was waited for");
            return ref At((int)_consumer.Next & _mask);
        }
    }

    /// <summary>Consumer: how many items are there now.</summary>
    public int Available
    {
        get
        {
            _consumer.Seen = Volatile.Read(ref _published.Value);
            return (int)(_consumer.Seen - _consumer.Next);
        }
    }

    /// <summary>Consumer: the item that many behind the oldest; fewer than <see cref="Available"/> told.</summary>
    public ref T ItemBehind(int count)
    {
        Debug.Assert(count >= 0 && _consumer.Next + count < _consumer.Seen, "an item is used before it was seen");
        return ref At((int)(_consumer.Next + count) & _mask);
    }

    /// <summary>Consumer: waits for an item.</summary>
    /// <returns>False when the producer completed and all is taken, or the ring is poisoned.</returns>
    public bool WaitForItem() => HasItem ? !IsPoisoned : AwaitItem();

    /// <summary>Consumer: gives the oldest items' slots back.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Release(int count = 1)
    {
        long next = _consumer.Next + count;
        if (next > _consumer.Seen)
        {
            throw new InvalidOperationException("an item is released before it was waited for, or twice");
        }

        _consumer.Next = next;
        Volatile.Write(ref _taken.Value, next);
        _slotBell.RingIfArmed();
    }

    /// <summary>Any thread: ends all waits of both sides with false, now and from now on.</summary>
    public void Poison()
    {
        Volatile.Write(ref _flags.Poisoned, true);
        _itemBell.Ring();
        _slotBell.Ring();
    }

    /// <summary>Producer: whether this many slots are free now.</summary>
    public bool HasSlots(int count)
    {
        if (_producer.Next + count - _producer.Seen <= Capacity)
        {
            return true;
        }

        _producer.Seen = Volatile.Read(ref _taken.Value);
        return _producer.Next + count - _producer.Seen <= Capacity;
    }

    // Out of the callers' way: they inline the case without a wait.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AwaitSlots(int count)
    {
        Backoff backoff = new(_strategy, _producer.Spins, ++_producer.Waits);
        while (!IsPoisoned)
        {
            if (HasSlots(count))
            {
                _producer.Spins = backoff.Learn();
                return true;
            }

            if (!backoff.Turn())
            {
                long round = _slotBell.Arm();
                if (!HasSlots(count) && !IsPoisoned)
                {
                    _slotBell.Sleep(round);
                }
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool AwaitItem()
    {
        Backoff backoff = new(_strategy, _consumer.Spins, ++_consumer.Waits);
        while (!IsPoisoned)
        {
            // In this order: what was published before the completion is seen after it.
            bool completed = IsCompleted;
            if (HasItem)
            {
                _consumer.Spins = backoff.Learn();
                return true;
            }

            if (completed)
            {
                return false;
            }

            if (!backoff.Turn())
            {
                long round = _itemBell.Arm();
                if (!HasItem && !IsCompleted && !IsPoisoned)
                {
                    _itemBell.Sleep(round);
                }
            }
        }

        return false;
    }

    private ref T At(int index)
    {
        // Safe: 0 ≤ index ≤ _mask, and the array has _first slots before and behind the circle.
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_slots), (nint)(uint)(_first + index));
    }
}
