using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>Reading within transactions: says when one ends, what of the partitions it holds, and reads again what did not come through. Reader thread only.</summary>
internal sealed class TransactedReading(
    TransactionLog transactions, IConsumer<Ignore, Ignore> consumer, nint handle, MessagePort port, PartitionTable partitions, MessagesInHand hand, long commitInterval)
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4); // as that of a commit

    private long _last = Stopwatch.GetTimestamp();
    private bool _mustRewind;

    /// <summary>Ends a transaction when that is due, and commits one that has everything; false: <see cref="Rewind"/> is next.</summary>
    /// <param name="next">The first payload that no transaction of now can hold.</param>
    public bool Keep(long next)
    {
        if (_mustRewind || transactions.Gate.IsClosed)
        {
            return !_mustRewind;
        }

        transactions.Look();
        if (transactions.Gate.Cut == long.MaxValue && Stopwatch.GetElapsedTime(_last).TotalMicroseconds >= commitInterval)
        {
            _last = Stopwatch.GetTimestamp();
            CutAt(next);
        }

        return CommitWhole();
    }

    /// <summary>Before the input ends: a transaction that has ended is committed, so that nobody waits for the next one.</summary>
    public void LetGo()
    {
        while (!_mustRewind && transactions.Gate.Cut != long.MaxValue && !port.IsBroken)
        {
            port.WaitBriefly();
            CommitWhole();
        }

        if (_mustRewind && !port.IsBroken)
        {
            transactions.Abort(port.Next);
            _mustRewind = false;
            foreach (PartitionProgress partition in partitions.All.Where(p => p.IsOwned))
            {
                partition.Rewind(); // the next start reads it again
            }
        }
    }

    /// <summary>After the input has ended and everything was sent: commits the rest, if it is whole; what it is not is given up.</summary>
    public bool Finish()
    {
        if (transactions.Gate.IsClosed)
        {
            return true; // it was said why
        }

        bool isWhole = !_mustRewind && !port.IsBroken && port.Acknowledged >= port.Next - 1 && Commit(port.Next);
        if (!isWhole)
        {
            transactions.GiveUp();
        }

        transactions.Gate.Close();
        return isWhole || port.Acknowledged < port.Next - 1; // a run that ends in the midst of a payload says why itself
    }

    /// <summary>Partitions are taken from us: what came from them is committed, or will be read again by who gets them.</summary>
    public void GiveUp(TimeSpan patience)
    {
        long began = Stopwatch.GetTimestamp();
        while (!_mustRewind && !transactions.Gate.IsClosed && !port.IsBroken && Stopwatch.GetElapsedTime(began) < patience)
        {
            if (transactions.Gate.Cut == long.MaxValue && !CutAt(port.Next))
            {
                return;
            }

            if (!CommitWhole())
            {
                break;
            }

            port.WaitBriefly();
        }

        _mustRewind |= partitions.HasNew;
    }

    /// <summary>Partitions were taken from us without a word: what came from them is another's, and cannot be told from the rest.</summary>
    public void Lose()
    {
        _mustRewind = true;
        transactions.Note("the group has taken partitions away in the midst of a transaction");
    }

    /// <summary>Aborts, and goes back to where the group was committed. Not from a callback.</summary>
    /// <exception cref="StopException">75: nobody answers.</exception>
    public void Rewind(long next, MessagePoll poll)
    {
        transactions.Abort(next);
        _mustRewind = false;
        var starts = new Dictionary<PartitionProgress, long>();
        foreach (PartitionProgress partition in partitions.All.Where(p => p.IsOwned))
        {
            long start = partition.First >= 0 ? partition.First : partition.FirstInHand >= 0 ? poll.OffsetOf(partition.FirstInHand) : -1;
            hand.Drop(partition);
            partition.Rewind();
            if (start >= 0)
            {
                starts.Add(partition, start);
            }
        }

        long began = Stopwatch.GetTimestamp();
        while (starts.Count > 0 && !TrySeek(starts) && !port.IsBroken)
        {
            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                transactions.Note("nobody tells where the group was committed");
                throw transactions.Fault();
            }

            port.WaitBriefly();
        }

        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends the transaction before this payload; false where it has nothing.</summary>
    private bool CutAt(long next)
    {
        if (!partitions.HasNew)
        {
            return false;
        }

        transactions.Gate.CutAt(next);
        return true;
    }

    private bool CommitWhole()
    {
        long cut = transactions.Gate.Cut;
        return cut == long.MaxValue || port.Acknowledged < cut || Commit(cut);
    }

    private bool Commit(long cut)
    {
        _mustRewind = !transactions.Commit(partitions.PositionsBefore(cut), handle);
        return !_mustRewind;
    }

    private bool TrySeek(Dictionary<PartitionProgress, long> starts)
    {
        try
        {
            var committed = consumer.Committed(starts.Keys.Select(p => new TopicPartition(p.Topic, p.Number)), s_answer).ToDictionary(c => c.TopicPartition, c => c.Offset);
            foreach ((PartitionProgress partition, long start) in starts)
            {
                var which = new TopicPartition(partition.Topic, partition.Number);
                Offset offset = committed.GetValueOrDefault(which, Offset.Unset);
                consumer.Seek(new TopicPartitionOffset(which, offset.Value >= 0 ? offset.Value : start));
            }

            return true;
        }
        catch (KafkaException)
        {
            return false; // the coordinator moves, or the partition does
        }
    }
}
