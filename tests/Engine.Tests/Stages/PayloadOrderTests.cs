using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Rings;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Stages;

public sealed class PayloadOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_lane_sees_the_sum_and_the_maximum_of_all_earlier_payloads(int lanes)
    {
        const int Payloads = 3_000;
        var random = new Random(lanes);
        long[] times = [.. Enumerable.Range(0, Payloads).Select(_ => random.NextInt64(-1_000_000, 1_000_000))];
        var order = new PayloadOrder(lanes, 2, WaitStrategy.Adaptive);
        var wrong = new List<string>();
        Thread[] threads = [.. Enumerable.Range(0, lanes).Select(lane => new Thread(() =>
        {
            for (int payload = lane; payload < Payloads; payload += lanes)
            {
                order.Publish(lane, payload, times[payload], payload % 5);
                (long max, long events) = order.Before(lane, payload);
                long expectedMax = payload == 0 ? long.MinValue : times[..payload].Max();
                long expectedEvents = Enumerable.Range(0, payload).Sum(p => (long)(p % 5));
                if (max != expectedMax || events != expectedEvents)
                {
                    lock (wrong)
                    {
                        wrong.Add($"payload {payload}: {max}, {events}");
                    }
                }

                order.WaitFolded(lane, payload);
                order.Folded(payload);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(wrong);
    }

    /// <summary>A lane that was kept from taking any payload, while another one went round more often than there are places, hinders nobody and knows all when it comes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void A_lane_that_comes_late_hinders_nobody_and_knows_the_sum(int before)
    {
        var order = new PayloadOrder(2, 2, WaitStrategy.Adaptive, places: 4);
        (long Max, long Events) late = default;
        var lanes = new Thread(() =>
        {
            for (int payload = 0; payload < before; payload++)
            {
                Pass(0, payload);
            }

            late = Pass(1, before);
            for (int payload = before + 1; payload < 2 * before; payload++)
            {
                Pass(0, payload);
            }
        }) { IsBackground = true };
        lanes.Start();
        Assert.True(lanes.Join(TimeSpan.FromSeconds(40)), "lanes wait for each other");
        Assert.Equal((before - 1, 3L * before), late);

        (long Max, long Events) Pass(int lane, int payload)
        {
            order.Publish(lane, payload, payload, 3);
            (long, long) known = order.Before(lane, payload);
            order.WaitFolded(lane, payload);
            order.Folded(payload);
            return known;
        }
    }

    [Fact]
    public void Waiting_for_the_others_ends_only_when_all_earlier_payloads_are_folded()
    {
        var order = new PayloadOrder(2, 2, WaitStrategy.Adaptive);
        order.Folded(0);
        bool passed = false;
        var waiter = new Thread(() =>
        {
            order.WaitFolded(0, 2);
            Volatile.Write(ref passed, true);
        });
        waiter.Start();
        Assert.False(Volatile.Read(ref passed));
        order.Folded(1);
        waiter.Join();
        Assert.True(passed);
    }
}
