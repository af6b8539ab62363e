using System;
using System.Buffers.Binary;

namespace DataStream.Formats;

/// <summary>
/// A record on its way through a topic that is keyed by a plan's key (<see cref="ForwardedPack"/>), with what the message was that it came in; or a word of how far a partition of the input is.
/// </summary>
/// <remarks>
/// On the wire, little-endian: kind (1 record, 2 word), flags, the input's partition, offset, milliseconds or event time, lengths of topic, key (−1: none) and headers, then
/// those, then the record.
/// </remarks>
public readonly ref struct ForwardedMessage
{
    /// <summary>Bytes before the topic.</summary>
    public const int HeadLength = 34;

    private const byte Record = 1;
    private const byte Word = 2;

    /// <summary>Not a record: everything of the partition before <see cref="Offset"/> has gone, and <see cref="Time"/> is its highest event time.</summary>
    public bool IsWord { get; init; }

    /// <summary>Of a word: the partition says nothing, and holds nobody back.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>The input's topic.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The input's partition.</summary>
    public int Partition { get; init; }

    /// <summary>The message's offset there; of a word the next one.</summary>
    public long Offset { get; init; }

    /// <summary>The message's time in milliseconds, negative: none; of a word the event time in microseconds, <see cref="long.MinValue"/>: none yet.</summary>
    public long Time { get; init; }

    /// <summary>The message's own key.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    public bool HasKey { get; init; }

    /// <summary>The message's headers (<see cref="MessageHeaders"/>).</summary>
    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Writes what stands before the topic.</summary>
    public static void WriteHead(Span<byte> target, bool isWord, bool isQuiet, int partition, long offset, long time, int topic, int key, int headers)
    {
        target[0] = isWord ? Word : Record;
        target[1] = isQuiet ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(target[2..], partition);
        BinaryPrimitives.WriteInt64LittleEndian(target[6..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[14..], time);
        BinaryPrimitives.WriteInt32LittleEndian(target[22..], topic);
        BinaryPrimitives.WriteInt32LittleEndian(target[26..], key);
        BinaryPrimitives.WriteInt32LittleEndian(target[30..], headers);
    }

    /// <summary>Of a message that <see cref="WriteHead"/> began: the input's partition.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt32LittleEndian(message[2..]);

    /// <summary>Takes a message apart; false where it is none of these.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ForwardedMessage message)
    {
        message = default;
        if (bytes.Length < HeadLength || bytes[0] is not (Record or Word))
        {
            return false;
        }

        int topic = BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]);
        int key = BinaryPrimitives.ReadInt32LittleEndian(bytes[26..]);
        int headers = BinaryPrimitives.ReadInt32LittleEndian(bytes[30..]);
        ReadOnlySpan<byte> rest = bytes[HeadLength..];
        if (topic < 0 || headers < 0 || (long)topic + Math.Max(0, key) + headers > rest.Length)
        {
            return false;
        }

        message = new ForwardedMessage
        {
            IsWord = bytes[0] == Word,
            IsQuiet = bytes[1] == 1,
            Partition = BinaryPrimitives.ReadInt32LittleEndian(bytes[2..]),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[6..]),
            Time = BinaryPrimitives.ReadInt64LittleEndian(bytes[14..]),
            Topic = rest[..topic],
            HasKey = key >= 0,
            Key = rest.Slice(topic, Math.Max(0, key)),
            Headers = rest.Slice(topic + Math.Max(0, key), headers),
            Value = rest[(topic + Math.Max(0, key) + headers)..],
        };
        return true;
    }
}
