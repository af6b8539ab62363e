using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Flow;

namespace DataStream.Kafka.Native;

/// <summary>A producer's handle with what it is told: which messages arrived, or not, and what goes wrong besides. Its callbacks run in <see cref="Poll"/> and <see cref="Flush"/>.</summary>
internal sealed unsafe class ProducerClient : IDisposable
{
    private const int PurgeAll = 3;

    private readonly GCHandle _self;
    private CallThread? _calls;
    private int _lastError;
    private FailedMessage? _failed;

    /// <param name="settings">librdkafka's, by name.</param>
    /// <param name="ledger">Learns of each delivery; null: only an error that waiting does not mend is kept (<see cref="Failed"/>).</param>
    /// <exception cref="StopException">2: a setting is refused.</exception>
    public ProducerClient(IEnumerable<KeyValuePair<string, string>> settings, DeliveryLedger? ledger)
    {
        Ledger = ledger;
        Span<byte> error = stackalloc byte[NativeSettings.TextLength];
        nint made = NativeSettings.Take(settings, error);
        if (made == 0)
        {
            throw KafkaFaults.OfSettings(NativeSettings.TextOf(error));
        }

        _self = GCHandle.Alloc(this);
        RdKafka.SetDelivered(made, &OnDelivered);
        RdKafka.SetError(made, &OnError);
        RdKafka.SetOpaque(made, GCHandle.ToIntPtr(_self));
        Value = NativeSettings.MakeClient(RdKafka.Producer, made, error);
        if (Value == 0)
        {
            _self.Free();
            throw KafkaFaults.OfSettings(NativeSettings.TextOf(error));
        }
    }

    /// <summary>The <c>rd_kafka_t*</c>.</summary>
    public nint Value { get; private set; }

    public DeliveryLedger? Ledger { get; }

    /// <summary>Where the calls of transactions are made.</summary>
    public CallThread Calls => _calls ??= new CallThread();

    /// <summary>The last thing that went wrong besides deliveries, such as brokers that do not answer; empty: nothing.</summary>
    public string LastError => Volatile.Read(ref _lastError) is var error and not 0 ? RdKafka.TextOf(error) : "";

    /// <summary>The first message that cannot be sent; without a ledger, now or later. Null: there is none.</summary>
    public FailedMessage? Failed => Volatile.Read(ref _failed);

    /// <summary>Messages that were not acknowledged yet.</summary>
    public int Outstanding => RdKafka.Outstanding(Value);

    /// <summary>Runs the callbacks of what came in; waits so long for the first.</summary>
    public void Poll(int milliseconds) => _ = RdKafka.Poll(Value, milliseconds);

    /// <summary>Waits until everything is acknowledged or failed.</summary>
    public bool Flush(int milliseconds) => RdKafka.Flush(Value, milliseconds) == 0;

    /// <summary>Takes back what was not acknowledged yet: who waits for room in the queue goes on.</summary>
    public void Purge() => _ = RdKafka.Purge(Value, PurgeAll);

    /// <summary>A message of the group was not sent. Any thread.</summary>
    public void Fail(int group, int error, string topic, int partition)
    {
        if (Ledger is not null || KafkaFaults.IsForGood((Confluent.Kafka.ErrorCode)error))
        {
            Interlocked.CompareExchange(ref _failed, new FailedMessage(topic, partition, error), null);
        }

        Ledger?.Done(group, error);
    }

    public void Dispose()
    {
        if (Value == 0)
        {
            return;
        }

        Purge();
        _calls?.Dispose();
        if (_calls is { IsLost: true })
        {
            return; // a call is still in it
        }

        RdKafka.Destroy(Value);
        Value = 0;
        _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivered(nint client, NativeMessage* message, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is ProducerClient producer)
        {
            // Safe: librdkafka keeps the message until this returns.
            (int group, int error) = ((int)message->Opaque, message->Error);
            if (error == 0)
            {
                producer.Ledger?.Done(group, 0);
            }
            else
            {
                // Safe: as above.
                producer.Fail(group, error, producer.Failed is null ? MessagePoll.NameOf(message->Topic) : "", message->Partition);
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int error, nint reason, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is ProducerClient producer)
        {
            Volatile.Write(ref producer._lastError, error);
        }
    }
}
