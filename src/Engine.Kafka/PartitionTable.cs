using System;
using System.Collections.Generic;
using System.Diagnostics;
using Confluent.Kafka;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>The partitions that a source has met, by name and by the client's handles, and what is committed of them. Reader thread only.</summary>
internal sealed class PartitionTable(nint client, MessagePort port, long commitInterval)
{
    private readonly Dictionary<(nint Topic, int Partition), PartitionProgress> _byHandle = [];
    private readonly Dictionary<(string Topic, int Partition), PartitionProgress> _byName = [];
    private readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);
    private readonly List<PartitionProgress> _all = [];
    private readonly OffsetCommit _commit = new(client);
    private long _lastCommit;
    private (nint Topic, int Partition) _lastHandle;
    private PartitionProgress? _lastFound; // messages of a partition come together

    /// <summary>In the order of their tasks.</summary>
    public IReadOnlyList<PartitionProgress> All => _all;

    public PartitionProgress Find(nint topic, int number)
    {
        if (_lastFound is { } last && _lastHandle == (topic, number))
        {
            return last;
        }

        if (!_byHandle.TryGetValue((topic, number), out PartitionProgress? partition))
        {
            partition = Find(MessagePoll.NameOf(topic), number);
            _byHandle.Add((topic, number), partition);
        }

        (_lastHandle, _lastFound) = ((topic, number), partition);
        return partition;
    }

    public PartitionProgress Find(string topic, int number)
    {
        if (!_byName.TryGetValue((topic, number), out PartitionProgress? partition))
        {
            if (!_topics.TryGetValue(topic, out int id))
            {
                id = port.AddTopic(topic);
                _topics.Add(topic, id);
            }

            partition = new PartitionProgress(topic, id, number, _all.Count);
            _byName.Add((topic, number), partition);
            _all.Add(partition);
        }

        return partition;
    }

    /// <summary>Sends the positions that the outputs have acknowledged, at most once in each interval.</summary>
    public void CommitWhenDue()
    {
        if (Stopwatch.GetElapsedTime(_lastCommit).TotalMicroseconds < commitInterval)
        {
            return;
        }

        long acknowledged = port.Acknowledged;
        foreach (PartitionProgress partition in _all)
        {
            Acknowledge(partition, acknowledged);
            if (partition is { IsOwned: true, HasUncommitted: true })
            {
                Add(partition);
                _lastCommit = Stopwatch.GetTimestamp(); // after a rest the first messages are committed at once
            }
        }

        _ = _commit.Send();
    }

    /// <summary>The answer to what was sent without waiting: what was refused, or met no coordinator, is sent again when that is due.</summary>
    public void NoteCommitted(CommittedOffsets answer)
    {
        foreach (TopicPartitionOffsetError each in answer.Offsets)
        {
            if (!_byName.TryGetValue((each.Topic, each.Partition.Value), out PartitionProgress? partition))
            {
                continue;
            }

            if (each.Error.IsError || answer.Error.IsError)
            {
                partition.Committed = -1;
            }
            else if (partition.IsOwned)
            {
                partition.Settled = Math.Max(partition.Settled, each.Offset.Value);
            }
        }
    }

    /// <summary>The same for some partitions at once, and waits until the group has it: also what was sent before without waiting. 0, or the error: as in the middle of a rebalance, and another member reads it again.</summary>
    public int Commit(IReadOnlyCollection<PartitionProgress> partitions)
    {
        long acknowledged = port.Acknowledged;
        foreach (PartitionProgress partition in partitions)
        {
            Acknowledge(partition, acknowledged);
            if (partition.Position(out _) >= 0)
            {
                Add(partition);
            }
        }

        int error = _commit.SendAndWait();
        foreach (PartitionProgress partition in partitions)
        {
            partition.Settled = error == 0 ? partition.Committed : partition.Settled;
        }

        return error;
    }

    /// <summary>Whether anything of ours is to be committed.</summary>
    public bool HasNew
    {
        get
        {
            foreach (PartitionProgress partition in _all)
            {
                if (partition is { IsOwned: true, HasChanged: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// The positions of ours behind all payloads before this one, for a transaction. Also unchanged ones where a state goes with it: by positions the group
    /// refuses a member that it has given up.
    /// </summary>
    public OffsetCommit PositionsBefore(long before)
    {
        foreach (PartitionProgress partition in _all)
        {
            Acknowledge(partition, before);
            if (partition is { IsOwned: true, HasUncommitted: true })
            {
                Add(partition);
            }
            else if (partition is { IsOwned: true, IsCopied: true } && Math.Max(partition.Position(out long time), partition.Base) is var unchanged and >= 0)
            {
                _commit.Add(partition.Topic, partition.Number, unchanged, time);
            }
        }

        return _commit;
    }

    private void Acknowledge(PartitionProgress partition, long before)
    {
        partition.Acknowledge(before);
        partition.IsHeld = port.HoldsPositions;
        if (partition.IsHeld && partition.FirstPayload >= 0 && port.TryTakeHeld(partition.Task, partition.FirstPayload, before, out long offset, out long time))
        {
            partition.Hold(offset, time);
        }
    }

    private void Add(PartitionProgress partition)
    {
        partition.Committed = partition.Position(out long time);
        _commit.Add(partition.Topic, partition.Number, partition.Committed, time);
    }
}
