using System;
using System.Numerics;
using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>Judges values against the last accepted ones of their key: the state of an <c>outlier</c> module, by the key's slot.</summary>
/// <remarks>
/// A key's window is a ring in order of arrival and, for <c>mad</c> and <c>iqr</c>, the same values sorted; both begin small and grow to the
/// window's length. The verdicts on the last 2 × <c>reset_after</c> judged values are kept as bits.
/// </remarks>
internal sealed class OutlierJudge<T> : IDisposable where T : unmanaged, INumber<T>
{
    private const int FirstCapacity = 8;

    private readonly OutlierRule _rule;
    private readonly NativeArray<Track> _tracks;
    private readonly Action<long> _charge;
    private NativeHeap _heap;

    public OutlierJudge(OutlierRule rule, Action<long> charge)
    {
        _rule = rule;
        _tracks = new NativeArray<Track>(charge);
        _charge = charge;
    }

    ~OutlierJudge() => _heap.Free(null);

    /// <summary>Bytes of a key's state at most: its track, and its blocks of the window and the verdicts, in lists that grow; blocks that a window grew out of included.</summary>
    public long BytesPerKey
    {
        get
        {
            long window = NativeHeap.SizeOf(_rule.Window * (_rule.NeedsOrder ? 2 : 1));
            long verdicts = NativeHeap.SizeOf(((2 * _rule.ResetAfter) + 63) / 64);
            return (2 * StructBytes.SizeOf<Track>()) + (3 * sizeof(long) * ((2 * window) + verdicts));
        }
    }

    /// <summary>The slot is a new key's: it may have been another's before.</summary>
    public void Begin(int slot)
    {
        _tracks.EnsureLength(slot + 1);
        ref Track track = ref _tracks[slot];
        track = new Track { Values = track.Values, Capacity = track.Capacity, History = track.History };
    }

    /// <summary>
    /// Judges the next value of a key, and accepts it where it is no outlier. For one, where <paramref name="wantsBound"/>,
    /// <paramref name="bound"/> is the formula's bound on its side.
    /// </summary>
    public bool IsOutlier(int slot, T value, bool wantsBound, out T bound)
    {
        bound = value;
        _tracks.EnsureLength(slot + 1);
        ref Track track = ref _tracks[slot];
        if (track.Accepted < _rule.Warmup)
        {
            track.Accepted++;
            Accept(ref track, value);
            return false;
        }

        bool outlier = Judge(ref track, value, wantsBound, ref bound);
        if (!outlier)
        {
            Accept(ref track, value);
        }

        Remember(ref track, outlier);
        return outlier;
    }

    public void Walk(StateWalk walk)
    {
        walk.Same(_rule.Window, "'window'");
        walk.Same((long)_rule.Method, "'method'");
        walk.Same(_rule.ResetAfter, "'reset_after'");
        walk.Array(_tracks);
        _heap.Walk(walk, _charge);
    }

    public void Dispose()
    {
        _tracks.Dispose();
        _heap.Free(_charge);
        GC.SuppressFinalize(this);
    }

    private bool Judge(ref Track track, T value, bool wantsBound, ref T bound)
    {
        if (_rule.NeedsOrder)
        {
            Span<T> sorted = Sorted(ref track);
            Band<T> band = _rule.Method == OutlierMethod.Mad ? Band<T>.OfDeviation(sorted, _rule.Threshold) : Band<T>.OfQuartiles(sorted, _rule.Threshold);
            int side = band.Side(value);
            if (side != 0 && wantsBound)
            {
                bound = band.Bound(side);
            }

            return side != 0;
        }

        ReadOnlySpan<T> window = Ring(ref track)[..track.Count];
        if (track.Sums.IsOutside(value, track.Count, _rule.Threshold) is not { } outside)
        {
            outside = ZScore.Side(window, value, _rule.Threshold) != 0;
        }

        if (outside && wantsBound)
        {
            bound = ZScoreBound(window, value);
        }

        return outside;
    }

    private T ZScoreBound(ReadOnlySpan<T> window, T value)
    {
        int side = ZScore.Side(window, value, _rule.Threshold);
        double bound = ZScore.Bound(window, side, _rule.Threshold);
        if (typeof(T) == typeof(double))
        {
            // A clipped value never moves away from the window.
            double from = double.CreateTruncating(value);
            return T.CreateTruncating(side > 0 ? Math.Min(bound, from) : Math.Max(bound, from));
        }

        return T.CreateTruncating(WholeBound(window, long.CreateTruncating(value), side, bound));
    }

    /// <summary>The last whole number on the way out from the mean that is not beyond the bound; <paramref name="near"/> is close to it.</summary>
    private long WholeBound(ReadOnlySpan<T> window, long outlier, int side, double near)
    {
        // Within: not beyond the bound. Beyond: the outlier. Both walk to each other; the first steps go to where the bound should be.
        long beyond = outlier;
        long within = long.CreateTruncating(side > 0 ? Least(window) : Greatest(window));
        long guess = side > 0 ? Whole(Math.Floor(near)) : Whole(Math.Ceiling(near));
        for (int step = 0; Int128.Abs((Int128)beyond - within) > 1; step++)
        {
            Int128 next = step == 0 ? guess : step == 1 ? (Int128)guess + side : ((Int128)beyond + within) >> 1;
            Int128 low = Int128.Min(within, beyond);
            Int128 high = Int128.Max(within, beyond);
            if (next <= low || next >= high)
            {
                next = (low + high) >> 1;
            }

            if (ZScore.Side(window, T.CreateTruncating((long)next), _rule.Threshold) == side)
            {
                beyond = (long)next;
            }
            else
            {
                within = (long)next;
            }
        }

        return within;
    }

    private static long Whole(double value) => value >= 9.3e18 ? long.MaxValue : value <= -9.3e18 ? long.MinValue : (long)value;

    private static T Least(ReadOnlySpan<T> values)
    {
        T least = values[0];
        foreach (T value in values)
        {
            least = T.Min(least, value);
        }

        return least;
    }

    private static T Greatest(ReadOnlySpan<T> values)
    {
        T greatest = values[0];
        foreach (T value in values)
        {
            greatest = T.Max(greatest, value);
        }

        return greatest;
    }

    private void Accept(ref Track track, T value)
    {
        if (track.Count == _rule.Window)
        {
            Span<T> ring = Ring(ref track);
            T oldest = ring[track.Oldest];
            ring[track.Oldest] = value;
            track.Oldest = track.Oldest + 1 == _rule.Window ? 0 : track.Oldest + 1;
            if (_rule.NeedsOrder)
            {
                Replace(Sorted(ref track), oldest, value);
                return;
            }

            track.Sums.Remove(oldest);
            track.Sums.Add(value);
            if (track.Sums.Changes >= _rule.Window)
            {
                track.Sums.Reset(ring[..track.Count], track.Oldest);
            }

            return;
        }

        if (track.Count == track.Capacity)
        {
            Grow(ref track);
        }

        Ring(ref track)[track.Count++] = value;
        if (_rule.NeedsOrder)
        {
            Insert(Sorted(ref track), value);
        }
        else if (track.Count == 1)
        {
            track.Sums.Reset(Ring(ref track)[..1], 0);
        }
        else
        {
            track.Sums.Add(value);
        }
    }

    private void Grow(ref Track track)
    {
        int capacity = Math.Min(Math.Max(FirstCapacity, track.Capacity * 2), _rule.Window);
        int copies = _rule.NeedsOrder ? 2 : 1;
        int block = _heap.Allocate(capacity * copies, _charge);
        if (track.Capacity > 0)
        {
            Span<T> to = _heap.Values<T>(block, capacity * copies);
            Ring(ref track)[..track.Count].CopyTo(to);
            if (_rule.NeedsOrder)
            {
                Sorted(ref track).CopyTo(to[capacity..]);
            }

            _heap.Release(track.Values, track.Capacity * copies);
        }

        track.Values = block;
        track.Capacity = capacity;
    }

    /// <summary>Puts a value, the last item, where it belongs among those before it.</summary>
    private static void Insert(Span<T> sorted, T value)
    {
        int at = LowerBound(sorted[..^1], value);
        sorted[at..^1].CopyTo(sorted[(at + 1)..]);
        sorted[at] = value;
    }

    /// <summary>Takes one value out and puts another in, moving only what lies between.</summary>
    private static void Replace(Span<T> sorted, T old, T value)
    {
        int from = LowerBound(sorted, old);
        int to = LowerBound(sorted, value);
        if (to > from)
        {
            to--;
            sorted[(from + 1)..(to + 1)].CopyTo(sorted[from..]);
        }
        else
        {
            sorted[to..from].CopyTo(sorted[(to + 1)..]);
        }

        sorted[to] = value;
    }

    private static int LowerBound(ReadOnlySpan<T> sorted, T value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Notes a verdict; where too many of the last ones were outliers, the last among them, the key starts anew.</summary>
    private void Remember(ref Track track, bool outlier)
    {
        int most = 2 * _rule.ResetAfter;
        int words = (most + 63) / 64;
        if (track.History == 0)
        {
            track.History = _heap.Allocate(words, _charge) + 1;
        }

        ref ulong word = ref _heap.Values<ulong>(track.History - 1, words)[track.Next >> 6];
        ulong bit = 1UL << track.Next;
        if (track.Judged == most)
        {
            track.Outliers -= (word & bit) != 0 ? 1 : 0;
        }
        else
        {
            track.Judged++;
        }

        word = outlier ? word | bit : word & ~bit;
        track.Outliers += outlier ? 1 : 0;
        track.Next = track.Next + 1 == most ? 0 : track.Next + 1;
        if (outlier && track.Outliers >= _rule.ResetAfter)
        {
            track = new Track { Values = track.Values, Capacity = track.Capacity, History = track.History };
        }
    }

    private Span<T> Ring(ref Track track) => _heap.Values<T>(track.Values, track.Capacity);

    private Span<T> Sorted(ref Track track) => _heap.Values<T>(track.Values, track.Capacity + track.Count)[track.Capacity..];

    private struct Track
    {
        public RunningSums<T> Sums;
        public int Values;    // block: the ring, then the sorted values
        public int Capacity;  // of the ring
        public int Count;
        public int Oldest;    // in the ring, once it is full
        public int Accepted;  // up to the warm-up
        public int History;   // block of verdicts + 1; 0: none yet
        public int Judged;    // how many verdicts there are
        public int Next;      // where the next one goes
        public int Outliers;  // among them
    }
}
