using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>A DDSketch in a table's heap: dense bucket counts of both signs that grow with the range of the values, never collapsed.</summary>
/// <remarks>
/// Words of its block: order of the lowest and of the highest value, count of zeros, then for positive and for negative values the store's block, its capacity
/// and the index of its first bucket. All doubles together have fewer than 146,000 buckets a sign, so it has a bound.
/// </remarks>
internal static class SketchState
{
    private const int Words = 9;
    private const int Zeros = 2;
    private const int Positive = 3;
    private const int Negative = 6;
    private const int FirstCapacity = 64;

    public static int Create(ref NativeHeap heap, Action<long> charge)
    {
        int sketch = heap.Allocate(Words, charge);
        Span<long> words = heap.Words(sketch, Words);
        words.Clear();
        words[0] = long.MaxValue;
        words[1] = long.MinValue;
        return sketch;
    }

    public static void Add(ref NativeHeap heap, int sketch, double value, Action<long> charge)
    {
        long order = OrderedFloat64.Order(value);
        Span<long> words = heap.Words(sketch, Words);
        words[0] = Math.Min(words[0], order);
        words[1] = Math.Max(words[1], order);
        if (value == 0 || !double.IsFinite(value))
        {
            words[Zeros]++;
        }
        else
        {
            Count(ref heap, sketch + (value > 0 ? Positive : Negative), QuantileSketch.Index(Math.Abs(value)), 1, charge);
        }
    }

    public static void Merge(ref NativeHeap heap, int sketch, ref NativeHeap from, int other, Action<long> charge)
    {
        Span<long> words = heap.Words(sketch, Words);
        Span<long> added = from.Words(other, Words);
        words[0] = Math.Min(words[0], added[0]);
        words[1] = Math.Max(words[1], added[1]);
        words[Zeros] += added[Zeros];
        MergeStore(ref heap, sketch + Positive, ref from, other + Positive, charge);
        MergeStore(ref heap, sketch + Negative, ref from, other + Negative, charge);
    }

    public static void Release(ref NativeHeap heap, int sketch)
    {
        for (int store = sketch + Positive; store <= sketch + Negative; store += Negative - Positive)
        {
            Span<long> words = heap.Words(store, 3);
            if (words[1] > 0)
            {
                heap.Release((int)words[0], (int)words[1]);
            }
        }

        heap.Release(sketch, Words);
    }

    public static double Quantile(ref NativeHeap heap, int sketch, long count, double share)
    {
        (long rank, double part) = QuantileSketch.Place(count, share);
        double low = AtRank(ref heap, sketch, rank);
        double value = part == 0 ? low : QuantileSketch.Between(low, AtRank(ref heap, sketch, rank + 1), part);
        Span<long> words = heap.Words(sketch, Words);
        return Math.Clamp(value, OrderedFloat64.Value(words[0]), OrderedFloat64.Value(words[1]));
    }

    private static double AtRank(ref NativeHeap heap, int sketch, long rank)
    {
        Span<long> words = heap.Words(sketch, Words);
        ReadOnlySpan<long> negative = heap.Words((int)words[Negative], (int)words[Negative + 1]);
        for (int i = negative.Length - 1; i >= 0; i--)
        {
            rank -= negative[i];
            if (rank < 0)
            {
                return -QuantileSketch.Value((int)words[Negative + 2] + i);
            }
        }

        rank -= words[Zeros];
        if (rank < 0)
        {
            return 0;
        }

        ReadOnlySpan<long> positive = heap.Words((int)words[Positive], (int)words[Positive + 1]);
        for (int i = 0; i < positive.Length; i++)
        {
            rank -= positive[i];
            if (rank < 0)
            {
                return QuantileSketch.Value((int)words[Positive + 2] + i);
            }
        }

        return OrderedFloat64.Value(words[1]);
    }

    private static void MergeStore(ref NativeHeap heap, int store, ref NativeHeap from, int other, Action<long> charge)
    {
        int capacity = (int)from.Words(other, 3)[1];
        for (int i = 0; i < capacity; i++)
        {
            Span<long> words = from.Words(other, 3);
            long count = from.Words((int)words[0], capacity)[i];
            if (count != 0)
            {
                Count(ref heap, store, (int)words[2] + i, count, charge);
            }
        }
    }

    private static void Count(ref NativeHeap heap, int store, int index, long count, Action<long> charge)
    {
        Span<long> words = heap.Words(store, 3);
        long place = index - words[2];
        if ((ulong)place >= (ulong)words[1])
        {
            Cover(ref heap, store, index, charge);
            words = heap.Words(store, 3);
            place = index - words[2];
        }

        heap.Words((int)words[0], (int)words[1])[(int)place] += count;
    }

    /// <summary>Makes the store reach an index; what it grows by lies on that side.</summary>
    private static void Cover(ref NativeHeap heap, int store, int index, Action<long> charge)
    {
        Span<long> words = heap.Words(store, 3);
        (int block, int capacity, int first) = ((int)words[0], (int)words[1], (int)words[2]);
        if (capacity == 0)
        {
            first = index - (FirstCapacity / 2);
        }

        int low = Math.Min(first, index);
        int high = Math.Max(first + capacity, index + 1);
        int nextCapacity = NativeHeap.SizeOf(Math.Max(FirstCapacity, high - low));
        int nextFirst = index < first ? high - nextCapacity : low;
        int next = heap.Allocate(nextCapacity, charge);
        Span<long> counts = heap.Words(next, nextCapacity);
        counts.Clear();
        if (capacity > 0)
        {
            heap.Words(block, capacity).CopyTo(counts[(first - nextFirst)..]);
            heap.Release(block, capacity);
        }

        words = heap.Words(store, 3);
        (words[0], words[1], words[2]) = (next, nextCapacity, nextFirst);
    }
}
