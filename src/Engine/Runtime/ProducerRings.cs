using System.Collections.Generic;
using System.Threading;
using DataStream.Batches;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>The rings of an ingress: each has one producer, and one lane looks into all of them in turn. The order of each producer is kept.</summary>
internal sealed class ProducerRings<T>(int capacity, WaitStrategy initial) where T : unmanaged
{
    private readonly object _gate = new();
    private readonly Bell<Native> _bell = new();
    private WaitManner _manner = new(initial, RingTuning.Balanced);
    private WaitManner _taking = new(initial, RingTuning.Latency); // a program that hands over structs wants them back soon, and one that hands over many keeps the lane from waiting
    private readonly Stack<ProducerRing<T>> _left = new(); // by their producers
    private ProducerRing<T>[] _rings = [];
    private PaddedFlags _flags; // apart from what the lane writes: every publish reads them
    private PaddedFlags _last; // as above, of what the lane decides
    private bool _isAbandoned;
    private ProducerRing<T>? _current;
    private int _place;
    private WaitCounts _counts;

    /// <summary>Whether nothing follows; structs may still be there. Any thread.</summary>
    public bool IsCompleted => Native.Read(ref _flags.Completed) != 0;

    /// <summary>Whether the lane is deciding which structs are the last, or has. Any thread.</summary>
    public bool Ends => Native.Read(ref _last.Completed) != 0;

    /// <summary>What the rings take. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _rings).Length * (long)capacity * StructBytes.SizeOf<T>();

    /// <summary>Structs of the ring found that are not taken yet. Lane thread.</summary>
    public int Waiting => _current?.Waiting ?? 0;

    /// <summary>A ring for one more producer, at any time. Any thread.</summary>
    public ProducerRing<T> Add()
    {
        lock (_gate)
        {
            // What the one before handed over comes first; the lock hands the producer's side on.
            if (_left.TryPop(out ProducerRing<T>? left))
            {
                return left;
            }

            var ring = new ProducerRing<T>(this, new RingCore<T, Native>(capacity, _manner, _bell));
            Volatile.Write(ref _rings, [.. _rings, ring]);
            if (Ends)
            {
                ring.End();
            }

            if (_isAbandoned)
            {
                ring.Abandon();
            }

            return ring;
        }
    }

    /// <summary>A ring whose producer is gone: the next one takes it. The producer's thread.</summary>
    public void Leave(ProducerRing<T> ring)
    {
        lock (_gate)
        {
            _left.Push(ring);
        }
    }

    /// <summary>How the lane, and producers that are added from now on, wait. Before the lane starts.</summary>
    public void WaitAs(WaitStrategy strategy) =>
        (_manner, _taking) = (new WaitManner(strategy, RingTuning.Balanced), new WaitManner(strategy, RingTuning.Latency));

    /// <summary>Nothing follows. Any thread.</summary>
    public void Complete()
    {
        Native.Write(ref _flags.Completed, 1);
        _bell.Ring();
    }

    /// <summary>Nothing is taken any more: who waits for room is told so. When no lane is at work, or none ever was.</summary>
    public void Abandon()
    {
        Complete();
        if (!Ends)
        {
            End();
        }

        lock (_gate)
        {
            _isAbandoned = true;
            foreach (ProducerRing<T> ring in _rings)
            {
                ring.Abandon();
            }
        }
    }

    /// <summary>A struct of the ring found. Lane thread.</summary>
    public ref T ItemBehind(int count) => ref _current!.ItemBehind(count);

    /// <summary>Lane thread.</summary>
    public void Release(int count) => _current?.Release(count);

    /// <summary>Finds the next ring that has a struct, and waits for one; false when nothing follows, and then for ever. Lane thread.</summary>
    public bool WaitForItem()
    {
        if (Find() || (!Ends && Waits<Native>.Until(new ItemOrEnd(this), _bell, _taking, ref _counts, CancellationToken.None)))
        {
            return true;
        }

        if (!Ends)
        {
            End();
        }

        return Find();
    }

    /// <summary>The ring behind the last one found comes first, so that no producer keeps others waiting.</summary>
    private bool Find()
    {
        ProducerRing<T>[] rings = Volatile.Read(ref _rings);
        int place = _place;
        for (int i = 0; i < rings.Length; i++)
        {
            place = place + 1 < rings.Length ? place + 1 : 0;
            if (rings[place].Waiting > 0)
            {
                _place = place;
                if (_current != rings[place])
                {
                    _current = rings[place];
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>A producer stores a struct and looks for this; the lane stores this and looks for structs: one of them sees the other's (asymmetric Dekker).</summary>
    private void End()
    {
        lock (_gate)
        {
            Native.Write(ref _last.Completed, 1);
            Interlocked.MemoryBarrierProcessWide();
            foreach (ProducerRing<T> ring in _rings)
            {
                ring.End();
            }
        }
    }

    private readonly struct ItemOrEnd(ProducerRings<T> rings) : ICondition
    {
        public Verdict Look()
        {
            // In this order: what was published before the completion is seen after it.
            bool completed = rings.IsCompleted;
            if (rings.Find())
            {
                return Verdict.Go;
            }

            rings._current?.FetchNext(); // as a rule the same producer is the next one
            return completed ? Verdict.Never : Verdict.Wait;
        }
    }
}
