using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

public sealed class RingTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<WaitStrategy> Strategies => [WaitStrategy.Adaptive, WaitStrategy.BusySpin, WaitStrategy.Yield, WaitStrategy.Block];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    public void Slots_are_a_power_of_two(int slots) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ring<long>(slots, WaitStrategy.Block));

    [Fact]
    public void Items_arrive_in_order_over_many_rounds()
    {
        var ring = new Ring<long>(4, WaitStrategy.Adaptive);
        long next = 0;
        long expected = 0;
        var random = new Random(7);
        while (expected < 1000)
        {
            for (int n = random.Next(5); n > 0 && ring.HasSlot; n--)
            {
                ring.Slot() = next++;
                ring.Publish();
            }

            for (int n = random.Next(5); n > 0 && ring.HasItem; n--)
            {
                Assert.Equal(expected++, ring.Item);
                ring.Release();
            }
        }

        Assert.Equal(next, ring.Published);
        Assert.Equal(expected, ring.Taken);
    }

    [Fact]
    public void A_full_ring_has_no_slot_until_the_consumer_releases()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        Assert.False(ring.HasItem);
        Assert.True(ring.WaitForSlots(2));
        ring.Slot() = 1;
        ring.Slot(1) = 2;
        ring.Publish(2);
        Assert.False(ring.HasSlot);
        Assert.True(ring.WaitForItem());
        Assert.Equal(1, ring.Item);
        Assert.False(ring.HasSlot);
        ring.Release();
        Assert.True(ring.HasSlot);
        Assert.True(ring.WaitForItem());
        Assert.Equal(2, ring.Item);
    }

    [Fact]
    public void A_slot_is_published_once_and_only_after_it_was_waited_for()
    {
        var ring = new Ring<int>(1, WaitStrategy.Block);
        Assert.True(ring.WaitForSlot());
        ring.Publish();
        Assert.Throws<InvalidOperationException>(() => ring.Publish());
        Assert.Throws<InvalidOperationException>(() => ring.Publish(-1));
        Assert.Equal(1, ring.Published);
    }

    [Fact]
    public void An_item_is_released_once_and_only_after_it_was_waited_for()
    {
        var ring = new Ring<int>(1, WaitStrategy.Block);
        Assert.Throws<InvalidOperationException>(() => ring.Release());
        ring.Publish();
        Assert.True(ring.WaitForItem());
        ring.Release();
        Assert.Throws<InvalidOperationException>(() => ring.Release());
        Assert.Throws<InvalidOperationException>(() => ring.Release(-1));
        Assert.Equal(1, ring.Taken);
    }

    [Fact]
    public void A_completed_ring_gives_what_it_holds_and_then_ends()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Slot() = 5;
        ring.Publish();
        ring.Complete();
        Assert.True(ring.IsCompleted);
        Assert.True(ring.WaitForItem());
        Assert.Equal(5, ring.Item);
        ring.Release();
        Assert.False(ring.WaitForItem());
    }

    [Fact]
    public void A_poisoned_ring_refuses_both_sides_at_once()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Publish();
        ring.Poison();
        Assert.True(ring.IsPoisoned);
        Assert.False(ring.WaitForItem());
        Assert.False(ring.WaitForSlot());
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_waiting_consumer_is_released_by_poison(WaitStrategy strategy)
    {
        var ring = new Ring<int>(2, strategy);
        Task<bool> waiting = Task.Factory.StartNew(ring.WaitForItem, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinUntil(() => ring.EmptyWaits == 1);
        ring.Poison();
        Assert.False(await waiting.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_waiting_producer_is_released_by_poison(WaitStrategy strategy)
    {
        var ring = new Ring<int>(1, strategy);
        ring.Publish();
        Task<bool> waiting = Task.Factory.StartNew(ring.WaitForSlot, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinUntil(() => ring.FullWaits == 1);
        ring.Poison();
        Assert.False(await waiting.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task A_waiting_consumer_is_released_by_completion(WaitStrategy strategy)
    {
        var ring = new Ring<int>(2, strategy);
        Task<bool> waiting = Task.Factory.StartNew(ring.WaitForItem, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinUntil(() => ring.EmptyWaits == 1);
        ring.Complete();
        Assert.False(await waiting.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    /// <summary>Every slot is written whole, read whole and given back once; a lost wake-up shows as a wait past the limit.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive, 1, 5_000)]
    [InlineData(WaitStrategy.Adaptive, 64, 200_000)]
    [InlineData(WaitStrategy.BusySpin, 64, 200_000)]
    [InlineData(WaitStrategy.Yield, 64, 200_000)]
    [InlineData(WaitStrategy.Block, 1, 5_000)]
    [InlineData(WaitStrategy.Block, 16, 100_000)]
    public async Task Two_threads_hand_over_every_item_whole(WaitStrategy strategy, int slots, int count)
    {
        var ring = new Ring<(long A, long B, long C)>(slots, strategy);
        Task producer = Task.Factory.StartNew(
            () =>
            {
                var random = new Random(slots);
                for (int i = 0; i < count;)
                {
                    int burst = Math.Min(random.Next(1, Math.Min(slots, 4) + 1), count - i);
                    Assert.True(ring.WaitForSlots(burst));
                    for (int k = 0; k < burst; k++, i++)
                    {
                        ring.Slot(k) = (i, i * 3L, ~(long)i);
                    }

                    ring.Publish(burst);
                }

                ring.Complete();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task<long> consumer = Task.Factory.StartNew(
            () =>
            {
                long taken = 0;
                while (ring.WaitForItem())
                {
                    (long a, long b, long c) = ring.Item;
                    if (a != taken || b != a * 3 || c != ~a)
                    {
                        ring.Poison();
                        Assert.Fail($"item {taken} read as {a}, {b}, {c}");
                    }

                    taken++;
                    ring.Release();
                }

                return taken;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(producer, consumer).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.Equal(count, await consumer);
        Assert.Equal(count, ring.Taken);
    }

    [Fact]
    public void Either_side_waits_in_its_own_way()
    {
        var serves = new Nothing();
        var ring = new Ring<int>(2, WaitStrategy.BusySpin, producer: null, consumer: serves, taking: WaitStrategy.Block);
        bool came = false;
        var consumer = new Thread(() => came = ring.WaitForItem()) { IsBackground = true };
        consumer.Start();
        Assert.True(SpinWait.SpinUntil(() => serves.Bell.IsArmed, s_limit)); // it parks, and a spinning one never would
        ring.Publish(1);
        consumer.Join();
        Assert.True(came);
    }

    [Fact]
    public void Handing_over_allocates_nothing()
    {
        var ring = new Ring<long>(8, WaitStrategy.Adaptive);
        PassThrough(ring, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PassThrough(ring, 10_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Slots_are_reached_by_place_for_their_contents()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        for (int i = 0; i < ring.Capacity; i++)
        {
            ring[i] = 10 + i;
        }

        for (int i = 0; i < 8; i++)
        {
            Assert.True(ring.WaitForSlot());
            Assert.Equal(10 + (i % 4), ring.Slot());
            ring.Publish();
            Assert.True(ring.WaitForItem());
            ring.Release();
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ring[4] = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring[-1] = 0);
    }

    private static void PassThrough(Ring<long> ring, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ring.WaitForSlot();
            ring.Slot() = i;
            ring.Publish();
            ring.WaitForItem();
            ring.Release();
        }
    }

    private static void SpinUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_limit));

    [Fact]
    public void A_quiet_item_is_taken_though_its_producer_never_waits()
    {
        var ring = new Ring<long>(16, WaitStrategy.Block);
        bool taken = false;
        var consumer = new Thread(() =>
        {
            ring.WaitForItem();
            ring.Release();
            Volatile.Write(ref taken, true);
        });
        consumer.Start();
        SpinWait.SpinUntil(() => ring.EmptyWaits == 1);
        ring.WaitForSlot();
        ring.Slot() = 1;
        ring.PublishQuietly();

        long since = 0;
        Assert.True(SpinWait.SpinUntil(() =>
        {
            Debts<Native>.PayOld(ref since);
            return Volatile.Read(ref taken);
        }, TimeSpan.FromMinutes(1)));
        consumer.Join();
    }

    private sealed class Nothing : Meanwhile
    {
        public override bool Serve() => false;
    }
}
