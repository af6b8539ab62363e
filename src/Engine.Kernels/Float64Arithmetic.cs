using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>The four operations on doubles, with one bit per row where the result is finite.</summary>
/// <remarks>
/// A side is a column or a constant (one value). Columns hold 64 values for every word of <c>finite</c>, or for its last word fewer, in eights: bits without a value mean
/// nothing. The result may be one of the sides.
/// Every operation is IEEE 754's, rounded lane by lane: the same bits at every vector width.
/// </remarks>
public static class Float64Arithmetic
{
    private const int BlockLength = 64;
    private const int VectorLength = 8;

    public static void Add(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite) => Run<Sum>(left, right, result, finite);

    public static void Subtract(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite) => Run<Difference>(left, right, result, finite);

    public static void Multiply(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite) => Run<Product>(left, right, result, finite);

    public static void Divide(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite) => Run<Quotient>(left, right, result, finite);

    /// <summary>Which values are finite.</summary>
    public static void Finite(ReadOnlySpan<double> values, Span<ulong> finite)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, finite.Length * BlockLength);

        // Safe: there are 64 values for every word.
        ref double start = ref MemoryMarshal.GetReference(values);
        for (int word = 0; word < finite.Length; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < BlockLength; i += Vector512<double>.Count)
            {
                // Safe: there are 64 values for every word.
                bits |= IsFinite(Vector512.LoadUnsafe(ref start, (nuint)((word * BlockLength) + i))).ExtractMostSignificantBits() << i;
            }

            finite[word] = bits;
        }
    }

    internal static void FiniteScalar(ReadOnlySpan<double> values, Span<ulong> finite)
    {
        finite.Clear();
        for (int i = 0; i < finite.Length * BlockLength; i++)
        {
            finite[i >> 6] |= (double.IsFinite(values[i]) ? 1UL : 0UL) << i;
        }
    }

    internal static void AddScalar(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite)
    {
        for (int i = 0; i < finite.Length * BlockLength; i++)
        {
            result[i] = At(left, i) + At(right, i);
        }

        FiniteScalar(result, finite);
    }

    internal static void SubtractScalar(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite)
    {
        for (int i = 0; i < finite.Length * BlockLength; i++)
        {
            result[i] = At(left, i) - At(right, i);
        }

        FiniteScalar(result, finite);
    }

    internal static void MultiplyScalar(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite)
    {
        for (int i = 0; i < finite.Length * BlockLength; i++)
        {
            result[i] = At(left, i) * At(right, i);
        }

        FiniteScalar(result, finite);
    }

    internal static void DivideScalar(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite)
    {
        for (int i = 0; i < finite.Length * BlockLength; i++)
        {
            result[i] = At(left, i) / At(right, i);
        }

        FiniteScalar(result, finite);
    }

    private static double At(ReadOnlySpan<double> side, int row) => side.Length == 1 ? side[0] : side[row];

    // Infinity minus itself, and a NaN minus itself, is NaN, which equals nothing; a finite value leaves 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> IsFinite(Vector512<double> values) => Vector512.Equals(values - values, Vector512<double>.Zero);

    [MethodImpl(MethodImplOptions.NoInlining)] // once for a column: four of them in one caller made it clear a frame of 500 bytes at each call
    private static void Run<TOperation>(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result, Span<ulong> finite)
        where TOperation : struct, IOperation
    {
        int rows = Math.Min(result.Length, finite.Length * BlockLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows % VectorLength, 0, nameof(result));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rows, (finite.Length - 1) * BlockLength, nameof(result));
        ArgumentOutOfRangeException.ThrowIfLessThan(left.Length, left.Length == 1 ? 1 : rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(right.Length, right.Length == 1 ? 1 : rows);
        if (rows == 0)
        {
            return;
        }

        Vector512<double> leftConstant = Vector512.Create(left[0]);
        Vector512<double> rightConstant = Vector512.Create(right[0]);
        nuint leftStep = left.Length == 1 ? 0u : 1u;
        nuint rightStep = right.Length == 1 ? 0u : 1u;

        // Safe: columns have so many rows, checked above; of a constant only its one vector is read.
        ref double leftStart = ref leftStep == 0 ? ref Unsafe.As<Vector512<double>, double>(ref leftConstant) : ref MemoryMarshal.GetReference(left);
        ref double rightStart = ref rightStep == 0 ? ref Unsafe.As<Vector512<double>, double>(ref rightConstant) : ref MemoryMarshal.GetReference(right);
        ref double resultStart = ref MemoryMarshal.GetReference(result);
        for (int word = 0; word < finite.Length; word++)
        {
            ulong bits = 0;
            for (int first = word * BlockLength, i = 0; i < Math.Min(BlockLength, rows - first); i += VectorLength)
            {
                nuint at = (nuint)(first + i);

                // Safe: there are so many values, checked above.
                Vector512<double> value = TOperation.Of(Vector512.LoadUnsafe(ref leftStart, at * leftStep), Vector512.LoadUnsafe(ref rightStart, at * rightStep));
                value.StoreUnsafe(ref resultStart, at);
                bits |= IsFinite(value).ExtractMostSignificantBits() << i;
            }

            finite[word] = bits;
        }
    }

    private interface IOperation
    {
        static abstract Vector512<double> Of(Vector512<double> left, Vector512<double> right);
    }

    private readonly struct Sum : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left + right;
    }

    private readonly struct Difference : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left - right;
    }

    private readonly struct Product : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left * right;
    }

    private readonly struct Quotient : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left / right;
    }
}
