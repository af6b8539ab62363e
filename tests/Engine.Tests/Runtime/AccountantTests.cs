using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Flow;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class AccountantTests
{
    private static readonly CountsLayout s_layout = new(1, 0, 8192);

    [Fact]
    public void The_budget_is_judged_after_each_ten_thousandth_event_in_input_order()
    {
        // 100 dead among the first 10,000 are 1 %; the 101st falls behind the mark or before it.
        Assert.True(Run(Enumerable.Range(0, 100).Append(10_000)));
        Assert.False(Run(Enumerable.Range(0, 100).Append(9_999)));
    }

    [Fact]
    public void Dead_events_behind_the_mark_do_not_count_at_the_mark()
    {
        Assert.True(Run(Enumerable.Range(10_000, 200)));
    }

    [Fact]
    public void What_a_slot_says_of_the_dead_of_an_earlier_payload_is_not_judged()
    {
        var accountant = new Accountant(s_layout, 0);
        long[] counts = Counts(10_000, [3, 5_000]);
        counts[CountsLayout.Of(Bucket.Dead)] = 0;
        counts[CountsLayout.Events] = 8_000;
        Assert.True(accountant.Add(counts, 0));
        Assert.True(accountant.Add(counts, 1));
    }

    [Fact]
    public void What_was_not_flushed_is_taken_back()
    {
        var accountant = new Accountant(s_layout, null);
        accountant.Add(Counts(5, []), 0);
        accountant.Commit();
        accountant.Add(Counts(7, []), 1);
        Assert.Equal(12, accountant.Totals()[CountsLayout.Events]);
        Assert.Equal(7, accountant.TakeBack());
        Assert.Equal(5, accountant.Totals()[CountsLayout.Events]);
    }

    [Fact]
    public void What_has_left_counts_at_once_behind_what_waits()
    {
        var accountant = new Accountant(s_layout, null);
        accountant.Add(Counts(5, []), 0, hasLeft: true);
        Assert.Equal((0, 5, 0), (accountant.TakeBack(), accountant.Totals()[CountsLayout.Events], accountant.Last));
        accountant.Add(Counts(7, []), 1);
        accountant.Add(Counts(3, []), 2, hasLeft: true);
        accountant.Commit();
        Assert.Equal((0, 15, 2), (accountant.TakeBack(), accountant.Totals()[CountsLayout.Events], accountant.Last));
        accountant.Add(Counts(4, []), 3, hasLeft: true);
        accountant.Close();
        accountant.Add(Counts(1, []), 4, hasLeft: true);
        Assert.Equal((19, 3), (accountant.Totals()[CountsLayout.Events], accountant.Last));
    }

    /// <summary>30,000 events in payloads of 4,000 with these dead ones against a budget of 1 %; whether it held up to the second mark.</summary>
    private static bool Run(IEnumerable<int> dead)
    {
        var accountant = new Accountant(s_layout, 0.01);
        HashSet<int> all = [.. dead];
        for (int first = 0; first < 16_000; first += 4_000)
        {
            if (!accountant.Add(Counts(4_000, [.. Enumerable.Range(0, 4_000).Where(i => all.Contains(first + i))]), first / 4_000))
            {
                return false;
            }
        }

        return true;
    }

    private static long[] Counts(int events, int[] dead)
    {
        var counts = new long[s_layout.Length];
        counts[CountsLayout.Events] = events;
        counts[CountsLayout.Of(Bucket.Dead)] = dead.Length;
        foreach (int ordinal in dead)
        {
            counts[s_layout.DeadBits + (ordinal >> 6)] |= 1L << ordinal;
        }

        return counts;
    }
}
