using System;
using System.Threading;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sinks;

namespace DataStream.Kafka;

/// <summary>Sends the messages of an output to its topic. What the brokers acknowledged is told by payload; one that does not arrive ends the run.</summary>
/// <param name="output">Where to.</param>
/// <param name="forwards">They are records for a topic between two halves of a run, and go there in packs.</param>
internal sealed class KafkaSink(KafkaOutput output, bool forwards) : Sink
{
    private const int PollMilliseconds = 20;

    private readonly DeliveryLedger _ledger = new();
    private readonly FrameJoiner _frames = new();
    private ProducerClient? _client;
    private MessageProducer? _producer;
    private RecordPacks? _packs;
    private Thread? _poller;
    private volatile bool _isOver;

    public override string Name => output.Topic;

    public override bool AcknowledgesLater => true;

    public override long Acknowledged => _ledger.Acknowledged;

    public override void Open()
    {
        int partitions = Topics.Require(output.Settings(), [output.Topic], "write to", output.Principal, output.Retry)[output.Topic];
        _client = new ProducerClient(output.Settings(), _ledger);
        _producer = new MessageProducer(_client, output.Topic, output.CountOf(partitions));
        _packs = forwards ? output.CreatePacks(partitions, _producer.Send) : null;
        _poller = new Thread(PollUntilOver) { IsBackground = true, Name = $"kafka {output.Name}" };
        _poller.Start();
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        ThrowIfFailed();
        _frames.Write(_packs ?? (IFrames)Producer, bytes, _ledger.Current);
    }

    public override void EndPayload(long number)
    {
        _packs?.Send(_ledger.Current);
        if (!_ledger.EndPayload(number, () => _isOver || _ledger.Error != 0))
        {
            ThrowIfFailed();
        }
    }

    public override void Flush() => ThrowIfFailed();

    public override void Complete()
    {
        while (Client.Outstanding > 0 && _ledger.Error == 0)
        {
            Client.Flush(PollMilliseconds);
        }

        ThrowIfFailed();
        _ledger.Move();
    }

    protected override void Dispose(bool disposing)
    {
        _isOver = true;
        _poller?.Join();
        _producer?.Dispose();
        _client?.Dispose();
        base.Dispose(disposing);
    }

    private MessageProducer Producer => _producer ?? throw new InvalidOperationException("the sink is not open");

    private ProducerClient Client => _client ?? throw new InvalidOperationException("the sink is not open");

    private void PollUntilOver()
    {
        bool isTold = false;
        while (!_isOver)
        {
            Client.Poll(PollMilliseconds);
            _ledger.Move();
            if (_ledger.Error != 0 && !isTold)
            {
                isTold = true;
                Failing?.Invoke(Fault());
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_ledger.Error != 0)
        {
            throw Fault();
        }
    }

    private StopException Fault() => new(ExitCode.Unavailable,
        $"kafka: {Client.Failed?.Place ?? $"topic '{output.Topic}'"} (output '{output.Name}'): cannot write as {output.Principal}: {RdKafka.TextOf(_ledger.Error)}{KafkaFaults.Remedy((Confluent.Kafka.ErrorCode)_ledger.Error, "write", "")}{(Client.LastError.Length > 0 ? "; " + Client.LastError : "")}");
}
