using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>A member of a consumer group: one thread polls, hands messages over by partition, and commits what every output has acknowledged.</summary>
/// <remarks>Confluent's client has the configuration, the group and its callbacks; messages are polled from its handle.</remarks>
internal sealed class KafkaSource(KafkaInput input, bool needsHeaders, string? onePartition) : MessageSource
{
    private const int PollMilliseconds = 20;

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
    private HandingOver _handing = null!;
    private Purge? _purge;
    private GroupCoverage? _coverage;
    private volatile bool _isInterrupted;
    private bool _isMemberLeftBehind;
    private bool _isOpen; // clients were made of all settings

    public override long BytesIn => Volatile.Read(ref _fill)?.Bytes ?? 0;

    public override bool IsBounded => input.Ends;

    public override bool IsInterrupted => _isInterrupted;

    public override bool HasEnded => input.Ends && !_isInterrupted;

    public override long Lag => (Volatile.Read(ref _watch)?.Lag ?? 0) + (Restored is { All: > 0 } states ? states.All - states.Read : 0);

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
                while (!IsOver && !HasReachedTheEnd())
                {
                    TakeATurn();
                }

                // Windows close by one word to each lane, between which nothing may come or go.
                bool isOver = IsOver;
                if (_commits.LetGo(isLast: isOver) && (isOver || port.IsDrained || port.HasRoomEverywhere))
                {
                    break;
                }

                // Outputs may take longer than the group waits for a sign of life. What partitions come and go meanwhile is told to lanes, and where some came the end is not reached.
                if (isOver)
                {
                    _ = _handing.StayInGroup();
                }
                else
                {
                    Keep();
                    TakeATurn();
                }
            }
        }
        catch (StopException stop)
        {
            throw GiveUp(stop);
        }
    }

    public override void End(MessagePort port, bool isClosed) => Guarded(() => _commits.End(isClosed));

    public override void Stay() => Guarded(() => _ = _isOpen && _member is not null && _handing.StayInGroup());

    public override bool TryKeep(MessagePort port)
    {
        // An output that sheds may hear of a lane's last payload only when the lane ends: so that comes first, and the last commit then as it can.
        if (input.Config.Stream.Outputs.Any(output => output.WhenFull == "shed"))
        {
            return true;
        }

        bool? isKept = null;
        bool mayWait = true;
        Guarded(() =>
        {
            while (mayWait && (isKept = _commits.TryEnd()) is null)
            {
                mayWait = _handing.StayInGroup(); // what comes of new partitions is in hand, and read if we go on
                port.WaitBriefly();
            }
        });
        if (isKept is null)
        {
            return true; // asked to stop: what can be committed still is, behind the end
        }

        _hand.DropAll();
        Poll.Clear();
        return isKept.Value;
    }

    public override void Settle(MessagePort port)
    {
        if (_member is null || !_isOpen)
        {
            return;
        }

        // Paused, so that polling brings callbacks alone.
        _member.Pause();
        _hand.DropAll();
        Poll.Clear(); // a run that a fault ended has left some that are destroyed already
        Guarded(() =>
        {
            while (!port.IsBroken && _commits.Settle())
            {
                Poll.Take(PollMilliseconds);
                _hand.PutAll(); // some faults come in the place of messages
                _hand.DropAll();
                Poll.Clear();
                Watch();
                _faults.Throw();
            }
        });
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
        if (!_isMemberLeftBehind)
        {
            _purge?.Dispose();
            _commits?.Dispose();
            input.OpenTransactions?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    private GroupMember Member => _member ?? throw new InvalidOperationException("the consumer is not open");

    private MessagePoll Poll => Member.Poll;

    private bool IsOver => _isInterrupted || _port.IsBroken;

    private void TakeATurn()
    {
        Poll.Take(PollMilliseconds);
        _faults.Throw();
        _hand.PutAll();
        Keep();
        _handing.HandOver();
        Poll.Clear();
        Keep();
    }

    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (StopException stop)
        {
            throw GiveUp(stop);
        }
    }

    /// <summary>Nobody waits for what is not committed. Settings that were good at the start are not what is wrong.</summary>
    private StopException GiveUp(StopException stop)
    {
        input.OpenTransactions?.GiveUp();
        return _isOpen ? KafkaFaults.InMidRun(stop) : stop;
    }

    private void Open()
    {
        NativeLibraries.Use();
        ConsumerConfig settings = input.Settings();
        // A pattern's topics are as many as there will be.
        IReadOnlyDictionary<string, int> sizes = input.Address.IsPattern ? new Dictionary<string, int>() : Topics.Require(settings, input.Address.Topics, "read", input.Principal, input.Config.Errors);
        RefuseSeveral(input.Address.IsPattern ? 2 : sizes.Values.Sum());
        _assignments = new Assignments(input, () => Member, _port);
        _member = new GroupMember(settings, _faults.Note, _assignments.OnAssigned, _assignments.OnRevoked, _assignments.OnLost, committed => _partitions.NoteCommitted(committed));
        _partitions = new PartitionTable(_member.Handle, _port, input.Config.Stream.CommitInterval);
        (_faults.Sizes, _faults.Partitions) = (sizes, _partitions);
        _hand = new MessagesInHand(_member.Poll, _partitions, _faults.Note, input.Origin is null ? _member.EndOf : null);
        _words = new LaneWords(_port);
        _coverage = new GroupCoverage(input, _member.Consumer, _partitions, sizes);
        SecondHalf? second = input.Origin is { } origin ? new SecondHalf(input, origin, _port, _words, _member.Consumer, began => _handing.GoOnAmid(began)) : null;
        _purge = second is null ? null : new Purge(input, _partitions, _port.Warn);
        Volatile.Write(ref _fill, new PayloadFill(_member.Poll, _hand, _port, second, needsHeaders));
        Volatile.Write(ref _watch, new SourceWatch(_member.Consumer, _port, _partitions, _words, () => Restored, input));
        _handing = new HandingOver(_member, _hand, _port, _words, _faults, Keep, Watch, () => _isInterrupted);
        _commits = Committing.Of(input, _member, _port, _partitions, _hand, _words, _handing.StayInGroup, _coverage.IsWhole);
        (_handing.Commits, _handing.Fill) = (_commits, _fill);
        (_assignments.Partitions, _assignments.Hand, _assignments.Words, _assignments.Commits) = (_partitions, _hand, _words, _commits);
        Subscribe(_member.Consumer);
        _isOpen = true;
    }

    private void Subscribe(IConsumer<Ignore, Ignore> consumer)
    {
        try
        {
            consumer.Subscribe(input.Address.Topics);
        }
        catch (KafkaException refused)
        {
            throw new StopException(ExitCode.Configuration, $"kafka: cannot subscribe to '{string.Join(',', input.Address.Topics)}': {refused.Error.Reason}{(input.Address.IsPattern ? ": a pattern is a POSIX extended regular expression" : "")}");
        }
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
            _isMemberLeftBehind = member.IsLeftBehind;
            _member = null;
        }
    }

    private void Keep()
    {
        if (!_commits.Keep())
        {
            _commits.Rewind();
        }

        Watch();
    }

    /// <summary>Beside everything that takes its time.</summary>
    private void Watch()
    {
        _watch!.Look(Member.IsPaused);
        _purge?.Look();
    }

    private bool HasReachedTheEnd() => input.Ends && _assignments.HasAny && _partitions.All.All(p => !p.IsOwned || p.HasReachedEnd) && _coverage!.MayEnd();
}
