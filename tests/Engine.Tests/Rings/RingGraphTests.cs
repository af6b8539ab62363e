using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>Consumers in a graph: some see an item at once, others behind them, and the producer waits for the last.</summary>
public sealed class RingGraphTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_slot_is_free_when_the_slowest_of_two_consumers_released_it()
    {
        var ring = new Ring<int>(1, WaitStrategy.Block);
        RingConsumer<int> second = ring.AddConsumer();
        ring.Slot() = 7;
        ring.Publish();
        Assert.True(ring.HasItem);
        ring.Release();
        Assert.False(ring.HasSlot);
        Assert.Equal(0, ring.Taken);
        Assert.True(second.WaitForItem());
        Assert.Equal(7, second.Item);
        second.Release();
        Assert.True(ring.HasSlot);
        Assert.Equal(1, ring.Taken);
    }

    [Fact]
    public void The_last_consumer_sees_an_item_when_both_before_it_released_it()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        RingConsumer<int> a = ring.Consumer, b = ring.AddConsumer(), c = ring.AddConsumer(a, b);
        ring.Publish();
        Assert.True(a.HasItem);
        Assert.Equal(1, b.Available);
        Assert.False(c.HasItem);
        a.Item = 3;
        a.Release();
        Assert.Equal(0, c.Available);
        b.Release();
        Assert.True(c.HasItem);
        Assert.Equal(3, c.Item);
        Assert.Equal((1, 1, 0), (a.Taken, b.Taken, c.Taken));
        Assert.Equal(0, ring.Taken);
    }

    [Fact]
    public void The_last_consumer_ends_behind_those_before_it()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        RingConsumer<int> last = ring.AddConsumer(ring.Consumer);
        ring.Publish();
        ring.Complete();
        using var soon = new CancellationTokenSource();
        soon.Cancel();
        Assert.False(last.WaitForItem(soon.Token)); // cancelled: the item is still with the first
        Assert.True(ring.WaitForItem());
        ring.Release();
        Assert.False(ring.WaitForItem());
        Assert.True(last.WaitForItem());
        last.Release();
        Assert.False(last.WaitForItem());
    }

    [Fact]
    public void The_graph_is_made_before_the_first_item_and_of_one_ring()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        var other = new Ring<int>(2, WaitStrategy.Block);
        Assert.Throws<ArgumentException>(() => ring.AddConsumer(other.Consumer));
        ring.Publish();
        Assert.Throws<InvalidOperationException>(() => ring.AddConsumer());
    }

    /// <summary>A and B each add to what they see, C checks both: a consumer that overtakes, or is overtaken by the producer, is seen in the sums.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive, 8)]
    [InlineData(WaitStrategy.Yield, 64)]
    [InlineData(WaitStrategy.Block, 4)]
    public async Task Three_consumers_and_a_producer_work_at_once(WaitStrategy strategy, int slots)
    {
        const int Count = 30_000;
        var ring = new Ring<(long Id, long A, long B)>(slots, strategy);
        RingConsumer<(long Id, long A, long B)> a = ring.Consumer, b = ring.AddConsumer(), c = ring.AddConsumer(a, b);
        Task[] work =
        [
            Start(() =>
            {
                for (int i = 0; i < Count; i++)
                {
                    Assert.True(ring.WaitForSlot());
                    ring.Slot() = (i, 0, 0);
                    ring.Publish();
                }

                Assert.Equal(0, ring.Complete(TestContext.Current.CancellationToken));
            }),
            Start(() => Each(a, static (ref (long Id, long A, long B) item) => item.A += item.Id * 3)),
            Start(() => Each(b, static (ref (long Id, long A, long B) item) => item.B += ~item.Id)),
            Start(() =>
            {
                long next = 0;
                Each(c, (ref (long Id, long A, long B) item) =>
                {
                    Assert.Equal((next, next * 3, ~next), item);
                    next++;
                });
                Assert.Equal(Count, next);
            }),
        ];
        await Task.WhenAll(work).WaitAsync(s_limit, TestContext.Current.CancellationToken);

        Task Start(Action body) => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    body();
                }
                catch
                {
                    ring.Poison();
                    throw;
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private delegate void Visit<T>(ref T item);

    private static void Each<T>(RingConsumer<T> consumer, Visit<T> visit) where T : struct
    {
        while (consumer.WaitForItem())
        {
            Span<T> items = consumer.Items;
            foreach (ref T item in items)
            {
                visit(ref item);
            }

            consumer.Release(items.Length);
        }
    }
}
