using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>One producer's end of a <see cref="SharedRing{T}"/>: a ring of its own. One thread at a time.</summary>
public sealed class RingProducer<T> where T : struct
{
    private readonly RingCore<T, Native> _core;
    private readonly SharedRing<T> _shared;

    internal RingProducer(RingCore<T, Native> core, SharedRing<T> shared)
    {
        _core = core;
        _shared = shared;
    }

    public int Capacity => _core.Capacity;

    /// <summary>How many slots were published. Any thread.</summary>
    public long Published => _core.Published;

    /// <summary>How many of them the consumer released. Any thread.</summary>
    public long Taken => _core.Taken;

    /// <summary>How often this producer found too few free slots and waited. Any thread.</summary>
    public long FullWaits => _core.FullWaits;

    /// <summary>Whether a slot is free now.</summary>
    public bool HasSlot => _core.HasSlots(1);

    /// <summary>Whether this many slots are free now.</summary>
    public bool HasSlots(int count) => _core.HasSlots(count);

    /// <summary>Waits until this many slots are free, at most <see cref="Capacity"/>.</summary>
    /// <returns>False when the ring is poisoned or the wait was cancelled; slots that are free are given all the same.</returns>
    public bool WaitForSlots(int count = 1, CancellationToken cancellation = default) => _core.WaitForSlots(count, cancellation);

    /// <summary>A writer for a loop that publishes item by item, the quickest way to do that.</summary>
    public RingWriter<T> Writer() => new(_core);

    /// <summary>Waits until this many slots are free, at most <see cref="Capacity"/>, and gives them.</summary>
    /// <returns>An empty claim when the ring is poisoned or the wait was cancelled.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // into the producer's loop, so that the claim becomes registers
    public RingClaim<T> Claim(int count = 1, CancellationToken cancellation = default)
    {
        long position = _core.Claim(count, cancellation);
        return new RingClaim<T>(_core, position, position < 0 ? 0 : count);
    }

    /// <summary>The next slot to publish, or one behind it. It must have been waited for.</summary>
    public ref T Slot(int ahead = 0) => ref _core.Slot(ahead);

    /// <summary>The next slots that were waited for, at most so many and up to the end of the circle: the rest follows when these are published.</summary>
    public Span<T> Slots(int most) => _core.Slots(most);

    /// <summary>Hands over the next slots in their order.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Publish(int count = 1) => _core.Publish(count);

    /// <summary>Nothing follows from this producer: who asks it for a slot after that gets an <see cref="InvalidOperationException"/>.</summary>
    public void Complete() => _core.Complete();

    /// <summary>Nothing follows from this producer. Waits until all of its items are taken, the ring is poisoned or the wait cancelled.</summary>
    /// <returns>How many of its items the consumer did not release.</returns>
    public long Complete(CancellationToken cancellation) => _core.Drain(cancellation);

    /// <summary>Any thread: ends all waits of the consumer and of every producer with false.</summary>
    public void Poison() => _shared.Poison();
}
