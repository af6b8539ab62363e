using System;
using System.Diagnostics;
using DataStream.Config;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Stages;

public sealed class StageClockTests
{
    [Fact]
    public void A_time_stands_for_as_many_batches_as_it_says()
    {
        var clock = new StageClock("some", default);
        long earlier = Stopwatch.GetTimestamp() - 1000;
        StageStart next = clock.Add(new StageStart(earlier, 16, null, 0), 2);
        Assert.True(clock.Ticks >= 16 * 1000 && next.Ticks > earlier, $"{clock.Ticks} ticks");
        Assert.Equal(clock.Ticks, 16 * (next.Ticks - earlier));
        long ticks = clock.Ticks;
        clock.Add(StageStart.Now(countsBytes: false, stands: 0), 3);
        Assert.Equal((ticks, 5), (clock.Ticks, clock.Events));
    }

    [Fact]
    public void Each_stage_of_a_chain_has_the_bytes_since_the_one_before()
    {
        (StageClock first, StageClock second, StageClock third) = (new("first", default), new("second", default), new("third", default));
        StageStart start = StageStart.Now(countsBytes: true);
        GC.KeepAlive(new byte[104]); // 128 with its header
        start = first.Add(in start, 1);
        start = second.Add(in start, 1);
        GC.KeepAlive(new byte[1000]); // 1,024
        third.Add(in start, 4);
        Assert.Equal((128, 0, 1024), (first.Allocated, second.Allocated, third.Allocated));
        Assert.Equal((1, 1, 4), (first.Weighed, second.Weighed, third.Weighed));
    }
}
