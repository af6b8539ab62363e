using System;
using System.Threading;

namespace DataStream.Rings;

/// <summary>Many producer threads and one consumer thread: a ring per producer, polled in turn.</summary>
/// <remarks>
/// No two producers write the same line, so each is as fast as alone; one circle for all, with a contended claim, was ten times slower. Items of
/// one producer arrive in its order; order between producers must come from the items. The ring ends when <see cref="Complete"/>
/// said that no producer follows and each has completed. After <see cref="Poison"/>, by any side or a third thread, all waits return false.
/// </remarks>
public sealed class SharedRing<T> where T : struct
{
    private readonly SharedCore<T, Native> _core;

    /// <summary>Room for so many producers at a time, each with so many slots: a power of two.</summary>
    public SharedRing(int producers, int slots, WaitStrategy strategy, RingTuning tuning = RingTuning.Balanced)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(producers, 1);
        RingCore<T, Native>.CheckSlots(slots);
        _core = new SharedCore<T, Native>(producers, slots, new WaitManner(strategy, tuning, slots));
    }

    /// <summary>How many slots were published by all producers. Any thread.</summary>
    public long Published => _core.Published;

    /// <summary>How many of them were released. Any thread.</summary>
    public long Taken => _core.Taken;

    /// <summary>How often producers found too few free slots and waited. Any thread.</summary>
    public long FullWaits => _core.FullWaits;

    /// <summary>How often the consumer found no item and waited. Any thread.</summary>
    public long EmptyWaits => _core.EmptyWaits;

    /// <summary>Producers that were added and may still give items. Any thread.</summary>
    public int Producers => _core.Producers;

    /// <summary>Any thread.</summary>
    public bool IsPoisoned => _core.IsPoisoned;

    /// <summary>Adds a producer, also while others work. Any thread; the slots are made here. One that completed and was drained makes room.</summary>
    /// <exception cref="InvalidOperationException">All places are taken, or the ring was completed.</exception>
    public RingProducer<T> AddProducer() => new(_core.AddProducer(), this);

    /// <summary>Any thread: no producer is added from now on.</summary>
    public void Complete() => _core.Complete();

    /// <summary>Any thread: ends all waits with false, now and from now on.</summary>
    public void Poison() => _core.Poison();

    /// <summary>Consumer: whether an item is there now. Chooses the next producer that has one.</summary>
    public bool HasItem => _core.HasItem;

    /// <summary>Consumer: the oldest item of the producer chosen. It is the consumer's until it is released.</summary>
    public ref T Item => ref _core.Item;

    /// <summary>Consumer: the oldest items of the producer chosen, in place, up to the end of its circle. Valid until they are released.</summary>
    public Span<T> Items => _core.Items(int.MaxValue);

    /// <summary>Consumer: waits for an item, and chooses the next producer that has one.</summary>
    /// <returns>False when the ring has ended, is poisoned, or the wait was cancelled.</returns>
    public bool WaitForItem(CancellationToken cancellation = default) => _core.WaitForItem(cancellation);

    /// <summary>Consumer: gives the oldest items' slots back to the producer chosen.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Release(int count = 1) => _core.Release(count);

    /// <summary>Consumer: hands the items to the handler until the ring ends, each call with items of one producer. An exception of the handler poisons the ring.</summary>
    /// <returns>Whether all was handled; false when the ring is poisoned or the wait was cancelled.</returns>
    public bool Consume<THandler>(ref THandler handler, CancellationToken cancellation = default) where THandler : IRingHandler<T> =>
        _core.Consume(ref handler, cancellation);
}
