using System;
using System.Threading;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sinks;

namespace DataStream.Kafka.Transactions;

/// <summary>Sends the messages of an output within the transactions of the run. What it has passed on is acknowledged; the source commits it.</summary>
internal sealed class TransactionalSink(KafkaOutput output, TransactionLog transactions, bool forwards) : Sink
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    private readonly FrameJoiner _frames = new();
    private readonly Lock _sending = new();
    private MessageProducer? _producer;
    private RecordPacks? _packs;
    private PartitionCount? _partitions;
    private long _payload; // that is written now: those before it are passed on

    public override string Name => output.Topic;

    public override bool AcknowledgesLater => true;

    public override long Acknowledged => Volatile.Read(ref _payload);

    public override void Open()
    {
        int partitions = Topics.Require(output.Settings(), [output.Topic], "write to", output.Principal, output.Retry)[output.Topic];
        _packs = forwards ? output.CreatePacks(partitions, (partition, pack, group) => _producer?.Send(partition, pack, group)) : null;
        _partitions = output.CountOf(partitions);
        transactions.Add(this);
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            Send(bytes, isEnd: false);
        }
    }

    public override void EndPayload(long number)
    {
        if (_packs is { IsEmpty: false })
        {
            Send([], isEnd: true);
        }

        Volatile.Write(ref _payload, number + 1);
    }

    public override void Flush()
    {
    }

    public override void Complete()
    {
    }

    /// <summary>Goes on with this producer, or with none. Waits until what is being sent is with the old one; what that one's queue has no room for is taken back.</summary>
    public void Attach(ProducerClient? client, ProducerClient? old)
    {
        while (!_sending.TryEnter(s_look))
        {
            old?.Purge();
        }

        try
        {
            _producer?.Dispose();
            _producer = client is null ? null : new MessageProducer(client, output.Topic, _partitions);
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>Waits until nothing is being sent that was aborted.</summary>
    public void Pass(ProducerClient client)
    {
        while (!_sending.TryEnter(s_look))
        {
            client.Purge();
        }

        _sending.Exit();
    }

    protected override void Dispose(bool disposing)
    {
        Attach(null, null);
        transactions.Leave();
        base.Dispose(disposing);
    }

    /// <summary>Sends messages of the payload, or at its end the packs of what they were; what is dropped is forgotten.</summary>
    private void Send(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        bool isWanted = transactions.Gate.WaitFor(_payload);
        lock (_sending)
        {
            // Asked again: an abort passes through this lock, and what is sent behind it would be in the next transaction.
            if (isWanted && !transactions.Gate.IsDropped(_payload) && _producer is { } producer)
            {
                _frames.Write(_packs ?? (IFrames)producer, bytes, 0);
                if (isEnd)
                {
                    _packs!.Send(0);
                }
            }
            else
            {
                _frames.Clear();
                _packs?.Clear();
            }
        }
    }
}
