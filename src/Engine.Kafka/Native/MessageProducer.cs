using System;
using System.Runtime.InteropServices;
using DataStream.Formats;

namespace DataStream.Kafka.Native;

/// <summary>Sends messages to one topic: takes them in batches from spans, and copies each once into librdkafka. One thread's. Dispose of it before the client.</summary>
/// <remarks>
/// Those with a key are gathered by partition before: calls for one partition take half the time of one whose messages alternate. Of one partition they leave in their order.
/// </remarks>
internal sealed unsafe class MessageProducer : IFrames, IDisposable
{
    private const int BatchSize = 512;
    private const int QueueFull = -184; // RD_KAFKA_RESP_ERR__QUEUE_FULL
    private const int Gathered = 8192; // messages, of all partitions together
    private const int LeastRoom = 16;

    private readonly NativeMessage* _batch;
    private readonly ProducerClient _client;
    private readonly string _name;
    private readonly PartitionCount? _partitions;
    private int[] _gathered = [0]; // how many of each partition are gathered, and of those without one
    private nint[] _places = new nint[Gathered]; // their addresses, partition by partition
    private int _room = Gathered; // of each
    private nint _topic;
    private int _count;
    private nint _header = Marshal.AllocHGlobal(64);
    private int _headerRoom = 64;

    /// <param name="client">Whose messages they are, and who learns what becomes of them.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many it has, where keys have the partitions that Java's clients give them; null: the client finds them.</param>
    public MessageProducer(ProducerClient client, string topic, PartitionCount? partitions)
    {
        (_client, _name) = (client, topic);
        _partitions = partitions;
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
        int messages = 0;
        int partitions = Partitions();
        // Safe: librdkafka has copied every message when it returns.
        fixed (byte* start = frames)
        {
            for (; MessageFrame.TryRead(frames[at..], out MessageFrame frame, out int length); at += length, messages++)
            {
                int partition = partitions > 0 && frame.HasKey ? RdKafka.PartitionOf(frame.Key, partitions) : partitions;
                // Safe: the frame lies inside the span, which is pinned until all are sent.
                _places[(partition * _room) + _gathered[partition]++] = (nint)(start + at);
                if (_gathered[partition] == _room)
                {
                    SendOf(partition, group);
                }
            }

            for (int partition = 0; partition <= partitions; partition++)
            {
                SendOf(partition, group);
            }

            SendGathered();
        }

        _client.Ledger?.Add(group, messages);
        return at;
    }

    /// <summary>Sends a message without a key to a partition; waits where the queue is full.</summary>
    public void Send(int partition, ReadOnlySpan<byte> value, int group)
    {
        _client.Ledger?.Add(group, 1);
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
                _client.Fail(group, error, _name, partition);
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

    /// <summary>How many partitions keys are given to, with room for their messages; 0: the client does it.</summary>
    private int Partitions()
    {
        int partitions = _partitions?.Now(_client.Value, _topic) ?? 0;
        if (_gathered.Length != partitions + 1)
        {
            _room = Math.Max(LeastRoom, Gathered / (partitions + 1));
            (_gathered, _places) = (new int[partitions + 1], new nint[(partitions + 1) * _room]);
        }

        return partitions;
    }

    /// <summary>Sends what was gathered of a partition.</summary>
    private void SendOf(int partition, int group)
    {
        int target = partition == _gathered.Length - 1 ? RdKafka.AnyPartition : partition;
        foreach (nint place in _places.AsSpan(partition * _room, _gathered[partition]))
        {
            // Safe: a whole frame lies there, in the span that Write has pinned.
            var bytes = new ReadOnlySpan<byte>((byte*)place, int.MaxValue);
            MessageFrame.TryRead(bytes, out MessageFrame frame, out _);
            // Safe: as above.
            byte* key = (byte*)place + MessageFrame.HeadLength;
            if (frame.Headers.IsEmpty && frame.Milliseconds == MessageFrame.NoTime)
            {
                Gather(target, key, frame, group);
            }
            else
            {
                SendGathered();
                Send(target, key, frame, group);
            }
        }

        _gathered[partition] = 0;
    }

    private void Gather(int partition, byte* key, in MessageFrame frame, int group)
    {
        ref NativeMessage message = ref _batch[_count++];
        message = new NativeMessage
        {
            Partition = partition,
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

    /// <remarks>Not by the call for one partition alone: that holds the topic's lock while it waits for room, and the client cannot learn meanwhile where the partitions are.</remarks>
    private void SendGathered()
    {
        int count = _count;
        _count = 0;
        if (count == 0 || RdKafka.ProduceBatch(_topic, RdKafka.AnyPartition, RdKafka.CopyFlag | RdKafka.BlockFlag | RdKafka.PartitionFlag, _batch, count) == count)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            // Safe: the batch has that many messages, and librdkafka has said of each what became of it.
            if (_batch[i].Error != 0)
            {
                _client.Fail((int)_batch[i].Opaque, _batch[i].Error, _name, _batch[i].Partition);
            }
        }
    }

    /// <summary>One message with its own time or headers.</summary>
    private void Send(int partition, byte* key, in MessageFrame frame, int group)
    {
        NativeArgument* arguments = stackalloc NativeArgument[7];
        int count = 0;
        arguments[count++] = new NativeArgument { Type = NativeArgument.TopicType, Pointer = _topic };
        arguments[count++] = new NativeArgument { Type = NativeArgument.PartitionType, Int32 = partition };
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
            _client.Fail(group, error, _name, partition);
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
