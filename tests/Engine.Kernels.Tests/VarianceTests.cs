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
            double offset = random.Next(5) switch { 0 => -50, 1 => 1e5, 2 => -2e5, 3 => 4e9, _ => 0 }; // sums of both signs, and beyond 2^41 where two limbs end
            double[] values = [.. Enumerable.Range(0, seed % 20 == 0 ? 700 : random.Next(2, 50)).Select(_ => Math.Round(random.NextDouble() * 100, digits) + offset)];
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
    public void The_narrow_form_is_the_sum_of_squares_bit_by_bit_or_does_not_change()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            long[] records = new long[3 * 7];
            BigInteger[] sums = new BigInteger[3];
            double[] values = [.. Enumerable.Range(0, 200).Select(_ => random.Next(30) switch
            {
                0 => 0.0,
                1 => -0.0,
                2 => Fractions.Hostile(random),
                3 => 4294967295.9999995,
                4 => Math.ScaleB(random.Next(1, 9), -84),
                _ => Math.ScaleB((random.NextDouble() - 0.5) * (1L << random.Next(1, 53)), -random.Next(0, 34)),
            })];
            int[] rows = [.. Enumerable.Range(0, values.Length)];
            int[] places = [.. rows.Select(_ => 7 * random.Next(3))];
            for (int from = 0; from < rows.Length;)
            {
                int done = from + ExactSquares.Fold(rows.AsSpan(from), places.AsSpan(from), values, records, 2);
                for (int row = from; row < done; row++)
                {
                    // In units of 2^-168: exact, or it would not have been taken.
                    BigInteger units = Fractions.Units(values[row]);
                    Assert.True(((units * units) & ((BigInteger.One << (2148 - 168)) - 1)).IsZero);
                    sums[places[row] / 7] += (units * units) >> (2148 - 168);
                }

                if (done < rows.Length)
                {
                    double refused = Math.Abs(values[done]);
                    BigInteger units = Fractions.Units(refused);
                    Assert.True(refused >= 4294967296.0 || !(units & ((BigInteger.One << (1074 - 84)) - 1)).IsZero, $"seed {seed}: {refused:R}");
                }

                from = done + 1;
            }

            for (int group = 0; group < 3; group++)
            {
                BigInteger sum = 0;
                for (int word = 3; word >= 0; word--)
                {
                    sum = (sum << 64) | (ulong)records[(7 * group) + 2 + word];
                }

                Assert.True(sums[group] == sum, $"seed {seed}, group {group}");
                Assert.Equal(0, records[7 * group] | records[(7 * group) + 1] | records[(7 * group) + 6]);
            }
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
