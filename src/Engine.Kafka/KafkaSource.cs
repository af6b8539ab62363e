using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>A member of a consumer group: one thread polls, hands messages over by partition, and commits what every output has acknowledged.</summary>
/// <remarks>
/// Confluent's client has the configuration, the group and its callbacks; messages are polled from its handle. While the pipeline is full the assigned
/// partitions are paused and polling goes on, so that the group never thinks us dead.
/// </remarks>
internal sealed class KafkaSource(KafkaInput input, bool needsHeaders, string? onePartition) : MessageSource
{
    private const int PollMilliseconds = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500); // of a full pipeline, before polling goes on

    private GroupMember? _member;
    private PartitionTable _partitions = null!;
    private MessagesInHand _hand = null!;
    private MessagePort _port = null!;
    private Committing _commits = null!;
    private readonly SourceFaults _faults = new(input);
    private LaneWords _words = null!;
    private SourceWatch? _watch;
    private Assignments _assignments = null!;
    private PayloadFill _fill = null!;
    private Purge? _purge;
    private GroupCoverage? _coverage;
    private volatile bool _isInterrupted;

    public override long BytesIn => Volatile.Read(ref _fill)?.Bytes ?? 0;

    public override bool IsBounded => input.Ends;

    public override bool IsInterrupted => _isInterrupted;

    public override bool HasEnded => input.Ends && !_isInterrupted;

    public override long Lag => (Volatile.Read(ref _watch)?.Lag ?? 0) + Restored.All - Restored.Read;

    public override (long Read, long All) Restored => Volatile.Read(ref _commits)?.Restored ?? default;

    public override double LagSeconds => Volatile.Read(ref _watch)?.LagSeconds ?? 0;

    public override void Interrupt()
    {
        _isInterrupted = true;
        input.Interrupt();
    }

    public override void Run(MessagePort port)
    {
        _port = port;
        try
        {
            if (_member is null)
            {
                Open();
            }

            while (true)
            {
                while (!_isInterrupted && !port.IsBroken && !HasReachedTheEnd())
                {
                    Poll.Take(PollMilliseconds);
                    _faults.Throw();
                    _hand.PutAll();
                    Keep();
                    HandOver();
                    Poll.Clear();
                    Keep();
                }

                if (_commits.LetGo(isLast: _isInterrupted || port.IsBroken))
                {
                    break;
                }

                Keep();
            }
        }
        catch (StopException)
        {
            input.OpenTransactions?.GiveUp(); // nobody waits for what is not committed
            throw;
        }
    }

    public override void End(MessagePort port, bool isClosed) => _commits.End(isClosed);

    public override bool TryKeep(MessagePort port)
    {
        // An output that sheds may hear of a lane's last payload only when the lane ends: so that comes first, and the last commit then as it can.
        if (input.Config.Stream.Outputs.Any(output => output.WhenFull == "shed"))
        {
            return true;
        }

        try
        {
            bool? isKept;
            while ((isKept = _commits.TryEnd()) is null)
            {
                if (!StayInGroup()) // what comes of new partitions is in hand, and read if we go on
                {
                    return true; // asked to stop: what can be committed still is, behind the end
                }

                port.WaitBriefly();
            }

            if (isKept == false)
            {
                _commits.Rewind();
            }

            _hand.DropAll();
            Poll.Clear();
            return isKept.Value;
        }
        catch (StopException)
        {
            input.OpenTransactions?.GiveUp();
            throw;
        }
    }

    public override void Settle(MessagePort port)
    {
        if (_member is null)
        {
            return;
        }

        // Paused, so that polling brings callbacks alone.
        _member.Pause();
        _hand.DropAll();
        while (!port.IsBroken && _commits.Settle())
        {
            Poll.Take(PollMilliseconds);
            Poll.Clear();
        }

        _watch?.Measure();
        _commits.Finish(() =>
        {
            _purge?.End();
            Leave();
        });
    }

    protected override void Dispose(bool disposing)
    {
        Leave();
        _purge?.Dispose();
        _commits?.Dispose();
        input.OpenTransactions?.Dispose();
        input.Dispose();
        base.Dispose(disposing);
    }

    private GroupMember Member => _member ?? throw new InvalidOperationException("the consumer is not open");

    private MessagePoll Poll => Member.Poll;

    private void Open()
    {
        NativeLibraries.Use();
        ConsumerConfig settings = input.Settings();
        // A pattern's topics are as many as there will be.
        IReadOnlyDictionary<string, int> sizes = input.Address.IsPattern ? new Dictionary<string, int>() : Topics.Require(settings, input.Address.Topics, "read", input.Principal, input.Config.Errors);
        _faults.Sizes = sizes;
        RefuseSeveral(input.Address.IsPattern ? 2 : sizes.Values.Sum());
        _assignments = new Assignments(input, () => Member, _port);
        _member = new GroupMember(settings, _faults.Note, _assignments.OnAssigned, _assignments.OnRevoked, _assignments.OnLost, committed => _partitions.NoteCommitted(committed));
        _partitions = new PartitionTable(_member.Handle, _port, input.Config.Stream.CommitInterval);
        _hand = new MessagesInHand(_member.Poll, _partitions, _faults.Note, endsByWord: input.Origin is not null);
        _words = new LaneWords(_port);
        _coverage = new GroupCoverage(input, _member.Consumer, _partitions, sizes);
        SecondHalf? second = input.Origin is { } origin ? new SecondHalf(input, origin, _port, _words, _member.Consumer, () => _commits.Advance()) : null;
        _purge = second is null ? null : new Purge(input, _partitions, _port.Warn);
        Volatile.Write(ref _fill, new PayloadFill(_member.Poll, _hand, _port, second, needsHeaders));
        Volatile.Write(ref _watch, new SourceWatch(_member.Consumer, _port, _partitions, _words, input));
        _commits = Committing.Of(input, _member, _port, _partitions, _hand, _words, StayInGroup, _coverage.IsWhole);
        (_assignments.Partitions, _assignments.Hand, _assignments.Words, _assignments.Commits) = (_partitions, _hand, _words, _commits);
        _member.Consumer.Subscribe(input.Address.Topics);
    }

    private void RefuseSeveral(int partitions)
    {
        if (onePartition is not null && partitions > 1)
        {
            throw new StopException(ExitCode.Configuration,
                $"'{onePartition}' keeps one state for all rows, and the input has several partitions, each with its own: give it a key, or read a topic of one partition");
        }
    }

    /// <summary>Leaves the group, so that others get the partitions at once.</summary>
    private void Leave()
    {
        if (_member is { } member)
        {
            _hand?.DropAll();
            _coverage?.Dispose(); // it asks through the member's client
            member.Dispose();
            _member = null;
        }
    }

    /// <summary>Payload by payload, the partition whose lane is next first.</summary>
    private void HandOver()
    {
        while (TellLanes())
        {
            _commits.Prepare();
            if (!_commits.IsReady)
            {
                if (_port.IsBroken || _isInterrupted)
                {
                    _hand.DropAll(); // the next start reads them
                    break;
                }

                Keep();
                continue;
            }

            if (_hand.Waiting.Count == 0)
            {
                break;
            }

            PartitionProgress next = _hand.Waiting[0];
            foreach (PartitionProgress other in _hand.Waiting)
            {
                next = _port.DistanceTo(other.Number) < _port.DistanceTo(next.Number) ? other : next;
            }

            if (!WaitForRoom(next))
            {
                if ((_words.IsEmpty && !next.NeedsState) || _port.IsBroken || _isInterrupted)
                {
                    _hand.Drop(next);
                }
            }
            else if (next.FirstInHand >= 0)
            {
                _fill.Fill(next);
            }
        }

        Member.Resume();
    }

    /// <summary>Begins a payload of the partition; false when it is no longer ours, or the run is over.</summary>
    private bool WaitForRoom(PartitionProgress partition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!_port.TryBegin(partition.Task, partition.TopicId, partition.Number))
        {
            // Partitions may go, and come again, meanwhile: lanes are told before anything goes there.
            if (!WaitAMoment(began) || !partition.IsOwned || partition.FirstInHand < 0 || partition.NeedsState || !_words.IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The pipeline is full: waits a moment, and polls for the group's sake where it stays so; false when the run is over.</summary>
    private bool WaitAMoment(long began)
    {
        if (_port.IsBroken || _isInterrupted)
        {
            return false;
        }

        if (Stopwatch.GetElapsedTime(began) < s_patience)
        {
            _port.WaitBriefly();
            Keep();
            return true;
        }

        Member.Pause();
        int index = Poll.Count;
        if (Poll.TakeOne(PollMilliseconds))
        {
            _hand.Put(index);
        }

        Keep();
        _faults.Throw();
        return true;
    }

    /// <summary>Something else takes its time: nothing is read, and polling goes on for the group's sake; false when the run is over.</summary>
    private bool StayInGroup()
    {
        Member.Pause();
        int index = Poll.Count;
        if (Poll.TakeOne(0))
        {
            _hand.Put(index);
            Member.PauseAgain(); // a partition that has just come
        }

        _faults.Throw();
        return !_port.IsBroken && !_isInterrupted;
    }

    /// <summary>Tells the lanes of partitions that were given up or go on where they were, before anything else goes there; false when the run is over.</summary>
    private bool TellLanes()
    {
        long began = Stopwatch.GetTimestamp();
        while (!_words.TryTell())
        {
            if (!WaitAMoment(began))
            {
                return false;
            }
        }

        return true;
    }

    private void Keep()
    {
        if (!_commits.Keep())
        {
            _commits.Rewind();
        }

        _watch!.Look(Member.IsPaused);
        _purge?.Look();
    }

    private bool HasReachedTheEnd() => input.Ends && _assignments.HasAny && _partitions.All.All(p => !p.IsOwned || p.HasReachedEnd) && _coverage!.MayEnd();
}
