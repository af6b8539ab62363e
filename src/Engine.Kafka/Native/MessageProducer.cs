using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using DataStream.Formats;

namespace DataStream.Kafka.Native;

/// <summary>A producer of one topic: takes messages in batches from spans, copies each once into librdkafka, and counts what the brokers acknowledged. One thread writes, another polls.</summary>
internal sealed unsafe class MessageProducer : IDisposable
{
    private const int BatchSize = 512;
    private const int TextLength = 512;
    private const int QueueFull = -184; // RD_KAFKA_RESP_ERR__QUEUE_FULL
    private const int PurgeAll = 3;

    private readonly NativeMessage* _batch;
    private readonly DeliveryLedger _ledger;
    private readonly GCHandle _self;
    private nint _client;
    private nint _topic;
    private int _count;
    private nint _header = Marshal.AllocHGlobal(64);
    private int _headerRoom = 64;
    private int _lastError;

    /// <param name="settings">librdkafka's, by name.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="ledger">Learns of each delivery.</param>
    /// <exception cref="ArgumentException">A setting is refused.</exception>
    public MessageProducer(IEnumerable<KeyValuePair<string, string>> settings, string topic, DeliveryLedger ledger)
    {
        NativeLibraries.Use();
        _ledger = ledger;
        _self = GCHandle.Alloc(this);
        // Safe: freed by Dispose.
        _batch = (NativeMessage*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(NativeMessage));
        Span<byte> error = stackalloc byte[TextLength];
        nint made = RdKafka.NewSettings();
        foreach ((string name, string value) in settings)
        {
            if (RdKafka.Set(made, name, value, error, TextLength) != RdKafka.ConfOk)
            {
                RdKafka.DestroySettings(made);
                throw new ArgumentException($"{name}: {TextOf(error)}", nameof(settings));
            }
        }

        RdKafka.SetDelivered(made, &OnDelivered);
        RdKafka.SetError(made, &OnError);
        RdKafka.SetLog(made, 0);
        RdKafka.SetOpaque(made, GCHandle.ToIntPtr(_self));
        _client = RdKafka.NewClient(RdKafka.Producer, made, error, TextLength);
        if (_client == 0)
        {
            RdKafka.DestroySettings(made);
            throw new ArgumentException(TextOf(error), nameof(settings));
        }

        _topic = RdKafka.NewTopic(_client, topic, 0);
    }

    /// <summary>The last thing that went wrong besides deliveries, such as brokers that do not answer; empty: nothing.</summary>
    public string LastError => _lastError == 0 ? "" : RdKafka.TextOf(_lastError);

    /// <summary>Messages that were not acknowledged yet.</summary>
    public int Outstanding => RdKafka.Outstanding(_client);

    /// <summary>Runs the callbacks of what came in; waits so long for the first.</summary>
    public void Poll(int milliseconds) => _ = RdKafka.Poll(_client, milliseconds);

    /// <summary>Takes the messages; waits where the queue is full. The memory is the caller's again on return.</summary>
    /// <param name="frames">Messages, one behind the other.</param>
    /// <param name="group">What the ledger knows them by.</param>
    /// <returns>Bytes that were taken: all but a message whose end is not among them.</returns>
    public int Write(ReadOnlySpan<byte> frames, int group)
    {
        int at = 0;
        // Safe: librdkafka has copied every message when it returns.
        fixed (byte* start = frames)
        {
            while (MessageFrame.TryRead(frames[at..], out MessageFrame frame, out int length))
            {
                byte* own = start + at;
                _ledger.Add(group);
                if (frame.Headers.IsEmpty && frame.Milliseconds == MessageFrame.NoTime)
                {
                    Gather(own + MessageFrame.HeadLength, frame, group);
                }
                else
                {
                    SendGathered();
                    Send(own + MessageFrame.HeadLength, frame, group);
                }

                at += length;
            }

            SendGathered();
        }

        return at;
    }

    /// <summary>Waits until everything is acknowledged or failed.</summary>
    public bool Flush(int milliseconds) => RdKafka.Flush(_client, milliseconds) == 0;

    public void Dispose()
    {
        if (_client == 0)
        {
            return;
        }

        _ = RdKafka.Purge(_client, PurgeAll);
        RdKafka.DestroyTopic(_topic);
        RdKafka.Destroy(_client);
        _client = 0;
        _topic = 0;
        // Safe: allocated by the constructor, and the client that used it is gone.
        NativeMemory.Free(_batch);
        Marshal.FreeHGlobal(_header);
        _header = 0;
        _self.Free();
    }

    private void Gather(byte* key, in MessageFrame frame, int group)
    {
        ref NativeMessage message = ref _batch[_count++];
        message = new NativeMessage
        {
            Key = frame.HasKey ? key : null,
            KeyLength = (nuint)frame.Key.Length,
            Value = frame.HasValue ? key + frame.Key.Length : null,
            ValueLength = (nuint)frame.Value.Length,
            Opaque = group,
        };
        if (_count == BatchSize)
        {
            SendGathered();
        }
    }

    private void SendGathered()
    {
        int count = _count;
        _count = 0;
        if (count == 0 || RdKafka.ProduceBatch(_topic, RdKafka.AnyPartition, RdKafka.CopyFlag | RdKafka.BlockFlag, _batch, count) == count)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            // Safe: the batch has that many messages, and librdkafka has said of each what became of it.
            if (_batch[i].Error != 0)
            {
                _ledger.Done((int)_batch[i].Opaque, _batch[i].Error);
            }
        }
    }

    /// <summary>One message with its own time or headers.</summary>
    private void Send(byte* key, in MessageFrame frame, int group)
    {
        NativeArgument* arguments = stackalloc NativeArgument[6];
        int count = 0;
        arguments[count++] = new NativeArgument { Type = NativeArgument.TopicType, Pointer = _topic };
        arguments[count++] = new NativeArgument { Type = NativeArgument.FlagsType, Int32 = RdKafka.CopyFlag | RdKafka.BlockFlag };
        arguments[count++] = new NativeArgument { Type = NativeArgument.OpaqueType, Pointer = group };
        // Safe: the frame is pinned by the caller; librdkafka copies before it returns.
        arguments[count++] = new NativeArgument { Type = NativeArgument.KeyType, Pointer = frame.HasKey ? (nint)key : 0, Length = (nuint)frame.Key.Length };
        byte* value = key + frame.Key.Length + frame.Headers.Length;
        // Safe: as above.
        arguments[count++] = new NativeArgument { Type = NativeArgument.ValueType, Pointer = frame.HasValue ? (nint)value : 0, Length = (nuint)frame.Value.Length };
        if (frame.Milliseconds != MessageFrame.NoTime)
        {
            arguments[count++] = new NativeArgument { Type = NativeArgument.TimeType, Int64 = frame.Milliseconds };
        }

        int error = frame.Headers.IsEmpty ? Produce(arguments, count) : SendWithHeaders(arguments, count, frame);
        if (error != 0)
        {
            _ledger.Done(group, error);
        }
    }

    private int SendWithHeaders(NativeArgument* first, int count, in MessageFrame frame)
    {
        int headers = 0;
        int nameBytes = 0;
        for (ReadOnlySpan<byte> rest = frame.Headers; MessageHeaders.TryRead(ref rest, out ReadOnlySpan<byte> name, out _, out _);)
        {
            headers++;
            nameBytes += name.Length + 1;
        }

        if (nameBytes > _headerRoom)
        {
            _headerRoom = nameBytes;
            _header = Marshal.ReAllocHGlobal(_header, _headerRoom);
        }

        // Safe: counted above; a message may have many, so not on the stack.
        NativeArgument* arguments = (NativeArgument*)NativeMemory.AllocZeroed((nuint)(count + headers), (nuint)sizeof(NativeArgument));
        new Span<NativeArgument>(first, count).CopyTo(new Span<NativeArgument>(arguments, count));
        // Safe: there is room for all names with their zeros.
        byte* names = (byte*)_header;
        for (ReadOnlySpan<byte> rest = frame.Headers; MessageHeaders.TryRead(ref rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue);)
        {
            name.CopyTo(new Span<byte>(names, name.Length));
            names[name.Length] = 0;
            // Safe: the value is in the frame, which is pinned.
            fixed (byte* bytes = value)
            {
                arguments[count++] = new NativeArgument
                {
                    Type = NativeArgument.HeaderType,
                    Pointer = (nint)names,
                    HeaderValue = hasValue ? value.IsEmpty ? (nint)names : (nint)bytes : 0,
                    HeaderLength = value.Length,
                };
            }

            names += name.Length + 1;
        }

        int error = Produce(arguments, count);
        NativeMemory.Free(arguments);
        return error;
    }

    private int Produce(NativeArgument* arguments, int count)
    {
        while (true)
        {
            nint error = RdKafka.Produce(_client, arguments, (nuint)count);
            if (error == 0)
            {
                return 0;
            }

            int code = RdKafka.CodeOf(error);
            RdKafka.DestroyError(error);
            if (code != QueueFull)
            {
                return code;
            }
        }
    }

    private static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDelivered(nint client, NativeMessage* message, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is MessageProducer producer)
        {
            // Safe: librdkafka keeps the message until this returns.
            producer._ledger.Done((int)message->Opaque, message->Error);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int error, nint reason, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is MessageProducer producer)
        {
            Volatile.Write(ref producer._lastError, error);
        }
    }
}
