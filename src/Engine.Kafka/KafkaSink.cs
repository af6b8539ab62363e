using System;
using System.Threading;
using DataStream.Flow;
using DataStream.Kafka.Native;
using DataStream.Sinks;

namespace DataStream.Kafka;

/// <summary>Sends the messages of an output to its topic. What the brokers acknowledged is told by payload; one that does not arrive ends the run.</summary>
internal sealed class KafkaSink(KafkaOutput output) : Sink
{
    private const int PollMilliseconds = 20;

    private readonly DeliveryLedger _ledger = new();
    private MessageProducer? _producer;
    private Thread? _poller;
    private byte[] _begun = []; // a message whose end is in a later slot
    private int _begunLength;
    private volatile bool _isOver;

    public override string Name => output.Topic;

    public override bool AcknowledgesLater => true;

    public override long Acknowledged => _ledger.Acknowledged;

    public override void Open()
    {
        Topics.Require(output.Settings(), [output.Topic], "write to", output.Principal, output.Retry);
        _producer = new MessageProducer(output.Settings(), output.Topic, _ledger);
        _poller = new Thread(PollUntilOver) { IsBackground = true, Name = $"kafka {output.Name}" };
        _poller.Start();
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        ThrowIfFailed();
        if (_begunLength > 0)
        {
            Append(bytes);
            int taken = Producer.Write(_begun.AsSpan(0, _begunLength), _ledger.Current);
            _begun.AsSpan(taken, _begunLength - taken).CopyTo(_begun);
            _begunLength -= taken;
            return;
        }

        int sent = Producer.Write(bytes, _ledger.Current);
        if (sent < bytes.Length)
        {
            Append(bytes[sent..]);
        }
    }

    public override void EndPayload(long number)
    {
        if (!_ledger.EndPayload(number, () => _isOver || _ledger.Error != 0))
        {
            ThrowIfFailed();
        }
    }

    public override void Flush() => ThrowIfFailed();

    public override void Complete()
    {
        while (Producer.Outstanding > 0 && _ledger.Error == 0)
        {
            Producer.Flush(PollMilliseconds);
        }

        ThrowIfFailed();
        _ledger.Move();
    }

    protected override void Dispose(bool disposing)
    {
        _isOver = true;
        _poller?.Join();
        _producer?.Dispose();
        base.Dispose(disposing);
    }

    private MessageProducer Producer => _producer ?? throw new InvalidOperationException("the sink is not open");

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_begun.Length - _begunLength < bytes.Length)
        {
            Array.Resize(ref _begun, Math.Max(2 * _begun.Length, _begunLength + bytes.Length));
        }

        bytes.CopyTo(_begun.AsSpan(_begunLength));
        _begunLength += bytes.Length;
    }

    private void PollUntilOver()
    {
        bool isTold = false;
        while (!_isOver)
        {
            Producer.Poll(PollMilliseconds);
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
        $"kafka: topic '{output.Topic}' (output '{output.Name}'): cannot write as {output.Principal}: {RdKafka.TextOf(_ledger.Error)}{(Producer.LastError.Length > 0 ? "; " + Producer.LastError : "")}");
}
