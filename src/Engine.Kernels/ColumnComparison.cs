using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Compares columns of 64-bit values: one bit per row, 64 rows a word.</summary>
/// <remarks>
/// Sides hold 64 values for every word of the result, or for its last word fewer, in eights: bits without a value mean nothing. A constant stands for as many. Total on
/// garbage: IEEE comparisons, no exceptions.
/// </remarks>
public static class ColumnComparison
{
    private const int BlockLength = 64;
    private const int VectorLength = 8;

    // One method for each type, so that the generic ones are compiled ahead with this assembly.
    public static void Compare(Ordering ordering, ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<ulong> result) => CompareColumns(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<ulong> result) => CompareColumns(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<long> left, long right, Span<ulong> result) => CompareWith(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<double> left, double right, Span<ulong> result) => CompareWith(ordering, left, right, result);

    /// <summary>Whether values lie between two constants, or are one of them.</summary>
    public static void Within(ReadOnlySpan<long> values, long low, long high, Span<ulong> result) => RunWithin(values, low, high, result);

    /// <summary>The same of doubles; NaN does not.</summary>
    public static void Within(ReadOnlySpan<double> values, double low, double high, Span<ulong> result) => RunWithin(values, low, high, result);

    internal static void WithinScalar<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> result) where T : IComparisonOperators<T, T, bool>
    {
        result.Clear();
        for (int i = 0; i < Math.Min(values.Length, result.Length * BlockLength); i++)
        {
            result[i >> 6] |= (values[i] >= low && values[i] <= high ? 1UL : 0UL) << i;
        }
    }

    private static void RunWithin<T>(ReadOnlySpan<T> values, T low, T high, Span<ulong> result) where T : unmanaged
    {
        int rows = Rows(values.Length, result.Length);
        Vector512<T> lowest = Vector512.Create(low);
        Vector512<T> highest = Vector512.Create(high);

        // Safe: the values hold so many rows.
        ref T start = ref MemoryMarshal.GetReference(values);
        for (int word = 0; word < result.Length; word++)
        {
            ulong bits = 0;
            for (int first = word * BlockLength, i = 0; i < Math.Min(BlockLength, rows - first); i += VectorLength)
            {
                // Safe: there are so many values.
                Vector512<T> some = Vector512.LoadUnsafe(ref start, (nuint)(first + i));
                bits |= (Vector512.GreaterThanOrEqual(some, lowest) & Vector512.LessThanOrEqual(some, highest)).ExtractMostSignificantBits() << i;
            }

            result[word] = bits;
        }
    }

    /// <summary>How many rows are looked at: eights that reach into the last word of the result.</summary>
    private static int Rows(int values, int words)
    {
        int rows = Math.Min(values, words * BlockLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows % VectorLength, 0, nameof(values));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rows, (words - 1) * BlockLength, nameof(values));
        return rows;
    }

    private static void CompareColumns<T>(Ordering ordering, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<ulong> result) where T : unmanaged
    {
        int rows = Rows(left.Length, result.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(right.Length, rows);

        // Safe: both sides hold so many values.
        Compare(ordering, ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right), 1, rows, result);
    }

    private static void CompareWith<T>(Ordering ordering, ReadOnlySpan<T> left, T right, Span<ulong> result) where T : unmanaged
    {
        int rows = Rows(left.Length, result.Length);
        Vector512<T> constant = Vector512.Create(right);

        // Safe: the left side holds so many values; of the right one only its one vector is read.
        Compare(ordering, ref MemoryMarshal.GetReference(left), ref Unsafe.As<Vector512<T>, T>(ref constant), 0, rows, result);
    }

    internal static void CompareScalar<T>(Ordering ordering, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<ulong> result)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        result.Clear();
        for (int i = 0; i < result.Length * BlockLength; i++)
        {
            if (HoldsScalar(ordering, left[i], right[i]))
            {
                result[i >> 6] |= 1UL << i;
            }
        }
    }

    internal static void CompareScalar<T>(Ordering ordering, ReadOnlySpan<T> left, T right, Span<ulong> result)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        result.Clear();
        for (int i = 0; i < result.Length * BlockLength; i++)
        {
            if (HoldsScalar(ordering, left[i], right))
            {
                result[i >> 6] |= 1UL << i;
            }
        }
    }

    private static bool HoldsScalar<T>(Ordering ordering, T left, T right) where T : IComparisonOperators<T, T, bool> => ordering switch
    {
        Ordering.Equal => left == right,
        Ordering.NotEqual => left != right,
        Ordering.Less => left < right,
        Ordering.LessOrEqual => left <= right,
        Ordering.Greater => left > right,
        _ => left >= right,
    };

    private static void Compare<T>(Ordering ordering, ref T left, ref T right, int step, int rows, Span<ulong> result) where T : unmanaged
    {
        switch (ordering)
        {
            case Ordering.Equal:
                Run<T, Equal<T>>(ref left, ref right, step, rows, result);
                break;
            case Ordering.NotEqual:
                Run<T, Equal<T>>(ref left, ref right, step, rows, result);
                foreach (ref ulong word in result)
                {
                    word = ~word;
                }

                break;
            case Ordering.Less:
                Run<T, Less<T>>(ref left, ref right, step, rows, result);
                break;
            case Ordering.LessOrEqual:
                Run<T, LessOrEqual<T>>(ref left, ref right, step, rows, result);
                break;
            case Ordering.Greater:
                Run<T, Greater<T>>(ref left, ref right, step, rows, result);
                break;
            default:
                Run<T, GreaterOrEqual<T>>(ref left, ref right, step, rows, result);
                break;
        }
    }

    private static void Run<T, TTest>(ref T left, ref T right, int step, int rows, Span<ulong> result)
        where T : unmanaged
        where TTest : struct, ITest<T>
    {
        for (int word = 0; word < result.Length; word++)
        {
            ulong bits = 0;
            for (int first = word * BlockLength, i = 0; i < Math.Min(BlockLength, rows - first); i += VectorLength)
            {
                nuint at = (nuint)(first + i);

                // Safe: the callers checked that the sides have so many rows; a constant has step 0.
                bits |= TTest.Of(Vector512.LoadUnsafe(ref left, at), Vector512.LoadUnsafe(ref right, at * (nuint)step)).ExtractMostSignificantBits() << i;
            }

            result[word] = bits;
        }
    }

    private interface ITest<T>
    {
        static abstract Vector512<T> Of(Vector512<T> left, Vector512<T> right);
    }

    private readonly struct Equal<T> : ITest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> left, Vector512<T> right) => Vector512.Equals(left, right);
    }

    private readonly struct Less<T> : ITest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> left, Vector512<T> right) => Vector512.LessThan(left, right);
    }

    private readonly struct LessOrEqual<T> : ITest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> left, Vector512<T> right) => Vector512.LessThanOrEqual(left, right);
    }

    private readonly struct Greater<T> : ITest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> left, Vector512<T> right) => Vector512.GreaterThan(left, right);
    }

    private readonly struct GreaterOrEqual<T> : ITest<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> left, Vector512<T> right) => Vector512.GreaterThanOrEqual(left, right);
    }
}
