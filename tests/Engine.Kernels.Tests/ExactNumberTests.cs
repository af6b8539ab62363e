using System;
using System.Numerics;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class ExactNumberTests
{
    private static readonly int s_seed = Environment.TickCount;

    [Fact]
    public void Decimals_and_doubles_compare_as_fractions_do()
    {
        var random = new Random(s_seed);
        for (int i = 0; i < 5_000; i++)
        {
            long left = Whole(random);
            int scale = random.Next(19);
            double right = random.Next(4) switch
            {
                0 => ExactNumbers.ToFloat64(left, scale), // as near as it gets
                1 => Math.BitIncrement(ExactNumbers.ToFloat64(left, scale)),
                2 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)),
                _ => Whole(random),
            };
            (BigInteger numerator, BigInteger denominator) = Fraction(right);
            int expected = (left * denominator).CompareTo(numerator * BigInteger.Pow(10, scale));
            Assert.True(Math.Sign(expected) == Math.Sign(ExactNumbers.Compare(left, scale, right)), $"seed {s_seed}: {left} / 10^{scale} against {right:R}");
        }
    }

    [Fact]
    public void Decimals_of_two_scales_compare_as_fractions_do()
    {
        var random = new Random(s_seed);
        for (int i = 0; i < 5_000; i++)
        {
            (long left, int leftScale, int rightScale) = (Whole(random), random.Next(19), random.Next(19));
            long right = random.Next(2) == 0 ? Whole(random) : (long)BigInteger.Max(long.MinValue, BigInteger.Min(long.MaxValue, (BigInteger)left * BigInteger.Pow(10, rightScale) / BigInteger.Pow(10, leftScale)));
            int expected = (left * BigInteger.Pow(10, rightScale)).CompareTo(right * BigInteger.Pow(10, leftScale));
            Assert.Equal(Math.Sign(expected), Math.Sign(ExactNumbers.Compare(left, leftScale, right, rightScale)));
        }
    }

    [Fact]
    public void A_decimal_becomes_the_nearest_double()
    {
        var random = new Random(s_seed);
        for (int i = 0; i < 5_000; i++)
        {
            (long value, int scale) = (Whole(random), random.Next(19));
            Assert.Equal(double.Parse($"{value}e-{scale}", System.Globalization.CultureInfo.InvariantCulture), ExactNumbers.ToFloat64(value, scale));
        }
    }

    [Fact]
    public void Rounding_judges_the_exact_value()
    {
        var random = new Random(s_seed);
        for (int i = 0; i < 10_000; i++)
        {
            int digits = random.Next(-22, 23);
            double value = random.Next(3) switch
            {
                0 => random.Next(-100_000, 100_000) / Math.Pow(10, random.Next(7)), // many near ties
                1 => random.Next(-100_000, 100_000) / 64.0, // many ties
                _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-25, 25)),
            };
            Assert.True(Rounded(value, digits) == Rounding.ToDigits(value, digits), $"seed {s_seed}: {value:R} to {digits} digits is {Rounded(value, digits):R}, not {Rounding.ToDigits(value, digits):R}");
        }
    }

    [Fact]
    public void Whole_numbers_round_halves_to_even()
    {
        var random = new Random(s_seed);
        for (int i = 0; i < 5_000; i++)
        {
            (long value, int places) = (Whole(random), random.Next(1, 25));
            BigInteger unit = BigInteger.Pow(10, places);
            BigInteger expected = RoundHalfEven(value, unit) * unit;
            bool fits = Rounding.TryToPlaces(value, places, out long actual);
            Assert.Equal(expected >= long.MinValue && expected <= long.MaxValue, fits);
            if (fits)
            {
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(9223372036854775807.0, false, 0)]
    [InlineData(-9223372036854775808.0, true, long.MinValue)]
    [InlineData(9223372036854774784.0, true, 9223372036854774784)]
    [InlineData(-2.9, true, -2)]
    [InlineData(double.NaN, false, 0)]
    [InlineData(double.NegativeInfinity, false, 0)]
    public void A_double_is_cut_toward_zero_where_it_fits(double value, bool fits, long expected)
    {
        Assert.Equal(fits, ExactNumbers.TryTruncate(value, out long result));
        Assert.Equal(expected, result);
    }

    private static double Rounded(double value, int digits)
    {
        (BigInteger numerator, BigInteger denominator) = Fraction(value);
        BigInteger power = BigInteger.Pow(10, Math.Abs(digits));
        BigInteger whole = digits >= 0 ? RoundHalfEven(numerator * power, denominator) : RoundHalfEven(numerator, denominator * power);
        return double.Parse($"{whole}e{-digits}", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static BigInteger RoundHalfEven(BigInteger dividend, BigInteger divisor)
    {
        BigInteger floor = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        if (rest.Sign < 0)
        {
            floor--;
            rest += divisor;
        }

        int half = (rest * 2).CompareTo(divisor);
        return half > 0 || (half == 0 && !floor.IsEven) ? floor + 1 : floor;
    }

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(double value)
    {
        int exponent = 0;
        while (value != Math.Truncate(value))
        {
            value *= 2;
            exponent++;
        }

        return (new BigInteger(value), BigInteger.Pow(2, exponent));
    }

    private static long Whole(Random random) => random.Next(5) == 0 ? (random.Next(2) == 0 ? long.MinValue : long.MaxValue) : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
}
