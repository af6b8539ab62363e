using System;
using System.Threading;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>One producer's ring of an ingress, with the answer whether a struct that was handed over around the end still counts.</summary>
internal sealed class ProducerRing<T>(ProducerRings<T> owner, RingCore<T, Native> ring) where T : unmanaged
{
    private readonly ConsumerCore<T, Native> _consumer = ring.First;
    private long _last = long.MaxValue; // how many structs count in all; known when the lane has ended

    /// <summary>Structs that were handed over, count, and are not taken yet. Lane thread.</summary>
    public int Waiting => (int)Math.Min(_consumer.Available, _last - _consumer.Taken);

    /// <summary>Lane thread.</summary>
    public ref T ItemBehind(int count) => ref _consumer.ItemBehind(count);

    /// <summary>Lane thread.</summary>
    public void Release(int count) => _consumer.Release(count);

    /// <summary>Lane thread, when it waits for a struct.</summary>
    public void FetchNext() => _consumer.FetchNext();

    /// <summary>No struct behind those that are there counts. Lane thread, behind the barrier of <see cref="ProducerRings{T}"/>.</summary>
    public void End() => Volatile.Write(ref _last, ring.Published);

    /// <summary>Nothing is taken any more: a producer that waits for room stops waiting. Any thread.</summary>
    public void Abandon() => ring.Poison();

    /// <summary>Producer: false when the ring is full or the pipeline has ended.</summary>
    public bool TryPublish(in T item) => ring.HasSlots(1) && HandOver(in item);

    /// <summary>Producer: waits for room; false when the pipeline has ended.</summary>
    public bool Publish(in T item) => !owner.IsCompleted && ring.WaitForSlots(1, CancellationToken.None) && HandOver(in item);

    private bool HandOver(in T item)
    {
        if (owner.IsCompleted)
        {
            return false;
        }

        long place = ring.Published;
        ring.Slot(0) = item;
        ring.Publish(1);
        return !owner.Ends || IsTaken(place);
    }

    /// <summary>Whether an item that was handed over while the lane ended is among those that it still takes.</summary>
    private bool IsTaken(long place)
    {
        var wait = default(SpinWait);
        while (Volatile.Read(ref _last) == long.MaxValue)
        {
            wait.SpinOnce();
        }

        return place < _last;
    }
}
