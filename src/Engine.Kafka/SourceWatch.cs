using System;
using System.Threading;
using Confluent.Kafka;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>Watches the partitions of a source beside its work: how far behind they are, which are silent, which stand still. Reader thread only, but for the two lags.</summary>
/// <param name="consumer">Knows where partitions end.</param>
/// <param name="port">Where what is said goes.</param>
/// <param name="partitions">What the source has met.</param>
/// <param name="words">Tells lanes of silent partitions.</param>
/// <param name="restored">How far states that partitions wait for were read.</param>
/// <param name="input">Where partitions without a commit begin, and after which time one is silent.</param>
internal sealed class SourceWatch(IConsumer<Ignore, Ignore> consumer, MessagePort port, PartitionTable partitions, LaneWords words, Func<(long Read, long All)> restored, KafkaInput input)
{
    private const long Interval = 1000; // milliseconds between two looks at ends

    private readonly PartitionIdleness? _idleness = input.Origin is null && input.Config.Stream.EventTime?.IdleTimeout is { } timeout ? new PartitionIdleness(timeout / 1000) : null;
    private readonly ProgressWatch _progress = new(port.Warn);
    private long _next = long.MinValue;
    private long _lag;
    private double _seconds;

    /// <summary>Messages that were not handed over yet, as far as the client knows. Any thread.</summary>
    public long Lag => Volatile.Read(ref _lag);

    /// <summary>How old the oldest of them is, at most, in seconds. Any thread.</summary>
    public double LagSeconds => Volatile.Read(ref _seconds);

    /// <summary>Looks at what is due. <paramref name="isFull"/>: nothing is read at the moment, since the pipeline is full.</summary>
    public void Look(bool isFull)
    {
        long now = Environment.TickCount64;
        if (isFull)
        {
            // Who is not asked cannot be said to be silent.
            for (int i = 0; i < partitions.All.Count; i++)
            {
                partitions.All[i].QuietSince = now;
            }
        }
        else if (words.IsEmpty)
        {
            _idleness?.Look(partitions.All, now, port.EventTimeOf, words.GoOn);
        }

        if (now >= _next)
        {
            _next = now + Interval;
            Measure();
            _progress.Look(partitions.All, now, isFull, restored(), isFull ? port.Acknowledged : 0);
        }
    }

    /// <summary>Finds how far behind the partitions are.</summary>
    public void Measure()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        (long lag, long milliseconds) = (0, 0);
        for (int i = 0; i < partitions.All.Count; i++)
        {
            PartitionProgress partition = partitions.All[i];
            partition.Lag = partition.IsOwned && !(partition.IsAtEnd && partition.FirstInHand < 0) ? Behind(partition) : 0;
            lag += partition.Lag;
            if (partition.Lag > 0)
            {
                milliseconds = Math.Max(milliseconds, partition.Age(now));
            }
        }

        Volatile.Write(ref _lag, lag);
        Volatile.Write(ref _seconds, milliseconds / 1e3);
    }

    private long Behind(PartitionProgress partition)
    {
        WatermarkOffsets ends = consumer.GetWatermarkOffsets(new TopicPartition(partition.Topic, partition.Number));
        long from = partition.Reached >= 0 ? partition.Reached : partition.StartAt >= 0 ? partition.StartAt : input.StartsEarliest ? ends.Low.Value : ends.High.Value;
        return from < 0 ? 0 : Math.Max(0, ends.High.Value - from); // what is not known yet is negative
    }
}
