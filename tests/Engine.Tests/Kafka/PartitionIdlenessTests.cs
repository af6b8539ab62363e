using System.Collections.Generic;
using System.Linq;
using DataStream.Kafka;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>By a clock that the tests turn.</summary>
public sealed class PartitionIdlenessTests
{
    private const long Timeout = 30_000;

    private readonly List<PartitionProgress> _partitions = [.. Enumerable.Range(0, 3).Select(p => new PartitionProgress("t", 0, p, p) { IsOwned = true })];
    private readonly Dictionary<int, long> _times = [];
    private readonly PartitionIdleness _idleness = new(Timeout);

    [Fact]
    public void A_silent_partition_takes_the_lowest_event_time_of_those_that_go_on_within_a_second_of_the_timeout()
    {
        (_times[0], _times[1], _times[2]) = (5, 900, 700);
        _partitions[0].NoteEnd(1_000, 0);
        Assert.Empty(Look(1_000 + Timeout - 1));
        Assert.Equal([(0, 700L)], Look(1_000 + Timeout + 999));
        Assert.Empty(Look(1_000 + Timeout + 1_500)); // told already
        _times[2] = 800;
        Assert.Equal([(0, 800L)], Look(1_000 + Timeout + 2_000));
    }

    [Fact]
    public void If_all_are_silent_nothing_moves()
    {
        (_times[0], _times[1], _times[2]) = (5, 900, 700);
        _partitions.ForEach(p => p.NoteEnd(0, 0));
        Assert.Empty(Look(10 * Timeout));
        _partitions[1].NoteMessage();
        Assert.Equal([(0, 900L), (2, 900L)], Look(11 * Timeout));
    }

    [Fact]
    public void One_that_has_unread_messages_is_not_silent_however_long_none_is_handed_over()
    {
        (_times[0], _times[1], _times[2]) = (5, 900, 700);
        _partitions[0].NoteEnd(0, 0);
        _partitions[0].NoteMessage();
        Assert.Empty(Look(10 * Timeout));
    }

    [Fact]
    public void Who_is_not_ours_any_more_neither_waits_nor_holds_back()
    {
        (_times[0], _times[1], _times[2]) = (5, 900, 1);
        _partitions[0].NoteEnd(0, 0);
        _partitions[2].Release();
        Assert.Equal([(0, 900L)], Look(Timeout));
        _partitions[0].Release();
        _times[1] = 1_000;
        Assert.Empty(Look(2 * Timeout));
    }

    [Fact]
    public void One_without_an_event_time_that_is_not_silent_holds_others_back_and_a_silent_one_does_not()
    {
        (_times[0], _times[1]) = (5, 900);
        _partitions[0].NoteEnd(0, 0);
        Assert.Empty(Look(2 * Timeout));
        _partitions[2].NoteEnd(2 * Timeout, 0);
        Assert.Equal([(0, 900L), (2, 900L)], Look(3 * Timeout));
    }

    [Fact]
    public void Nobody_goes_back()
    {
        (_times[0], _times[1], _times[2]) = (1_000, 900, 700);
        _partitions[0].NoteEnd(0, 0);
        Assert.Empty(Look(2 * Timeout));
    }

    private List<(int Partition, long Time)> Look(long now)
    {
        List<(int, long)> told = [];
        _idleness.Look(_partitions, now, task => _times.GetValueOrDefault(task, long.MinValue), (partition, time) => told.Add((partition.Number, time)));
        return told;
    }
}
