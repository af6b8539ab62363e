using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using DataStream.Kafka.Changelogs;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka.Transactions;

/// <summary>
/// Exactly once (<c>hasOutputs</c>: the outputs' rows are in the transactions): says when a transaction ends, and reads again what did not come through. At least once, where partitions
/// have states: these and the positions alone are in transactions, each when the outputs have acknowledged what came before it. Reader thread only.
/// </summary>
/// <remarks>A last commit that is refused is tried again without a count: rounds end when <see cref="TransactionLog"/> was without one commit for too long.</remarks>
internal sealed class TransactedCommits(
    string group, TransactionLog transactions, OpenTransaction open, TransactionSteps steps, Rewinding rewinding, MessagePort port, PartitionTable partitions, KeptStates states, bool hasOutputs) : Committing
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(10); // for the group to come to rest before the last commit

    private long _ended;
    private long _end = -1; // the last transaction ends before this payload; −1: the input goes on
    private bool _isDone;
    private bool _isClosed; // windows were closed
    private bool _isEnding; // the last transaction is being ended
    private bool _wasRefused; // the last commit, at least once: who has which partitions may have changed

    public override bool KeepsState => states.IsUsed;

    public override bool IsReady => !steps.MustRewind && !open.IsEnding && !(states.IsUsed && rewinding.HasFresh);

    public override (long Read, long All) Restored => states.Restored;

    /// <summary>Ends a transaction when that is due, and commits one that has everything.</summary>
    public override bool Keep()
    {
        if (steps.MustRewind || transactions.Gate.IsClosed)
        {
            return !steps.MustRewind;
        }

        transactions.Look();
        steps.EndWhenDue();
        return steps.CommitWhole();
    }

    /// <remarks>At least once nothing of what went is taken back: the next <see cref="Keep"/> deals with a commit that was refused.</remarks>
    public override bool Advance() => (!steps.MustRewind && (transactions.Gate.IsClosed || steps.CommitWhole())) || !hasOutputs;

    /// <summary>Partitions that came, or are read again, get their states. Nothing is open meanwhile, and the group is kept: it may take its time.</summary>
    public override void Prepare()
    {
        if (!states.IsUsed || !rewinding.HasFresh || (hasOutputs && !steps.CommitAll(TimeSpan.MaxValue, Meanwhile)) || rewinding.HasUntold)
        {
            return;
        }

        rewinding.Load();
        steps.Restart();
    }

    /// <summary>A transaction that has ended is committed, so that nobody waits for the next one. It waits a moment: whoever asks polls before the next one.</summary>
    public override bool LetGo(bool isLast)
    {
        if (port.IsBroken)
        {
            return true;
        }

        steps.CommitEnded();
        if (open.HasEnded && port.IsDrained)
        {
            transactions.GiveUp(); // never whole: an output that is not over may wait for the next one, and its lane for it
            return true;
        }

        if (steps.MustRewind && !hasOutputs)
        {
            Rewind(); // the last commit has it
        }

        if (!steps.MustRewind || !isLast)
        {
            return !steps.MustRewind && ((!open.HasEnded && !open.IsEnding) || transactions.Gate.IsClosed);
        }

        if (transactions.IsRefusedByGroup)
        {
            WarnOfTheLast(transactions.LastFault);
        }
        else
        {
            port.Warn($"kafka: the last commit of group '{group}' did not come through ({transactions.LastFault}): what came since the one before it is read again by who has the partitions now");
        }

        open.Abort();
        transactions.Gate.Close();
        return true;
    }

    public override void End(bool isClosed)
    {
        if (transactions.Gate.IsClosed)
        {
            return;
        }

        (_isClosed, _isEnding) = (isClosed, true);
        open.LeaveOpen();
        for (long began = Stopwatch.GetTimestamp(); !TryEndLast() && steps.MayGoOn;)
        {
            steps.Stay(began, Meanwhile);
        }

        (_end, _isEnding) = (_end < 0 ? port.Next : _end, false); // what is not whole is not committed
    }

    /// <summary>Polls for the group's sake. Not in a callback.</summary>
    public required Func<bool> Meanwhile { get; init; }

    /// <summary>Whether the group is at rest. Where windows were closed the last commit waits for that: the group refuses it where partitions move, and all of it is to be read and closed again.</summary>
    public Func<bool> IsGroupAtRest { get; init; } = static () => true;

    public override bool? TryEnd()
    {
        if (transactions.Gate.IsClosed || port.IsBroken || port.IsDrained)
        {
            return true; // what is not done then is told by Finish
        }

        if (!_isDone && !steps.MustRewind && (port.Acknowledged < _end || ((hasOutputs || _wasRefused) && Stopwatch.GetElapsedTime(_ended) < s_quiet && !IsGroupAtRest())))
        {
            return null;
        }

        if (_isDone || (!steps.MustRewind && CommitEnd()))
        {
            if (!partitions.All.Any(p => p is { IsOwned: true, HasReachedEnd: false }))
            {
                return _isDone = true;
            }

            rewinding.PutBack(); // what the group gave us meanwhile is read first
            (_end, _isClosed, _wasRefused, _isDone) = (-1, false, false, false);
            return false;
        }

        if (!port.IsBroken)
        {
            port.Warn($"kafka: the last commit of group '{group}' did not come through ({transactions.LastFault}): {(hasOutputs ? "what it held is read again" : "it is made again")}");
        }

        Rewind(); // at least once the rows are out, and what is left is to be committed
        if (hasOutputs)
        {
            return false;
        }

        (_wasRefused, _ended) = (true, Stopwatch.GetTimestamp());
        return null;
    }

    public override bool Settle()
    {
        // Partitions that were lost meanwhile have no position to commit: what came from them must not come out.
        if (!_isDone && !(hasOutputs && steps.MustRewind) && _end >= 0 && !transactions.Gate.IsClosed && port.Acknowledged >= _end)
        {
            _isDone = CommitEnd();
        }

        return !_isDone && !steps.MustRewind && !port.IsDrained;
    }

    /// <summary>After everything was sent: commits the rest, if it is whole; what it is not is given up.</summary>
    public override void Finish(Action leave)
    {
        if (transactions.Gate.IsClosed)
        {
            leave(); // it was said why
            return;
        }

        // A run that ends in the midst of a payload says why itself.
        bool isWhole = _end >= 0 && port.Acknowledged >= _end;
        _isDone = _isDone || (!steps.MustRewind && !port.IsBroken && isWhole && CommitEnd());
        if (!_isDone)
        {
            transactions.GiveUp();
        }

        transactions.Gate.Close();
        leave();
        if (_isDone || port.IsBroken || !(isWhole || steps.MustRewind))
        {
            return;
        }

        if (_isClosed || !transactions.IsRefusedByGroup)
        {
            throw transactions.Fault();
        }

        WarnOfTheLast(transactions.LastFault);
    }

    public override void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience)
    {
        if (_isDone || (!IsAmid && (IsAtTheEnd ? CommitEnd(patience) : steps.CommitAll(patience))) || !hasOutputs)
        {
            return;
        }

        if (!steps.MustRewind && !transactions.Gate.IsClosed)
        {
            transactions.Note(IsAmid ? "the group took partitions away amid a message that goes into several payloads" : string.Create(CultureInfo.InvariantCulture, $"the outputs had not all of it {patience.TotalSeconds:0.#} seconds after the group took partitions away"));
        }

        steps.MustRewind = true; // what came from them is in the open transaction, and another reads it now
    }

    /// <summary>What came from them is another's, and cannot be told from the rest.</summary>
    public override void Lose()
    {
        if (_isDone)
        {
            return;
        }

        const string Why = "the group has taken partitions away in the midst of a transaction";
        if (hasOutputs)
        {
            steps.MustRewind = true;
            transactions.Note(Why);
        }
        else if (IsAtTheEnd)
        {
            WarnOfTheLast(Why); // nothing is open but in a commit, and the group refuses that
        }
    }

    public override void Forget(PartitionProgress partition) => states.Forget(partition);

    /// <summary>Aborts, and goes back to where the group was committed; at least once it goes on, and commits all that again with the next.</summary>
    /// <exception cref="Flow.StopException">75: nobody answers.</exception>
    public override void Rewind()
    {
        open.Abort();
        steps.MustRewind = false;
        if (hasOutputs)
        {
            rewinding.GoBack(_isClosed);
            (_end, _isClosed) = (-1, false);
        }
        else
        {
            rewinding.Uncommit(keepsCopies: _end >= 0);
        }

        steps.Restart();
    }

    private void WarnOfTheLast(string why) => port.Warn($"kafka: group '{group}' gave our partitions to others before the last commit ({why}): what came since the one before it is read again by who has them now");

    private bool IsAtTheEnd => _isEnding || _end >= 0;

    /// <summary>Ends the last transaction, where that is due and lanes have room for it; false: they have none.</summary>
    private bool TryEndLast()
    {
        if (_end < 0 && open.TryEndLast(_isClosed))
        {
            (_end, _ended) = (port.Next, Stopwatch.GetTimestamp());
        }

        return _end >= 0;
    }

    /// <summary>Commits the rest behind the input's end, when the outputs have it all. In a callback.</summary>
    private bool CommitEnd(TimeSpan patience)
    {
        bool isWhole = steps.WaitUntil(() => TryEndLast() && port.Acknowledged >= _end, patience);
        return _isDone = isWhole && CommitEnd();
    }

    /// <summary>The last commit; at least once it is tried until it comes through, or nobody answers.</summary>
    private bool CommitEnd()
    {
        while (!steps.Commit(_end, isLast: true))
        {
            if (hasOutputs || port.IsBroken || transactions.IsRefusedByGroup)
            {
                return false;
            }

            Rewind();
        }

        return true;
    }
}
