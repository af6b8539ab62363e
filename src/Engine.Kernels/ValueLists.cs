using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Lists of values by group, as integers of the same order, in one heap of words.</summary>
/// <remarks>A list's state is <see cref="Words"/> words: how many values it has, where in the heap it begins, and for how many it has room.</remarks>
public static class ValueLists
{
    public const int Words = 3;

    /// <summary>The longest list that <see cref="Smallest"/> takes.</summary>
    public const int MaxSmall = 32;

    private const int Few = 16; // below, insertion is quickest

    /// <summary>Appends each row's value to its group's list.</summary>
    /// <param name="rows">The rows: places in <paramref name="values"/>.</param>
    /// <param name="places">For each of them, where its group's record begins: the caller vouches that all of it lies in <paramref name="records"/>.</param>
    /// <param name="values">A column.</param>
    /// <param name="records">Records of groups.</param>
    /// <param name="offset">Where in a record the state begins.</param>
    /// <param name="heap">The words of the lists.</param>
    /// <returns>How many rows there are, or the first whose list has no room.</returns>
    public static int Append(ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<long> values, Span<long> records, int offset, Span<long> heap) =>
        Append(rows, places, values, records, offset, heap, 0);

    /// <summary>The same with doubles: lists hold their orders (<see cref="Summaries.OrderOf"/>).</summary>
    public static int Append(ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<double> values, Span<long> records, int offset, Span<long> heap) =>
        // Safe: the same memory as integers of the same size.
        Append(rows, places, MemoryMarshal.Cast<double, long>(values), records, offset, heap, long.MaxValue);

    /// <summary>The value of a list that has <paramref name="rank"/> others before it when the list is sorted, and the one behind it (the last one is behind itself).</summary>
    /// <remarks>
    /// The first is the greatest of the values that have at most so many smaller ones. Those are counted for four at once: whether one is smaller than another is what nobody
    /// can guess, and sorting a short list is little else.
    /// </remarks>
    /// <param name="list">At least one value and at most <see cref="MaxSmall"/>, in any order.</param>
    /// <param name="rank">Below the length of the list.</param>
    public static (long Value, long Next) Smallest(ReadOnlySpan<long> list, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfZero(list.Length);
        if (list.Length < Vector256<long>.Count)
        {
            Span<long> padded = [long.MinValue, long.MinValue, long.MinValue, long.MinValue];
            list.CopyTo(padded);
            return Search(padded, list, rank);
        }

        return Search(list, list, rank);
    }

    /// <summary>Sorts a list in place. The class library's sort of a span allocates at each call in native code.</summary>
    public static void Sort(Span<long> list) => Sort(list, 2 * BitOperations.Log2((uint)list.Length | 1));

    /// <param name="list">The values.</param>
    /// <param name="splits">So often it may be split: values that split badly are left to the class library, whose time is bounded, though it allocates in native code.</param>
    internal static void Sort(Span<long> list, int splits)
    {
        while (list.Length > Few)
        {
            if (splits-- == 0)
            {
                list.Sort();
                return;
            }

            int middle = Split(list);
            Sort(list[..middle], splits);
            list = list[middle..];
        }

        for (int i = 1; i < list.Length; i++)
        {
            long value = list[i];
            int at = i;
            for (; at > 0 && list[at - 1] > value; at--)
            {
                list[at] = list[at - 1];
            }

            list[at] = value;
        }
    }

    /// <summary>Exchanges values so that none before the place given back is greater than one behind it (Hoare 1961); neither side is empty.</summary>
    private static int Split(Span<long> list)
    {
        long first = list[0], last = list[^1], between = list[list.Length / 2];
        long pivot = Math.Max(Math.Min(first, last), Math.Min(Math.Max(first, last), between));
        int low = -1;
        int high = list.Length;
        while (true)
        {
            do
            {
                low++;
            }
            while (list[low] < pivot);
            do
            {
                high--;
            }
            while (list[high] > pivot);
            if (low >= high)
            {
                return high + 1;
            }

            (list[low], list[high]) = (list[high], list[low]);
        }
    }

    /// <param name="vectors">The list's values, and perhaps others that are smaller; four at least.</param>
    /// <param name="list">The list.</param>
    /// <param name="rank">As above.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // twice, for lists of different lengths
    private static (long Value, long Next) Search(ReadOnlySpan<long> vectors, ReadOnlySpan<long> list, int rank)
    {
        Vector256<long> limit = Vector256.Create((long)rank);
        Vector256<long> nextLimit = Vector256.Create(rank + 1L);
        Vector256<long> best = Vector256.Create(long.MinValue);
        Vector256<long> next = best;
        int last = vectors.Length - Vector256<long>.Count;
        for (int at = 0; at < vectors.Length; at += Vector256<long>.Count)
        {
            // Safe: four values from there on; the last four overlap those before, and a value that is looked at twice is the same value.
            Vector256<long> four = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(vectors), (nuint)Math.Min(at, last));
            Vector256<long> smaller = Vector256<long>.Zero;
            for (int i = 0; i < list.Length; i++)
            {
                smaller -= Vector256.LessThan(Vector256.Create(list[i]), four);
            }

            best = Vector256.ConditionalSelect(Vector256.GreaterThan(smaller, limit), best, Vector256.Max(best, four));
            next = Vector256.ConditionalSelect(Vector256.GreaterThan(smaller, nextLimit), next, Vector256.Max(next, four));
        }

        return (Highest(best), Highest(next));
    }

    private static long Highest(Vector256<long> values)
    {
        Vector128<long> two = Vector128.Max(values.GetLower(), values.GetUpper());
        return Math.Max(two.GetElement(0), two.GetElement(1));
    }

    private static int Append(ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<long> values, Span<long> records, int offset, Span<long> heap, long flipped)
    {
        places = places[..rows.Length];

        // Safe: states lie in their records, at places that the caller's table gave out.
        ref long states = ref Unsafe.Add(ref MemoryMarshal.GetReference(records), offset);
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above; three words from the state's first one on.
            ref long state = ref Unsafe.Add(ref states, (nint)(uint)places[i]);
            long count = state;
            // Safe: the state's third word.
            if (count >= Unsafe.Add(ref state, 2))
            {
                return i;
            }

            long value = values[rows[i]];
            // Safe: the state's second word.
            heap[(int)(Unsafe.Add(ref state, 1) + count)] = value ^ ((value >> 63) & flipped);
            state = count + 1;
        }

        return rows.Length;
    }
}
