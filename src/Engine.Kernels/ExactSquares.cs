using System;
using System.Numerics;

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

    /// <summary>Adds value² where that is exact; nothing changes where it is not, or where the number is marked.</summary>
    public static bool TryAdd(Span<long> narrow, double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        if (exponent >= 1023 + 32)
        {
            return false;
        }

        ulong significand = (bits & 0xF_FFFF_FFFF_FFFF) | (1UL << 52);
        int shift = exponent - 1075 + NarrowScale;
        if (shift < 0)
        {
            if (value == 0)
            {
                return narrow[3] >= 0;
            }

            if (exponent == 0 || BitOperations.TrailingZeroCount(significand) < -shift)
            {
                return false;
            }

            significand >>= -shift;
            shift = 0;
        }

        ulong high = Math.BigMul(significand, significand, out ulong low);
        return TryAdd(narrow, low, high, 2 * shift);
    }

    /// <summary>Adds value² of a whole number where it fits.</summary>
    public static bool TryAdd(Span<long> narrow, long value)
    {
        ulong magnitude = (ulong)(value < 0 ? -value : value);
        ulong high = Math.BigMul(magnitude, magnitude, out ulong low);
        return TryAdd(narrow, low, high, 0);
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

    private static bool TryAdd(Span<long> narrow, ulong low, ulong high, int shift)
    {
        // The square's 106 bits (126 of a whole number) move by up to 126, so they reach over at most three or four limbs:
        //   limb   3 2 1 0
        //   shift < 64   . c b a      otherwise   c b a .
        int within = shift & 63;
        ulong a = low << within;
        ulong b = (high << within) | (within == 0 ? 0 : low >> (64 - within));
        ulong c = within == 0 ? 0 : high >> (64 - within);
        UInt128 lower = new((ulong)narrow[1], (ulong)narrow[0]);
        UInt128 upper = new((ulong)narrow[3], (ulong)narrow[2]);
        bool far = shift >= 64;
        UInt128 sum = lower + (far ? new UInt128(a, 0) : new UInt128(b, a));
        UInt128 top = upper + (far ? new UInt128(c, b) : new UInt128(0, c)) + (sum < lower ? UInt128.One : UInt128.Zero);
        if ((long)((ulong)(top >> 64) | (ulong)narrow[3]) < 0)
        {
            return false;
        }

        narrow[0] = (long)(ulong)sum;
        narrow[1] = (long)(ulong)(sum >> 64);
        narrow[2] = (long)(ulong)top;
        narrow[3] = (long)(ulong)(top >> 64);
        return true;
    }
}
