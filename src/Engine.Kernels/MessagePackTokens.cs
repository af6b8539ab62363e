using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DataStream.Kernels;

/// <summary>The tokens of MessagePack (specification of 2017, with timestamps): how long each is, and where a value ends.</summary>
public static class MessagePackTokens
{
    public const byte Nil = 0xC0;

    /// <summary>The byte that no value begins with.</summary>
    public const byte NeverUsed = 0xC1;

    public const byte False = 0xC2;
    public const byte True = 0xC3;
    public const byte Bin8 = 0xC4;
    public const byte Bin16 = 0xC5;
    public const byte Bin32 = 0xC6;
    public const byte Ext8 = 0xC7;
    public const byte Ext16 = 0xC8;
    public const byte Ext32 = 0xC9;
    public const byte Float32 = 0xCA;
    public const byte Float64 = 0xCB;
    public const byte UInt8 = 0xCC;
    public const byte UInt16 = 0xCD;
    public const byte UInt32 = 0xCE;
    public const byte UInt64 = 0xCF;
    public const byte Int8 = 0xD0;
    public const byte Int16 = 0xD1;
    public const byte Int32 = 0xD2;
    public const byte Int64 = 0xD3;
    public const byte FixExt1 = 0xD4;
    public const byte FixExt4 = 0xD6;
    public const byte FixExt8 = 0xD7;
    public const byte FixExt16 = 0xD8;
    public const byte Str8 = 0xD9;
    public const byte Str16 = 0xDA;
    public const byte Str32 = 0xDB;
    public const byte Array16 = 0xDC;
    public const byte Array32 = 0xDD;
    public const byte Map16 = 0xDE;
    public const byte Map32 = 0xDF;

    private const int MaxContainers = 200; // in a value that nobody needs: so it is not too deep

    /// <summary>Bytes of a scalar by its token, where that alone decides; 0 of all others.</summary>
    internal static ReadOnlySpan<byte> Sizes =>
    [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
        1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 3, 4, 6, 10, 18, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ];

    public static bool IsMap(byte token) => (token & 0xF0) == 0x80 || token is Map16 or Map32;

    public static bool IsArray(byte token) => (token & 0xF0) == 0x90 || token is Array16 or Array32;

    /// <summary>str or bin.</summary>
    public static bool IsText(byte token) => (token & 0xE0) == 0xA0 || token is (>= Str8 and <= Str32) or (>= Bin8 and <= Bin32);

    /// <summary>
    /// The length of the value that begins the bytes, its data included, of a container only that of its head; 0 where the head is not whole, −1 where no value
    /// begins so. Data may reach behind the bytes.
    /// </summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="children">How many values the container holds, a map's keys among them; 0 for a scalar.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Measure(ReadOnlySpan<byte> bytes, out long children)
    {
        children = 0;
        if (bytes.IsEmpty)
        {
            return 0;
        }

        // In branches rather than by a table: a processor foresees them, and need not wait for a length to know where the next token is.
        byte token = bytes[0];
        if ((token & 0xE0) == 0xA0)
        {
            return 1 + (token & 0x1F);
        }

        if (token < 0x80)
        {
            return 1;
        }

        if (token < 0xA0)
        {
            children = token < 0x90 ? 2 * (token & 0xF) : token & 0xF;
            return 1;
        }

        int length = Sizes[token];
        return length != 0 ? length : MeasureLong(bytes, out children);
    }

    /// <summary>Goes on over values, at most to the end of the bytes.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="at">Where the next token begins; may end behind the bytes, where its data is not whole.</param>
    /// <param name="pending">How many values are still to come; containers add theirs.</param>
    /// <returns>False where no value begins with the byte at <paramref name="at"/>. Otherwise either nothing is pending, or more bytes are needed.</returns>
    public static bool Skip(ReadOnlySpan<byte> bytes, ref long at, ref ulong pending)
    {
        while (pending > 0 && at < bytes.Length)
        {
            long length = Measure(bytes[(int)at..], out long children);
            if (length <= 0)
            {
                return length == 0;
            }

            at += length;
            pending = pending - 1 + (ulong)children; // a head adds less than 2^33, so that 2^31 bytes of heads do not overflow
        }

        return true;
    }

    /// <summary>Behind the value that begins here; −1 where it is not sound, not whole, or has too much in it to be passed over in passing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int EndOf(ReadOnlySpan<byte> bytes, int at)
    {
        ulong pending = 1;
        long next = at;
        for (int containers = 0; pending > 0; pending--)
        {
            if (next >= bytes.Length)
            {
                return -1;
            }

            byte token = bytes[(int)next];
            long length = Measure(bytes[(int)next..], out long children);
            containers += IsMap(token) || IsArray(token) ? 1 : 0;
            if (length <= 0 || containers > MaxContainers)
            {
                return -1;
            }

            next += length;
            pending += (ulong)children;
        }

        return next <= bytes.Length ? (int)next : -1;
    }

    /// <summary>Bytes of a str or bin whose length stands in one or two bytes; 0 of all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // in loops that stay in registers
    internal static unsafe int TextSize(byte* p)
    {
        // Safe: the caller has three bytes here.
        int token = *p;
        return token is Str8 or Bin8 ? 2 + p[1] : token is Str16 or Bin16 ? 3 + ((p[1] << 8) | p[2]) : 0;
    }

    private static long MeasureLong(ReadOnlySpan<byte> bytes, out long children)
    {
        children = 0;
        switch (bytes[0])
        {
            case NeverUsed:
                return -1;
            case Str8 or Bin8:
                return bytes.Length < 2 ? 0 : 2L + bytes[1];
            case Str16 or Bin16:
                return bytes.Length < 3 ? 0 : 3L + BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            case Str32 or Bin32:
                return bytes.Length < 5 ? 0 : 5L + BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            case Ext8:
                return bytes.Length < 2 ? 0 : 3L + bytes[1];
            case Ext16:
                return bytes.Length < 3 ? 0 : 4L + BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            case Ext32:
                return bytes.Length < 5 ? 0 : 6L + BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            case Array16 or Map16 when bytes.Length >= 3:
                children = (long)BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) << (bytes[0] == Map16 ? 1 : 0);
                return 3;
            case Array32 or Map32 when bytes.Length >= 5:
                children = (long)BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) << (bytes[0] == Map32 ? 1 : 0);
                return 5;
            default:
                return 0;
        }
    }
}
