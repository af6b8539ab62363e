using System;
using System.Runtime.InteropServices;
using System.Text;
using DataStream.Formats;

namespace DataStream.Kafka.Native;

/// <summary>Messages as librdkafka hands them over, many at a time, without an object for any. One thread's. Dispose of it before the consumer.</summary>
/// <remarks>A message keeps the whole answer of the broker that it came with: it is destroyed as soon as it is copied.</remarks>
internal sealed unsafe class MessagePoll : IDisposable
{
    /// <summary>The most messages in hand: so few that what the client has touched of them is in the core's cache still when they are copied.</summary>
    public const int Most = 1024;

    // Places that are left for what comes in spite of a pause while the pipeline is full.
    private const int Spare = 64;

    private readonly nint _client;
    private readonly nint _queue;
    private readonly NativeMessage** _messages;
    private byte[] _headers = new byte[1024];

    /// <param name="client">The consumer's handle.</param>
    public MessagePoll(nint client)
    {
        _client = client;
        // Safe: freed by Dispose.
        _messages = (NativeMessage**)NativeMemory.AllocZeroed(Most, (nuint)sizeof(NativeMessage*));
        _queue = RdKafka.ConsumerQueue(client);
    }

    /// <summary>How many are in hand; destroyed ones keep their number until <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Takes what is there; waits so long for the first. Rebalances and other callbacks run meanwhile, on this thread.</summary>
    /// <remarks>The batch call alone would wait for a full batch, or the whole time: the first message comes by the single one.</remarks>
    public void Take(int milliseconds)
    {
        if (TakeOne(milliseconds) && Count < Most - Spare)
        {
            // Safe: the array has room for the rest.
            Count += (int)Math.Max(0, RdKafka.PollMany(_queue, 0, _messages + Count, (nuint)(Most - Spare - Count)));
        }
    }

    /// <summary>Takes one message more, where there is room.</summary>
    public bool TakeOne(int milliseconds)
    {
        NativeMessage* first = Count == Most ? null : RdKafka.PollOne(_client, milliseconds);
        if (first is not null)
        {
            _messages[Count++] = first;
        }

        return first is not null;
    }

    // Safe: here and below, a message is ours until it is destroyed, and what it points to with it.
    public int ErrorOf(int index) => _messages[index]->Error;

    /// <summary>The topic's handle, the same for all its messages.</summary>
    // Safe: see above.
    public nint TopicOf(int index) => _messages[index]->Topic;

    // Safe: see above.
    public int PartitionOf(int index) => _messages[index]->Partition;

    // Safe: see above.
    public long OffsetOf(int index) => _messages[index]->Offset;

    // Safe: see above.
    public ReadOnlySpan<byte> ValueOf(int index) => new(_messages[index]->Value, (int)_messages[index]->ValueLength);

    // Safe: see above.
    public ReadOnlySpan<byte> KeyOf(int index) => new(_messages[index]->Key, (int)_messages[index]->KeyLength);

    // Safe: see above.
    public bool HasKey(int index) => _messages[index]->Key is not null;

    /// <summary>Milliseconds since the Unix epoch; −1: none.</summary>
    public long TimeOf(int index)
    {
        int type;
        return RdKafka.TimeOf(_messages[index], &type);
    }

    /// <summary>The headers, as <see cref="MessageHeaders"/> has them; valid until the next call.</summary>
    public ReadOnlySpan<byte> HeadersOf(int index)
    {
        nint headers;
        if (RdKafka.HeadersOf(_messages[index], &headers) != 0)
        {
            return default;
        }

        int length = 0;
        byte* name;
        byte* value;
        nuint size;
        for (nuint i = 0; RdKafka.HeaderAt(headers, i, &name, &value, &size) == 0; i++)
        {
            // Safe: the name ends with a zero, the value has its size, and both live as long as the message.
            ReadOnlySpan<byte> nameBytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var valueBytes = new ReadOnlySpan<byte>(value, value is null ? 0 : (int)size);
            int needed = length + MessageHeaders.SizeOf(nameBytes, valueBytes);
            if (needed > _headers.Length)
            {
                Array.Resize(ref _headers, 2 * needed);
            }

            length += MessageHeaders.Write(nameBytes, valueBytes, value is not null, _headers.AsSpan(length));
        }

        return _headers.AsSpan(0, length);
    }

    /// <summary>What has ended the client for good, where it says so in the place of a message.</summary>
    public (int Error, string Text) FatalError()
    {
        Span<byte> text = stackalloc byte[512];
        int error = RdKafka.FatalError(_client, text, (nuint)text.Length);
        return (error, Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]));
    }

    /// <summary>The name behind a topic's handle.</summary>
    public static string NameOf(nint topic) => Marshal.PtrToStringUTF8(RdKafka.TopicName(topic)) ?? "";

    /// <summary>Gives a message back; again does nothing.</summary>
    public void Destroy(int index)
    {
        if (_messages[index] is not null)
        {
            RdKafka.DestroyMessage(_messages[index]);
            _messages[index] = null;
        }
    }

    /// <summary>Gives back what is in hand.</summary>
    public void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            Destroy(i);
        }

        Count = 0;
    }

    public void Dispose()
    {
        Clear();
        RdKafka.DestroyQueue(_queue);
        // Safe: allocated by the constructor; the owner disposes of this once.
        NativeMemory.Free(_messages);
    }
}
