using System.Collections.Generic;
using DataStream.Kafka.Changelogs;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>The transaction that is open: before which payload it ends, and what of the partitions goes with it, their positions, states, and words to a second half. Reader thread only.</summary>
/// <param name="transactions">The transactions.</param>
/// <param name="member">The group's member.</param>
/// <param name="port">Where messages were handed over.</param>
/// <param name="partitions">Whose they are.</param>
/// <param name="states">What is kept of the partitions besides positions.</param>
/// <param name="progress">What is said of the partitions behind what was sent on; null: nothing.</param>
internal sealed class OpenTransaction(TransactionLog transactions, GroupMember member, MessagePort port, PartitionTable partitions, KeptStates states, ProgressWords? progress)
{
    private readonly HashSet<PartitionProgress> _copied = []; // while it is being ended

    /// <summary>Whether it has ended, and is committed when the outputs have all of it.</summary>
    public bool HasEnded => transactions.Gate.Cut != long.MaxValue;

    /// <summary>Whether it has ended and the outputs have all of it.</summary>
    public bool IsWhole => transactions.Gate.Cut is var cut and not long.MaxValue && port.Acknowledged >= cut;

    /// <summary>Whether there is something to end it behind.</summary>
    public bool HasNew => partitions.HasNew || progress is { IsDue: true };

    /// <summary>Whether it is being ended: lanes had no room yet for all the words to copy states. Nothing may be handed over meanwhile.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Ends it behind all that was handed over; false while lanes have no room for the words to copy states: it is asked again.</summary>
    public bool TryEnd()
    {
        IsEnding = true;
        foreach (PartitionProgress partition in partitions.All)
        {
            // A silent one may have gone on behind its copy.
            if (states.IsUsed && partition is { IsOwned: true, HasChanged: true } && (partition.IsTouched || !_copied.Contains(partition)))
            {
                if (!states.TryCopy(partition))
                {
                    return false;
                }

                _copied.Add(partition);
                partition.IsTouched = false;
                partition.IsCopied = true;
            }
        }

        foreach (PartitionProgress partition in partitions.All)
        {
            partition.IsTouched = false;
            partition.Told.Cut();
        }

        transactions.Gate.CutAt(port.Next);
        LeaveOpen();
        return true;
    }

    /// <summary>It is not ended after all.</summary>
    public void LeaveOpen()
    {
        IsEnding = false;
        _copied.Clear();
    }

    /// <summary>Ends the last one, behind the input's end; false while lanes have no room for the words to copy states: it is asked again.</summary>
    /// <param name="isClosed">Windows were closed: of all partitions that have a place.</param>
    public bool TryEndLast(bool isClosed)
    {
        foreach (PartitionProgress partition in partitions.All)
        {
            bool isDue = partition is { IsOwned: true, NeedsState: false } && (partition.HasChanged || (isClosed && (partition.Base >= 0 || partition.First >= 0)));
            if (!states.IsUsed || !isDue || _copied.Contains(partition))
            {
                continue;
            }

            if (!states.TryCopy(partition))
            {
                return false;
            }

            _copied.Add(partition);
            partition.IsCopied = true;
        }

        foreach (PartitionProgress partition in partitions.All)
        {
            partition.Told.Cut();
        }

        LeaveOpen();
        return true;
    }

    /// <summary>Sends what goes with the positions behind all payloads before this one, and gives these.</summary>
    /// <param name="before">The payload.</param>
    /// <param name="isLast">All is said to the second half, not only what has changed.</param>
    public OffsetCommit Send(long before, bool isLast)
    {
        OffsetCommit positions = partitions.PositionsBefore(before);
        foreach (PartitionProgress partition in partitions.All)
        {
            if (partition is { IsOwned: true, IsCopied: true })
            {
                states.Write(partition, partition.Position(out _) is var position and >= 0 ? position : partition.Base);
            }
        }

        progress?.Say(all: isLast);
        return positions;
    }

    /// <summary>Commits it with the positions, and begins the next one; false: all that it holds is to be taken back.</summary>
    /// <exception cref="Flow.StopException">75: a message cannot be sent, now or later.</exception>
    public bool Commit(OffsetCommit positions)
    {
        bool isCommitted = transactions.Commit(positions, member.Handle);
        foreach (PartitionProgress partition in partitions.All)
        {
            partition.IsCopied &= !isCommitted;
            if (isCommitted)
            {
                partition.Told.Keep();
                partition.Settled = partition.IsOwned ? partition.Committed : -1;
            }
        }

        return isCommitted;
    }

    /// <summary>Nothing of it will be seen.</summary>
    /// <exception cref="Flow.StopException">75: nobody answers.</exception>
    public void Abort()
    {
        LeaveOpen();
        transactions.Abort(port.Next);
        progress?.TakeBack();
    }
}
