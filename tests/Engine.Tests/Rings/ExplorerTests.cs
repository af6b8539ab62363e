using System;
using System.Collections.Generic;
using System.Threading;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>
/// The rings' own code over a memory with store buffers, in every interleaving of few preemptions: items arrive once, whole and in order, and nobody
/// sleeps for ever. Each planted mistake is found.
/// </summary>
public sealed class ExplorerTests
{
    private const int LeastRuns = 100; // fewer would mean that the code no longer goes through the explorer's memory

    private static readonly WaitManner s_parks = new(WaitStrategy.Block, RingTuning.Latency);
    private static readonly WaitManner s_spins = new(WaitStrategy.BusySpin, RingTuning.Latency);

    [Theory]
    [InlineData(1, 2, 2, WaitStrategy.Block)]
    [InlineData(2, 3, 2, WaitStrategy.Block)]
    [InlineData(1, 2, 2, WaitStrategy.BusySpin)]
    public void A_ring_hands_over_every_item(int slots, int items, int preemptions, WaitStrategy strategy) =>
        AssertHolds(preemptions, () => HandOver<Explored>(slots, items, new WaitManner(strategy, RingTuning.Latency)));

    [Fact]
    public void A_missing_barrier_is_found() => AssertFound("nobody can move", () => HandOver<WithoutBarrier>(1, 2, s_parks));

    [Fact]
    public void A_barrier_of_the_waiter_alone_is_found_too_little() => AssertFound("nobody can move", () => HandOver<OwnBarrierOnly>(1, 2, s_parks));

    [Fact]
    public void A_bell_that_wakes_nobody_is_found() => AssertFound("nobody can move", () => HandOver<Deaf>(1, 2, s_parks));

    [Fact]
    public void A_slot_published_before_it_is_filled_is_found() => AssertFound("reads", () => HandOver<Explored>(1, 2, s_spins, publishFirst: true));

    [Fact]
    public void A_slot_released_before_it_is_read_is_found() => AssertFound("reads", () => HandOver<Explored>(1, 3, s_spins, releaseFirst: true));

    [Fact]
    public void A_thread_that_waits_for_nothing_is_found_spinning() => AssertFound("for ever", () =>
    {
        var ring = new RingCore<long, Explored>(1, s_spins);
        return (ring, [() => ring.First.WaitForItem(CancellationToken.None)], () => { });
    });

    [Fact]
    public void Poison_ends_the_waits_of_both_sides() => AssertHolds(2, () =>
    {
        var ring = new RingCore<long, Explored>(1, s_parks);
        bool ended = false, refused = false;
        return (ring,
            [
                () =>
                {
                    while (ring.WaitForSlots(1, CancellationToken.None))
                    {
                        ring.Publish(1);
                    }

                    refused = true;
                },
                () =>
                {
                    ring.First.WaitForItem(CancellationToken.None);
                    ring.Poison();
                    ended = !ring.First.WaitForItem(CancellationToken.None);
                },
            ],
            () => Assert.True(ended && refused));
    });

    [Fact]
    public void A_drain_ends_when_all_is_taken() => AssertHolds(2, () =>
    {
        var ring = new RingCore<long, Explored>(2, s_parks);
        long left = -1;
        int taken = 0;
        return (ring,
            [
                () =>
                {
                    ring.WaitForSlots(2, CancellationToken.None);
                    ring.Publish(2);
                    left = ring.Drain(CancellationToken.None);
                },
                () =>
                {
                    while (ring.First.WaitForItem(CancellationToken.None))
                    {
                        taken++;
                        ring.First.Release(1);
                    }
                },
            ],
            () => Assert.Equal((0, 2), (left, taken)));
    });

    [Fact]
    public void A_consumer_behind_another_sees_what_that_one_wrote() => AssertHolds(1, () =>
    {
        var ring = new RingCore<long, Explored>(1, s_parks);
        ConsumerCore<long, Explored> first = ring.First, last = ring.AddConsumer([first]);
        var seen = new List<long>();
        return (ring,
            [
                () => Produce(ring, 2, publishFirst: false),
                () => Each(first, (ref long slot) => Explored.Write(ref slot, Explored.Read(ref slot) * 10)),
                () => Each(last, (ref long slot) => seen.Add(Explored.Read(ref slot))),
            ],
            () => Assert.Equal([10, 20], seen));
    });

    [Fact]
    public void A_shared_ring_keeps_each_producers_order() => AssertHolds(1, () =>
    {
        var ring = new SharedCore<long, Explored>(2, 1, s_parks);
        RingCore<long, Explored> a = ring.AddProducer(), b = ring.AddProducer();
        ring.Complete();
        var seen = new Dictionary<object, List<long>> { [a] = [], [b] = [] };
        return (ring,
            [
                () => Produce(a, 2, publishFirst: false),
                () => Produce(b, 1, publishFirst: false),
                () =>
                {
                    while (ring.WaitForItem(CancellationToken.None))
                    {
                        seen[ring.Current!].Add(Explored.Read(ref ring.Items(1)[0]));
                        ring.Release(1);
                    }
                },
            ],
            () =>
            {
                Assert.Equal([1, 2], seen[a]);
                Assert.Equal([1], seen[b]);
            });
    });

    [Fact]
    public void A_thread_that_wakes_nobody_before_it_waits_holds_nobody_up() => AssertHolds(1, () => PassOn(pays: true));

    [Fact]
    public void A_thread_that_waits_without_waking_those_it_owes_is_found() => AssertFound("nobody can move", () => PassOn(pays: false));

    private static void AssertHolds(int preemptions, Func<(object Shared, Action[] Bodies, Action Check)> scenario)
    {
        (string? failure, int runs) = Explorer.Explore(preemptions, scenario);
        Assert.Null(failure);
        Assert.InRange(runs, LeastRuns, int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} interleavings");
    }

    private static void AssertFound(string mistake, Func<(object Shared, Action[] Bodies, Action Check)> scenario) =>
        Assert.Contains(mistake, Explorer.Explore(2, scenario).Failure ?? "nothing", StringComparison.Ordinal);

    private static (object Shared, Action[] Bodies, Action Check) HandOver<TMemory>(
        int slots, int items, WaitManner manner, bool publishFirst = false, bool releaseFirst = false)
        where TMemory : struct, IMemory
    {
        var ring = new RingCore<long, TMemory>(slots, manner);
        int taken = 0;
        return (ring,
            [
                () => Produce(ring, items, publishFirst),
                () =>
                {
                    while (ring.First.WaitForItem(CancellationToken.None))
                    {
                        ref long slot = ref ring.First.ItemBehind(0);
                        if (releaseFirst)
                        {
                            ring.First.Release(1);
                        }

                        long value = TMemory.Read(ref slot);
                        if (value != taken + 1)
                        {
                            throw new InvalidOperationException($"item {taken} reads {value}");
                        }

                        taken++;
                        if (!releaseFirst)
                        {
                            ring.First.Release(1);
                        }
                    }
                },
            ],
            () => Assert.Equal(items, taken));
    }

    private static void Produce<TMemory>(RingCore<long, TMemory> ring, int items, bool publishFirst) where TMemory : struct, IMemory
    {
        for (int i = 1; i <= items; i++)
        {
            ring.WaitForSlots(1, CancellationToken.None);
            ref long slot = ref ring.Slot(0);
            if (publishFirst)
            {
                ring.Publish(1);
            }

            TMemory.Write(ref slot, i);
            if (!publishFirst)
            {
                ring.Publish(1);
            }
        }

        ring.Complete();
    }

    /// <summary>A lane between a reader and a writer, which takes and gives quietly; the reader goes on when the writer has said so.</summary>
    private static (object Shared, Action[] Bodies, Action Check) PassOn(bool pays)
    {
        const int Items = 2;
        var bell = new Bell<Explored>();
        var input = new RingCore<long, Explored>(2, s_parks, bell);
        var output = new RingCore<long, Explored>(4, s_parks);
        var echo = new RingCore<long, Explored>(1, s_parks);
        var seen = new List<long>();
        return ((input, output, echo),
            [
                () =>
                {
                    for (int i = 1; i <= Items; i++)
                    {
                        input.WaitForSlots(1, CancellationToken.None);
                        Explored.Write(ref input.Slot(0), i);
                        input.Publish(1);
                        echo.First.WaitForItem(CancellationToken.None);
                        echo.First.Release(1);
                    }
                },
                () =>
                {
                    for (int i = 0; i < Items; i++)
                    {
                        if (pays)
                        {
                            input.First.WaitForItem(CancellationToken.None);
                        }
                        else
                        {
                            WaitWithDebts(input.First, bell);
                        }

                        output.WaitForSlots(1, CancellationToken.None);
                        Explored.Write(ref output.Slot(0), Explored.Read(ref input.First.ItemBehind(0)));
                        output.PublishQuietly(1);
                        input.First.ReleaseQuietly();
                    }

                    Debts<Explored>.Pay(); // as a lane that ends
                },
                () =>
                {
                    for (int i = 0; i < Items; i++)
                    {
                        output.First.WaitForItem(CancellationToken.None);
                        seen.Add(Explored.Read(ref output.First.ItemBehind(0)));
                        output.First.Release(1);
                        echo.WaitForSlots(1, CancellationToken.None);
                        echo.Publish(1);
                    }
                },
            ],
            () => Assert.Equal([1, 2], seen));
    }

    private static void WaitWithDebts(ConsumerCore<long, Explored> consumer, Bell<Explored> bell)
    {
        while (consumer.Available == 0)
        {
            long round = bell.Arm();
            if (consumer.Available == 0)
            {
                bell.Sleep(round, CancellationToken.None);
            }
        }
    }

    private delegate void Visit(ref long slot);

    private static void Each(ConsumerCore<long, Explored> consumer, Visit visit)
    {
        while (consumer.WaitForItem(CancellationToken.None))
        {
            visit(ref consumer.ItemBehind(0));
            consumer.Release(1);
        }
    }
}
