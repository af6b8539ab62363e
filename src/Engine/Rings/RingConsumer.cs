using System;
using System.Threading;

namespace DataStream.Rings;

/// <summary>One consumer of a <see cref="Ring{T}"/>: it sees every item, in order, behind the consumers that it comes after. One thread at a time.</summary>
public sealed class RingConsumer<T> where T : struct
{
    internal RingConsumer(ConsumerCore<T, Native> core) => Core = core;

    /// <summary>How many items this consumer released. Any thread.</summary>
    public long Taken => Core.Taken;

    /// <summary>How often it found no item and waited. Any thread.</summary>
    public long EmptyWaits => Core.EmptyWaits;

    /// <summary>Whether an item is there now.</summary>
    public bool HasItem => Core.HasItem;

    /// <summary>The oldest item. It must have been waited for, and is this consumer's until it is released.</summary>
    public ref T Item => ref Core.ItemBehind(0);

    /// <summary>How many items are there now.</summary>
    public int Available => Core.Available;

    /// <summary>The oldest items in place, up to the end of the circle: empty when none is there now. Valid until they are released.</summary>
    public Span<T> Items => Core.Items(int.MaxValue);

    internal ConsumerCore<T, Native> Core { get; }

    /// <summary>The item that many behind the oldest; fewer than <see cref="Available"/> told.</summary>
    public ref T ItemBehind(int count) => ref Core.ItemBehind(count);

    /// <summary>Waits for an item.</summary>
    /// <returns>False when the producer completed and all is taken, or the ring is poisoned.</returns>
    public bool WaitForItem() => Core.WaitForItem(CancellationToken.None);

    /// <summary>Waits for an item.</summary>
    /// <returns>False also when the wait was cancelled; an item that is there is given all the same.</returns>
    public bool WaitForItem(CancellationToken cancellation) => Core.WaitForItem(cancellation);

    /// <summary>Gives the oldest items on: to the consumers behind this one, and their slots to the producer.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Release(int count = 1) => Core.Release(count);

    /// <summary>Hands the items to the handler until the ring ends. An exception of the handler poisons the ring and leaves its items unreleased.</summary>
    /// <returns>Whether all was handled; false when the ring is poisoned or the wait was cancelled.</returns>
    public bool Consume<THandler>(ref THandler handler, CancellationToken cancellation = default) where THandler : IRingHandler<T> =>
        Core.Consume(ref handler, cancellation);
}
