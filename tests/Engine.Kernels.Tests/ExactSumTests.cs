using System;
using System.Linq;
using System.Numerics;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class ExactSumTests
{
    [Fact]
    public void Pair_and_wide_form_give_the_exact_sum_rounded_once_in_any_order_and_grouping()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => Fractions.Hostile(random))];
            double expected = Fractions.Round(values.Aggregate(BigInteger.Zero, (s, x) => s + Fractions.Units(x)), BigInteger.One << 1074);
            for (int grouping = 0; grouping < 3; grouping++)
            {
                random.Shuffle(values);
                var total = new long[ExactSum.WideWords];
                for (int from = 0; from < values.Length;)
                {
                    int to = random.Next(from + 1, values.Length + 1);
                    ExactSum.MergeWide(total, Group(values.AsSpan(from..to)));
                    from = to;
                }

                AssertBits(expected, ExactSum.RoundWide(total), seed);
            }
        }
    }

    [Fact]
    public void A_refused_value_changes_nothing()
    {
        (double high, double low) = (1e16, 0.5);
        Assert.True(ExactSum.TryAdd(ref high, ref low, 0.25));
        Assert.False(ExactSum.TryAdd(ref high, ref low, 1e-300));
        Assert.Equal(1e16, high);
        Assert.Equal(0.75, low);
    }

    [Fact]
    public void What_is_not_finite_makes_the_sum_NaN_and_overflow_makes_it_infinite()
    {
        var wide = new long[ExactSum.WideWords];
        ExactSum.AddWide(wide, double.MaxValue);
        ExactSum.AddWide(wide, double.MaxValue);
        Assert.Equal(double.PositiveInfinity, ExactSum.RoundWide(wide));
        ExactSum.AddWide(wide, -double.MaxValue);
        Assert.Equal(double.MaxValue, ExactSum.RoundWide(wide));
        ExactSum.AddWide(wide, double.NaN);
        Assert.True(double.IsNaN(ExactSum.RoundWide(wide)));
    }

    internal static void AssertBits(double expected, double actual, int seed) =>
        Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual), $"seed {seed}: {expected:R} expected, {actual:R} found");

    private static long[] Group(ReadOnlySpan<double> values)
    {
        var wide = new long[ExactSum.WideWords];
        (double high, double low) = (0, 0);
        foreach (double value in values)
        {
            if (!ExactSum.TryAdd(ref high, ref low, value))
            {
                ExactSum.AddWide(wide, value);
            }
        }

        ExactSum.AddWide(wide, high);
        ExactSum.AddWide(wide, low);
        return wide;
    }
}
