using System;
using System.Collections.Generic;
using System.Numerics;

namespace DataStream.Tests.Pipelines;

/// <summary>Sum, mean, sample variance and its root of doubles by fractions of big integers, each rounded where the contract rounds: nothing of the engine is used.</summary>
internal static class ExactMoments
{
    public static (double Sum, double Mean, double? Variance, double? Deviation) Of(IReadOnlyList<double> values)
    {
        // In units of the smallest double, of which every finite one is a multiple.
        BigInteger sum = BigInteger.Zero, squares = BigInteger.Zero;
        foreach (double value in values)
        {
            BigInteger units = Units(value);
            sum += units;
            squares += units * units;
        }

        BigInteger unit = BigInteger.One << 1074;
        BigInteger n = values.Count;
        double total = Round(sum, unit);
        double? variance = values.Count < 2 ? null : Round((n * squares) - (sum * sum), n * (n - 1) * unit * unit);
        return (total, total / values.Count, variance, variance is { } v ? Math.Sqrt(v) : null);
    }

    private static BigInteger Units(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & ((1L << 52) - 1);
        BigInteger units = exponent == 0 ? fraction : (BigInteger)(fraction | (1L << 52)) << (exponent - 1);
        return bits < 0 ? -units : units;
    }

    /// <summary>The double nearest to a fraction, ties to even.</summary>
    private static double Round(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.Sign < 0)
        {
            return -Round(-numerator, denominator);
        }

        if (numerator.IsZero)
        {
            return 0;
        }

        // The quotient gets 53 or 54 bits; of 54 one is dropped below, and below the smallest normal number as many as there are units.
        int shift = Math.Min(1074, 54 - (int)(numerator.GetBitLength() - denominator.GetBitLength()));
        BigInteger quotient = Divide(numerator, denominator, shift, out bool isAbove, out bool isTie);
        if (quotient.GetBitLength() > 53)
        {
            shift -= (int)quotient.GetBitLength() - 53;
            quotient = Divide(numerator, denominator, shift, out isAbove, out isTie);
        }

        quotient += isAbove || (isTie && !quotient.IsEven) ? 1 : 0;
        return Math.ScaleB((double)quotient, -shift);
    }

    private static BigInteger Divide(BigInteger numerator, BigInteger denominator, int shift, out bool isAbove, out bool isTie)
    {
        BigInteger by = shift < 0 ? denominator << -shift : denominator;
        BigInteger quotient = BigInteger.DivRem(shift < 0 ? numerator : numerator << shift, by, out BigInteger rest);
        int half = (2 * rest).CompareTo(by);
        (isAbove, isTie) = (half > 0, half == 0);
        return quotient;
    }
}
