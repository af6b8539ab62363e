using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DataStream.Formats.Json;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>Values as text: scalars as they are, nested ones as JSON without spaces.</summary>
/// <remarks>Lane thread; nothing is allocated. Bytes in JSON are a string, what is no UTF-8 in it U+FFFD; NaN and infinities are null.</remarks>
internal static class AvroText
{
    /// <summary>The most bytes of a whole number of variable length.</summary>
    public const int MaxVarint = 10;

    private const int MaxScalar = 64;

    /// <summary>Writes a value; false when there is no room, or, with the cursor's fault set, no value.</summary>
    public static bool TryWrite(AvroSchema schema, ref AvroCursor cursor, Span<byte> target, ref int length, bool isInner)
    {
        Span<byte> room = target[length..];
        switch (schema.Kind)
        {
            case AvroKind.Union:
                return cursor.TryLong(out long branch) && ((ulong)branch < (ulong)schema.Branches.Length || cursor.Fail())
                    && TryWrite(schema.Branches[(int)branch], ref cursor, target, ref length, isInner);
            case AvroKind.Record:
                return TryWriteRecord(schema, ref cursor, target, ref length);
            case AvroKind.Array or AvroKind.Map:
                return TryWriteBlocks(schema, ref cursor, target, ref length);
            case AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.Decimal:
            case AvroKind.Null or AvroKind.Boolean or AvroKind.Int or AvroKind.Long or AvroKind.Float or AvroKind.Double:
                return room.Length >= MaxScalar && TryWriteScalar(schema, ref cursor, room, ref length, isInner);
            default:
                return TryTextOf(schema, ref cursor, out ReadOnlySpan<byte> text) && TryWriteText(text, room, ref length, isInner);
        }
    }

    /// <summary>The bytes of a string, bytes, a fixed or an enum's symbol.</summary>
    public static bool TryTextOf(AvroSchema schema, ref AvroCursor cursor, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (schema.Kind == AvroKind.Enum)
        {
            if (!cursor.TryLong(out long symbol) || ((ulong)symbol >= (ulong)schema.SymbolTexts.Length && !cursor.Fail()))
            {
                return false;
            }

            text = schema.SymbolTexts[symbol];
            return true;
        }

        int length = (int)schema.Length;
        if ((schema.Kind != AvroKind.Fixed && !cursor.TryLength(out length)) || !cursor.TrySkip(length))
        {
            return false;
        }

        text = cursor.Bytes.Slice(cursor.At - length, length);
        return true;
    }

    /// <summary>A decimal's digits as a number; false beyond 128 bits.</summary>
    public static bool TryUnscaled(ReadOnlySpan<byte> bytes, out Int128 value)
    {
        value = bytes.IsEmpty || bytes[0] < 0x80 ? 0 : -1;
        while (bytes.Length > 0 && bytes[0] == (byte)value && (bytes.Length == 1 || (bytes[1] & 0x80) == (bytes[0] & 0x80)))
        {
            bytes = bytes[1..]; // signs that say nothing
        }

        if (bytes.Length > 16)
        {
            return false;
        }

        foreach (byte next in bytes)
        {
            value = (value << 8) | next;
        }

        return true;
    }

    /// <summary>Zigzag and base 128, lowest digits first.</summary>
    public static int WriteLong(long value, Span<byte> target)
    {
        ulong bits = (ulong)((value << 1) ^ (value >> 63));
        int length = 0;
        while (bits >= 0x80)
        {
            target[length++] = (byte)(bits | 0x80);
            bits >>= 7;
        }

        target[length++] = (byte)bits;
        return length;
    }

    private static bool TryWriteScalar(AvroSchema schema, ref AvroCursor cursor, Span<byte> room, ref int length, bool isInner)
    {
        long whole = 0;
        switch (schema.Kind)
        {
            case AvroKind.Null:
                return TryCopy("null"u8, room, ref length);
            case AvroKind.Boolean:
                return cursor.TrySkip(1) && TryCopy(cursor.Bytes[cursor.At - 1] != 0 ? "true"u8 : "false"u8, room, ref length);
            case AvroKind.Float or AvroKind.Double:
                int size = (int)schema.Length;
                if (!cursor.TrySkip(size))
                {
                    return false;
                }

                ReadOnlySpan<byte> bytes = cursor.Bytes.Slice(cursor.At - size, size);
                return WriteNumber(size == 4 ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes), room, ref length);
            case AvroKind.Int or AvroKind.Long:
                if (!cursor.TryLong(out whole))
                {
                    return false;
                }

                if (schema.Logical is not (AvroLogical.None or AvroLogical.Decimal) && AvroTime.TryMicroseconds(schema.Logical, whole, out long microseconds))
                {
                    int quote = isInner ? 1 : 0;
                    room[0] = (byte)'"';
                    int written = Timestamps.Format(microseconds, room[quote..]) + quote;
                    room[written] = (byte)'"';
                    length += written + quote;
                    return true;
                }

                if (schema.IsSingle || schema.IsDouble)
                {
                    return WriteNumber(schema.IsSingle ? (float)whole : (double)whole, room, ref length);
                }

                length += NumberText.FormatInt64(whole, room);
                return true;
            default:
                return TryTextOf(schema, ref cursor, out ReadOnlySpan<byte> digits) && TryWriteDecimal(digits, schema.Scale, room, ref length);
        }
    }

    private static bool TryWriteDecimal(ReadOnlySpan<byte> bytes, int scale, Span<byte> room, ref int length)
    {
        if (!AvroDecimal.IsWritable(bytes, scale))
        {
            return TryCopy("null"u8, room, ref length);
        }

        bool isWritten = AvroDecimal.TryWrite(bytes, scale, room, out int written);
        length += isWritten ? written : 0;
        return isWritten;
    }

    private static bool WriteNumber(double value, Span<byte> room, ref int length)
    {
        if (!double.IsFinite(value))
        {
            return TryCopy("null"u8, room, ref length);
        }

        length += NumberText.FormatFloat64(value, room);
        return true;
    }

    private static bool TryWriteRecord(AvroSchema schema, ref AvroCursor cursor, Span<byte> target, ref int length)
    {
        bool isFirst = true;
        foreach (AvroField field in schema.Fields)
        {
            if (field.Name is null)
            {
                if (!AvroWalk.TrySkip(field.Schema, ref cursor, 0))
                {
                    return false;
                }

                continue;
            }

            if (!TryWriteField(field, ref cursor, target, ref length, isFirst))
            {
                return false;
            }

            isFirst = false;
        }

        // What the reader's schema has beyond the writer's.
        foreach (AvroField field in schema.Missing)
        {
            var constant = new AvroCursor(field.DefaultBytes);
            if (!TryWriteField(field, ref constant, target, ref length, isFirst))
            {
                return false;
            }

            isFirst = false;
        }

        return TryCopy(isFirst ? "{}"u8 : "}"u8, target[length..], ref length);
    }

    private static bool TryWriteField(AvroField field, ref AvroCursor cursor, Span<byte> target, ref int length, bool isFirst) =>
        TryCopy(isFirst ? "{"u8 : ","u8, target[length..], ref length)
        && TryWriteText(field.NameBytes, target[length..], ref length, isInner: true)
        && TryCopy(":"u8, target[length..], ref length)
        && TryWrite(field.Schema, ref cursor, target, ref length, isInner: true);

    private static bool TryWriteBlocks(AvroSchema schema, ref AvroCursor cursor, Span<byte> target, ref int length)
    {
        bool isMap = schema.Kind == AvroKind.Map;
        if (!TryCopy(isMap ? "{"u8 : "["u8, target[length..], ref length))
        {
            return false;
        }

        bool isFirst = true;
        while (cursor.TryBlock(out long items, out _))
        {
            if (items == 0)
            {
                return TryCopy(isMap ? "}"u8 : "]"u8, target[length..], ref length);
            }

            for (; items > 0; items--)
            {
                if ((!isFirst && !TryCopy(","u8, target[length..], ref length)) || (isMap && !TryWriteKey(ref cursor, target, ref length))
                    || !TryWrite(schema.Items!, ref cursor, target, ref length, isInner: true))
                {
                    return false;
                }

                isFirst = false;
            }
        }

        return false;
    }

    private static bool TryWriteKey(ref AvroCursor cursor, Span<byte> target, ref int length)
    {
        if (!cursor.TryLength(out int size))
        {
            return false;
        }

        ReadOnlySpan<byte> key = cursor.Bytes.Slice(cursor.At, size);
        cursor.At += size;
        return TryWriteText(key, target[length..], ref length, isInner: true) && TryCopy(":"u8, target[length..], ref length);
    }

    private static bool TryWriteText(ReadOnlySpan<byte> text, Span<byte> room, ref int length, bool isInner)
    {
        if (!isInner)
        {
            return TryCopy(text, room, ref length);
        }

        int written = 0;
        if (!TryCopy("\""u8, room, ref written))
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            if (room.Length - written < JsonText.MaxEscape)
            {
                return false;
            }

            int consumed = 1;
            byte next = text[0];
            if (next is < 0x20 or (byte)'"' or (byte)'\\')
            {
                written += JsonText.Escape(next, room[written..]);
            }
            else if (next < 0x80)
            {
                room[written++] = next;
            }
            else
            {
                Rune.DecodeFromUtf8(text, out Rune rune, out consumed);
                written += rune.EncodeToUtf8(room[written..]);
            }

            text = text[consumed..];
        }

        bool isClosed = TryCopy("\""u8, room[written..], ref written);
        length += isClosed ? written : 0;
        return isClosed;
    }

    private static bool TryCopy(ReadOnlySpan<byte> bytes, Span<byte> room, ref int length)
    {
        bool fits = bytes.TryCopyTo(room);
        length += fits ? bytes.Length : 0;
        return fits;
    }
}
