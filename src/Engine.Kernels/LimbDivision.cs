using System;
using System.Diagnostics;
using System.Numerics;

namespace DataStream.Kernels;

/// <summary>Quotients of whole numbers of many limbs as the nearest double.</summary>
public static class LimbDivision
{
    /// <summary>numerator / denominator · 2^<paramref name="exponent"/>, rounded once. Long division bit by bit: for what is rare.</summary>
    /// <param name="numerator">Not negative.</param>
    /// <param name="denominator">Not zero.</param>
    /// <param name="exponent">Of two.</param>
    public static double Divide(ReadOnlySpan<ulong> numerator, ReadOnlySpan<ulong> denominator, int exponent)
    {
        int numeratorLength = Limbs.BitLength(numerator);
        int denominatorLength = Limbs.BitLength(denominator);
        Debug.Assert(denominatorLength > 0);
        if (numeratorLength == 0)
        {
            return 0;
        }

        int limbs = (Math.Max(numeratorLength, denominatorLength) / 64) + 2;
        Span<ulong> rest = stackalloc ulong[limbs];
        Span<ulong> divisor = stackalloc ulong[limbs];
        ShiftLeft(numerator, Math.Max(0, denominatorLength - numeratorLength), rest);
        ShiftLeft(denominator, Math.Max(0, numeratorLength - denominatorLength), divisor);

        // Both have the same length now, so the quotient lies between a half and two: 64 bits of it are at least 63 good ones.
        ulong quotient = 0;
        for (int i = 0; i < 64; i++)
        {
            quotient <<= 1;
            if (Compare(rest, divisor) >= 0)
            {
                Limbs.Subtract(rest, divisor);
                quotient |= 1;
            }

            ShiftLeft(rest, 1, rest);
        }

        bool sticky = Limbs.BitLength(rest) != 0;
        int zeros = BitOperations.LeadingZeroCount(quotient);
        return Limbs.Round(quotient << zeros, sticky, exponent + numeratorLength - denominatorLength - 63 - zeros);
    }

    /// <summary>numerator / divisor · 2^<paramref name="exponent"/>, rounded once.</summary>
    public static double Divide(ReadOnlySpan<ulong> numerator, ulong divisor, int exponent)
    {
        int length = Limbs.BitLength(numerator);
        if (length == 0)
        {
            return 0;
        }

        // The 127 highest bits over a normalized divisor are a quotient of 63 or 64 bits; what is below only breaks ties.
        bool sticky = Limbs.Top(numerator, length, out ulong high, out ulong low);
        sticky |= (low & 1) != 0;
        low = (low >> 1) | (high << 63);
        high >>= 1;
        int zeros = BitOperations.LeadingZeroCount(divisor);
        ulong quotient = Divide(high, low, divisor << zeros, out ulong rest);
        sticky |= rest != 0;
        int shift = BitOperations.LeadingZeroCount(quotient);
        return Limbs.Round(quotient << shift, sticky, exponent + length - 127 + zeros - shift);
    }

    /// <summary>Two limbs by a normalized one, high &lt; divisor: Knuth's algorithm D with halves (Hacker's Delight, divlu).</summary>
    private static ulong Divide(ulong high, ulong low, ulong divisor, out ulong rest)
    {
        ulong upper = divisor >> 32;
        ulong lower = (uint)divisor;
        ulong q1 = Digit(high, low >> 32, divisor, upper, lower);
        ulong middle = (high << 32) + (low >> 32) - (q1 * divisor);
        ulong q0 = Digit(middle, (uint)low, divisor, upper, lower);
        rest = (middle << 32) + (uint)low - (q0 * divisor);
        return (q1 << 32) + q0;
    }

    private static ulong Digit(ulong high, ulong next, ulong divisor, ulong upper, ulong lower)
    {
        ulong digit = high / upper;
        ulong rest = high - (digit * upper);
        while (digit > uint.MaxValue || digit * lower > ((rest << 32) | next))
        {
            digit--;
            rest += upper;
            if (rest > uint.MaxValue)
            {
                break;
            }
        }

        return digit;
    }

    private static int Compare(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        for (int i = a.Length - 1; i >= 0; i--)
        {
            if (a[i] != b[i])
            {
                return a[i] < b[i] ? -1 : 1;
            }
        }

        return 0;
    }

    private static void ShiftLeft(ReadOnlySpan<ulong> number, int bits, Span<ulong> result)
    {
        int limbs = bits >> 6;
        int shift = bits & 63;
        for (int i = result.Length - 1; i >= 0; i--)
        {
            int from = i - limbs;
            ulong upper = from >= 0 && from < number.Length ? number[from] : 0;
            ulong lower = from >= 1 && from - 1 < number.Length ? number[from - 1] : 0;
            result[i] = shift == 0 ? upper : (upper << shift) | (lower >> (64 - shift));
        }
    }
}
