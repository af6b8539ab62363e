using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class PayloadTakersTests
{
    private const int RingSize = 2;

    /// <summary>Lanes that are held up for odd whiles, what lanes know of each other, and a writer behind them: every payload once, in order, and what was known of it right.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Payloads_go_to_free_lanes_and_come_out_in_order(int lanes)
    {
        const int Payloads = 4_000;
        var chance = new Random(lanes);
        long[] times = [.. Enumerable.Range(0, Payloads).Select(_ => chance.NextInt64(1_000_000))];
        var takers = new PayloadTakers(lanes, lanes * RingSize, WaitStrategy.Adaptive, WaitStrategy.Adaptive);
        var order = new PayloadOrder(lanes, RingSize, WaitStrategy.Adaptive, places: takers.Places);
        Ring<Payload>[] places = [.. Enumerable.Range(0, takers.Places).Select(_ => new Ring<Payload>(1, WaitStrategy.Adaptive))];
        Ring<Payload>[] outputs = [.. Enumerable.Range(0, lanes).Select(_ => new Ring<Payload>(RingSize, WaitStrategy.Adaptive))];
        var wrong = new List<string>();
        var written = new List<long>();
        long folded = 0;
        Thread[] threads = [.. Enumerable.Range(0, lanes).Select(lane => new Thread(() =>
        {
            var input = new SharedInput(places, takers, lane);
            var random = new Random(lane);
            while (input.Wait())
            {
                long number = input.Item.Number;
                order.Publish(lane, number, times[number], 1);
                (long max, long events) = order.Before(lane, number);
                bool closes = random.Next(5) == 0;
                Interlocked.Increment(ref folded);
                if (closes)
                {
                    order.WaitFolded(lane, number);
                }

                if (events != number || max != (number == 0 ? long.MinValue : times[..(int)number].Max()) || (closes && Interlocked.Read(ref folded) <= number))
                {
                    lock (wrong)
                    {
                        wrong.Add($"payload {number}: {max}, {events}");
                    }
                }

                order.Folded(number);
                for (int i = closes ? 20 : 0; i > 0; i--)
                {
                    Thread.Yield();
                }

                outputs[lane].WaitForSlot();
                outputs[lane].Slot().Number = number;
                outputs[lane].Publish();
                input.Release();
            }
        })), new Thread(() =>
        {
            for (long number = 0; number < Payloads; number++)
            {
                places[number % places.Length].WaitForSlot();
                places[number % places.Length].Slot().Number = number;
                places[number % places.Length].Publish();
            }

            Array.ForEach(places, p => p.Complete());
        }), new Thread(() =>
        {
            for (long number = 0; number < Payloads && takers.WaitTaken(number); number++)
            {
                Ring<Payload> ring = takers.RingOf(number, outputs)!;
                ring.WaitForItem();
                written.Add(ring.Item.Number);
                ring.Release();
            }
        })];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(wrong);
        Assert.Equal(Enumerable.Range(0, Payloads).Select(n => (long)n), written);
    }

    /// <summary>One lane stays in its payload: the other takes what lies behind, up to the payload that would have the first one's place.</summary>
    [Fact]
    public void A_lane_that_is_long_at_a_payload_keeps_no_other_from_those_behind()
    {
        var takers = new PayloadTakers(lanes: 2, places: 4, WaitStrategy.Adaptive, WaitStrategy.Adaptive);
        Assert.Equal(0, takers.Take(0));
        for (long number = 1; number < 4; number++)
        {
            Assert.Equal(number, takers.Take(1));
            takers.Release(number);
        }

        var waiter = new Thread(() => takers.Take(1));
        waiter.Start();
        Assert.False(waiter.Join(0));
        takers.Release(0);
        waiter.Join();
        Assert.True(takers.WaitTaken(4));
    }

    [Fact]
    public void The_ring_of_a_payload_is_found_also_when_a_later_one_has_its_place()
    {
        var takers = new PayloadTakers(lanes: 2, places: 2, WaitStrategy.Adaptive, WaitStrategy.Adaptive);
        Ring<Payload>[] outputs = [new(4, WaitStrategy.Adaptive), new(4, WaitStrategy.Adaptive)];
        for (long number = 0; number < 4; number++)
        {
            Assert.Equal(number, takers.Take(1));
            if (number != 1)
            {
                outputs[1].WaitForSlot(TestContext.Current.CancellationToken);
                outputs[1].Slot().Number = number;
                outputs[1].Publish();
            }

            takers.Release(number);
        }

        Assert.Same(outputs[1], takers.RingOf(0, outputs));
        outputs[1].WaitForItem(TestContext.Current.CancellationToken);
        outputs[1].Release();
        Assert.Null(takers.RingOf(1, outputs));
        Assert.Same(outputs[1], takers.RingOf(2, outputs));
    }

    [Fact]
    public void Nobody_waits_for_a_payload_that_no_lane_will_take()
    {
        var takers = new PayloadTakers(lanes: 2, places: 2, WaitStrategy.Adaptive, WaitStrategy.Adaptive);
        takers.Take(0);
        bool? came = null;
        var waiter = new Thread(() => came = takers.WaitTaken(1));
        waiter.Start();
        takers.Poison();
        waiter.Join();
        Assert.False(came);
        Assert.True(takers.WaitTaken(0));
    }
}
