using DataStream.Flow;
using Xunit;

namespace DataStream.Tests.Stages;

/// <summary>Counts of dead events are left alone in payloads that have none: what an earlier payload wrote there is nobody's.</summary>
public sealed class CountsLayoutTests
{
    private static readonly CountsLayout s_layout = new(1, 1, 128);

    [Fact]
    public void Counts_of_dead_events_that_stand_in_a_slot_are_not_those_of_a_payload_without_any()
    {
        var lane = new long[s_layout.Length];
        var slot = new long[s_layout.Length];
        var totals = new long[s_layout.Length];
        for (int payload = 0; payload < 4; payload++)
        {
            s_layout.Clear(lane);
            lane[CountsLayout.Events] = 10;
            if (payload == 1)
            {
                Kill(lane, ordinal: 3, reason: 7);
            }

            s_layout.Copy(lane, slot);
            s_layout.Add(slot, totals);
        }

        Assert.Equal((40, 1, 1), (totals[CountsLayout.Events], totals[CountsLayout.Of(Bucket.Dead)], totals[s_layout.OfReason(7)]));
    }

    [Fact]
    public void A_slot_that_takes_the_counts_of_payloads_before_has_theirs_alone()
    {
        var slot = new long[s_layout.Length];
        var dead = new long[s_layout.Length];
        var alive = new long[s_layout.Length];
        Kill(dead, ordinal: 3, reason: 7);
        s_layout.Copy(dead, slot);
        s_layout.Copy(alive, slot);
        Kill(alive, ordinal: 5, reason: 9);
        s_layout.Add(alive, slot);
        Assert.Equal((1, 0, 1), (slot[CountsLayout.Of(Bucket.Dead)], slot[s_layout.OfReason(7)], slot[s_layout.OfReason(9)]));
    }

    [Fact]
    public void A_payload_with_dead_events_leaves_nothing_to_the_next()
    {
        var counts = new long[s_layout.Length];
        Kill(counts, ordinal: 100, reason: 63);
        s_layout.Clear(counts);
        Assert.All(counts, count => Assert.Equal(0, count));
    }

    private static void Kill(long[] counts, int ordinal, int reason)
    {
        counts[CountsLayout.Of(Bucket.Dead)]++;
        counts[s_layout.OfReason(reason)]++;
        counts[s_layout.DeadBits + (ordinal >> 6)] |= 1L << ordinal;
    }
}
