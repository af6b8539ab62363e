using System.Collections.Generic;
using System.Linq;
using DataStream.Kafka.Changelogs;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>Puts the partitions that are ours, and what is kept of them, to where the group was committed. Reader thread only, and not in a callback.</summary>
/// <param name="member">The group's member.</param>
/// <param name="port">Where messages were handed over.</param>
/// <param name="partitions">Whose they are.</param>
/// <param name="hand">Those that were not handed over yet.</param>
/// <param name="states">What is kept of the partitions besides positions.</param>
/// <param name="words">Tells the lanes that a partition begins anew.</param>
internal sealed class Rewinding(GroupMember member, MessagePort port, PartitionTable partitions, MessagesInHand hand, KeptStates states, LaneWords words)
{
    private readonly CommittedPositions _committed = new(member, port);

    /// <summary>Whether partitions of which the group has read nothing begin at their ends.</summary>
    public bool BeginsAtEnds { get; init; }

    /// <summary>Whether a partition waits for its state.</summary>
    public bool HasFresh
    {
        get
        {
            foreach (PartitionProgress partition in partitions.All)
            {
                if (partition is { IsOwned: true, NeedsState: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether lanes are to be told of partitions first: what they are told of one that went would take the state of one that came again.</summary>
    public bool HasUntold => !words.IsEmpty;

    /// <summary>Partitions that came, or are read again, get their states. Nothing may be open meanwhile.</summary>
    /// <exception cref="Flow.StopException">75: nobody answers; 74: a state cannot be gone on with.</exception>
    public void Load()
    {
        List<PartitionProgress> fresh = [.. partitions.All.Where(p => p is { IsOwned: true, NeedsState: true })];
        Dictionary<PartitionProgress, long> committed = _committed.Of(fresh);
        foreach ((PartitionProgress partition, long position) in states.Load(committed))
        {
            partition.NeedsState = false;
            partition.Base = position;
            if (position < 0 && BeginsAtEnds && member.EndOf(partition) is { } end)
            {
                partition.Base = end;
                partition.IsTouched = true; // the next commit writes it: who gets the partition then goes on there, and passes over nothing of what comes meanwhile
            }

            if (committed[partition] < 0 && partition.Base >= 0)
            {
                hand.Drop(partition);
                _committed.Seek(new Dictionary<PartitionProgress, long> { [partition] = partition.Base });
            }
        }
    }

    /// <summary>All that was taken since the last commit is taken again.</summary>
    /// <param name="isClosed">Windows of all partitions were closed, also of those from which nothing was taken.</param>
    /// <exception cref="Flow.StopException">75: nobody answers.</exception>
    public void GoBack(bool isClosed)
    {
        var starts = new Dictionary<PartitionProgress, long>();
        foreach (PartitionProgress partition in partitions.All.Where(p => p.IsOwned))
        {
            long start = partition.First >= 0 ? partition.First : partition.FirstInHand >= 0 ? member.Poll.OffsetOf(partition.FirstInHand) : -1;
            hand.Drop(partition);
            // Without a message, too, its windows may have closed: their rows are gone with the transaction.
            bool hasMoved = partition.First >= 0 || isClosed || partition.IsTouched || partition.IsCopied;
            if ((hasMoved && states.IsUsed) || (partition.First >= 0 && port.HoldsPositions))
            {
                partition.NeedsState = states.IsUsed;
                partition.IsTouched = partition.IsCopied = false;
                states.Forget(partition);
                words.Forget(partition);
            }

            if (start >= 0)
            {
                starts.Add(partition, start);
                partition.Rewind();
            }
        }

        if (port.HoldsPositions)
        {
            _committed.ResumeTimes(starts.Keys, words);
        }

        if (starts.Count > 0)
        {
            Dictionary<PartitionProgress, long> committed = _committed.Of(starts.Keys);
            _committed.Seek(starts.ToDictionary(s => s.Key, s => committed[s.Key] >= 0 ? committed[s.Key] : s.Value));
        }
    }

    /// <summary>What is in hand comes again.</summary>
    /// <exception cref="Flow.StopException">75: nobody answers.</exception>
    public void PutBack()
    {
        var starts = new Dictionary<PartitionProgress, long>();
        foreach (PartitionProgress partition in partitions.All.Where(p => p.IsOwned && p.FirstInHand >= 0))
        {
            starts.Add(partition, member.Poll.OffsetOf(partition.FirstInHand));
            hand.Drop(partition);
        }

        _committed.Seek(starts);
    }

    /// <summary>Nobody knows what the changelogs have: the next commit writes all of it.</summary>
    /// <param name="keepsCopies">Behind the input's end, where a copy is the last one.</param>
    public void Uncommit(bool keepsCopies)
    {
        foreach (PartitionProgress partition in partitions.All)
        {
            if (partition is { IsOwned: true, NeedsState: false })
            {
                states.Forget(partition);
                partition.Committed = -1;
                partition.IsTouched = true;
                partition.IsCopied &= keepsCopies;
            }
        }
    }
}
