using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>A consumer in its group, with the handle that messages are polled from. Reader thread only; its callbacks run while it is polled or closed.</summary>
internal sealed class GroupMember : IDisposable
{
    private const int PollMilliseconds = 20;
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_joined = TimeSpan.FromSeconds(10); // others join with their next heartbeat; a session is as long by default

    // For ever: the library goes on calling their callbacks, which must not be collected, nor the client be destroyed under it.
    private static readonly ConcurrentBag<GroupMember> s_leftBehind = [];

    private readonly ClientHandle _handle;
    private readonly bool _leavesFirst;
    private volatile bool _isLeaving;
    private volatile bool _isLeft;

    public GroupMember(ConsumerConfig settings, Action<Error> onError, Action<List<TopicPartition>> onAssigned, Action<List<TopicPartitionOffset>> onRevoked, Action<List<TopicPartitionOffset>> onLost, Action<CommittedOffsets> onCommitted)
    {
        Consumer = KafkaFaults.Build(new ConsumerBuilder<Ignore, Ignore>(settings)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => onError(error))
            .SetPartitionsAssignedHandler((_, partitions) => Guard(() => onAssigned(partitions), onError, _isLeaving)) // the client that closes answers no question about them
            .SetPartitionsRevokedHandler((_, partitions) => Guard(() => onRevoked(partitions), onError, _isLeft))
            .SetPartitionsLostHandler((_, partitions) => Guard(() => onLost(partitions), onError, _isLeft))
            .SetOffsetsCommittedHandler((_, committed) => Guard(() => onCommitted(committed), onError, _isLeft))
            .Build);
        _handle = new ClientHandle(Consumer);
        _leavesFirst = LeavesFirst(settings);
        Poll = new MessagePoll(_handle.Value);
    }

    public IConsumer<Ignore, Ignore> Consumer { get; }

    /// <summary>The client's handle.</summary>
    public nint Handle => _handle.Value;

    public MessagePoll Poll { get; }

    /// <summary>Whether a member has to leave before it is closed: a static one stays in its group, and in the newer protocol ids stay the member's.</summary>
    public static bool LeavesFirst(ConsumerConfig settings) => settings.GroupInstanceId is null && !KafkaInput.IsNewProtocol(settings.Get("group.protocol"));

    /// <summary>How long leaving may take: more than what is under way is waited for when partitions go.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>It could not leave in time: a callback of it may go on for ever, with what it uses.</summary>
    public bool IsLeftBehind => _isLeft;

    /// <summary>Nothing is read at the moment.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Where a partition ends now; null: nobody knows.</summary>
    public long? EndOf(PartitionProgress partition)
    {
        try
        {
            return Consumer.QueryWatermarkOffsets(new TopicPartition(partition.Topic, partition.Number), s_answer).High.Value;
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    /// <summary>No messages come, and polling goes on for the group's sake.</summary>
    public void Pause()
    {
        if (!IsPaused)
        {
            IsPaused = true;
            Consumer.Pause(Consumer.Assignment);
        }
    }

    /// <summary>Pauses also what has come since.</summary>
    public void PauseAgain()
    {
        IsPaused = false;
        Pause();
    }

    /// <summary>Partitions that go leave no pause behind: the client would remember it, and they may come again while we read.</summary>
    public void Release(IEnumerable<TopicPartition> partitions)
    {
        if (!IsPaused)
        {
            return;
        }

        try
        {
            Consumer.Resume(partitions);
        }
        catch (KafkaException)
        {
            // Gone already.
        }
    }

    public void Resume()
    {
        if (IsPaused)
        {
            IsPaused = false;
            Consumer.Resume(Consumer.Assignment);
        }
    }

    /// <summary>Leaves the group, so that others get the partitions at once. They are revoked meanwhile: by then nothing may refer to messages in hand. Partitions that the group gives us meanwhile are not ours to read.</summary>
    /// <remarks>librdkafka 2.16.0 may wait for ever in rd_kafka_rebalance_protocol, which the callback calls while it closes (seen once, behind a group that had forgotten the member): then it is left where it is, and nobody hears of it any more.</remarks>
    public void Dispose()
    {
        _isLeaving = true;
        Poll.Dispose();
        var closing = new Thread(Close) { IsBackground = true, Name = "kafka close" };
        closing.Start();
        if (!closing.Join(Farewell))
        {
            _isLeft = true;
            s_leftBehind.Add(this);
            return;
        }

        _handle.Dispose();
        Consumer.Dispose();
    }

    private void Close()
    {
        if (_leavesFirst)
        {
            Unsubscribe();
        }

        try
        {
            Consumer.Close();
        }
        catch (KafkaException)
        {
            // Its last words may be refused in the middle of a rebalance; what matters is committed.
        }
    }

    /// <summary>librdkafka 2.16.0 closes without leaving while it joins and has nothing yet: all others would wait for it until its session is over. Who unsubscribes leaves as soon as it has joined.</summary>
    private void Unsubscribe()
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            Consumer.Unsubscribe();
            while (Consumer.MemberId is { Length: > 0 } && Stopwatch.GetElapsedTime(began) < s_joined)
            {
                Serve();
            }
        }
        catch (KafkaException)
        {
            // As in Close.
        }
    }

    /// <summary>Runs callbacks; messages are nobody's by now.</summary>
    private void Serve()
    {
        try
        {
            _ = Consumer.Consume(PollMilliseconds);
        }
        catch (ConsumeException)
        {
            // In place of a message.
        }
    }

    private static void Guard(Action handler, Action<Error> onError, bool isTooLate)
    {
        if (isTooLate)
        {
            return;
        }

        try
        {
            handler();
        }
        catch (KafkaException failure)
        {
            onError(new Error(failure.Error.Code, failure.Error.Reason, isFatal: true));
        }
        catch (StopException stop)
        {
            onError(new Error(ErrorCode.Local_Fatal, stop.Message, isFatal: true)); // a callback's exceptions go nowhere
        }
        catch (Exception defect)
        {
            onError(new Error(ErrorCode.Local_Fatal, $"internal error: {defect}", isFatal: true)); // on the thread that leaves, nobody would catch it
        }
    }
}
