using System;
using System.Linq;
using System.Numerics;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class SummariesTests
{
    private const int Stride = 7; // more than the state, so that a wrong offset shows
    private const int Offset = 1;

    [Fact]
    public void Every_group_gets_lowest_highest_count_and_exact_sum_of_its_rows()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int groups = random.Next(1, 6);
            double[] values = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(4) == 0 ? -0.0 : Math.Round((random.NextDouble() - 0.5) * 1000, 2))];
            int[] rows = [.. Enumerable.Range(0, values.Length).Where(_ => random.Next(4) > 0)];
            int[] groupOf = [.. rows.Select(_ => random.Next(groups))];
            long[] records = Fresh(groups);

            Assert.Equal(rows.Length, Summaries.Fold(rows, [.. groupOf.Select(g => g * Stride)], values, records, Offset));
            for (int group = 0; group < groups; group++)
            {
                double[] mine = [.. rows.Where((_, i) => groupOf[i] == group).Select(r => values[r])];
                ReadOnlySpan<long> state = records.AsSpan((group * Stride) + Offset, Summaries.Words);
                Assert.Equal(mine.Select(Summaries.OrderOf).DefaultIfEmpty(long.MaxValue).Min(), state[0]);
                Assert.Equal(mine.Select(Summaries.OrderOf).DefaultIfEmpty(long.MinValue).Max(), state[1]);
                Assert.Equal(mine.Length, state[2]);
                BigInteger exact = mine.Aggregate(BigInteger.Zero, (s, x) => s + Fractions.Units(x));
                Assert.True(exact == Fractions.Units(BitConverter.Int64BitsToDouble(state[3])) + Fractions.Units(BitConverter.Int64BitsToDouble(state[4])), $"seed {seed}");
                Assert.Equal(0, records[group * Stride]);
                Assert.Equal(0, records[(group * Stride) + Offset + Summaries.Words]);
            }
        }
    }

    [Fact]
    public void It_stops_at_a_value_that_the_pair_cannot_take_with_all_else_of_it_folded()
    {
        double[] values = [1e16, 0.5, 1e-300, 3];
        long[] records = Fresh(1);

        Assert.Equal(2, Summaries.Fold([0, 1, 2, 3], [0, 0, 0, 0], values, records, Offset));
        Assert.Equal(Summaries.OrderOf(1e-300), records[Offset]);
        Assert.Equal(3, records[Offset + 2]);
        Assert.Equal(1e16, BitConverter.Int64BitsToDouble(records[Offset + 3]));
        Assert.Equal(0.5, BitConverter.Int64BitsToDouble(records[Offset + 4]));
    }

    private static long[] Fresh(int groups)
    {
        var records = new long[groups * Stride];
        for (int group = 0; group < groups; group++)
        {
            records[(group * Stride) + Offset] = long.MaxValue;
            records[(group * Stride) + Offset + 1] = long.MinValue;
        }

        return records;
    }
}
