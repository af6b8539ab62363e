using System;
using System.Buffers.Binary;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Reads single values whose structure was checked. Bytes begin with the value's token and hold it whole.</summary>
internal static class MessagePackValues
{
    /// <summary>The type of the extension that is a timestamp.</summary>
    public const sbyte TimestampType = -1;

    private const uint MaxNanoseconds = 999_999_999;

    /// <summary>An integer of any form; false where it is none.</summary>
    /// <param name="value">The value; the first bytes of one.</param>
    /// <param name="number">The integer; −1 with <paramref name="isLarge"/>.</param>
    /// <param name="isLarge">It lies above the range of int64: <paramref name="number"/> has the bits of a <see cref="ulong"/>.</param>
    public static bool TryInteger(ReadOnlySpan<byte> value, out long number, out bool isLarge)
    {
        isLarge = false;
        byte token = value[0];
        switch (token)
        {
            case < 0x80:
                number = token;
                return true;
            case >= 0xE0:
                number = (sbyte)token;
                return true;
            case T.UInt8:
                number = value[1];
                return true;
            case T.UInt16:
                number = BinaryPrimitives.ReadUInt16BigEndian(value[1..]);
                return true;
            case T.UInt32:
                number = BinaryPrimitives.ReadUInt32BigEndian(value[1..]);
                return true;
            case T.UInt64:
                number = BinaryPrimitives.ReadInt64BigEndian(value[1..]);
                isLarge = number < 0;
                return true;
            case T.Int8:
                number = (sbyte)value[1];
                return true;
            case T.Int16:
                number = BinaryPrimitives.ReadInt16BigEndian(value[1..]);
                return true;
            case T.Int32:
                number = BinaryPrimitives.ReadInt32BigEndian(value[1..]);
                return true;
            case T.Int64:
                number = BinaryPrimitives.ReadInt64BigEndian(value[1..]);
                return true;
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>A floating-point number of either length; false where it is none.</summary>
    public static bool TryFloat(ReadOnlySpan<byte> value, out double number)
    {
        switch (value[0])
        {
            case T.Float64:
                number = BinaryPrimitives.ReadDoubleBigEndian(value[1..]);
                return true;
            case T.Float32:
                number = BinaryPrimitives.ReadSingleBigEndian(value[1..]);
                return true;
            default:
                number = 0;
                return false;
        }
    }

    /// <summary>What stands in a str or bin.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => value[TextHead(value[0])..];

    /// <summary>How many bytes stand before the text of a str or bin.</summary>
    public static int TextHead(byte token) => token switch
    {
        T.Str8 or T.Bin8 => 2,
        T.Str16 or T.Bin16 => 3,
        T.Str32 or T.Bin32 => 5,
        _ => 1,
    };

    /// <summary>An extension; false where the value is none.</summary>
    public static bool TryExtension(ReadOnlySpan<byte> value, out sbyte type, out ReadOnlySpan<byte> data)
    {
        int head = value[0] switch
        {
            >= T.FixExt1 and <= T.FixExt16 => 1,
            T.Ext8 => 2,
            T.Ext16 => 3,
            T.Ext32 => 5,
            _ => 0,
        };
        type = head == 0 ? (sbyte)0 : (sbyte)value[head];
        data = head == 0 ? default : value[(head + 1)..];
        return head > 0;
    }

    /// <summary>Microseconds since the epoch from the data of a timestamp extension, cut toward earlier time; false for lengths, nanoseconds and years that there are not.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> data, out long micros)
    {
        long seconds;
        uint nanoseconds = 0;
        switch (data.Length)
        {
            case 4:
                seconds = BinaryPrimitives.ReadUInt32BigEndian(data);
                break;
            case 8:
                ulong both = BinaryPrimitives.ReadUInt64BigEndian(data);
                seconds = (long)(both & 0x3_FFFF_FFFF);
                nanoseconds = (uint)(both >> 34);
                break;
            case 12:
                nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(data);
                seconds = BinaryPrimitives.ReadInt64BigEndian(data[4..]);
                break;
            default:
                micros = 0;
                return false;
        }

        const long Second = 1_000_000;
        bool isInRange = nanoseconds <= MaxNanoseconds && seconds >= Timestamps.Min / Second && seconds <= Timestamps.Max / Second;
        micros = isInRange ? (seconds * Second) + (nanoseconds / 1000) : 0;
        return isInRange;
    }
}
