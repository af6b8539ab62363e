using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Compares columns of 64-bit values: one bit per row, 64 rows a word.</summary>
/// <remarks>Sides hold 64 values for every word of the result; a constant stands for as many. Total on garbage: IEEE comparisons, no exceptions.</remarks>
public static class ColumnComparison
{
    private const int BlockLength = 64;

    // One method for each type, so that the generic ones are compiled ahead with this assembly.
    public static void Compare(Ordering ordering, ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<ulong> result) => CompareColumns(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<ulong> result) => CompareColumns(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<long> left, long right, Span<ulong> result) => CompareWith(ordering, left, right, result);

    public static void Compare(Ordering ordering, ReadOnlySpan<double> left, double right, Span<ulong> result) => CompareWith(ordering, left, right, result);

    private static void CompareColumns<T>(Ordering ordering, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<ulong> result) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(left.Length, result.Length * BlockLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(right.Length, result.Length * BlockLength);

        // Safe: both sides hold 64 values for every word of the result.
        Compare(ordering, ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(right), 1, result);
    }

    private static void CompareWith<T>(Ordering ordering, ReadOnlySpan<T> left, T right, Span<ulong> result) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(left.Length, result.Length * BlockLength);
        Vector512<T> constant = Vector512.Create(right);

        // Safe: the left side holds 64 values for every word; of the right one only its one vector is read.
        Compare(ordering, ref MemoryMarshal.GetReference(left), ref Unsafe.As<Vector512<T>, T>(ref constant), 0, result);
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

    private static void Compare<T>(Ordering ordering, ref T left, ref T right, int step, Span<ulong> result) where T : unmanaged
    {
        switch (ordering)
        {
            case Ordering.Equal:
                Run<T, Equal<T>>(ref left, ref right, step, result);
                break;
            case Ordering.NotEqual:
                Run<T, Equal<T>>(ref left, ref right, step, result);
                foreach (ref ulong word in result)
                {
                    word = ~word;
                }

                break;
            case Ordering.Less:
                Run<T, Less<T>>(ref left, ref right, step, result);
                break;
            case Ordering.LessOrEqual:
                Run<T, LessOrEqual<T>>(ref left, ref right, step, result);
                break;
            case Ordering.Greater:
                Run<T, Greater<T>>(ref left, ref right, step, result);
                break;
            default:
                Run<T, GreaterOrEqual<T>>(ref left, ref right, step, result);
                break;
        }
    }

    private static void Run<T, TTest>(ref T left, ref T right, int step, Span<ulong> result)
        where T : unmanaged
        where TTest : struct, ITest<T>
    {
        for (int word = 0; word < result.Length; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < BlockLength; i += Vector512<T>.Count)
            {
                nuint at = (nuint)((word * BlockLength) + i);

                // Safe: the callers checked that the sides reach to the last word; a constant has step 0.
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
