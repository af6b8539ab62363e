using System;

namespace DataStream.Kernels;

/// <summary>The sample variance from exact sums, rounded once: (n·Σx² − (Σx)²) / (n·(n − 1)).</summary>
public static class Variance
{
    private const int MostShift = 72; // the sum of two significands moved so far stays below 2^126

    /// <summary>From a sum in two doubles and a narrow sum of squares.</summary>
    /// <param name="count">At least 2.</param>
    /// <param name="high">The sum's first part.</param>
    /// <param name="low">The sum's second part.</param>
    /// <param name="squares">A narrow form without a mark: then the sum is a whole number of 2^-84.</param>
    public static double Narrow(long count, double high, double low, ReadOnlySpan<long> squares)
    {
        if (TryScale(high, out Int128 first) && TryScale(low, out Int128 second))
        {
            return Narrow(count, first + second, squares, -2 * ExactSquares.NarrowScale, 0);
        }

        Span<ulong> sum = stackalloc ulong[3];
        AddScaled(sum, high);
        AddScaled(sum, low);
        Limbs.Magnitude(sum);
        return Narrow(count, sum, squares, -2 * ExactSquares.NarrowScale, 0);
    }

    /// <summary>Of whole numbers, or of decimals where <paramref name="scale"/> is not 0.</summary>
    public static double Narrow(long count, Int128 total, ReadOnlySpan<long> squares, int scale) => Narrow(count, total, squares, 0, scale);

    /// <summary>From the wide forms of both sums; NaN where something not finite was added.</summary>
    public static double Wide(long count, ReadOnlySpan<long> total, ReadOnlySpan<long> squares)
    {
        if (total[ExactSum.Limbs] != 0 || squares[ExactSquares.Limbs] != 0)
        {
            return double.NaN;
        }

        Span<ulong> sum = stackalloc ulong[ExactSum.Limbs];
        ExactSum.Unsigned(total)[..ExactSum.Limbs].CopyTo(sum);
        Limbs.Magnitude(sum);
        Span<ulong> square = stackalloc ulong[ExactSquares.Limbs];
        Limbs.Multiply(sum, sum, square);
        Span<ulong> difference = stackalloc ulong[ExactSquares.Limbs];
        Limbs.Multiply(ExactSum.Unsigned(squares)[..ExactSquares.Limbs], [(ulong)count], difference);
        Limbs.Subtract(difference, square);
        return Divide(difference, count, -2148, 0);
    }

    /// <summary>The usual one: the sum has two limbs, and nothing loops over limbs.</summary>
    private static double Narrow(long count, Int128 total, ReadOnlySpan<long> squares, int exponent, int scale)
    {
        UInt128 magnitude = (UInt128)(total < 0 ? -total : total);
        (ulong low, ulong high) = ((ulong)magnitude, (ulong)(magnitude >> 64));
        Span<ulong> difference = stackalloc ulong[5];
        Times(ExactSum.Unsigned(squares)[..ExactSquares.NarrowWords], (ulong)count, difference);

        // (high·2^64 + low)² = high²·2^128 + 2·high·low·2^64 + low²
        ulong lowest = Math.BigMul(low, low, out ulong square0);
        ulong across = Math.BigMul(high, low, out ulong middle);
        ulong highest = Math.BigMul(high, high, out ulong upper);
        UInt128 part = (UInt128)lowest + middle + middle;
        ulong square1 = (ulong)part;
        part = (part >> 64) + across + across + upper;
        ulong square2 = (ulong)part;
        ulong square3 = (ulong)(part >> 64) + highest;

        ulong borrow = 0;
        Take(ref difference[0], square0, ref borrow);
        Take(ref difference[1], square1, ref borrow);
        Take(ref difference[2], square2, ref borrow);
        Take(ref difference[3], square3, ref borrow);
        difference[4] -= borrow;
        return Divide(difference, count, exponent, scale);
    }

    /// <summary>A number of four limbs times one of one.</summary>
    private static void Times(ReadOnlySpan<ulong> number, ulong factor, Span<ulong> product)
    {
        ulong carry = 0;
        for (int i = 0; i < ExactSquares.NarrowWords; i++)
        {
            ulong high = Math.BigMul(number[i], factor, out ulong low);
            product[i] = low + carry;
            carry = high + (product[i] < low ? 1UL : 0);
        }

        product[ExactSquares.NarrowWords] = carry;
    }

    private static void Take(ref ulong limb, ulong subtrahend, ref ulong borrow)
    {
        ulong first = limb - subtrahend;
        ulong total = first - borrow;
        borrow = (limb < subtrahend ? 1UL : 0) | (first < borrow ? 1UL : 0);
        limb = total;
    }

    private static double Narrow(long count, ReadOnlySpan<ulong> sum, ReadOnlySpan<long> squares, int exponent, int scale)
    {
        Span<ulong> square = stackalloc ulong[5];
        Limbs.Multiply(sum, sum, square);
        Span<ulong> difference = stackalloc ulong[5];
        Limbs.Multiply(ExactSum.Unsigned(squares)[..ExactSquares.NarrowWords], [(ulong)count], difference);
        Limbs.Subtract(difference, square);
        return Divide(difference, count, exponent, scale);
    }

    private static double Divide(ReadOnlySpan<ulong> difference, long count, int exponent, int scale)
    {
        UInt128 pairs = (UInt128)(ulong)count * (ulong)(count - 1);
        if (scale == 0 && pairs <= ulong.MaxValue)
        {
            return LimbDivision.Divide(difference, (ulong)pairs, exponent);
        }

        Span<ulong> divisor = [(ulong)pairs, (ulong)(pairs >> 64), 0, 0];
        Span<ulong> product = stackalloc ulong[4];
        for (int i = 0; i < 2 * scale; i++)
        {
            Limbs.Multiply(divisor, [10], product);
            product.CopyTo(divisor);
        }

        return (divisor[1] | divisor[2] | divisor[3]) == 0 ? LimbDivision.Divide(difference, divisor[0], exponent) : LimbDivision.Divide(difference, divisor, exponent);
    }

    /// <summary>A part of a sum as a whole number of 2^-84, where two limbs hold it.</summary>
    private static bool TryScale(double part, out Int128 scaled)
    {
        (ulong significand, int position) = ExactSum.Split(part);
        int shift = position - 1074 + ExactSquares.NarrowScale;
        if (shift > MostShift)
        {
            scaled = 0;
            return false;
        }

        scaled = shift < 0 ? (Int128)(significand >> Math.Min(-shift, 63)) : (Int128)significand << shift;
        scaled = part < 0 ? -scaled : scaled;
        return true;
    }

    private static void AddScaled(Span<ulong> sum, double part)
    {
        if (part == 0)
        {
            return;
        }

        (ulong significand, int position) = ExactSum.Split(part);
        int shift = position - 1074 + ExactSquares.NarrowScale;
        (significand, shift) = shift < 0 ? (significand >> -shift, 0) : (significand, shift);
        if (part > 0)
        {
            Limbs.Add(sum, significand, shift);
        }
        else
        {
            Limbs.Subtract(sum, significand, shift);
        }
    }
}
