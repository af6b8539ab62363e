using System;
using System.Runtime.InteropServices;
using DataStream.Formats;

namespace DataStream.Kafka.Native;

/// <summary>Sends messages to one topic: takes them in batches from spans, and copies each once into librdkafka. One thread's. Dispose of it before the client.</summary>
internal sealed unsafe class MessageProducer : IFrames, IDisposable
{
    private const int BatchSize = 512;
    private const int QueueFull = -184; // RD_KAFKA_RESP_ERR__QUEUE_FULL

    private readonly NativeMessage* _batch;
    private readonly ProducerClient _client;
    private nint _topic;
    private int _count;
    private nint _header = Marshal.AllocHGlobal(64);
    private int _headerRoom = 64;

    /// <param name="client">Whose messages they are, and who learns what becomes of them.</param>
    /// <param name="topic">The topic.</param>
    public MessageProducer(ProducerClient client, string topic)
    {
        _client = client;
        // Safe: freed by Dispose.
        _batch = (NativeMessage*)NativeMemory.AllocZeroed(BatchSize, (nuint)sizeof(NativeMessage));
        _topic = RdKafka.NewTopic(client.Value, topic, 0);
    }

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
                _client.Ledger?.Add(group);
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

    /// <summary>Sends a message without a key to a partition; waits where the queue is full.</summary>
    public void Send(int partition, ReadOnlySpan<byte> value, int group)
    {
        _client.Ledger?.Add(group);
        NativeArgument* arguments = stackalloc NativeArgument[5];
        // Safe: librdkafka has copied the value when it returns.
        fixed (byte* start = value)
        {
            arguments[0] = new NativeArgument { Type = NativeArgument.TopicType, Pointer = _topic };
            arguments[1] = new NativeArgument { Type = NativeArgument.PartitionType, Int32 = partition };
            arguments[2] = new NativeArgument { Type = NativeArgument.FlagsType, Int32 = RdKafka.CopyFlag | RdKafka.BlockFlag };
            arguments[3] = new NativeArgument { Type = NativeArgument.OpaqueType, Pointer = group };
            // Safe: pinned above.
            arguments[4] = new NativeArgument { Type = NativeArgument.ValueType, Pointer = (nint)start, Length = (nuint)value.Length };
            if (Produce(arguments, 5) is var error && error != 0)
            {
                _client.Fail(group, error);
            }
        }
    }

    public void Dispose()
    {
        if (_topic == 0)
        {
            return;
        }

        RdKafka.DestroyTopic(_topic);
        _topic = 0;
        // Safe: allocated by the constructor; librdkafka has copied what it sends.
        NativeMemory.Free(_batch);
        Marshal.FreeHGlobal(_header);
        _header = 0;
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
                _client.Fail((int)_batch[i].Opaque, _batch[i].Error);
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
            _client.Fail(group, error);
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
            nint error = RdKafka.Produce(_client.Value, arguments, (nuint)count);
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
}
