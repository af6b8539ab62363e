using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>The exact sum of squares of doubles or whole numbers.</summary>
/// <remarks>
/// The narrow form is a 256-bit fixed-point number from 2^-168 on (for whole numbers: from 1 on); its highest bit stays 0, so a negative
/// fourth word can mark another form. It takes doubles below 2^32 whose last bit is worth at least 2^-84. The wide form has the length of the range of
/// squares: 4,352 bits from 2^-2148 on.
/// </remarks>
public static class ExactSquares
{
    public const int NarrowWords = 4;

    /// <summary>Words of the wide form, the last of which is set when something not finite was added.</summary>
    public const int WideWords = Limbs + 1;

    internal const int Limbs = 68;
    internal const int NarrowScale = 84; // of the values; their squares have twice as many bits behind the point

    /// <summary>Adds the square of each row's value to its group's narrow form.</summary>
    /// <param name="rows">The rows: places in <paramref name="values"/>.</param>
    /// <param name="places">For each of them, where its group's record begins: the caller vouches that all of it lies in <paramref name="records"/>.</param>
    /// <param name="values">A column.</param>
    /// <param name="records">Records of groups.</param>
    /// <param name="offset">Where in a record the narrow form begins.</param>
    /// <returns>How many rows there are, or the first whose square its group's form cannot take: nothing of it is added.</returns>
    public static int Fold(ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<double> values, Span<long> records, int offset)
    {
        places = places[..rows.Length];

        // Safe: states lie in their records, at places that the caller's table gave out.
        ref ulong states = ref Unsafe.As<long, ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(records), offset));
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above; four words from the state's first one on.
            if (!TryAdd(ref Unsafe.Add(ref states, (nint)(uint)places[i]), values[rows[i]]))
            {
                return i;
            }
        }

        return rows.Length;
    }

    /// <summary>Adds value² where that is exact; nothing changes where it is not, or where the number is marked.</summary>
    // Safe: the span is cut to the four words.
    public static bool TryAdd(Span<long> narrow, double value) => TryAdd(ref Unsafe.As<long, ulong>(ref MemoryMarshal.GetReference(narrow[..NarrowWords])), value);

    /// <summary>Adds value² of a whole number where it fits.</summary>
    public static bool TryAdd(Span<long> narrow, long value)
    {
        ulong magnitude = (ulong)(value < 0 ? -value : value);
        ulong high = Math.BigMul(magnitude, magnitude, out ulong low);

        // Safe: the span is cut to the four words.
        return TryAdd(ref Unsafe.As<long, ulong>(ref MemoryMarshal.GetReference(narrow[..NarrowWords])), low, high, 0);
    }

    /// <summary>Adds one narrow form to another where it fits.</summary>
    public static bool TryMerge(Span<long> narrow, ReadOnlySpan<long> other)
    {
        if (narrow[3] < 0 || other[3] < 0)
        {
            return false;
        }

        Span<long> sum = stackalloc long[NarrowWords];
        narrow[..NarrowWords].CopyTo(sum);
        Kernels.Limbs.Add(ExactSum.Unsigned(sum), ExactSum.Unsigned(other[..NarrowWords]));
        if (sum[3] < 0)
        {
            return false;
        }

        sum.CopyTo(narrow);
        return true;
    }

    /// <summary>Adds value² to the wide form.</summary>
    public static void AddWide(Span<long> wide, double value)
    {
        if (!double.IsFinite(value))
        {
            wide[Limbs] = 1;
            return;
        }

        (ulong significand, int position) = ExactSum.Split(value);
        ulong high = Math.BigMul(significand, significand, out ulong low);
        Kernels.Limbs.Add(ExactSum.Unsigned(wide)[..Limbs], new UInt128(high, low), 2 * position);
    }

    /// <summary>Adds a narrow form to the wide one.</summary>
    public static void AddNarrowToWide(Span<long> wide, ReadOnlySpan<long> narrow)
    {
        const int Offset = 2148 - (2 * NarrowScale);
        Span<ulong> limbs = ExactSum.Unsigned(wide)[..Limbs];
        for (int i = 0; i < NarrowWords; i++)
        {
            Kernels.Limbs.Add(limbs, (ulong)narrow[i], Offset + (64 * i));
        }
    }

    /// <summary>Adds one wide form to another.</summary>
    public static void MergeWide(Span<long> wide, ReadOnlySpan<long> other)
    {
        Kernels.Limbs.Add(ExactSum.Unsigned(wide)[..Limbs], ExactSum.Unsigned(other)[..Limbs]);
        wide[Limbs] |= other[Limbs];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAdd(ref ulong narrow, double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        ulong significand = (bits & 0xF_FFFF_FFFF_FFFF) | (1UL << 52);
        int shift = exponent - 1075 + NarrowScale;
        if ((uint)shift >= 1023 + 32 - 1075 + NarrowScale)
        {
            // Large, or with bits behind the form's last one: zeros and a few others may be added all the same.
            if (shift >= 0 || !TryAlign(exponent, -shift, ref significand))
            {
                return value == 0 && (long)Unsafe.Add(ref narrow, 3) >= 0; // Safe: four words
            }

            shift = 0;
        }

        ulong high = Math.BigMul(significand, significand, out ulong low);
        return TryAdd(ref narrow, low, high, 2 * shift);
    }

    /// <summary>Moves a small value's significand to the form's last bit, where none of its own is lost.</summary>
    private static bool TryAlign(int exponent, int places, ref ulong significand)
    {
        if (exponent == 0 || BitOperations.TrailingZeroCount(significand) < places)
        {
            return false;
        }

        significand >>= places;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAdd(ref ulong narrow, ulong low, ulong high, int shift)
    {
        // The square's 106 bits (126 of a whole number) move by up to 126, so they reach over at most three or four limbs:
        //   limb   3 2 1 0
        //   shift < 64   . c b a      otherwise   c b a .
        // Which of the two, and whether a limb carries, nobody can guess: neither is a branch.
        int within = shift & 63;
        ulong a = low << within;
        ulong b = (high << within) | (low >> 1 >> (63 - within));
        ulong c = high >> 1 >> (63 - within);
        ulong far = (ulong)-(long)(shift >> 6);
        ulong second = b ^ ((a ^ b) & far);
        ulong third = c ^ ((b ^ c) & far);

        // Safe: the number's four words.
        ref ulong narrow1 = ref Unsafe.Add(ref narrow, 1);
        ref ulong narrow2 = ref Unsafe.Add(ref narrow, 2);
        ref ulong narrow3 = ref Unsafe.Add(ref narrow, 3);
        ulong sum0 = Sum(narrow, a & ~far, 0, out ulong carry);
        ulong sum1 = Sum(narrow1, second, carry, out carry);
        ulong sum2 = Sum(narrow2, third, carry, out carry);
        ulong sum3 = narrow3 + (c & far) + carry;
        if ((long)(sum3 | narrow3) < 0)
        {
            return false;
        }

        (narrow, narrow1, narrow2, narrow3) = (sum0, sum1, sum2, sum3);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Sum(ulong left, ulong right, ulong before, out ulong carry)
    {
        ulong sum = left + right;
        ulong all = sum + before;
        carry = (sum < left ? 1UL : 0) + (all < sum ? 1UL : 0);
        return all;
    }
}
