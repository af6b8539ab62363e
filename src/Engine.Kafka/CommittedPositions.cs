using System;
using System.Collections.Generic;
using System.Linq;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>Asks where the group is committed, and goes there. Reader thread only, and not in a callback.</summary>
/// <param name="member">The group's member.</param>
/// <param name="port">Where the run is broken off.</param>
/// <param name="clock">What patience goes by; null: the system's.</param>
internal sealed class CommittedPositions(GroupMember member, MessagePort port, TimeProvider? clock = null)
{
    /// <summary>So long is an answer waited for: below max.poll.interval.ms.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>The group's next offsets; −1: there is none. What a transaction has not settled yet is waited for.</summary>
    /// <exception cref="StopException">75: nobody answers.</exception>
    public Dictionary<PartitionProgress, long> Of(IEnumerable<PartitionProgress> partitions)
    {
        List<PartitionProgress> all = [.. partitions];
        var positions = all.ToDictionary(p => p, _ => -1L);
        Repeat(() =>
        {
            var answers = member.Consumer.Committed(all.Select(Name), s_answer).ToDictionary(c => c.TopicPartition, c => c.Offset.Value);
            all.ForEach(p => positions[p] = Math.Max(-1, answers.GetValueOrDefault(Name(p), -1)));
        });
        return positions;
    }

    /// <summary>Event times go on where they were committed.</summary>
    public void ResumeTimes(IReadOnlyCollection<PartitionProgress> rewound, LaneWords words)
    {
        foreach ((PartitionProgress partition, long time) in TimesOf(rewound))
        {
            partition.ResumedAt = time;
            if (time != long.MinValue)
            {
                words.Resume(partition, time);
            }
        }
    }

    /// <summary>The event times that were committed with them; <see cref="long.MinValue"/>: none.</summary>
    /// <exception cref="StopException">75: nobody answers.</exception>
    private Dictionary<PartitionProgress, long> TimesOf(IReadOnlyCollection<PartitionProgress> partitions)
    {
        var times = partitions.ToDictionary(p => p, _ => long.MinValue);
        Repeat(() =>
        {
            var answers = OffsetCommit.Committed(member.Handle, [.. partitions.Select(p => (p.Topic, p.Number))], (int)s_answer.TotalMilliseconds);
            if (answers.Count < partitions.Count)
            {
                throw new KafkaException(ErrorCode.Local_TimedOut);
            }

            foreach (PartitionProgress partition in partitions)
            {
                times[partition] = answers[(partition.Topic, partition.Number)].Time;
            }
        });
        return times;
    }

    /// <summary>Reads on from there.</summary>
    /// <exception cref="StopException">75: nobody answers.</exception>
    public void Seek(Dictionary<PartitionProgress, long> positions)
    {
        foreach ((PartitionProgress partition, long offset) in positions)
        {
            // A partition that has just come has no place to go from yet.
            Repeat(() => member.Consumer.Seek(new TopicPartitionOffset(Name(partition), offset)));
        }
    }

    private static TopicPartition Name(PartitionProgress partition) => new(partition.Topic, partition.Number);

    private void Repeat(Action step)
    {
        long began = _clock.GetTimestamp();
        while (!port.IsBroken)
        {
            try
            {
                step();
                return;
            }
            catch (KafkaException failure)
            {
                if (_clock.GetElapsedTime(began) > Patience)
                {
                    throw new StopException(ExitCode.Unavailable, $"kafka: cannot go back to where the group was committed: {failure.Error.Reason}");
                }

                port.WaitBriefly();
            }
        }
    }
}
