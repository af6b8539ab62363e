using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Reads records into columns whose keys are all known, in whatever order they come.</summary>
/// <remarks>
/// Behind each key the one that followed it the last time is expected, and found by one comparison of 16 bytes; another is looked up. A record is read whole or not at all:
/// what looks in the least unusual (a long text, a null that may not be, a key twice, a container that nobody needs with hundreds in it) is the general reader's.
/// </remarks>
public ref struct MessagePackMaps
{
    /// <summary>Bytes that a step may look at: a key, the value's token and its fixed data.</summary>
    private const int Room = 64;

    private const int MaxContainers = 200; // in a value that nobody needs: so it is not too deep
    private const ulong NotFinite = 0x7FF0_0000_0000_0000;
    private const long Second = 1_000_000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly MessagePackStepTable _table;
    private readonly Span<long> _places;
    private readonly nint _records;
    private readonly ulong _all;
    private readonly ulong _required;
    private readonly int _maxRecordSize;

    // Of the record that is read: fields that are null, fields that the caller reads, and the open maps, 11 bits each: a mark, the key that it stands behind, how many of its keys are left.
    private ulong _lacking;
    private ulong _others;
    private ulong _open;

    /// <param name="bytes">Records, one behind the other.</param>
    /// <param name="table">The keys, whose columns have as many rows as are asked for.</param>
    /// <param name="places">By target of <see cref="MessagePackStepKind.Other"/>: start and end, as the halves of a word.</param>
    /// <param name="records">Where the column of the records' places begins, or 0.</param>
    /// <param name="all">The bits of all keys that fill columns.</param>
    /// <param name="required">Of those, the ones that no record may lack.</param>
    /// <param name="maxRecordSize">Longer records are not read.</param>
    public MessagePackMaps(ReadOnlySpan<byte> bytes, MessagePackStepTable table, Span<long> places, nint records, ulong all, ulong required, int maxRecordSize)
    {
        _bytes = bytes;
        _table = table;
        _places = places;
        (_records, _all, _required, _maxRecordSize) = (records, all, required, maxRecordSize);
    }

    /// <summary>Where the next record begins.</summary>
    public int At;

    /// <summary>The next row.</summary>
    public int Row;

    /// <summary>Where the last record of a partial end begins.</summary>
    public int Last;

    /// <summary>The bits of the fields that the last record of a partial end has.</summary>
    public ulong Filled;

    /// <summary>Of those, the ones whose values the caller reads.</summary>
    public readonly ulong Others => _others;

    /// <summary>Reads records up to a row.</summary>
    public MessagePackEnd Read(int lastRow)
    {
        int at = At;
        for (int row = Row; row < lastRow; row++)
        {
            (_lacking, _others, _open) = (0, 0, 0);
            int end = ReadRecord(at, row, out ulong seen);
            ulong filled = seen & _all & ~_lacking;
            if (end < 0 || end > _bytes.Length || end - at > _maxRecordSize || (filled & _required) != _required)
            {
                (At, Row) = (at, row);
                return MessagePackEnd.Unread;
            }

            if (_records != 0)
            {
                Put(_records, row, (uint)at | ((long)(end - at) << 32));
            }

            (Last, at) = (at, end);
            if (filled != _all || _others != 0)
            {
                (At, Row, Filled) = (at, row + 1, filled);
                return MessagePackEnd.Partial;
            }
        }

        (At, Row) = (at, lastRow);
        return MessagePackEnd.Rows;
    }

    /// <summary>Reads one record, and says where it ends and which bits it has; −1 where it cannot.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    private int ReadRecord(int at, int row, out ulong seen)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within Room.
        ref byte text = ref MemoryMarshal.GetReference(_bytes);
        ref MessagePackStep steps = ref MemoryMarshal.GetReference(_table.Steps);
        int limit = _bytes.Length - Room;
        seen = 0;
        if (at > limit || (Byte(ref text, at) & 0xF0) != 0x80)
        {
            return -1;
        }

        int left = Byte(ref text, at++) & 0xF;
        ulong bits = 0;

        // Safe: numbers of steps come from the table alone.
        ref MessagePackStep previous = ref steps;
        while (true)
        {
            if (left == 0)
            {
                if (_open == 0)
                {
                    seen = bits;
                    return at;
                }

                // Safe: as above.
                left = (int)(_open & 0xF);
                previous = ref Unsafe.Add(ref steps, (int)(_open >> 4) & 0x3F);
                _open >>= 11;
                continue;
            }

            left--;
            if (at > limit)
            {
                return -1;
            }

            // Safe: as above.
            ref MessagePackStep step = ref Unsafe.Add(ref steps, previous.Next);
            ulong low = Word(ref text, at), high = Word(ref text, at + 8);
            if ((((low ^ step.Low) & step.LowMask) | ((high ^ step.High) & step.HighMask)) != 0 || (step.Length > 16 && !_table.EndsAlike(step, _bytes[at..])))
            {
                // Safe: as above.
                step = ref Unsafe.Add(ref steps, _table.Guess(low, high, previous.Map));
                if ((((low ^ step.Low) & step.LowMask) | ((high ^ step.High) & step.HighMask) | (uint)(step.Map ^ previous.Map)) != 0 || (step.Length > 16 && !_table.EndsAlike(step, _bytes[at..])))
                {
                    int found = _table.Find(_bytes[at..], previous.Map);
                    if (found == 0)
                    {
                        return -1;
                    }

                    // Safe: as above.
                    step = ref Unsafe.Add(ref steps, found);
                }

                previous.Next = step.Number;
            }

            previous = ref step;
            at += step.Length;
            if ((bits & step.Bit) != 0)
            {
                return -1;
            }

            bits |= step.Bit;
            int token = Byte(ref text, at);
            switch (step.Kind)
            {
                case MessagePackStepKind.Float64 when token == T.Float64:
                    ulong number = BinaryPrimitives.ReverseEndianness(Word(ref text, at + 1));
                    Put(step.Column, row, (long)number);
                    at += 9;
                    if ((number & NotFinite) == NotFinite)
                    {
                        return -1;
                    }

                    continue;
                case MessagePackStepKind.Text when (token & 0xE0) == 0xA0:
                    Put(step.Column, row, (uint)(at + 1) | ((long)(token & 0x1F) << 32));
                    at += 1 + (token & 0x1F);
                    continue;
                case MessagePackStepKind.Int64 when token < 0x80:
                    Put(step.Column, row, token);
                    at++;
                    continue;
                case MessagePackStepKind.Skip when (token & 0xE0) == 0xA0:
                    at += 1 + (token & 0x1F);
                    continue;
                case MessagePackStepKind.Instant when token == T.FixExt8 && Byte(ref text, at + 1) == 0xFF:
                    ulong instant = BinaryPrimitives.ReverseEndianness(Word(ref text, at + 2));
                    ulong nanoseconds = instant >> 34;
                    Put(step.Column, row, ((long)(instant & 0x3_FFFF_FFFF) * Second) + (long)(nanoseconds / 1000));
                    at += 10;
                    if (nanoseconds > 999_999_999)
                    {
                        return -1;
                    }

                    continue;
                case MessagePackStepKind.Enter when (token & 0xF0) == 0x80 && _open >> 48 == 0:
                    // The mark keeps an open map with nothing left from looking like none.
                    _open = (_open << 11) | 0x400 | ((ulong)step.Number << 4) | (uint)left;
                    left = token & 0xF;

                    // Safe: as above.
                    previous = ref Unsafe.Add(ref steps, step.Inner);
                    at++;
                    continue;
                default:
                    at = ReadUnusual(step, at, row);
                    if (at < 0)
                    {
                        return -1;
                    }

                    continue;
            }
        }
    }

    /// <summary>Nulls, values that are skipped or the caller's, longer texts, other integers, times of whole seconds. Where the value ends, or −1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadUnusual(in MessagePackStep step, int at, int row)
    {
        if (step.Kind is MessagePackStepKind.Skip or MessagePackStepKind.Other)
        {
            int end = Skip(at);
            if (step.Kind == MessagePackStepKind.Other)
            {
                _places[step.Target] = (uint)at | ((long)end << 32);
                _others |= step.Bit;
            }

            return end;
        }

        ReadOnlySpan<byte> value = _bytes.Slice(at, 16);
        byte token = value[0];
        if (token == T.Nil && step.Kind != MessagePackStepKind.Enter)
        {
            _lacking |= step.Bit;
            return at + 1;
        }

        if (step.Kind == MessagePackStepKind.Text && token == T.Str8)
        {
            Put(step.Column, row, (uint)(at + 2) | ((long)value[1] << 32));
            return at + 2 + value[1];
        }

        if (step.Kind == MessagePackStepKind.Instant && token == T.FixExt4 && value[1] == 0xFF)
        {
            Put(step.Column, row, BinaryPrimitives.ReadUInt32BigEndian(value[2..]) * Second);
            return at + 6;
        }

        if (step.Kind is not (MessagePackStepKind.Int64 or MessagePackStepKind.Float64))
        {
            return -1;
        }

        (long number, int length) = token switch
        {
            < 0x80 => (token, 1),
            >= 0xE0 => ((sbyte)token, 1),
            T.UInt8 => (value[1], 2),
            T.UInt16 => (BinaryPrimitives.ReadUInt16BigEndian(value[1..]), 3),
            T.UInt32 => (BinaryPrimitives.ReadUInt32BigEndian(value[1..]), 5),
            T.UInt64 when value[1] < 0x80 => (BinaryPrimitives.ReadInt64BigEndian(value[1..]), 9),
            T.Int8 => ((sbyte)value[1], 2),
            T.Int16 => (BinaryPrimitives.ReadInt16BigEndian(value[1..]), 3),
            T.Int32 => (BinaryPrimitives.ReadInt32BigEndian(value[1..]), 5),
            T.Int64 => (BinaryPrimitives.ReadInt64BigEndian(value[1..]), 9),
            _ => (0L, -1),
        };
        if (length < 0)
        {
            return -1;
        }

        Put(step.Column, row, step.Kind == MessagePackStepKind.Int64 ? number : BitConverter.DoubleToInt64Bits(number));
        return at + length;
    }

    /// <summary>Behind the value that begins here; −1 where it is not sound, not whole, or has too much in it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int Skip(int at)
    {
        ulong pending = 1;
        long next = at;
        for (int containers = 0; pending > 0; pending--)
        {
            if (next >= _bytes.Length)
            {
                return -1;
            }

            int token = _bytes[(int)next];
            long length = T.Measure(_bytes[(int)next..], out long children);
            containers += children > 0 || T.IsMap((byte)token) || T.IsArray((byte)token) ? 1 : 0;
            if (length <= 0 || containers > MaxContainers)
            {
                return -1;
            }

            next += length;
            pending += (ulong)children;
        }

        return next <= _bytes.Length ? (int)next : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Put(nint column, int row, long value) =>
        // Safe: the caller vouches that the column has the row, which is below the last one that was asked for.
        ((long*)column)[row] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Byte(ref byte text, int place) =>
        // Safe: see the caller's limit.
        Unsafe.AddByteOffset(ref text, (nuint)(uint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte text, int place)
    {
        // Safe: see the caller's limit.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref text, (nuint)(uint)place));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
