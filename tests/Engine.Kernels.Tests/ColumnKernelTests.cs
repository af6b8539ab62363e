using System;
using System.Linq;
using System.Runtime.InteropServices;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

/// <summary>The kernels over columns against their scalar twins: every number of rows, garbage behind the last row.</summary>
public sealed class ColumnKernelTests
{
    private const int MaxRows = 300;

    private static readonly long[] s_longs = [0, 1, -1, 2, long.MaxValue, long.MinValue, long.MaxValue - 1, long.MinValue + 1, int.MaxValue, int.MinValue, 3_037_000_500, -3_037_000_500, 1L << 62];
    private static readonly double[] s_doubles = [0, -0.0, 1, -1, double.MaxValue, double.MinValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-310, 0.1, 3];

    public delegate void Operation<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, Span<ulong> mask);

    [Theory]
    [InlineData(Ordering.Equal)]
    [InlineData(Ordering.NotEqual)]
    [InlineData(Ordering.Less)]
    [InlineData(Ordering.LessOrEqual)]
    [InlineData(Ordering.Greater)]
    [InlineData(Ordering.GreaterOrEqual)]
    public void Comparisons_agree_with_their_scalar_twins(Ordering ordering)
    {
        ForEveryLength((random, words) =>
        {
            long[] longs = Longs(random, words);
            long[] others = Longs(random, words);
            double[] doubles = Doubles(random, words);
            double[] more = Doubles(random, words);
            var expected = new ulong[words];
            var actual = new ulong[words];

            ColumnComparison.CompareScalar<long>(ordering, longs, others, expected);
            ColumnComparison.Compare(ordering, longs, others, actual);
            Assert.Equal(expected, actual);
            ColumnComparison.CompareScalar(ordering, longs, s_longs[words % s_longs.Length], expected);
            ColumnComparison.Compare(ordering, longs, s_longs[words % s_longs.Length], actual);
            Assert.Equal(expected, actual);
            ColumnComparison.CompareScalar<double>(ordering, doubles, more, expected);
            ColumnComparison.Compare(ordering, doubles, more, actual);
            Assert.Equal(expected, actual);
            ColumnComparison.CompareScalar(ordering, doubles, s_doubles[words % s_doubles.Length], expected);
            ColumnComparison.Compare(ordering, doubles, s_doubles[words % s_doubles.Length], actual);
            Assert.Equal(expected, actual);
        });
    }

    [Fact]
    public void Whole_sums_agree_with_their_scalar_twin() => CheckWhole(Int64Arithmetic.Add, Int64Arithmetic.AddScalar);

    [Fact]
    public void Whole_differences_agree_with_their_scalar_twin() => CheckWhole(Int64Arithmetic.Subtract, Int64Arithmetic.SubtractScalar);

    [Fact]
    public void Whole_products_agree_with_their_scalar_twin() => CheckWhole(Int64Arithmetic.Multiply, Int64Arithmetic.MultiplyScalar);

    [Fact]
    public void Whole_remainders_agree_with_their_scalar_twin() => CheckWhole(Int64Arithmetic.Remainder, Int64Arithmetic.RemainderScalar);

    [Fact]
    public void Sums_agree_with_their_scalar_twin() => CheckFloat64(Float64Arithmetic.Add, Float64Arithmetic.AddScalar);

    [Fact]
    public void Differences_agree_with_their_scalar_twin() => CheckFloat64(Float64Arithmetic.Subtract, Float64Arithmetic.SubtractScalar);

    [Fact]
    public void Products_agree_with_their_scalar_twin() => CheckFloat64(Float64Arithmetic.Multiply, Float64Arithmetic.MultiplyScalar);

    [Fact]
    public void Quotients_agree_with_their_scalar_twin() => CheckFloat64(Float64Arithmetic.Divide, Float64Arithmetic.DivideScalar);

    [Fact]
    public void Finite_values_are_told_from_others() => ForEveryLength(static (random, words) =>
    {
        double[] values = Doubles(random, words);
        var expected = new ulong[words];
        var actual = new ulong[words];
        Float64Arithmetic.FiniteScalar(values, expected);
        Float64Arithmetic.Finite(values, actual);
        Assert.Equal(expected, actual);
    });

    [Fact]
    public void Bools_become_bits_and_bits_bools() => ForEveryLength(static (random, words) =>
    {
        var bytes = new byte[words * 64];
        random.NextBytes(bytes);
        foreach (ref byte b in bytes.AsSpan())
        {
            b = (byte)(random.Next(2) == 0 ? 0 : b);
        }

        var expected = new ulong[words];
        var actual = new ulong[words];
        RowMasks.FromBytesScalar(bytes, expected);
        RowMasks.FromBytes(bytes, actual);
        Assert.Equal(expected, actual);

        var back = new byte[words * 64];
        var backScalar = new byte[words * 64];
        RowMasks.ToBytesScalar(actual, backScalar);
        RowMasks.ToBytes(actual, back);
        Assert.Equal(backScalar, back);
    });

    [Fact]
    public void Bits_are_listed_lowest_first() => ForEveryLength(static (random, words) =>
    {
        var mask = new ulong[words];
        random.NextBytes(MemoryMarshal.AsBytes(mask.AsSpan()));
        for (int i = 0; i < words; i++)
        {
            mask[i] = random.Next(3) switch { 0 => ulong.MaxValue, 1 => 0, _ => mask[i] };
        }

        int[] expected = [.. Enumerable.Range(0, words * 64).Where(i => (mask[i >> 6] >> i & 1) != 0)];
        var rows = new int[expected.Length];
        Assert.Equal(expected.Length, RowMasks.List(mask, rows));
        Assert.Equal(expected, rows);
    });

    [Fact]
    public void A_choice_copies_the_rows_of_its_mask() => ForEveryLength(static (random, words) =>
    {
        long[] from = Longs(random, words);
        long[] expected = Longs(random, words);
        long[] actual = [.. expected];
        var mask = new ulong[words];
        random.NextBytes(MemoryMarshal.AsBytes(mask.AsSpan()));
        if (words > 1)
        {
            mask[0] = ulong.MaxValue;
            mask[1] = 0;
        }

        RowMasks.CopyWhereScalar<long>(mask, from, expected);
        RowMasks.CopyWhere<long>(mask, from, actual);
        Assert.Equal(expected, actual);
    });

    [Fact]
    public void A_column_too_short_is_refused()
    {
        var mask = new ulong[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => ColumnComparison.Compare(Ordering.Less, new long[127], 1L, mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => Int64Arithmetic.Add(new long[128], new long[127], new long[128], mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => Float64Arithmetic.Add(new double[128], new double[128], new double[64], mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => RowMasks.FromBytes(new byte[64], mask));
    }

    private static void CheckWhole(Operation<long> kernel, Operation<long> twin) => ForEveryLength((random, words) =>
    {
        long[] left = Longs(random, words);
        long[] right = Longs(random, words);
        CheckSides(left, right, kernel, twin, words);
        CheckSides([left.Length > 0 ? left[0] : 1], right, kernel, twin, words);
        CheckSides(left, [right.Length > 0 ? right[^1] : 1], kernel, twin, words);
        CheckSides([3], [5], kernel, twin, words);

        // Blocks of small numbers only, and at their edge.
        long[] small = [.. Enumerable.Range(0, words * 64).Select(_ => random.Next(3) == 0 ? int.MinValue : (long)random.Next(int.MinValue, int.MaxValue))];
        CheckSides(small, [int.MinValue], kernel, twin, words);
        CheckSides(small, [.. small], kernel, twin, words);
    });

    private static void CheckFloat64(Operation<double> kernel, Operation<double> twin) => ForEveryLength((random, words) =>
    {
        double[] left = Doubles(random, words);
        double[] right = Doubles(random, words);
        CheckSides(left, right, kernel, twin, words);
        CheckSides([1.8], right, kernel, twin, words);
        CheckSides(left, [32.0], kernel, twin, words);
        CheckSides([3.0], [5.0], kernel, twin, words);
    });

    private static void CheckSides<T>(T[] left, T[] right, Operation<T> kernel, Operation<T> twin, int words) where T : unmanaged
    {
        var expected = new T[words * 64];
        var expectedMask = new ulong[words];
        twin(left, right, expected, expectedMask);
        var actual = new T[words * 64];
        var actualMask = new ulong[words];
        kernel(left, right, actual, actualMask);
        Assert.Equal(expectedMask, actualMask);
        Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray(), MemoryMarshal.AsBytes(actual.AsSpan()).ToArray());

        // In the place of a side, as an expression does it.
        if (left.Length == actual.Length)
        {
            T[] place = [.. left];
            kernel(place, right, place, actualMask);
            Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray(), MemoryMarshal.AsBytes(place.AsSpan()).ToArray());
        }
    }

    /// <summary>Rows from 0 to 300; columns are whole blocks, so that what is behind the last row is noise that a kernel works on too.</summary>
    private static void ForEveryLength(Action<Random, int> check)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int words = 0;
        int rows = 0;
        try
        {
            for (rows = 0; rows <= MaxRows; rows++)
            {
                words = (rows + 63) / 64;
                check(random, words);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, {rows} rows", e);
        }
    }

    private static long[] Longs(Random random, int words)
    {
        var values = new long[words * 64];
        foreach (ref long value in values.AsSpan())
        {
            value = random.Next(3) switch
            {
                0 => s_longs[random.Next(s_longs.Length)],
                1 => random.NextInt64(-10, 10),
                _ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
            };
        }

        return values;
    }

    private static double[] Doubles(Random random, int words)
    {
        var values = new double[words * 64];
        foreach (ref double value in values.AsSpan())
        {
            // One NaN only: which payload an operation hands on is the processor's choice.
            value = random.Next(3) switch
            {
                0 => s_doubles[random.Next(s_doubles.Length)],
                1 => random.Next(-10, 10),
                _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)),
            };
        }

        return values;
    }
}
