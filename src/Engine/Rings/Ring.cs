using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>A fixed circle of slots between one producer thread and one consumer thread, or a graph of consumers.</summary>
/// <remarks>
/// The slots are made once and never move: the ring is also the pool of what they hold. The producer waits for a slot,
/// fills it in place and publishes it, exactly once; a slot that it does not publish is abandoned: it is the next one again. A consumer waits for an
/// item, reads it in place and releases it. After <see cref="Poison"/>, by either side or a third thread, all waits return false: a side whose
/// partner died does not wait for ever. A ring begins with one consumer, whose members are the ring's own; <see cref="AddConsumer"/> adds others.
/// A full ring makes the producer wait; one that would rather drop or fail asks <see cref="HasSlot"/>.
/// </remarks>
public sealed class Ring<T> where T : struct
{
    private readonly RingCore<T, Native> _core;
    private readonly ConsumerCore<T, Native> _consumer;

    /// <summary>Makes the slots, a power of two, as they are by default.</summary>
    public Ring(int slots, WaitStrategy strategy)
        : this(slots, strategy, RingTuning.Balanced)
    {
    }

    /// <summary>Makes the slots, a power of two, as they are by default.</summary>
    public Ring(int slots, WaitStrategy strategy, RingTuning tuning)
    {
        _core = new RingCore<T, Native>(slots, new WaitManner(strategy, tuning, slots));
        _consumer = _core.First;
        Consumer = new RingConsumer<T>(_consumer);
    }

    /// <summary>Makes the slots, a power of two, as they are by default.</summary>
    /// <param name="slots">How many.</param>
    /// <param name="strategy">How the producer waits.</param>
    /// <param name="producer">What the producer's thread serves while it waits; null: nothing.</param>
    /// <param name="consumer">What the consumer's thread serves while it waits; null: nothing.</param>
    /// <param name="taking">How the consumer waits; null: as the producer.</param>
    public Ring(int slots, WaitStrategy strategy, Meanwhile? producer, Meanwhile? consumer, WaitStrategy? taking = null)
    {
        _core = new RingCore<T, Native>(slots, new WaitManner(strategy, RingTuning.Balanced, slots), consumer?.Bell, producer?.Bell, producer, new WaitManner(taking ?? strategy, RingTuning.Balanced, slots));
        _consumer = _core.First;
        _consumer.Serves = consumer;
        Consumer = new RingConsumer<T>(_consumer);
    }

    public int Capacity => _core.Capacity;

    /// <summary>A slot by its place in the circle, to make its contents before the threads start or to free them after.</summary>
    [IndexerName("SlotAt")] // Item is the consumer's
    public ref T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Capacity, nameof(index));
            return ref _core.At(index);
        }
    }

    /// <summary>How many slots were published. Any thread.</summary>
    public long Published => _core.Published;

    /// <summary>How many slots the last consumers of the graph released. Any thread.</summary>
    public long Taken => _core.Taken;

    /// <summary>How often the producer found too few free slots and waited. Any thread.</summary>
    public long FullWaits => _core.FullWaits;

    /// <summary>How often the ring's own consumer found no item and waited. Any thread.</summary>
    public long EmptyWaits => _consumer.EmptyWaits;

    /// <summary>Whether the producer said that nothing follows; items may still be there. Any thread.</summary>
    public bool IsCompleted => _core.IsCompleted;

    /// <summary>Any thread.</summary>
    public bool IsPoisoned => _core.IsPoisoned;

    /// <summary>The consumer that every ring begins with.</summary>
    public RingConsumer<T> Consumer { get; }

    /// <summary>Adds a consumer, which sees an item when those given have released it, or at once; the producer waits for those that nobody follows.</summary>
    /// <exception cref="InvalidOperationException">An item was published: the graph is made before that, by one thread.</exception>
    /// <exception cref="ArgumentException">One of them is of another ring.</exception>
    public RingConsumer<T> AddConsumer(params ReadOnlySpan<RingConsumer<T>> after)
    {
        var cores = new ConsumerCore<T, Native>[after.Length];
        for (int i = 0; i < cores.Length; i++)
        {
            cores[i] = after[i].Core;
        }

        return new RingConsumer<T>(_core.AddConsumer(cores));
    }

    /// <summary>Producer: whether a slot is free now.</summary>
    public bool HasSlot => _core.HasSlots(1);

    /// <summary>Producer: whether this many slots are free now.</summary>
    public bool HasSlots(int count) => _core.HasSlots(count);

    /// <summary>Producer: waits for a free slot.</summary>
    /// <returns>False when the ring is poisoned.</returns>
    public bool WaitForSlot() => _core.WaitForSlots(1, CancellationToken.None);

    /// <summary>Producer: waits for a free slot.</summary>
    /// <returns>False when the ring is poisoned or the wait was cancelled; a slot that is free is given all the same.</returns>
    public bool WaitForSlot(CancellationToken cancellation) => _core.WaitForSlots(1, cancellation);

    /// <summary>Producer: waits until this many slots are free, at most <see cref="Capacity"/>.</summary>
    /// <returns>False when the ring is poisoned.</returns>
    public bool WaitForSlots(int count) => _core.WaitForSlots(count, CancellationToken.None);

    /// <summary>Producer: waits until this many slots are free, at most <see cref="Capacity"/>.</summary>
    /// <returns>False when the ring is poisoned or the wait was cancelled.</returns>
    public bool WaitForSlots(int count, CancellationToken cancellation) => _core.WaitForSlots(count, cancellation);

    /// <summary>Producer: a writer for a loop that publishes item by item, the quickest way to do that.</summary>
    public RingWriter<T> Writer() => new(_core);

    /// <summary>Producer: waits until this many slots are free, at most <see cref="Capacity"/>, and gives them.</summary>
    /// <returns>An empty claim when the ring is poisoned or the wait was cancelled.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // into the producer's loop, so that the claim becomes registers
    public RingClaim<T> Claim(int count = 1, CancellationToken cancellation = default)
    {
        long position = _core.Claim(count, cancellation);
        return new RingClaim<T>(_core, position, position < 0 ? 0 : count);
    }

    /// <summary>Producer: the next slot to publish, or one behind it. It must have been waited for.</summary>
    public ref T Slot(int ahead = 0) => ref _core.Slot(ahead);

    /// <summary>Producer: the next slots that were waited for, at most so many and up to the end of the circle: the rest follows when these are published.</summary>
    public Span<T> Slots(int most) => _core.Slots(most);

    /// <summary>Producer: hands over the next slots in their order.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Publish(int count = 1) => _core.Publish(count);

    /// <summary>Producer: the same, but a consumer that sleeps is woken only when half of the slots wait for it, or this thread waits itself, for whatever.</summary>
    internal void PublishQuietly() => _core.PublishQuietly(1);

    /// <summary>Producer: nothing follows. The consumers get what was published, then false; who asks for a slot after that gets an <see cref="InvalidOperationException"/>.</summary>
    public void Complete() => _core.Complete();

    /// <summary>Producer: nothing follows. Waits until all is taken, the ring is poisoned or the wait cancelled.</summary>
    /// <returns>How many published items the last consumers did not release.</returns>
    public long Complete(CancellationToken cancellation) => _core.Drain(cancellation);

    /// <summary>Any thread: ends all waits of all sides with false, now and from now on.</summary>
    public void Poison() => _core.Poison();

    /// <summary>Consumer: whether an item is there now.</summary>
    public bool HasItem => _consumer.HasItem;

    /// <summary>Consumer: the oldest item. It must have been waited for, and is the consumer's until it is released.</summary>
    public ref T Item => ref _consumer.ItemBehind(0);

    /// <summary>Consumer: how many items are there now.</summary>
    public int Available => _consumer.Available;

    /// <summary>Consumer: the oldest items in place, up to the end of the circle: empty when none is there now. Valid until they are released.</summary>
    public Span<T> Items => _consumer.Items(int.MaxValue);

    /// <summary>Consumer: the item that many behind the oldest; fewer than <see cref="Available"/> told.</summary>
    public ref T ItemBehind(int count) => ref _consumer.ItemBehind(count);

    /// <summary>Consumer: waits for an item.</summary>
    /// <returns>False when the producer completed and all is taken, or the ring is poisoned.</returns>
    public bool WaitForItem() => _consumer.WaitForItem(CancellationToken.None);

    /// <summary>Consumer: waits for an item.</summary>
    /// <returns>False also when the wait was cancelled; an item that is there is given all the same.</returns>
    public bool WaitForItem(CancellationToken cancellation) => _consumer.WaitForItem(cancellation);

    /// <summary>Producer: of what has this number, or a lower one, nothing follows in this ring: it had no slot for it.</summary>
    internal void Pass(long number) => _core.Pass(number + 1);

    /// <summary>Consumer: waits for an item, or for the word that of this number none follows; then <see cref="HasItem"/> tells which.</summary>
    /// <returns>False when the producer completed and all is taken, or the ring is poisoned.</returns>
    internal bool WaitForItemOrPass(long number) => _consumer.WaitForItemOrPass(number);

    /// <summary>Consumer: gives the oldest items' slots back, or on to the consumers behind it.</summary>
    /// <exception cref="InvalidOperationException">They were not waited for.</exception>
    public void Release(int count = 1) => _consumer.Release(count);

    /// <summary>Consumer: gives the oldest item's slot back, but a producer that sleeps is woken only when half of the slots are free for it, or this thread waits itself, for whatever.</summary>
    internal void ReleaseQuietly() => _consumer.ReleaseQuietly();
}
