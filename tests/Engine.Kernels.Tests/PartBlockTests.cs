using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

/// <summary>Kernels over columns whose last block has fewer values than 64, in eights, against the same rows of whole blocks.</summary>
public sealed class PartBlockTests
{
    private static readonly double[] s_odd = [double.NaN, double.PositiveInfinity, -0.0, 0, -5, 150, double.MaxValue];

    [Fact]
    public void Comparisons_take_the_eights_that_are_there() => ForEveryLength(static (rows, doubles, others, whole) =>
    {
        long[] longs = [.. doubles.Select(BitConverter.DoubleToInt64Bits)];
        long[] more = [.. others.Select(BitConverter.DoubleToInt64Bits)];
        foreach (Ordering ordering in Enum.GetValues<Ordering>())
        {
            Check(rows, result => ColumnComparison.Compare(ordering, doubles.AsSpan(0, rows), others.AsSpan(0, rows), result), result => ColumnComparison.CompareScalar<double>(ordering, doubles, others, result));
            Check(rows, result => ColumnComparison.Compare(ordering, longs.AsSpan(0, rows), more.AsSpan(0, rows), result), result => ColumnComparison.CompareScalar<long>(ordering, longs, more, result));
            Check(rows, result => ColumnComparison.Compare(ordering, doubles.AsSpan(0, rows), -5, result), result => ColumnComparison.CompareScalar(ordering, doubles, -5, result));
        }
    });

    [Fact]
    public void Values_lie_between_two_constants_or_not() => ForEveryLength(static (rows, doubles, others, whole) =>
    {
        long[] longs = [.. doubles.Select(value => double.IsNaN(value) ? long.MinValue : (long)value)];
        foreach ((double low, double high) in new[] { (-5.0, 150.0), (0.0, 0.0), (1.0, -1.0), (double.NaN, 1), (double.NegativeInfinity, double.PositiveInfinity) })
        {
            Check(rows, result => ColumnComparison.Within(doubles.AsSpan(0, rows), low, high, result), result => ColumnComparison.WithinScalar(doubles, low, high, result));
            Check(whole, result => ColumnComparison.Within(doubles, low, high, result), result => ColumnComparison.WithinScalar(doubles, low, high, result));
        }

        Check(rows, result => ColumnComparison.Within(longs.AsSpan(0, rows), -5, 150, result), result => ColumnComparison.WithinScalar(longs, -5, 150, result));
        Check(rows, result => ColumnComparison.Within(longs.AsSpan(0, rows), long.MinValue, 0, result), result => ColumnComparison.WithinScalar(longs, long.MinValue, 0, result));
    });

    [Fact]
    public void Arithmetic_leaves_what_is_behind_alone() => ForEveryLength(static (rows, doubles, others, whole) =>
    {
        var expected = new double[whole];
        var finite = new ulong[whole / 64];
        Float64Arithmetic.AddScalar(doubles, others, expected, finite);
        expected.AsSpan(rows).Fill(77);
        double[] actual = [.. Enumerable.Repeat(77.0, whole)];
        Check(rows, result => Float64Arithmetic.Add(doubles.AsSpan(0, rows), others.AsSpan(0, rows), actual.AsSpan(0, rows), result), result => finite.CopyTo(result));
        Assert.Equal(expected, actual);
        Float64Arithmetic.MultiplyScalar(doubles, [1.8], expected, finite);
        expected.AsSpan(rows).Fill(77);
        Check(rows, result => Float64Arithmetic.Multiply(doubles.AsSpan(0, rows), [1.8], actual.AsSpan(0, rows), result), result => finite.CopyTo(result));
        Assert.Equal(expected, actual);
    });

    [Fact]
    public void A_part_that_is_no_eights_or_misses_a_word_is_refused()
    {
        var mask = new ulong[2];
        foreach (int rows in new[] { 0, 64, 66, 127 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ColumnComparison.Within(new long[rows], 1, 2, mask));
            Assert.Throws<ArgumentOutOfRangeException>(() => ColumnComparison.Compare(Ordering.Less, new double[rows], 1.0, mask));
            Assert.Throws<ArgumentOutOfRangeException>(() => Float64Arithmetic.Add(new double[rows], new double[rows], new double[rows], mask));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Float64Arithmetic.Add(new double[72], new double[128], new double[80], mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => ColumnComparison.Compare(Ordering.Less, new long[80], new long[72], mask));
    }

    private delegate void Masks(Span<ulong> result);

    /// <summary>The bits of the first rows are the same.</summary>
    private static void Check(int rows, Masks kernel, Masks twin)
    {
        var actual = new ulong[(rows + 63) / 64];
        var expected = new ulong[actual.Length + 1]; // the twin may take whole blocks
        kernel(actual);
        twin(expected.AsSpan(0, actual.Length));
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal((expected[row >> 6] >> row) & 1, (actual[row >> 6] >> row) & 1);
        }
    }

    private static void ForEveryLength(Action<int, double[], double[], int> check)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int rows = 8; rows <= 200; rows += 8)
        {
            int whole = (rows + 63) / 64 * 64;
            try
            {
                check(rows, Values(random, whole), Values(random, whole), whole);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, {rows} rows", e);
            }
        }
    }

    private static double[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? s_odd[random.Next(s_odd.Length)] : random.Next(-20, 200))];
}
