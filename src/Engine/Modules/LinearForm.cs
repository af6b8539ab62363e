using System;
using System.Numerics;

namespace DataStream.Modules;

/// <summary>Sums of a few values with whole factors: their sign and their quotients, exact.</summary>
internal static class LinearForm
{
    public const int MostTerms = 8;

    // Three roundings make a term, seven the sum of eight: below 12 · 2^−53 of the sum of magnitudes.
    private const double Error = 1.0 / (1L << 49);

    // Below it products lose bits that the bound on the error does not count.
    private const double Smallest = 1e-280;

    // 2,046 bits between a double's lowest and highest exponent, 64 of a value, 63 of a factor, three of the sum, a sign; two words to divide.
    private const int MostWords = 37;

    // An array behind the span: an unoptimised build makes an object for each use of a constant span of anything wider than bytes.
    private static readonly long[] s_difference = [1, 1, -1, -1];

    /// <summary>The factors of (a + b) − (c + d).</summary>
    public static ReadOnlySpan<long> Difference => s_difference;

    /// <summary>The sign of Σ factors·values: in doubles where the rounding error cannot change it, otherwise in whole numbers.</summary>
    public static int Sign<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> factors) where T : unmanaged, INumber<T>
    {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double term = factors[i] * double.CreateTruncating(values[i]);
            sum += term;
            magnitude += Math.Abs(term);
        }

        double size = Math.Abs(sum);
        if (size > magnitude * Error && size > Smallest && magnitude < double.MaxValue)
        {
            return sum < 0 ? -1 : 1;
        }

        Span<ulong> words = stackalloc ulong[MostWords];
        WideInteger exact = Sum(values, factors, words, out _);
        return exact.IsNegative ? -1 : exact.IsZero ? 0 : 1;
    }

    /// <summary>Σ factors·values / divisor: a double rounded once, a whole number cut upward or downward.</summary>
    public static T Quotient<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> factors, long divisor, bool upward) where T : unmanaged, INumber<T>
    {
        Span<ulong> words = stackalloc ulong[MostWords];
        WideInteger sum = Sum(values, factors, words, out int exponent);
        bool negative = sum.IsNegative;
        if (negative)
        {
            sum.Negate();
        }

        if (typeof(T) == typeof(long))
        {
            bool inexact = sum.Divide((ulong)divisor) != 0;
            ulong quotient = sum.Low + (inexact && negative != upward ? 1UL : 0UL);
            return T.CreateTruncating(negative ? (long)(0 - quotient) : (long)quotient);
        }

        (double significand, int shift) = sum.Quotient((ulong)divisor);
        double magnitude = Math.ScaleB(significand, shift + exponent);
        return T.CreateTruncating(negative ? -magnitude : magnitude);
    }

    private static WideInteger Sum<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> factors, Span<ulong> words, out int exponent) where T : unmanaged, INumber<T>
    {
        int lowest = int.MaxValue;
        int highest = int.MinValue;
        if (!ExactValue.TryRange(values, ref lowest, ref highest))
        {
            exponent = 0;
            return new WideInteger(words[..4]);
        }

        exponent = lowest;
        var sum = new WideInteger(words[..(((highest - lowest + 64 + 63 + 4) / 64) + 3)]);
        for (int i = 0; i < values.Length; i++)
        {
            ExactValue value = ExactValue.Of(values[i]);
            if (value.Magnitude != 0)
            {
                UInt128 product = (UInt128)value.Magnitude * (ulong)Math.Abs(factors[i]);
                sum.Add(product, value.Exponent - lowest, value.IsNegative != (factors[i] < 0));
            }
        }

        return sum;
    }
}
