using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Kafka.Security;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>A member of a consumer group: one thread polls, hands messages over by partition, and commits what every output has acknowledged.</summary>
/// <remarks>
/// Confluent's client has the configuration, the group and its callbacks; messages are polled from its handle. While the pipeline is full the assigned
/// partitions are paused and polling goes on, so that the group never thinks us dead.
/// </remarks>
internal sealed class KafkaSource(KafkaInput input, bool needsHeaders) : MessageSource
{
    private const int MostInHand = 4096;
    private const int PollMilliseconds = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500); // of a full pipeline, before polling goes on
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(20); // for what is under way when partitions are given up

    private readonly List<PartitionProgress> _inHand = [];
    private readonly int[] _following = new int[MostInHand]; // the next message of the same partition
    private readonly string _principal = ClientSecurity.Principal(input.Config.Security.Kafka);
    private IConsumer<Ignore, Ignore>? _consumer;
    private ClientHandle? _handle;
    private MessagePoll? _poll;
    private PartitionTable _partitions = null!;
    private MessagePort _port = null!;
    private StopException? _fault;
    private long _bytesIn;
    private long _lag;
    private long _sent = -1; // the last payload
    private bool _isPaused;
    private bool _wasAssigned;
    private volatile bool _isInterrupted;

    public override long BytesIn => Volatile.Read(ref _bytesIn);

    public override bool IsBounded => input.Ends;

    public override bool IsInterrupted => _isInterrupted;

    public override bool HasEnded => input.Ends && !_isInterrupted;

    public override long Lag => Volatile.Read(ref _lag);

    public override void Interrupt()
    {
        _isInterrupted = true;
        input.Interrupt();
    }

    public override void Run(MessagePort port)
    {
        _port = port;
        Open();
        while (!_isInterrupted && !port.IsBroken && !HasReachedTheEnd())
        {
            Poll.Take(PollMilliseconds);
            ThrowFault();
            Sort();
            HandOver();
            Poll.Clear();
            Keep();
        }
    }

    public override void Settle(MessagePort port)
    {
        if (_consumer is null)
        {
            return;
        }

        // Paused, so that polling brings callbacks alone.
        Pause();
        while (!port.IsBroken && port.Acknowledged <= _sent && !port.IsDrained)
        {
            Poll.Take(PollMilliseconds);
            Poll.Clear();
            Keep();
        }

        _partitions.Commit(_partitions.All.Where(p => p.IsOwned));
        Leave();
    }

    protected override void Dispose(bool disposing)
    {
        Leave();
        input.Dispose();
        base.Dispose(disposing);
    }

    private MessagePoll Poll => _poll ?? throw new InvalidOperationException("the consumer is not open");

    private void Open()
    {
        NativeLibraries.Use();
        ConsumerConfig settings = input.Settings();
        if (!input.Address.IsPattern)
        {
            Topics.Require(settings, input.Address.Topics, "read", _principal, input.Config.Errors);
        }

        _consumer = new ConsumerBuilder<Ignore, Ignore>(settings)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => OnError(error))
            .SetPartitionsAssignedHandler((_, partitions) => Guard(() => OnAssigned(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) => Guard(() => OnRevoked(partitions)))
            .SetPartitionsLostHandler((_, partitions) => Guard(() => OnLost(partitions)))
            .Build();
        _handle = new ClientHandle(_consumer);
        _poll = new MessagePoll(_handle.Value, MostInHand);
        _partitions = new PartitionTable(_consumer, _handle.Value, _port, input.Config.Stream.CommitInterval);
        _consumer.Subscribe(input.Address.Topics);
    }

    /// <summary>Leaves the group, so that others get the partitions at once.</summary>
    private void Leave()
    {
        if (_consumer is null)
        {
            return;
        }

        _poll?.Dispose();
        try
        {
            _consumer.Close();
        }
        catch (KafkaException)
        {
            // Its last words may be refused in the middle of a rebalance; what matters is committed.
        }

        _handle?.Dispose();
        _consumer.Dispose();
        _consumer = null;
    }

    /// <summary>Puts what came in hand in order: by partition, each in its own order. Errors come as messages too.</summary>
    private void Sort()
    {
        for (int i = 0; i < Poll.Count; i++)
        {
            Put(i);
        }
    }

    private void Put(int index)
    {
        int error = Poll.ErrorOf(index);
        if (error != 0)
        {
            Note(error, index);
            Poll.Destroy(index);
            return;
        }

        PartitionProgress partition = _partitions.Find(Poll.TopicOf(index), Poll.PartitionOf(index));
        if (!partition.IsOwned || (partition.End >= 0 && Poll.OffsetOf(index) >= partition.End))
        {
            partition.IsDone |= partition.IsOwned;
            Poll.Destroy(index);
            return;
        }

        _following[index] = -1;
        if (partition.LastInHand < 0)
        {
            partition.FirstInHand = index;
            _inHand.Add(partition);
        }
        else
        {
            _following[partition.LastInHand] = index;
        }

        partition.LastInHand = index;
    }

    /// <summary>Payload by payload, the partition whose lane is next first.</summary>
    private void HandOver()
    {
        while (_inHand.Count > 0)
        {
            PartitionProgress next = _inHand[0];
            foreach (PartitionProgress other in _inHand)
            {
                next = _port.DistanceTo(other.Number) < _port.DistanceTo(next.Number) ? other : next;
            }

            if (next.FirstInHand < 0 || !WaitForRoom(next))
            {
                DropInHand(next);
                _inHand.Remove(next);
                continue;
            }

            Fill(next);
            if (next.FirstInHand < 0)
            {
                _inHand.Remove(next);
            }
        }

        Resume();
    }

    private void Fill(PartitionProgress partition)
    {
        long last = -1;
        int index = partition.FirstInHand;
        long bytes = 0;
        for (; index >= 0; index = _following[index])
        {
            ReadOnlySpan<byte> value = Poll.ValueOf(index);
            if (!_port.TryAdd(value, Poll.KeyOf(index), Poll.HasKey(index), needsHeaders ? Poll.HeadersOf(index) : default, Poll.OffsetOf(index), Poll.TimeOf(index)))
            {
                break;
            }

            bytes += value.Length;
            last = Poll.OffsetOf(index);
            Poll.Destroy(index);
        }

        partition.FirstInHand = index;
        partition.LastInHand = index < 0 ? -1 : partition.LastInHand;
        _sent = _port.End();
        if (last >= 0)
        {
            partition.HandOver(_sent, last + 1);
            partition.IsDone |= partition.End >= 0 && last + 1 >= partition.End;
        }

        Volatile.Write(ref _bytesIn, _bytesIn + bytes);
    }

    /// <summary>Begins a payload of the partition; false when it is no longer ours, or the run is over.</summary>
    private bool WaitForRoom(PartitionProgress partition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!_port.TryBegin(partition.Task, partition.TopicId, partition.Number))
        {
            if (_port.IsBroken || _isInterrupted)
            {
                return false;
            }

            if (Stopwatch.GetElapsedTime(began) < s_patience)
            {
                _port.WaitBriefly();
                continue;
            }

            Pause();
            int index = Poll.Count;
            if (Poll.TakeOne(PollMilliseconds))
            {
                Put(index);
            }

            Keep();
            ThrowFault();
            if (!partition.IsOwned)
            {
                return false;
            }
        }

        return true;
    }

    private void DropInHand(PartitionProgress partition)
    {
        for (int index = partition.FirstInHand; index >= 0; index = _following[index])
        {
            Poll.Destroy(index);
        }

        partition.FirstInHand = partition.LastInHand = -1;
    }

    private void Pause()
    {
        if (!_isPaused)
        {
            _isPaused = true;
            _consumer!.Pause(_consumer.Assignment);
        }
    }

    private void Resume()
    {
        if (_isPaused)
        {
            _isPaused = false;
            _consumer!.Resume(_consumer.Assignment);
        }
    }

    private void Keep()
    {
        _partitions.CommitWhenDue();
        Volatile.Write(ref _lag, _partitions.Lag);
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        _wasAssigned = true;
        foreach (TopicPartition each in partitions)
        {
            PartitionProgress partition = _partitions.Find(each.Topic, each.Partition.Value);
            partition.IsOwned = true;
            partition.IsDone = false;
            if (input.Ends && partition.End < 0)
            {
                partition.End = _consumer!.QueryWatermarkOffsets(each, TimeSpan.FromSeconds(30)).High.Value;
            }
        }
    }

    private void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        List<PartitionProgress> given = [.. partitions.Select(p => _partitions.Find(p.Topic, p.Partition.Value))];
        given.ForEach(DropInHand);
        long began = Stopwatch.GetTimestamp();
        while (!_port.IsBroken && Stopwatch.GetElapsedTime(began) < s_grace && given.Any(p => p.HasUnacknowledged))
        {
            _port.WaitBriefly();
            long acknowledged = _port.Acknowledged;
            given.ForEach(p => p.Acknowledge(acknowledged));
        }

        _partitions.Commit(given);
        given.ForEach(p => p.Release());
    }

    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        foreach (TopicPartitionOffset each in partitions)
        {
            PartitionProgress partition = _partitions.Find(each.Topic, each.Partition.Value);
            DropInHand(partition);
            partition.Release();
        }
    }

    private bool HasReachedTheEnd() => input.Ends && _wasAssigned && _partitions.All.All(p => !p.IsOwned || p.IsDone || p.End == 0);

    private void Note(int error, int index)
    {
        if (error == RdKafka.PartitionEnd)
        {
            PartitionProgress partition = _partitions.Find(Poll.TopicOf(index), Poll.PartitionOf(index));
            partition.IsDone |= partition.IsOwned;
            return;
        }

        OnError(new Error((ErrorCode)error, RdKafka.TextOf(error)));
    }

    /// <summary>What librdkafka mends by itself is passed over; what it does not ends the run.</summary>
    private void OnError(Error error)
    {
        if (error.IsFatal || KafkaFaults.IsForGood(error.Code))
        {
            _fault ??= new StopException(ExitCode.Unavailable,
                $"kafka: topic '{string.Join(',', input.Address.Topics)}', group '{input.Group}': cannot read as {_principal}: {error.Reason} ({error.Code})");
        }
    }

    private void Guard(Action handler)
    {
        try
        {
            handler();
        }
        catch (KafkaException failure)
        {
            OnError(new Error(failure.Error.Code, failure.Error.Reason, isFatal: true));
        }
    }

    private void ThrowFault()
    {
        if (_fault is { } fault)
        {
            throw fault;
        }
    }
}
