using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Sums, differences, products and remainders of whole numbers, with one fault bit per row where a result does not fit, or a divisor is 0.</summary>
/// <remarks>
/// A side is a column (64 values for every word of <c>faults</c>) or a constant (one value). The result may be one of the sides.
/// Total on garbage: a faulty row's result is garbage too, its fault bit is set.
/// </remarks>
public static class Int64Arithmetic
{
    private const int BlockLength = 64;

    public static void Add(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults) => Run<Sum>(left, right, result, faults);

    public static void Subtract(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults) => Run<Difference>(left, right, result, faults);

    public static void Multiply(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        Check(left, right, result, faults);
        int leftStep = left.Length == 1 ? 0 : 1;
        int rightStep = right.Length == 1 ? 0 : 1;
        for (int word = 0; word < faults.Length; word++)
        {
            // Most blocks hold small numbers only, whose products fit: seen by the upper halves once each is moved up by 2^31.
            ulong wide = 0;
            for (int at = word * BlockLength; at < (word + 1) * BlockLength; at++)
            {
                wide |= (ulong)(left[at * leftStep] + (1L << 31)) | (ulong)(right[at * rightStep] + (1L << 31));
            }

            if (wide >> 32 != 0)
            {
                faults[word] = MultiplyWide(left, leftStep, right, rightStep, result, word * BlockLength);
                continue;
            }

            for (int at = word * BlockLength; at < (word + 1) * BlockLength; at++)
            {
                result[at] = left[at * leftStep] * right[at * rightStep];
            }

            faults[word] = 0;
        }
    }

    /// <summary>The remainder has the dividend's sign. Faults mark divisors of 0.</summary>
    public static void Remainder(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        Check(left, right, result, faults);
        int leftStep = left.Length == 1 ? 0 : 1;
        int rightStep = right.Length == 1 ? 0 : 1;
        for (int word = 0; word < faults.Length; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < BlockLength; i++)
            {
                int at = (word * BlockLength) + i;
                long divisor = right[at * rightStep];
                bits |= (divisor == 0 ? 1UL : 0UL) << i;

                // By 1 and −1 nothing is left over; −1 itself would trap for the lowest dividend, and 0 for every one.
                result[at] = (ulong)(divisor + 1) <= 2 ? 0 : left[at * leftStep] % divisor;
            }

            faults[word] = bits;
        }
    }

    internal static void AddScalar(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        faults.Clear();
        for (int i = 0; i < faults.Length * BlockLength; i++)
        {
            Int128 exact = (Int128)At(left, i) + At(right, i);
            Store(exact, i, result, faults);
        }
    }

    internal static void SubtractScalar(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        faults.Clear();
        for (int i = 0; i < faults.Length * BlockLength; i++)
        {
            Int128 exact = (Int128)At(left, i) - At(right, i);
            Store(exact, i, result, faults);
        }
    }

    internal static void MultiplyScalar(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        faults.Clear();
        for (int i = 0; i < faults.Length * BlockLength; i++)
        {
            Int128 exact = (Int128)At(left, i) * At(right, i);
            Store(exact, i, result, faults);
        }
    }

    internal static void RemainderScalar(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        faults.Clear();
        for (int i = 0; i < faults.Length * BlockLength; i++)
        {
            long divisor = At(right, i);
            faults[i >> 6] |= (divisor == 0 ? 1UL : 0UL) << i;
            result[i] = divisor is 0 or -1 ? 0 : At(left, i) % divisor;
        }
    }

    private static long At(ReadOnlySpan<long> side, int row) => side.Length == 1 ? side[0] : side[row];

    private static void Store(Int128 exact, int row, Span<long> result, Span<ulong> faults)
    {
        result[row] = unchecked((long)exact);
        if (exact != result[row])
        {
            faults[row >> 6] |= 1UL << row;
        }
    }

    private static ulong MultiplyWide(ReadOnlySpan<long> left, int leftStep, ReadOnlySpan<long> right, int rightStep, Span<long> result, int start)
    {
        ulong bits = 0;
        for (int i = 0; i < BlockLength; i++)
        {
            int at = start + i;
            long high = Math.BigMul(left[at * leftStep], right[at * rightStep], out long low);

            // The product fits where the upper half only repeats the lower half's sign.
            bits |= (high == low >> 63 ? 0UL : 1UL) << i;
            result[at] = low;
        }

        return bits;
    }

    private static void Check(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
    {
        int rows = faults.Length * BlockLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(left.Length, left.Length == 1 ? 1 : rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(right.Length, right.Length == 1 ? 1 : rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, rows);
    }

    private static void Run<TOperation>(ReadOnlySpan<long> left, ReadOnlySpan<long> right, Span<long> result, Span<ulong> faults)
        where TOperation : struct, IOperation
    {
        Check(left, right, result, faults);
        if (faults.IsEmpty)
        {
            return;
        }

        Span<long> leftConstant = stackalloc long[Vector512<long>.Count];
        Span<long> rightConstant = stackalloc long[Vector512<long>.Count];
        leftConstant.Fill(left[0]);
        rightConstant.Fill(right[0]);
        nuint leftStep = left.Length == 1 ? 0u : 1u;
        nuint rightStep = right.Length == 1 ? 0u : 1u;

        // Safe: Check holds that columns reach to the last word; of a constant only its one vector is read.
        ref long leftStart = ref MemoryMarshal.GetReference(leftStep == 0 ? leftConstant : left);
        ref long rightStart = ref MemoryMarshal.GetReference(rightStep == 0 ? rightConstant : right);
        ref long resultStart = ref MemoryMarshal.GetReference(result);
        for (int word = 0; word < faults.Length; word++)
        {
            ulong bits = 0;
            for (int i = 0; i < BlockLength; i += Vector512<long>.Count)
            {
                nuint at = (nuint)((word * BlockLength) + i);

                // Safe: at + 8 ≤ 64 rows for every word, which Check holds.
                Vector512<long> value = TOperation.Of(Vector512.LoadUnsafe(ref leftStart, at * leftStep), Vector512.LoadUnsafe(ref rightStart, at * rightStep), out Vector512<long> overflow);
                value.StoreUnsafe(ref resultStart, at);
                bits |= overflow.ExtractMostSignificantBits() << i;
            }

            faults[word] = bits;
        }
    }

    private interface IOperation
    {
        /// <summary>The result, and the overflow in each lane's sign bit.</summary>
        static abstract Vector512<long> Of(Vector512<long> left, Vector512<long> right, out Vector512<long> overflow);
    }

    private readonly struct Sum : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<long> Of(Vector512<long> left, Vector512<long> right, out Vector512<long> overflow)
        {
            Vector512<long> sum = left + right;
            overflow = (left ^ sum) & (right ^ sum); // both sides' signs differ from the sum's
            return sum;
        }
    }

    private readonly struct Difference : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<long> Of(Vector512<long> left, Vector512<long> right, out Vector512<long> overflow)
        {
            Vector512<long> difference = left - right;
            overflow = (left ^ right) & (left ^ difference);
            return difference;
        }
    }
}
