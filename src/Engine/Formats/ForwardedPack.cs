using System;
using System.Buffers.Binary;

namespace DataStream.Formats;

/// <summary>Records that go to one partition of a topic between two halves of a run, in one message: what a message costs is paid once for all of them.</summary>
/// <remarks>On the wire, little-endian: kind (3), how many records, then each behind its length, as <see cref="ForwardedMessage"/> has it.</remarks>
public static class ForwardedPack
{
    /// <summary>Bytes before the first record.</summary>
    public const int HeadLength = 5;

    /// <summary>Bytes before each record.</summary>
    public const int RecordHeadLength = sizeof(int);

    private const byte Kind = 3;

    /// <summary>Writes what stands before the records.</summary>
    public static void WriteHead(Span<byte> target, int records)
    {
        target[0] = Kind;
        BinaryPrimitives.WriteInt32LittleEndian(target[1..], records);
    }

    /// <summary>Writes a record behind its length; gives the bytes that it takes.</summary>
    public static int Write(Span<byte> target, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, record.Length);
        record.CopyTo(target[RecordHeadLength..]);
        return RecordHeadLength + record.Length;
    }

    /// <summary>Whether the message is a pack: of how many records, and those.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> message, out int count, out ReadOnlySpan<byte> records)
    {
        bool isPack = message.Length >= HeadLength && message[0] == Kind && BinaryPrimitives.ReadInt32LittleEndian(message[1..]) is var said and >= 0 && said <= message.Length / RecordHeadLength;
        count = isPack ? BinaryPrimitives.ReadInt32LittleEndian(message[1..]) : 0;
        records = isPack ? message[HeadLength..] : default;
        return isPack;
    }

    /// <summary>Takes the first record off; false behind the last one, or where the rest is none.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> records, out ForwardedMessage record)
    {
        record = default;
        int length = records.Length < RecordHeadLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(records);
        if (length < 0 || length > records.Length - RecordHeadLength || !ForwardedMessage.TryRead(records.Slice(RecordHeadLength, length), out record))
        {
            return false;
        }

        records = records[(RecordHeadLength + length)..];
        return true;
    }
}
