using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class VarianceTests
{
    [Fact]
    public void Narrow_forms_give_the_exact_variance_rounded_once()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            int digits = random.Next(0, 12);
            double offset = random.Next(3) * 1e5;
            double[] values = [.. Enumerable.Range(0, random.Next(2, 50)).Select(_ => Math.Round(random.NextDouble() * 100, digits) + offset)];
            (double high, double low) = (0, 0);
            var squares = new long[ExactSquares.NarrowWords];
            foreach (double value in values)
            {
                Assert.True(ExactSum.TryAdd(ref high, ref low, value));
                Assert.True(ExactSquares.TryAdd(squares, value));
            }

            ExactSumTests.AssertBits(Expected([.. values.Select(Fractions.Units)], BigInteger.One << 1074), Variance.Narrow(values.Length, high, low, squares), seed);
        }
    }

    [Fact]
    public void Wide_forms_give_the_exact_variance_of_any_doubles()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, random.Next(2, 20)).Select(_ => Fractions.Hostile(random))];
            var sum = new long[ExactSum.WideWords];
            var squares = new long[ExactSquares.WideWords];
            var narrow = new long[ExactSquares.NarrowWords];
            foreach (double value in values)
            {
                ExactSum.AddWide(sum, value);
                if (!ExactSquares.TryAdd(narrow, value))
                {
                    ExactSquares.AddWide(squares, value);
                }
            }

            ExactSquares.AddNarrowToWide(squares, narrow);
            ExactSumTests.AssertBits(Expected([.. values.Select(Fractions.Units)], BigInteger.One << 1074), Variance.Wide(values.Length, sum, squares), seed);
        }
    }

    [Fact]
    public void Whole_numbers_and_decimals_are_exact_too()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int scale = random.Next(0, 19);
            long[] values = [.. Enumerable.Range(0, random.Next(2, 30)).Select(_ => random.Next(2) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(100))];
            Int128 sum = 0;
            var squares = new long[ExactSquares.NarrowWords];
            foreach (long value in values)
            {
                sum += value;
                Assert.True(ExactSquares.TryAdd(squares, value));
            }

            double expected = Expected([.. values.Select(v => (BigInteger)v)], BigInteger.Pow(10, scale));
            ExactSumTests.AssertBits(expected, Variance.Narrow(values.Length, sum, squares, scale), seed);
        }
    }

    [Fact]
    public void Squares_that_would_overflow_are_refused()
    {
        var squares = new long[ExactSquares.NarrowWords];
        squares[3] = long.MaxValue;
        squares[2] = squares[1] = squares[0] = -1;
        Assert.False(ExactSquares.TryAdd(squares, 1.0));
        Assert.False(ExactSquares.TryMerge(squares, [1, 0, 0, 0]));
        Assert.Equal([-1, -1, -1, long.MaxValue], squares);
        Assert.False(ExactSquares.TryAdd(new long[4], 4294967296.0));
        Assert.False(ExactSquares.TryAdd(new long[4], 1e-20));
        Assert.False(ExactSquares.TryAdd(new long[4], double.NaN));
        Assert.True(ExactSquares.TryAdd(new long[4], -0.0));
        Assert.False(ExactSquares.TryAdd([0, 0, 0, long.MinValue], 0.0));
    }

    private static double Expected(List<BigInteger> values, BigInteger unit)
    {
        BigInteger n = values.Count;
        BigInteger sum = values.Aggregate(BigInteger.Zero, (s, x) => s + x);
        BigInteger squares = values.Aggregate(BigInteger.Zero, (s, x) => s + (x * x));
        return Fractions.Round((n * squares) - (sum * sum), n * (n - 1) * unit * unit);
    }
}
