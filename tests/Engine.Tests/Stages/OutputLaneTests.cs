using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Rings;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Stages;

public sealed class OutputLaneTests
{
    private static readonly CountsLayout s_layout = new(1, 0, 0);

    [Fact]
    public void A_row_that_does_not_fit_moves_whole_to_the_next_slot()
    {
        using var ring = new PayloadRing(4, 10, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(7);
        Row(lane, "1234567");
        Row(lane, "abcdef");
        lane.EndPayload(7, PayloadMarks.None, -1, []);
        Assert.Equal([("1234567", 7L, PayloadMarks.More), ("abcdef", 7L, PayloadMarks.None)], Drain(ring.Ring));
    }

    [Fact]
    public void A_row_longer_than_a_slot_is_spread_over_several()
    {
        using var ring = new PayloadRing(8, 4, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(0);
        Row(lane, "x");
        Row(lane, "abcdefghij");
        lane.EndPayload(0, PayloadMarks.End, -1, []);
        List<(string Text, long, PayloadMarks Marks)> slots = Drain(ring.Ring);
        Assert.Equal("xabcdefghij", string.Concat(slots.Select(s => s.Text)));
        Assert.Equal(PayloadMarks.End, slots[^1].Marks);
        Assert.All(slots.SkipLast(1), s => Assert.Equal(PayloadMarks.More, s.Marks));
    }

    [Fact]
    public void Whole_rows_take_the_room_at_hand_and_are_counted()
    {
        using var ring = new PayloadRing(4, 10, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(7);
        Assert.Equal(10, lane.RoomForRows().Length);
        "ab\ncd\n"u8.CopyTo(lane.RoomForRows());
        lane.CommitRows(2, 6);
        Assert.Equal(4, lane.RoomForRows().Length);
        lane.CommitRows(0, 0);
        Row(lane, "efghi");
        Assert.Equal((3, 0), (lane.Rows, lane.Shed));
        lane.EndPayload(7, PayloadMarks.None, -1, []);
        Assert.True(ring.Ring.WaitForItem());
        Assert.Equal(2, ring.Ring.Item.Rows);
        Assert.Equal([("ab\ncd\n", 7L, PayloadMarks.More), ("efghi", 7L, PayloadMarks.None)], Drain(ring.Ring));
    }

    [Fact]
    public void A_full_ring_that_sheds_has_no_room_for_whole_rows()
    {
        using var ring = new PayloadRing(2, 10, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, null);
        for (int payload = 0; payload < 2; payload++)
        {
            lane.BeginPayload(payload);
            Row(lane, "x");
            lane.EndPayload(payload, PayloadMarks.None, -1, []);
        }

        lane.BeginPayload(2);
        Assert.True(lane.RoomForRows().IsEmpty);
        Row(lane, "y");
        Assert.Equal((0, 1), (lane.Rows, lane.Shed));
    }

    [Fact]
    public void A_payload_without_rows_leaves_an_empty_slot()
    {
        using var ring = new PayloadRing(2, 16, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(3);
        lane.EndPayload(3, PayloadMarks.None, -1, []);
        Assert.Equal([("", 3L, PayloadMarks.None)], Drain(ring.Ring));
    }

    [Fact]
    public void A_full_ring_sheds_whole_rows_and_delivers_the_counts_later()
    {
        using var ring = new PayloadRing(2, 8, s_layout.Length, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, s_layout);
        for (int payload = 0; payload < 4; payload++)
        {
            lane.BeginPayload(payload);
            Row(lane, "row" + payload);
            Assert.Equal(payload < 2 ? (1, 0) : (0, 1), (lane.Rows, lane.Shed));
            var counts = new long[s_layout.Length];
            counts[CountsLayout.Events] = 10 + payload;
            lane.EndPayload(payload, PayloadMarks.None, -1, counts);
        }

        Assert.Equal(["row0", "row1"], Drain(ring.Ring).Select(s => s.Text));
        lane.Finish();
        Assert.True(ring.Ring.WaitForItem());
        Assert.Equal(3, ring.Ring.Item.Number);
        Assert.Equal(12 + 13, ring.Ring.Item.CountsOf(s_layout.Length)[CountsLayout.Events]);
    }

    [Fact]
    public void A_shedding_output_takes_a_begun_row_back_when_the_next_slot_is_not_free()
    {
        using var ring = new PayloadRing(2, 8, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, null);
        lane.BeginPayload(0);
        lane.EndPayload(0, PayloadMarks.None, -1, []);
        lane.BeginPayload(1);
        Row(lane, "12345");
        Row(lane, "67890"); // does not fit, and the other slot is taken
        Assert.Equal((1, 1), (lane.Rows, lane.Shed));
        lane.EndPayload(1, PayloadMarks.None, -1, []);
        Assert.Equal(["", "12345"], Drain(ring.Ring).Select(s => s.Text));
    }

    [Fact]
    public void A_shedding_output_spreads_a_long_row_over_the_slots_that_are_free()
    {
        using var ring = new PayloadRing(4, 4, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, null);
        lane.BeginPayload(5);
        Row(lane, "12");
        Row(lane, "abcdefghi");
        Row(lane, "3");
        Assert.Equal((3, 0), (lane.Rows, lane.Shed));
        lane.EndPayload(5, PayloadMarks.None, -1, []);
        Assert.Equal(
            [("12", 5L, PayloadMarks.More), ("abcd", 5L, PayloadMarks.More), ("efgh", 5L, PayloadMarks.More), ("i3", 5L, PayloadMarks.None)], Drain(ring.Ring));
    }

    [Fact]
    public void A_shedding_output_takes_a_long_row_back_whole_when_the_ring_is_full()
    {
        using var ring = new PayloadRing(4, 4, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, null);
        for (int payload = 0; payload < 2; payload++)
        {
            lane.BeginPayload(payload);
            Row(lane, "12");
            Row(lane, "abcdefghijklmnopqrstuvwxyz");
            Row(lane, "3");
            Assert.Equal((1, 2), (lane.Rows, lane.Shed));
            lane.EndPayload(payload, PayloadMarks.None, -1, []);
            Assert.Equal("12", string.Concat(Drain(ring.Ring).Select(s => s.Text)));
        }
    }

    [Fact]
    public void A_writer_that_has_ended_makes_the_lane_go_on_without_it()
    {
        using var ring = new PayloadRing(2, 8, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        ring.Ring.Poison();
        lane.BeginPayload(0);
        for (int i = 0; i < 100; i++)
        {
            Row(lane, "some text");
        }

        lane.EndPayload(0, PayloadMarks.None, -1, []);
        Assert.True(lane.IsGone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_written_outside_of_a_row(bool mayShed)
    {
        using var ring = new PayloadRing(2, 8, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed, null);
        for (int payload = 0; payload < 2; payload++)
        {
            lane.BeginPayload(payload);
            Row(lane, "row" + payload);
            lane.EndPayload(payload, PayloadMarks.None, -1, []);
        }

        lane.BeginPayload(2); // the slot that is next is the writer's
        Refuses("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit", () => lane.Reserve(4));
        Refuses("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit", () => lane.Commit(4));
        Refuses("an encoder kept whole rows where it had no room for them", () => lane.CommitRows(1, 4));
        Assert.Equal(["row0", "row1"], Drain(ring.Ring).Select(s => s.Text));
    }

    [Fact]
    public void Whole_rows_are_kept_only_where_there_was_room_for_them()
    {
        using var ring = new PayloadRing(2, 16, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, null);
        lane.BeginPayload(0);
        Row(lane, "a");
        Refuses("an encoder kept -1 whole rows", () => lane.CommitRows(-1, 0));
        lane.BeginRow();
        Refuses("an encoder kept whole rows where it had no room for them", () => lane.CommitRows(1, 1));
        lane.EndRow();
        lane.EndPayload(0, PayloadMarks.None, -1, []);
        lane.BeginPayload(1);
        lane.EndPayload(1, PayloadMarks.None, -1, []);
        lane.BeginPayload(2);
        Assert.True(lane.RoomForRows().IsEmpty);
        Refuses("an encoder kept whole rows where it had no room for them", () => lane.CommitRows(1, 1));
        ring.Ring.Poison();
    }

    [Fact]
    public void Whole_rows_find_no_room_when_the_writer_has_ended()
    {
        using var ring = new PayloadRing(2, 4, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(0);
        Row(lane, "abc");
        ring.Ring.Poison();
        Row(lane, "defghijklmnop"); // the slot at hand was claimed before
        Assert.True(lane.IsGone);
        Assert.True(lane.RoomForRows().IsEmpty);
        Refuses("an encoder kept whole rows where it had no room for them", () => lane.CommitRows(1, 1));
    }

    [Fact]
    public void A_payload_does_not_end_inside_a_row()
    {
        using var ring = new PayloadRing(2, 16, 0, WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: false, null);
        lane.BeginPayload(0);
        lane.BeginRow();
        lane.Reserve(1)[0] = (byte)'x';
        lane.Commit(1);
        Refuses("an encoder did not end a row that it began", () => lane.EndPayload(0, PayloadMarks.None, -1, []));
        Assert.False(ring.Ring.HasItem);
        lane.CheckRowsEnded(); // said once
    }

    private static void Refuses(string message, Action act) => Assert.Equal(message, Assert.Throws<InvalidOperationException>(act).Message);

    private static void Row(OutputLane lane, string text)
    {
        lane.BeginRow();
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            lane.Reserve(1)[0] = b;
            lane.Commit(1);
        }

        lane.EndRow();
    }

    private static List<(string Text, long Number, PayloadMarks Marks)> Drain(Ring<Payload> ring)
    {
        var slots = new List<(string, long, PayloadMarks)>();
        while (ring.HasItem)
        {
            ref Payload slot = ref ring.Item;
            slots.Add((Encoding.UTF8.GetString(slot.Bytes), slot.Number, slot.Marks));
            ring.Release();
        }

        return slots;
    }
}
