using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DataStream.Formats.Avro;

/// <summary>Reads Avro's binary encoding from the front on, and checks every byte it goes by.</summary>
internal ref struct AvroCursor(ReadOnlySpan<byte> bytes)
{
    /// <summary>How deep values may be nested.</summary>
    public const int MaxDepth = 256;

    private const int MaxVarint = 10;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The next byte.</summary>
    public int At;

    /// <summary>Set by the first method that returns false.</summary>
    public AvroFault Fault;

    /// <summary>Where <see cref="Fault"/> is <see cref="AvroFault.Short"/>: how many bytes there must be at least.</summary>
    public long Needed;

    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per value
    public bool TryLong(out long value)
    {
        int at = At;
        if ((uint)at < (uint)_bytes.Length && _bytes[at] < 0x80)
        {
            uint low = _bytes[at];
            At = at + 1;
            value = (low >> 1) ^ -(long)(low & 1);
            return true;
        }

        return TryLongOfMany(out value);
    }

    public bool TryInt(out int value)
    {
        if (!TryLong(out long wide))
        {
            value = 0;
            return false;
        }

        value = (int)wide;
        return value == wide || Fail();
    }

    /// <summary>A length that must lie in the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per text
    public bool TryLength(out int length)
    {
        bool isRead = TryLong(out long wide);
        length = (int)wide;
        if (isRead && (ulong)wide <= (ulong)(_bytes.Length - At))
        {
            return true;
        }

        return isRead && FailLength(wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per value
    public bool TrySkip(int length)
    {
        if ((uint)length <= (uint)(_bytes.Length - At))
        {
            At += length;
            return true;
        }

        return FailLength(length);
    }

    /// <summary>The number of items of a block of an array or a map; 0: the last one. A block that states its size has it in <paramref name="end"/>, otherwise −1.</summary>
    public bool TryBlock(out long items, out long end)
    {
        end = -1;
        if (!TryLong(out items) || items >= 0)
        {
            return Fault == AvroFault.None;
        }

        items = -items;
        if (items < 0)
        {
            return Fail();
        }

        if (!TryLength(out int size))
        {
            return false;
        }

        end = At + size;
        return true;
    }

    public bool Fail(AvroFault fault = AvroFault.Damaged)
    {
        Fault = fault;
        return false;
    }

    private bool FailLength(long length)
    {
        Needed = At + length;
        return Fail(length < 0 || Needed > int.MaxValue || Needed < 0 ? AvroFault.Damaged : AvroFault.Short);
    }

    private bool TryLongOfMany(out long value)
    {
        // Most numbers end within eight bytes: their sevens of bits are pushed together, pairs, fours and eights, without a look at each.
        if (_bytes.Length - At >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[At..]);
            ulong ends = ~word & 0x8080_8080_8080_8080;
            if (ends != 0)
            {
                word &= ends ^ (ends - 1);
                word = (word & 0x007F_007F_007F_007F) | ((word & 0x7F00_7F00_7F00_7F00) >> 1);
                word = (word & 0x0000_3FFF_0000_3FFF) | ((word & 0x3FFF_0000_3FFF_0000) >> 2);
                word = (word & 0x0FFF_FFFF) | ((word & 0x0FFF_FFFF_0000_0000) >> 4);
                At += (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
                value = (long)(word >> 1) ^ -(long)(word & 1);
                return true;
            }
        }

        return TryLongByByte(out value);
    }

    private bool TryLongByByte(out long value)
    {
        ReadOnlySpan<byte> rest = _bytes[At..];
        ulong bits = 0;
        for (int i = 0; i < MaxVarint && i < rest.Length; i++)
        {
            ulong next = rest[i];
            bits |= (next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                At += i + 1;
                value = (long)(bits >> 1) ^ -(long)(bits & 1);
                return (i < MaxVarint - 1 || next <= 1) || Fail();
            }
        }

        value = 0;
        Needed = _bytes.Length + 1L;
        return Fail(rest.Length < MaxVarint ? AvroFault.Short : AvroFault.Damaged);
    }
}
