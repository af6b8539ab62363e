using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>One ring per producer, and the one consumer that polls them.</summary>
internal sealed class SharedCore<T, TMemory>(int most, int slots, WaitManner manner)
    where T : struct
    where TMemory : struct, IMemory
{
    private readonly Lock _gate = new();
    private readonly Bell<TMemory> _itemBell = new();
    private volatile RingCore<T, TMemory>[] _rings = [];
    private PaddedFlags _flags;

    // The consumer's.
    private PaddedSide _side;
    private int _current;
    private int _ended; // rings that will give nothing more, found while polling
    private long _publishedBefore; // by producers whose rings are gone
    private long _fullBefore;

    public long Published => Sum(_publishedBefore, static ring => ring.Published);

    public long Taken => Sum(_publishedBefore, static ring => ring.Taken);

    public long FullWaits => Sum(_fullBefore, static ring => ring.FullWaits);

    public long EmptyWaits => Volatile.Read(ref _side.Counts.Waits);

    public int Producers => _rings.Length;

    public bool IsCompleted => TMemory.Read(ref _flags.Completed) != 0;

    public bool IsPoisoned => TMemory.Read(ref _flags.Poisoned) != 0;

    /// <summary>The producer whose items come next. Consumer only.</summary>
    public RingCore<T, TMemory>? Current { get; private set; }

    public RingCore<T, TMemory> AddProducer()
    {
        lock (_gate)
        {
            if (IsCompleted)
            {
                throw new InvalidOperationException("the ring was completed: no producer is added after that");
            }

            if (_rings.Length == most)
            {
                RemoveEnded();
            }

            if (_rings.Length == most)
            {
                throw new InvalidOperationException($"the ring has its {most} producers");
            }

            var ring = new RingCore<T, TMemory>(slots, manner, _itemBell);
            _rings = [.. _rings, ring];

            // Behind the store of the array: whoever poisons stores that first and then looks at the array.
            Interlocked.MemoryBarrier();
            if (IsPoisoned)
            {
                ring.Poison();
            }

            return ring;
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            TMemory.Write(ref _flags.Completed, 1);
        }

        _itemBell.Ring();
    }

    public void Poison()
    {
        TMemory.Write(ref _flags.Poisoned, 1);
        Interlocked.MemoryBarrier();
        foreach (RingCore<T, TMemory> ring in _rings)
        {
            ring.Poison();
        }

        _itemBell.Ring();
    }

    /// <summary>Finds the next producer with items, in turn.</summary>
    public bool HasItem
    {
        get
        {
            RingCore<T, TMemory>[] rings = _rings;
            int ended = 0;
            int index = _current;
            for (int i = 0; i < rings.Length; i++)
            {
                index = index + 1 < rings.Length ? index + 1 : 0;
                RingCore<T, TMemory> ring = rings[index];

                // In this order: what was published before the completion is seen after it.
                bool completed = ring.IsCompleted;
                if (ring.First.HasItem)
                {
                    _current = index;
                    Current = ring;
                    return true;
                }

                ended += completed ? 1 : 0;
            }

            _ended = ended;
            Current = null;
            return false;
        }
    }

    public bool WaitForItem(CancellationToken cancellation)
    {
        if (HasItem)
        {
            return !IsPoisoned;
        }

        if (_ended > 0)
        {
            RemoveEnded();
        }

        return Waits<TMemory>.Until(new ItemOrEnd(this), _itemBell, manner, ref _side.Counts, cancellation);
    }

    public ref T Item => ref Found.First.ItemBehind(0);

    public Span<T> Items(int count) => Current is { } ring ? ring.First.Items(count) : [];

    public void Release(int count) => Found.First.Release(count);

    public bool Consume<THandler>(ref THandler handler, CancellationToken cancellation) where THandler : IRingHandler<T>
    {
        bool handled = false;
        try
        {
            HandleAll(ref handler, cancellation);
            handled = true;
        }
        finally
        {
            if (!handled)
            {
                Poison();
            }
        }

        return IsAtEnd;
    }

    // Apart from the try, in which the handler's counters would live on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HandleAll<THandler>(ref THandler handler, CancellationToken cancellation) where THandler : IRingHandler<T>
    {
        int count = ConsumerCore<T, TMemory>.Most(slots);
        while (WaitForItem(cancellation))
        {
            Span<T> items = Items(count);
            handler.Handle(items);
            Release(items.Length);
        }
    }

    private RingCore<T, TMemory> Found => Current ?? throw new InvalidOperationException("an item is used or released before it was waited for");

    private bool IsAtEnd => IsCompleted && !IsPoisoned && Array.TrueForAll(_rings, static ring => ring.First.IsAtEnd);

    // Rarely: producers come and go with the threads of a service.
    private void RemoveEnded()
    {
        lock (_gate)
        {
            RingCore<T, TMemory>[] ended = Array.FindAll(_rings, static ring => ring.IsCompleted && ring.Taken == ring.Published);
            foreach (RingCore<T, TMemory> ring in ended)
            {
                _publishedBefore += ring.Published;
                _fullBefore += ring.FullWaits;
            }

            _rings = Array.FindAll(_rings, ring => Array.IndexOf(ended, ring) < 0);
        }
    }

    private long Sum(long before, Func<RingCore<T, TMemory>, long> count)
    {
        lock (_gate)
        {
            foreach (RingCore<T, TMemory> ring in _rings)
            {
                before += count(ring);
            }

            return before;
        }
    }

    private readonly struct ItemOrEnd(SharedCore<T, TMemory> shared) : ICondition
    {
        public Verdict Look()
        {
            // In this order: a producer that was added before the completion is seen after it.
            bool completed = shared.IsCompleted;
            return shared.IsPoisoned ? Verdict.Never
                : shared.HasItem ? Verdict.Go
                : completed && shared.IsAtEnd ? Verdict.Never
                : Verdict.Wait;
        }
    }
}
