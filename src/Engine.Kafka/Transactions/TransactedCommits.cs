using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>Exactly once: says when one ends, what of the partitions it holds, and reads again what did not come through. Reader thread only.</summary>
internal sealed class TransactedCommits(
    TransactionLog transactions, IConsumer<Ignore, Ignore> consumer, nint handle, MessagePort port, PartitionTable partitions, MessagesInHand hand, long commitInterval) : Committing
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4); // as that of a commit

    private long _last = Stopwatch.GetTimestamp();
    private bool _mustRewind;

    /// <summary>Ends a transaction when that is due, and commits one that has everything.</summary>
    public override bool Keep(long next)
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

    /// <summary>A transaction that has ended is committed, so that nobody waits for the next one.</summary>
    public override void LetGo()
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

    // What ends the input has nothing to commit.
    public override bool Settle() => !port.IsDrained && Keep(port.Next - 1);

    /// <summary>After everything was sent: commits the rest, if it is whole; what it is not is given up.</summary>
    public override void Finish(Action leave)
    {
        if (transactions.Gate.IsClosed)
        {
            leave(); // it was said why
            return;
        }

        // A run that ends in the midst of a payload says why itself.
        bool isWhole = port.Acknowledged >= port.Next - 1;
        bool isCommitted = !_mustRewind && !port.IsBroken && isWhole && Commit(port.Next);
        if (!isCommitted)
        {
            transactions.GiveUp();
        }

        transactions.Gate.Close();
        leave();
        if (!isCommitted && isWhole && !port.IsBroken)
        {
            throw transactions.Fault();
        }
    }

    public override void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience)
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

    /// <summary>What came from them is another's, and cannot be told from the rest.</summary>
    public override void Lose()
    {
        _mustRewind = true;
        transactions.Note("the group has taken partitions away in the midst of a transaction");
    }

    /// <summary>Aborts, and goes back to where the group was committed.</summary>
    /// <exception cref="StopException">75: nobody answers.</exception>
    public override void Rewind(long next, MessagePoll poll)
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
