using System;
using System.Collections.Generic;
using System.Globalization;
using Confluent.Kafka;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>Messages that were polled and not handed over yet, by partition, each in its own order. Reader thread only.</summary>
/// <param name="poll">Where they are.</param>
/// <param name="partitions">Whose they are.</param>
/// <param name="endOf">Asks for a partition's end; null as answer: nobody knows. Null: that nothing more is there says nothing, for the input's end is told.</param>
/// <param name="onError">Called with what came in place of a message, and of which topic, partition and offset.</param>
internal sealed class MessagesInHand(MessagePoll poll, PartitionTable partitions, Action<Error, string> onError, Func<PartitionProgress, long?>? endOf)
{
    private readonly List<PartitionProgress> _waiting = [];
    private readonly int[] _following = new int[MessagePoll.Most]; // the next message of the same partition

    /// <summary>Partitions that have some.</summary>
    public IReadOnlyList<PartitionProgress> Waiting => _waiting;

    /// <summary>The message behind this one in its partition; −1: none.</summary>
    public int Following(int index) => _following[index];

    /// <summary>Puts all that were polled in order.</summary>
    public void PutAll()
    {
        for (int i = 0; i < poll.Count; i++)
        {
            Put(i);
        }
    }

    /// <summary>Puts a message behind those of its partition, if that is ours and goes so far.</summary>
    public void Put(int index)
    {
        int error = poll.ErrorOf(index);
        if (error != 0)
        {
            Note(error, index);
            poll.Destroy(index);
            return;
        }

        PartitionProgress partition = partitions.Find(poll.TopicOf(index), poll.PartitionOf(index));
        if (!partition.IsOwned || (partition.End >= 0 && poll.OffsetOf(index) >= partition.End))
        {
            partition.IsDone |= partition.IsOwned;
            poll.Destroy(index);
            return;
        }

        partition.NoteMessage();
        _following[index] = -1;
        if (partition.LastInHand >= 0)
        {
            _following[partition.LastInHand] = index;
        }
        else
        {
            partition.FirstInHand = index;
            if (!_waiting.Contains(partition))
            {
                _waiting.Add(partition);
            }
        }

        partition.LastInHand = index;
    }

    /// <summary>Messages of the partition up to before this one have gone; −1: all have.</summary>
    public void Passed(PartitionProgress partition, int next)
    {
        partition.FirstInHand = next;
        if (next < 0)
        {
            partition.LastInHand = -1;
            _waiting.Remove(partition);
        }
    }

    /// <summary>Gives the partition's messages back unread: it is no longer ours.</summary>
    public void Drop(PartitionProgress partition)
    {
        for (int index = partition.FirstInHand; index >= 0; index = _following[index])
        {
            poll.Destroy(index);
        }

        Passed(partition, -1);
    }

    /// <summary>Gives back what a fault has left: nothing of it is handed over.</summary>
    public void DropAll()
    {
        while (_waiting.Count > 0)
        {
            Drop(_waiting[^1]);
        }
    }

    /// <summary>
    /// Whether nothing of the partition is left to read. A replica may not know yet that messages are there which its leader, or the leader before it, had at the start: then more comes.
    /// Where the log itself is shorter now, nothing does.
    /// </summary>
    private bool HasEnd(PartitionProgress partition, long offset)
    {
        if (endOf is null)
        {
            return false;
        }

        if (offset < partition.End && endOf(partition) is { } end && end < partition.End)
        {
            partition.End = end;
        }

        return offset >= partition.End;
    }

    private void Note(int error, int index)
    {
        if (error == RdKafka.PartitionEnd)
        {
            PartitionProgress partition = partitions.Find(poll.TopicOf(index), poll.PartitionOf(index));
            partition.IsDone |= partition.IsOwned && HasEnd(partition, poll.OffsetOf(index));
            partition.NoteEnd(Environment.TickCount64, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), poll.OffsetOf(index));
            return;
        }

        string offset = poll.OffsetOf(index) >= 0 ? string.Create(CultureInfo.InvariantCulture, $", offset {poll.OffsetOf(index)}") : "";
        string topic = poll.TopicOf(index) == 0 ? "a subscribed topic" : $"topic '{MessagePoll.NameOf(poll.TopicOf(index))}'";
        (int code, string text) = error == RdKafka.Fatal ? poll.FatalError() : (error, RdKafka.TextOf(error));
        onError(new Error((ErrorCode)code, text, isFatal: error == RdKafka.Fatal), string.Create(CultureInfo.InvariantCulture, $"{topic}{(poll.PartitionOf(index) >= 0 ? $", partition {poll.PartitionOf(index)}" : "")}{offset}"));
    }
}
