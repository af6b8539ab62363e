using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class TotalsTests
{
    [Fact]
    public void Every_count_is_added_to_its_total_and_what_lies_behind_stays()
    {
        for (int length = 0; length < 70; length++)
        {
            long[] counts = [.. Enumerable.Range(0, length).Select(i => (i * 7919L) - 3)];
            long[] totals = [.. Enumerable.Range(0, length + 3).Select(i => (long)i)];

            Totals.Add(counts, totals);

            Assert.Equal([.. Enumerable.Range(0, length).Select(i => (i * 7920L) - 3), length, length + 1, length + 2], totals);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Totals.Add(new long[3], new long[2]));
    }
}
