using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

public sealed class SharedRingTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<WaitStrategy> Strategies => [WaitStrategy.Adaptive, WaitStrategy.BusySpin, WaitStrategy.Yield, WaitStrategy.Block];

    [Fact]
    public void Producers_are_polled_in_turn()
    {
        var ring = new SharedRing<int>(3, 4, WaitStrategy.Block);
        RingProducer<int>[] producers = [ring.AddProducer(), ring.AddProducer(), ring.AddProducer()];
        for (int i = 0; i < 6; i++)
        {
            Put(producers[i % 3], i);
        }

        var seen = new List<int>();
        while (ring.HasItem)
        {
            seen.Add(ring.Item);
            ring.Release();
        }

        Assert.Equal([1, 2, 0, 4, 5, 3], seen);
        Assert.Equal((6, 6), (ring.Published, ring.Taken));
    }

    [Fact]
    public void The_ring_ends_when_it_is_completed_and_every_producer_is()
    {
        var ring = new SharedRing<int>(2, 4, WaitStrategy.Block);
        RingProducer<int> a = ring.AddProducer(), b = ring.AddProducer();
        Put(a, 1);
        a.Complete();
        ring.Complete();
        Put(b, 2);
        b.Complete();
        Assert.Throws<InvalidOperationException>(() => ring.AddProducer());
        var handler = new Keeping();
        Assert.True(ring.Consume(ref handler, TestContext.Current.CancellationToken));
        Assert.Equal([2, 1], handler.Items);
        Assert.False(ring.WaitForItem(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_drained_producer_makes_room_for_another()
    {
        var ring = new SharedRing<int>(1, 2, WaitStrategy.Block);
        RingProducer<int> first = ring.AddProducer();
        Put(first, 1);
        Assert.Throws<InvalidOperationException>(() => ring.AddProducer());
        first.Complete();
        Assert.Throws<InvalidOperationException>(() => ring.AddProducer());
        Assert.True(ring.WaitForItem(TestContext.Current.CancellationToken));
        ring.Release();
        Put(ring.AddProducer(), 2);
        Assert.True(ring.WaitForItem(TestContext.Current.CancellationToken));
        Assert.Equal(2, ring.Item);
        Assert.Equal((2, 1, 1), (ring.Published, ring.Taken, ring.Producers));
    }

    [Fact]
    public void Nothing_is_released_that_was_not_waited_for()
    {
        var ring = new SharedRing<int>(1, 2, WaitStrategy.Block);
        Assert.Throws<InvalidOperationException>(() => ring.Release());
        RingProducer<int> producer = ring.AddProducer();
        Put(producer, 1);
        Assert.True(ring.HasItem);
        ring.Release();
        Assert.Throws<InvalidOperationException>(() => ring.Release());
        Assert.True(ring.Items.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Poison_ends_every_wait(WaitStrategy strategy)
    {
        var ring = new SharedRing<int>(3, 1, strategy);
        RingProducer<int> full = ring.AddProducer(), dying = ring.AddProducer();
        Put(full, 1);
        Task<bool> slot = Start(() => full.WaitForSlots());
        Assert.True(SpinWait.SpinUntil(() => full.FullWaits == 1, s_limit));
        dying.Poison();
        Assert.False(await slot.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.False(ring.WaitForItem(CancellationToken.None));
        Assert.False(ring.AddProducer().WaitForSlots());

        var empty = new SharedRing<int>(1, 1, strategy);
        Task<bool> item = Start(() => empty.WaitForItem(CancellationToken.None));
        Assert.True(SpinWait.SpinUntil(() => empty.EmptyWaits == 1, s_limit));
        empty.Poison();
        Assert.False(await item.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task The_consumer_waits_for_producers_to_come_and_for_completion(WaitStrategy strategy)
    {
        var ring = new SharedRing<int>(2, 4, strategy);
        Task<List<int>> consumer = Start(() =>
        {
            var handler = new Keeping();
            Assert.True(ring.Consume(ref handler));
            return handler.Items;
        });
        Assert.True(SpinWait.SpinUntil(() => ring.EmptyWaits == 1, s_limit));
        RingProducer<int> late = ring.AddProducer();
        Put(late, 5);
        Assert.Equal(0, late.Complete(TestContext.Current.CancellationToken));
        ring.Complete();
        Assert.Equal([5], await consumer.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    /// <summary>Each producer's items arrive in its order and whole, while producers come and go.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive, 64)]
    [InlineData(WaitStrategy.Yield, 16)]
    [InlineData(WaitStrategy.Block, 2)]
    public async Task Producers_at_once_keep_their_order(WaitStrategy strategy, int slots)
    {
        const int Threads = 3, Lives = 4, Count = 3_000;
        var ring = new SharedRing<(int Thread, long Number, long Check)>(Threads, slots, strategy);
        Task<long>[] producers = [.. Enumerable.Range(0, Threads).Select(thread => Start(() =>
        {
            for (int life = 0; life < Lives; life++)
            {
                RingProducer<(int, long, long)> producer = ring.AddProducer();
                for (long i = 0; i < Count; i++)
                {
                    Assert.True(producer.WaitForSlots());
                    long number = (life * Count) + i;
                    producer.Slot() = (thread, number, ~(number * 31) + thread);
                    producer.Publish();
                }

                Assert.Equal(0, producer.Complete(TestContext.Current.CancellationToken));
            }

            return 0L;
        }))];
        Task<long> consumer = Start(() =>
        {
            var handler = new Ordered(new long[Threads]);
            Assert.True(ring.Consume(ref handler, TestContext.Current.CancellationToken));
            return handler.Next.Sum();
        });
        await Task.WhenAll(producers).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        ring.Complete();
        Assert.Equal(Threads * Lives * Count, await consumer.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal((Threads * Lives * Count, Threads * Lives * Count), (ring.Published, ring.Taken));
    }

    private static void Put(RingProducer<int> producer, int value)
    {
        Assert.True(producer.WaitForSlots());
        producer.Slot() = value;
        producer.Publish();
    }

    private static Task<T> Start<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private readonly struct Keeping() : IRingHandler<int>
    {
        public List<int> Items { get; } = [];

        public void Handle(Span<int> items) => Items.AddRange(items);
    }

    private readonly struct Ordered(long[] next) : IRingHandler<(int Thread, long Number, long Check)>
    {
        public long[] Next => next;

        public void Handle(Span<(int Thread, long Number, long Check)> items)
        {
            foreach ((int thread, long number, long check) in items)
            {
                if (number != next[thread]++ || check != ~(number * 31) + thread)
                {
                    throw new InvalidOperationException($"item {number} of thread {thread}, check {check}");
                }
            }
        }
    }
}
