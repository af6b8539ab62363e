using System;
using System.Buffers.Binary;

namespace DataStream.Formats;

/// <summary>What stands before a message of the Confluent wire format: a zero byte and the number of its schema, the highest byte first.</summary>
internal static class WireHead
{
    /// <summary>The bytes of the head.</summary>
    public const int Length = 5;

    /// <summary>Reads the number; false where the message does not begin so, or nothing stands behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out int id)
    {
        bool isThere = message.Length > Length && message[0] == 0;
        id = isThere ? BinaryPrimitives.ReadInt32BigEndian(message[1..]) : 0;
        return isThere;
    }

    /// <summary>Writes the head.</summary>
    public static void Write(int id, Span<byte> target)
    {
        target[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], id);
    }
}
