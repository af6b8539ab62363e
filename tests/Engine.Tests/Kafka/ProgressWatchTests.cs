using System.Collections.Generic;
using DataStream.Kafka;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>By a clock that the tests turn.</summary>
public sealed class ProgressWatchTests
{
    private readonly List<string> _said = [];
    private readonly PartitionProgress _partition = new("orders", 0, 3, 0) { IsOwned = true };
    private readonly ProgressWatch _watch;

    public ProgressWatchTests() => _watch = new ProgressWatch(_said.Add);

    [Fact]
    public void It_says_where_a_partition_stands_and_what_is_waited_for_once_and_again_later()
    {
        _partition.HandOver(0, 41, 42);
        _partition.Acknowledge(1);
        _partition.Lag = 7;
        Look(0);
        Look(ProgressWatch.Patience - 1);
        Assert.Empty(_said);
        Look(ProgressWatch.Patience);
        Look(ProgressWatch.Patience + 1_000);
        Assert.Equal(["kafka: topic 'orders', partition 3: no progress for 30 s at offset 42, 7 messages behind; it waits for the broker, which sends nothing"], _said);
        Look(ProgressWatch.Patience + ProgressWatch.Again);
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void It_says_so_where_the_outputs_do_not_acknowledge()
    {
        _partition.HandOver(0, 9, 10);
        _partition.Acknowledge(1);
        _partition.HandOver(1, 41, 42);
        Look(0);
        Look(ProgressWatch.Patience);
        Assert.Equal(["kafka: topic 'orders', partition 3: no progress for 30 s at offset 42, 0 messages behind; it waits for the outputs to acknowledge what was read from offset 10 on"], _said);
    }

    [Fact]
    public void It_says_so_where_the_pipeline_is_full()
    {
        _partition.Lag = 7;
        Look(0, isFull: true);
        Look(ProgressWatch.Patience, isFull: true);
        Assert.Equal(["kafka: topic 'orders', partition 3: no progress for 30 s at its first message, 7 messages behind; it waits for room in the pipeline: an output is slow or stands"], _said);
    }

    /// <summary>Behind the input's end positions move with the last commit alone: that outputs acknowledge is progress.</summary>
    [Fact]
    public void Outputs_that_acknowledge_while_nothing_is_read_are_progress_and_where_they_do_not_it_says_so()
    {
        _partition.HandOver(0, 41, 42);
        _watch.Look([_partition], 0, isFull: true, default, outputs: 3);
        _watch.Look([_partition], ProgressWatch.Patience, isFull: true, default, outputs: 4);
        _watch.Look([_partition], (2 * ProgressWatch.Patience) - 1, isFull: true, default, outputs: 4);
        Assert.Empty(_said);
        _watch.Look([_partition], 2 * ProgressWatch.Patience, isFull: true, default, outputs: 4);
        Assert.Single(_said);
    }

    /// <summary>A partition that waits for its state stands still, and those that were there before with it: what is read of states is progress.</summary>
    [Fact]
    public void States_that_are_read_are_progress_and_where_they_are_not_it_says_so()
    {
        _partition.Lag = 7;
        Look(0, isFull: true, (1, 9));
        Look(ProgressWatch.Patience, isFull: true, (2, 9));
        Look(2 * ProgressWatch.Patience - 1, isFull: true, (2, 9));
        Assert.Empty(_said);
        Look(2 * ProgressWatch.Patience, isFull: true, (2, 9));
        Assert.Equal(["kafka: topic 'orders', partition 3: no progress for 30 s at its first message, 7 messages behind; it waits for the states of partitions that came, of which 2 of about 9 messages were read"], _said);
    }

    [Fact]
    public void Progress_however_slow_says_nothing_and_neither_does_rest()
    {
        for (int i = 0; i < 10; i++)
        {
            _partition.HandOver(i, i, i + 1);
            _partition.Lag = 100;
            Look(i * (ProgressWatch.Patience - 1));
        }

        _partition.Acknowledge(10);
        _partition.Lag = 0;
        Look(100 * ProgressWatch.Patience);
        Look(200 * ProgressWatch.Patience);
        Assert.Empty(_said);
    }

    [Fact]
    public void The_oldest_message_is_not_older_than_the_last_that_was_read_and_was_not_there_at_the_last_end()
    {
        Assert.Equal(0, _partition.Age(10_000));
        _partition.LastTime = 1_000;
        Assert.Equal(9_000, _partition.Age(10_000));
        _partition.NoteEnd(0, 8_000);
        _partition.NoteMessage();
        Assert.Equal(2_000, _partition.Age(10_000));
        Assert.Equal(0, _partition.Age(500)); // clocks differ
    }

    private void Look(long now, bool isFull = false, (long, long) restored = default) => _watch.Look([_partition], now, isFull, restored);
}
