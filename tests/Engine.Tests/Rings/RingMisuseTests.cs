using System;
using System.Threading;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>Calls out of turn are told, and change nothing.</summary>
public sealed class RingMisuseTests
{
    [Fact]
    public void Fewer_than_no_slots_are_never_claimed()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Claim(2).Publish();
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Claim(-1).Publish());
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.WaitForSlots(int.MinValue));
        Assert.False(ring.HasSlots(-1));
        Assert.Equal(2, ring.Published);
    }

    [Fact]
    public void Fewer_than_no_slots_are_never_given()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Claim(2).Publish();
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Slots(-1).Length);
    }

    [Fact]
    public void Nothing_is_published_behind_the_completion()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Claim().Publish();
        RingClaim<int> claim = ring.Claim();
        RingWriter<int> writer = ring.Writer();
        Assert.True(writer.Wait(TestContext.Current.CancellationToken));
        ring.Complete();
        Assert.Contains("completed", Assert.Throws<InvalidOperationException>(() => ring.WaitForSlot()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => ring.Claim());
        Assert.False(ring.HasSlot);
        bool hasThrown = Throws(() => ring.Publish());
        try
        {
            claim.Publish();
            hasThrown = false;
        }
        catch (InvalidOperationException)
        {
        }

        try
        {
            writer.Publish();
            hasThrown = false;
        }
        catch (InvalidOperationException)
        {
        }

        Assert.True(hasThrown);
        Assert.Equal(1, ring.Published);
        Assert.True(ring.WaitForItem());
        ring.Release();
        Assert.False(ring.WaitForItem());
        ring.Complete();
        Assert.Equal(0, ring.Complete(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_producer_that_completed_gives_nothing_to_a_shared_ring()
    {
        var ring = new SharedRing<int>(1, 4, WaitStrategy.Block);
        RingProducer<int> gone = ring.AddProducer();
        gone.Complete();
        ring.AddProducer().Complete();
        Assert.Throws<InvalidOperationException>(() => gone.Claim());
        Assert.Throws<InvalidOperationException>(() => gone.Publish());
        Assert.Throws<InvalidOperationException>(() => _ = ring.Item);
        Assert.Equal(0, ring.Published);
    }

    [Fact]
    public void A_poisoned_ring_says_so_also_behind_its_completion()
    {
        var ring = new Ring<int>(4, WaitStrategy.Block);
        ring.Complete();
        ring.Poison();
        Assert.False(ring.WaitForSlot());
        Assert.Equal(0, ring.Claim().Count);
    }

    [Fact]
    public void Slots_that_make_no_circle_are_refused_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ring<int>(3, WaitStrategy.Block));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ring<int>(0, WaitStrategy.Block));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SharedRing<int>(1, 3, WaitStrategy.Block));
    }

    private static bool Throws(Action call)
    {
        try
        {
            call();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
