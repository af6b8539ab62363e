using System;
using System.Buffers.Binary;

namespace DataStream.Formats;

/// <summary>A message on its way from a lane to the sink of its output: lengths and time, then key, headers (<see cref="MessageHeaders"/>) and value.</summary>
public readonly ref struct MessageFrame
{
    /// <summary>Bytes before the key.</summary>
    public const int HeadLength = 24;

    /// <summary>The time of a message that has none of its own.</summary>
    public const long NoTime = long.MinValue;

    public ReadOnlySpan<byte> Key { get; init; }

    public bool HasKey { get; init; }

    public ReadOnlySpan<byte> Headers { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether there is a value, be it empty; without one the message is a tombstone.</summary>
    public bool HasValue { get; init; }

    /// <summary>Milliseconds since the Unix epoch, or <see cref="NoTime"/>.</summary>
    public long Milliseconds { get; init; }

    /// <summary>The bytes before the key.</summary>
    public static void WriteHead(Span<byte> target, int keyLength, int headersLength, int valueLength, long milliseconds)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, HeadLength + Math.Max(0, keyLength) + headersLength + Math.Max(0, valueLength));
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], keyLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], headersLength);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], valueLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], milliseconds);
    }

    /// <summary>Reads the first message; false where its end is not among the bytes.</summary>
    /// <param name="bytes">Messages, one behind the other.</param>
    /// <param name="frame">The first.</param>
    /// <param name="length">The bytes that it takes; 0 where not even its head is there.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageFrame frame, out int length)
    {
        frame = default;
        length = bytes.Length < 4 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length == 0 || bytes.Length < length)
        {
            return false;
        }

        int key = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        int headers = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        int value = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        ReadOnlySpan<byte> rest = bytes[HeadLength..length];
        frame = new MessageFrame
        {
            HasKey = key >= 0,
            Key = rest[..Math.Max(0, key)],
            Headers = rest.Slice(Math.Max(0, key), headers),
            HasValue = value >= 0,
            Value = rest[(Math.Max(0, key) + headers)..],
            Milliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        };
        return true;
    }
}
