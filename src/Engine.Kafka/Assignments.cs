using System;
using System.Collections.Generic;
using System.Linq;
using Confluent.Kafka;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>What becomes of partitions that the group gives us or takes away. Reader thread only, in the client's callbacks.</summary>
/// <param name="input">Whether partitions end.</param>
/// <param name="member">The group's member, when there is one.</param>
/// <param name="port">Where their messages go.</param>
internal sealed class Assignments(KafkaInput input, Func<GroupMember> member, MessagePort port)
{
    private const int Questions = 3; // together below max.poll.interval.ms
    private readonly TimeSpan _answer = input.AtMostAShare(TimeSpan.FromSeconds(30));
    private readonly TimeSpan _grace = input.AtMostAShare(TimeSpan.FromSeconds(20)); // for what is under way when partitions are given up

    /// <summary>What we have met.</summary>
    public PartitionTable Partitions { get; set; } = null!;

    /// <summary>What was not handed over yet.</summary>
    public MessagesInHand Hand { get; set; } = null!;

    /// <summary>Tells lanes of partitions.</summary>
    public LaneWords Words { get; set; } = null!;

    /// <summary>Keeps what came from them.</summary>
    public Committing Commits { get; set; } = null!;

    /// <summary>Whether the group has ever given us anything, be it nothing.</summary>
    public bool HasAny { get; private set; }

    public void OnAssigned(List<TopicPartition> partitions)
    {
        HasAny = true;
        foreach (TopicPartition each in partitions)
        {
            PartitionProgress partition = Find(each);
            partition.IsOwned = true;
            partition.Term++;
            partition.IsDone = false;
            partition.NeedsState = Commits.KeepsState;
            if (input.Ends && partition.End < 0 && input.Origin is null)
            {
                partition.End = member().Consumer.QueryWatermarkOffsets(each, _answer).High.Value;
            }
        }

        Dictionary<(string Topic, int Partition), (long Offset, long Time)> committed = Committed([.. partitions.Select(p => (p.Topic, p.Partition.Value))]);
        foreach (((string topic, int number), (long offset, long time)) in committed)
        {
            PartitionProgress partition = Partitions.Find(topic, number);
            partition.StartAt = offset;
            partition.ResumedAt = time;
            if ((port.HoldsPositions || Commits.KeepsState) && time != long.MinValue)
            {
                Words.Resume(partition, time);
            }
        }

        if (!input.StartsEarliest && !Commits.KeepsState) // with states their first commit has it (Rewinding)
        {
            BeginAtEnds([.. committed.Where(c => c.Value.Offset < 0).Select(c => Partitions.Find(c.Key.Topic, c.Key.Partition))]);
        }
    }

    public void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        List<PartitionProgress> given = [.. partitions.Select(p => Find(p.TopicPartition))];
        given.ForEach(Hand.Drop);
        Commits.GiveUp(given, _grace);
        given.ForEach(Release);
        member().Release(partitions.Select(p => p.TopicPartition));
    }

    public void OnLost(List<TopicPartitionOffset> partitions)
    {
        foreach (TopicPartitionOffset each in partitions)
        {
            PartitionProgress partition = Find(each.TopicPartition);
            Hand.Drop(partition);
            Release(partition);
        }

        Commits.Lose();
        member().Release(partitions.Select(p => p.TopicPartition));
    }

    /// <summary>Where the group is committed, with event times. Where windows or another process go by these, no answer is none: without one the run ends.</summary>
    private Dictionary<(string Topic, int Partition), (long Offset, long Time)> Committed(IReadOnlyCollection<(string Topic, int Partition)> places)
    {
        for (int left = Questions; ; left--)
        {
            var answer = OffsetCommit.Committed(member().Handle, places, (int)_answer.TotalMilliseconds);
            if (answer.Count >= places.Count || !(port.HoldsPositions || port.Forwards || Commits.KeepsState))
            {
                return answer;
            }

            if (left == 1)
            {
                throw new KafkaException(ErrorCode.Local_TimedOut);
            }
        }
    }

    /// <summary>
    /// Partitions of which the group has read nothing begin at the ends that they have now, and the group hears of it before anything else: who gets them next goes on there, and passes over nothing
    /// of what comes meanwhile. Refused (the group changes again), they begin where their ends are by then.
    /// </summary>
    private void BeginAtEnds(IReadOnlyList<PartitionProgress> partitions)
    {
        var commit = new OffsetCommit(member().Handle);
        foreach (PartitionProgress partition in partitions)
        {
            partition.StartAt = member().Consumer.QueryWatermarkOffsets(new TopicPartition(partition.Topic, partition.Number), _answer).High.Value;
            commit.Add(partition.Topic, partition.Number, partition.StartAt);
        }

        _ = commit.SendAndWait();
    }

    private PartitionProgress Find(TopicPartition place) => Partitions.Find(place.Topic, place.Partition.Value);

    private void Release(PartitionProgress partition)
    {
        partition.Release();
        Words.Forget(partition);
        Commits.Forget(partition);
    }
}
