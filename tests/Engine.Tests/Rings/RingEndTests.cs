using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>Spans, handlers, and how a ring ends: cancelled, drained, by the death of a side.</summary>
public sealed class RingEndTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<WaitStrategy> Strategies => [WaitStrategy.Adaptive, WaitStrategy.BusySpin, WaitStrategy.Yield, WaitStrategy.Block];

    [Fact]
    public void Spans_end_at_the_end_of_the_circle()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        Assert.Equal(3, Fill(ring, 3, 10));
        Assert.Equal([10, 11, 12], ring.Items.ToArray());
        ring.Release(3);
        Assert.True(ring.WaitForSlots(4));
        Assert.Equal(1, Fill(ring, 4, 20));
        Assert.Equal(3, Fill(ring, 3, 30));
        Assert.Equal([20], ring.Items.ToArray());
        ring.Release();
        Assert.Equal([30, 31, 32], ring.Items.ToArray());
        Assert.Equal(0, Fill(ring, 4, 40)); // of the one slot free, the producer does not know yet
        Assert.True(ring.HasSlot);
        Assert.Equal(1, Fill(ring, 4, 40));
    }

    [Fact]
    public void A_claimed_slot_that_is_not_published_is_the_next_one_again()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        Assert.True(ring.WaitForSlots(2));
        ring.Slot() = 1;
        ring.Slot(1) = 2;
        Assert.False(ring.HasItem);
        Assert.True(ring.WaitForSlot());
        ring.Slot() = 5;
        ring.Publish(1);
        Assert.Equal([5], ring.Items.ToArray());
        ring.Release();
        ring.Complete();
        Assert.False(ring.WaitForItem());
    }

    [Fact]
    public void A_claim_gives_slots_that_are_published_once_in_part_or_not_at_all()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        RingClaim<int> claim = ring.Claim(3);
        Assert.Equal(3, claim.Count);
        claim.Slot = 1;
        claim[1] = 2;
        claim[2] = 3;
        Assert.False(ring.HasItem);
        claim.Publish(2);
        Assert.Equal([1, 2], ring.Items.ToArray());
        Assert.Equal("a slot is published before it was waited for, or twice", Thrown(claim));
        ring.Claim(2).Slot = 9; // let go
        claim = ring.Claim();
        claim.Slot = 4;
        claim.Publish();
        ring.Release(2);
        Assert.Equal([4], ring.Items.ToArray());
        Assert.Equal("the claim has no such slot", Thrown(claim, 2));
        ring.Poison();
        claim = ring.Claim();
        Assert.Equal(0, claim.Count);
        Assert.NotNull(Thrown(claim));
        Assert.Equal("the claim has no such slot", Thrown(claim, 1));
        Assert.Equal(3, ring.Published);
    }

    [Fact]
    public void A_writer_publishes_item_by_item_what_it_waited_for_and_alone()
    {
        var ring = new Ring<int>(2, WaitStrategy.Block);
        RingWriter<int> writer = ring.Writer();
        Assert.Equal("a slot is published before it was waited for, or twice", Thrown(writer));
        for (int i = 0; i < 5; i++)
        {
            Assert.True(writer.Wait());
            writer.Slot = -1; // abandoned
            Assert.True(writer.Wait());
            writer.Slot = i;
            Assert.False(ring.HasItem);
            writer.Publish();
            Assert.True(ring.HasItem);
            Assert.Equal(i, ring.Item);
            ring.Release();
        }

        Assert.True(writer.Wait());
        ring.Publish(); // beside the writer
        Assert.Equal("a slot is published before it was waited for, or twice", Thrown(writer));
        writer = ring.Writer();
        Assert.True(writer.Wait());
        writer.Publish();
        Assert.False(writer.Wait(new CancellationToken(canceled: true))); // full
        ring.Poison();
        Assert.False(writer.Wait());
        Assert.Equal(7, ring.Published);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Waits_are_ended_by_cancellation(WaitStrategy strategy)
    {
        var ring = new Ring<int>(1, strategy);
        using var source = new CancellationTokenSource();
        Task<bool> item = Start(() => ring.WaitForItem(source.Token));
        Assert.True(SpinWait.SpinUntil(() => ring.EmptyWaits == 1, s_limit));
        var full = new Ring<int>(1, strategy);
        full.Publish();
        Task<bool> slot = Start(() => full.WaitForSlots(1, source.Token));
        Assert.True(SpinWait.SpinUntil(() => full.FullWaits == 1, s_limit));
        var progress = new Progress(strategy);
        Task<bool> position = Start(() => progress.WaitFor(1, source.Token));
        source.Cancel();
        Assert.All(await Task.WhenAll(item, slot, position).WaitAsync(s_limit, TestContext.Current.CancellationToken), Assert.False);
        Assert.False(ring.IsPoisoned);
        ring.Publish();
        Assert.True(ring.WaitForItem(source.Token)); // what is there is given all the same
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Complete_waits_until_all_is_taken(WaitStrategy strategy)
    {
        var ring = new Ring<int>(4, strategy);
        Fill(ring, 3, 1);
        Task<long> left = Start(() => ring.Complete(CancellationToken.None));
        Assert.True(SpinWait.SpinUntil(() => ring.IsCompleted, s_limit));
        for (int i = 0; i < 3; i++)
        {
            Assert.False(left.IsCompleted);
            Assert.True(ring.WaitForItem());
            ring.Release();
        }

        Assert.Equal(0, await left.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Complete_reports_what_a_dead_consumer_did_not_handle()
    {
        var ring = new Ring<int>(8, WaitStrategy.Block);
        Fill(ring, 6, 0);
        var handler = new FailingAt(3);
        Task<bool> consumer = Start(() => ring.Consumer.Consume(ref handler));
        await Assert.ThrowsAsync<FormatException>(() => consumer.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.True(ring.IsPoisoned);
        Assert.False(ring.WaitForSlot());
        Assert.Equal(4, ring.Complete(CancellationToken.None)); // two of the eight slots a call: 0 and 1 were handled, 2 and 3 not released
    }

    [Fact]
    public void A_cancelled_drain_reports_what_is_left()
    {
        var ring = new Ring<int>(8, WaitStrategy.Block);
        Fill(ring, 6, 0);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Equal(6, ring.Complete(source.Token));
        Assert.False(ring.IsPoisoned);
    }

    [Fact]
    public void A_handler_gets_every_item_in_order_and_its_end()
    {
        var ring = new Ring<int>(16, WaitStrategy.Block);
        Fill(ring, 11, 100);
        ring.Complete();
        var handler = new Keeping();
        Assert.True(ring.Consumer.Consume(ref handler, TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(100, 11), handler.Items);
        ring.Poison();
        Assert.Equal(0, ring.Published - ring.Taken);
    }

    [Fact]
    public void A_cancelled_handler_is_told_apart_from_one_at_the_end()
    {
        var ring = new Ring<int>(16, WaitStrategy.Block);
        Fill(ring, 2, 0);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var handler = new Keeping();
        Assert.False(ring.Consumer.Consume(ref handler, source.Token));
        Assert.Equal([0, 1], handler.Items);
        Assert.False(ring.IsPoisoned);
    }

    /// <summary>Two threads take turns and park at nearly every item, with a token that could be cancelled: after some rounds that warm, neither allocates.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive)]
    [InlineData(WaitStrategy.Block)]
    public async Task Waiting_allocates_nothing(WaitStrategy strategy)
    {
        const int Warm = 200, Count = 400;
        Ring<int> there = new(1, strategy), back = new(1, strategy);
        using var source = new CancellationTokenSource();

        // The source keeps as many registrations as were ever held at once: more than two threads need, from here on.
        CancellationTokenRegistration[] held = [.. Enumerable.Range(0, 4).Select(_ => source.Token.UnsafeRegister(static _ => { }, null))];
        Array.ForEach(held, r => r.Dispose());
        Task<long> answers = Start(() => Allocated(i => Assert.True(Answer(there, back, source.Token))));
        long asked = Allocated(i => Assert.True(Ask(there, back, i, source.Token)));
        Assert.Equal((0, 0), (asked, await answers.WaitAsync(s_limit, TestContext.Current.CancellationToken)));

        static long Allocated(Action<int> turn)
        {
            long before = 0;
            for (int i = 0; i < Count; i++)
            {
                before = i == Warm ? GC.GetAllocatedBytesForCurrentThread() : before;
                turn(i);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static bool Ask(Ring<int> there, Ring<int> back, int number, CancellationToken cancellation)
    {
        RingClaim<int> claim = there.Claim(1, cancellation);
        claim.Slot = number;
        claim.Publish();
        bool right = back.WaitForItem(cancellation) && back.Item == number;
        back.Release();
        return right;
    }

    private static bool Answer(Ring<int> there, Ring<int> back, CancellationToken cancellation)
    {
        if (!there.WaitForItem(cancellation))
        {
            return false;
        }

        RingClaim<int> claim = back.Claim(1, cancellation);
        claim.Slot = there.Item;
        claim.Publish();
        there.Release();
        return true;
    }

    private static string? Thrown(RingWriter<int> writer)
    {
        try
        {
            writer.Publish();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static string? Thrown(RingClaim<int> claim, int count = -1)
    {
        try
        {
            if (count < 0)
            {
                claim.Publish();
            }
            else
            {
                claim.Publish(count);
            }

            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static int Fill(Ring<int> ring, int count, int first)
    {
        Span<int> slots = ring.Slots(count);
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = first + i;
        }

        ring.Publish(slots.Length);
        return slots.Length;
    }

    private static Task<T> Start<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private readonly struct Keeping() : IRingHandler<int>
    {
        public List<int> Items { get; } = [];

        public void Handle(Span<int> items) => Items.AddRange(items);
    }

    private readonly struct FailingAt(int item) : IRingHandler<int>
    {
        public void Handle(Span<int> items)
        {
            if (items.Contains(item))
            {
                throw new FormatException("planted");
            }
        }
    }
}
