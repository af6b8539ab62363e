using System;
using System.Diagnostics;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>Ends transactions when that is due, and commits those that the outputs have all of. Reader thread only.</summary>
/// <param name="transactions">The transactions.</param>
/// <param name="open">The one that is open.</param>
/// <param name="port">Where messages were handed over.</param>
/// <param name="pace">When the next one ends.</param>
/// <param name="hasOutputs">The outputs' rows are in them.</param>
internal sealed class TransactionSteps(TransactionLog transactions, OpenTransaction open, MessagePort port, Pace pace, bool hasOutputs)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500); // for outputs, before the client is polled

    /// <summary>What the open one holds is to be taken back.</summary>
    public bool MustRewind { get; set; }

    /// <summary>Whether there is anything to wait for.</summary>
    public bool MayGoOn => !MustRewind && !transactions.Gate.IsClosed && !port.IsBroken && !port.IsDrained;

    /// <summary>The next one begins now.</summary>
    public void Restart() => pace.Restart();

    /// <summary>Ends it where that is due, as far as there is room for it now.</summary>
    public void EndWhenDue()
    {
        if (open.IsEnding)
        {
            _ = open.TryEnd();
        }
        else if (!open.HasEnded && pace.IsDue)
        {
            pace.Restart();
            _ = open.HasNew && open.TryEnd();
        }
    }

    /// <summary>Commits it where it has ended and the outputs have all of it; false where that was refused.</summary>
    public bool CommitWhole() => !open.IsWhole || Commit(transactions.Gate.Cut, isLast: false);

    /// <summary>The same, and waits a moment for lanes and outputs.</summary>
    public void CommitEnded()
    {
        for (long began = Stopwatch.GetTimestamp(); (open.HasEnded || open.IsEnding) && MayGoOn && Stopwatch.GetElapsedTime(began) < s_patience;)
        {
            port.WaitBriefly();
            _ = open.IsEnding ? open.TryEnd() : CommitWhole();
        }
    }

    /// <summary>Commits all that was handed over; false where that cannot be, or takes too long.</summary>
    /// <param name="patience">So long may it take.</param>
    /// <param name="meanwhile">As in <see cref="Stay"/>.</param>
    public bool CommitAll(TimeSpan patience, Func<bool>? meanwhile = null)
    {
        for (long began = Stopwatch.GetTimestamp(); MayGoOn && Stopwatch.GetElapsedTime(began) < patience;)
        {
            if (!open.HasEnded && !open.IsEnding && !open.HasNew)
            {
                return true;
            }

            if ((open.HasEnded || open.TryEnd()) && !CommitWhole())
            {
                return false;
            }

            Stay(began, meanwhile);
        }

        open.LeaveOpen();
        return false;
    }

    /// <summary>Waits a moment, and polls where that goes on for long.</summary>
    /// <param name="began">When it began.</param>
    /// <param name="meanwhile">Polls for the group's sake: partitions may come and go. Null in a callback, which may not.</param>
    public void Stay(long began, Func<bool>? meanwhile)
    {
        port.WaitBriefly();
        if (meanwhile is not null && Stopwatch.GetElapsedTime(began) > s_patience)
        {
            _ = meanwhile();
        }
    }

    /// <summary>Waits until it is so; false where it takes too long, or nothing is to be waited for any more. In a callback.</summary>
    public bool WaitUntil(Func<bool> isSo, TimeSpan patience)
    {
        for (long began = Stopwatch.GetTimestamp(); MayGoOn && Stopwatch.GetElapsedTime(began) < patience;)
        {
            if (isSo())
            {
                return true;
            }

            port.WaitBriefly();
        }

        return false;
    }

    /// <summary>Sends what goes with payloads before this one, and commits that; false where it was refused.</summary>
    public bool Commit(long before, bool isLast)
    {
        long began = Stopwatch.GetTimestamp();
        OffsetCommit positions = open.Send(before, isLast);
        if (!hasOutputs)
        {
            pace.Took(Stopwatch.GetElapsedTime(began)); // nobody waits for a commit there
        }

        return !(MustRewind = !open.Commit(positions));
    }
}
