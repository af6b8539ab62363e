using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class InstantsTests
{
    [Fact]
    public void The_lesser_and_the_greater_are_those_of_Math()
    {
        long[] values = [0, 1, -1, long.MinValue, long.MaxValue, long.MinValue + 1, long.MaxValue - 1, 1L << 32, -(1L << 32)];
        foreach (long a in values)
        {
            foreach (long b in values)
            {
                Assert.Equal(Math.Min(a, b), Branchless.Min(a, b));
                Assert.Equal(Math.Max(a, b), Branchless.Max(a, b));
            }
        }
    }

    [Fact]
    public void Rows_that_are_not_live_have_no_instant()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            long[] values = [.. Enumerable.Range(0, 64).Select(_ => Instant(random))];
            ulong live = random.Next(4) switch { 0 => 0, 1 => ulong.MaxValue, _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) };
            long[] expected = [.. values.Select((value, i) => (live >> i & 1) != 0 ? value : Instants.None)];
            long[] times = new long[64];
            Assert.Equal(expected.Max(), Instants.CopyLive(values, live, times));
            Assert.Equal(expected, times);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Instants.CopyLive(new long[63], 0, new long[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Instants.CopyLive(new long[64], 0, new long[63]));
    }

    [Fact]
    public void The_running_maximum_and_the_greatest_lag_are_those_of_a_plain_loop()
    {
        var random = new Random(8);
        for (int round = 0; round < 2_000; round++)
        {
            long[] times = [.. Enumerable.Range(0, random.Next(300)).Select(_ => random.Next(5) == 0 ? Instants.None : Instant(random))];
            long latest = random.Next(3) == 0 ? Instants.None : Instant(random);
            long lag = random.Next(3) == 0 ? 0 : random.NextInt64(1_000_000_000);
            long[] before = new long[times.Length];
            (long expectedLatest, long expectedLag, long actualLag) = (latest, lag, lag);
            long[] expected = new long[times.Length];
            for (int i = 0; i < times.Length; i++)
            {
                expected[i] = expectedLatest;
                if (times[i] != Instants.None && expectedLatest != Instants.None)
                {
                    expectedLag = Math.Max(expectedLag, expectedLatest - times[i]);
                }

                expectedLatest = Math.Max(expectedLatest, times[i]);
            }

            Assert.Equal(expectedLatest, Instants.RunningMax(times, latest, before, ref actualLag));
            Assert.Equal(expected, before);
            Assert.Equal(expectedLag, actualLag);
            Assert.Equal(times.Where(t => t != Instants.None).DefaultIfEmpty(long.MaxValue).Min(), Instants.Earliest(times));
        }
    }

    private static long Instant(Random random) => random.Next(10) switch
    {
        0 => Timestamps.Min,
        1 => Timestamps.Max,
        _ => 1_700_000_000_000_000 + random.NextInt64(1_000_000_000),
    };
}
