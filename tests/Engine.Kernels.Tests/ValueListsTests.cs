using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class ValueListsTests
{
    [Fact]
    public void The_smallest_by_rank_are_those_of_the_sorted_list()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 3000; round++)
        {
            int spread = random.Next(4) switch { 0 => 3, 1 => 10, _ => int.MaxValue };
            long[] list = [.. Enumerable.Range(0, random.Next(1, ValueLists.MaxSmall + 1)).Select(_ => random.Next(20) switch
            {
                0 => long.MinValue,
                1 => long.MaxValue,
                2 => 0L,
                _ => random.NextInt64(-spread, spread),
            })];
            long[] sorted = [.. list.Order()];
            for (int rank = 0; rank < list.Length; rank++)
            {
                (long value, long next) = ValueLists.Smallest(list, rank);
                Assert.True((value, next) == (sorted[rank], sorted[Math.Min(rank + 1, list.Length - 1)]), $"seed {seed}: rank {rank} of {string.Join(' ', list)}: {value} {next}");
            }
        }
    }

    [Fact]
    public void Lists_of_any_shape_are_sorted()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int length = 0; length <= 300; length++)
        {
            Func<int, long>[] shapes =
            [
                i => i, i => -i, _ => 7, i => Math.Min(i, length - i), i => i % 2 == 0 ? long.MinValue : long.MaxValue, _ => random.Next(3), _ => random.NextInt64(),
            ];
            foreach (Func<int, long> shape in shapes)
            {
                long[] list = [.. Enumerable.Range(0, length).Select(shape)];
                long[] sorted = [.. list.Order()];
                long[] again = [.. list];

                ValueLists.Sort(list);
                ValueLists.Sort(again, random.Next(4)); // and where values that split badly are given up

                Assert.True(sorted.AsSpan().SequenceEqual(list) && sorted.AsSpan().SequenceEqual(again), $"seed {seed}, {length} values");
            }
        }
    }

    [Fact]
    public void Values_go_to_the_lists_of_their_groups_until_one_has_no_room()
    {
        // Two groups: the first has room for three from word 4 on, the second for one from word 2 on; their states begin one word into their records.
        long[] records = [7, 0, 4, 3, 7, 0, 2, 1];
        long[] heap = new long[8];
        double[] values = [1.5, -0.0, -2.5, 3.5, 4.5];

        int done = ValueLists.Append([0, 1, 2, 4, 3], [0, 4, 0, 0, 4], values, records, 1, heap);

        Assert.Equal(4, done);
        Assert.Equal([7, 3, 4, 3, 7, 1, 2, 1], records);
        Assert.Equal([0, 0, Summaries.OrderOf(-0.0), 0, Summaries.OrderOf(1.5), Summaries.OrderOf(-2.5), Summaries.OrderOf(4.5), 0], heap);
        Assert.Equal(0, ValueLists.Append([0], [0], [5L], [-1, 0, -1], 0, heap));
        Assert.Equal(1, ValueLists.Append([0], [0], [-5L], [0, 7, 1], 0, heap));
        Assert.Equal(-5, heap[7]);
    }
}
