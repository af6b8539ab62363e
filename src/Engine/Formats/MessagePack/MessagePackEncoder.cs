using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using System.Text.Unicode;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Writes one map a row, columns in order, nulls as nil.</summary>
/// <remarks>
/// Integers and lengths in their shortest forms, float64 as float 64, timestamps as the extension −1 in its shortest form, a decimal as its text with all of its
/// digits, text as str, or as bin where it is no UTF-8.
/// </remarks>
internal sealed class MessagePackEncoder : Encoder
{
    private const int MaxFixed = 16; // the longest value but a text: a timestamp of 15 bytes
    private const long Second = 1_000_000;

    private readonly OutputColumn[] _columns;
    private readonly byte[] _head;

    /// <param name="fields">The columns in order.</param>
    public MessagePackEncoder(IReadOnlyList<Field> fields)
    {
        _head = fields.Count < 16 ? [(byte)(0x80 | fields.Count)] : [T.Map16, (byte)(fields.Count >> 8), (byte)fields.Count];
        _columns = new OutputColumn[fields.Count];
        Span<byte> head = stackalloc byte[MaxFixed];
        for (int i = 0; i < _columns.Length; i++)
        {
            Field field = fields[i];
            byte[] name = Encoding.UTF8.GetBytes(field.Name);
            byte[] lead = [.. i == 0 ? _head : [], .. head[..TextHead(head, name.Length, isText: true)], .. name];
            _columns[i] = new OutputColumn(lead, field.Ordinal, field.Type);
        }
    }

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        foreach (int row in new Rows(rows))
        {
            output.BeginRow();
            if (_columns.Length == 0)
            {
                output.Write(_head);
            }

            Span<byte> room = default;
            int used = 0;
            foreach (ref readonly OutputColumn column in _columns.AsSpan())
            {
                bool isText = column.Type.Kind == ColumnKind.Text && !batch.IsNull(column.Ordinal, row);
                ReadOnlySpan<byte> text = isText ? batch.Bytes(batch.Values(new Column<Text>(column.Ordinal))[row]) : default;
                int wanted = column.Lead.Length + MaxFixed + NumberText.MaxDecimalLength + text.Length;
                if (room.Length - used < wanted)
                {
                    Commit(output, ref used);
                    room = wanted <= OutputBuffer.MaxReserve ? output.Reserve(wanted) : default;
                }

                if (wanted > OutputBuffer.MaxReserve)
                {
                    WriteLong(output, column.Lead, batch, column, row, text, isText);
                    continue;
                }

                column.Lead.CopyTo(room[used..]);
                used += column.Lead.Length;
                used += WriteHead(batch, column, row, text, isText, room[used..]);
                text.CopyTo(room[used..]);
                used += text.Length;
            }

            Commit(output, ref used);
            output.EndRow();
        }
    }

    private static void Commit(OutputBuffer output, ref int used)
    {
        if (used > 0)
        {
            output.Commit(used);
        }

        used = 0;
    }

    /// <summary>A key or a text that is longer than a reservation.</summary>
    private static void WriteLong(OutputBuffer output, byte[] lead, Batch batch, in OutputColumn column, int row, ReadOnlySpan<byte> text, bool isText)
    {
        output.Write(lead);
        Span<byte> room = output.Reserve(MaxFixed + NumberText.MaxDecimalLength);
        output.Commit(WriteHead(batch, column, row, text, isText, room));
        output.Write(text);
    }

    /// <summary>A value; of a text what stands before it.</summary>
    private static int WriteHead(Batch batch, in OutputColumn column, int row, ReadOnlySpan<byte> text, bool isText, Span<byte> room)
    {
        if (isText)
        {
            return TextHead(room, text.Length, Utf8.IsValid(text));
        }

        if (batch.IsNull(column.Ordinal, row))
        {
            room[0] = T.Nil;
            return 1;
        }

        switch (column.Type.Kind)
        {
            case ColumnKind.Int64:
                return Integer(batch.Values(new Column<long>(column.Ordinal))[row], room);
            case ColumnKind.Float64:
                room[0] = T.Float64;
                BinaryPrimitives.WriteDoubleBigEndian(room[1..], batch.Values(new Column<double>(column.Ordinal))[row]);
                return 9;
            case ColumnKind.Decimal:
                Span<byte> digits = stackalloc byte[NumberText.MaxDecimalLength];
                int length = NumberText.FormatDecimal(batch.Values(new Column<long>(column.Ordinal))[row], column.Type.Scale, digits);
                room[0] = (byte)(0xA0 | length);
                digits[..length].CopyTo(room[1..]);
                return length + 1;
            case ColumnKind.Bool:
                room[0] = batch.Values(new Column<bool>(column.Ordinal))[row] ? T.True : T.False;
                return 1;
            default:
                return Instant(batch.Values(new Column<Timestamp>(column.Ordinal))[row].Microseconds, room);
        }
    }

    private static int TextHead(Span<byte> room, int length, bool isText)
    {
        if (length < 32 && isText)
        {
            room[0] = (byte)(0xA0 | length);
            return 1;
        }

        if (length <= byte.MaxValue)
        {
            room[0] = isText ? T.Str8 : T.Bin8;
            room[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            room[0] = isText ? T.Str16 : T.Bin16;
            BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)length);
            return 3;
        }

        room[0] = isText ? T.Str32 : T.Bin32;
        BinaryPrimitives.WriteInt32BigEndian(room[1..], length);
        return 5;
    }

    private static int Integer(long value, Span<byte> room)
    {
        if (value is >= -32 and < 128)
        {
            room[0] = (byte)value;
            return 1;
        }

        int bytes = value >= 0
            ? value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : value <= uint.MaxValue ? 4 : 8
            : value >= sbyte.MinValue ? 1 : value >= short.MinValue ? 2 : value >= int.MinValue ? 4 : 8;
        byte first = value >= 0 ? T.UInt8 : T.Int8;
        room[0] = (byte)(first + (bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3));

        // The value's last bytes, moved to the front.
        BinaryPrimitives.WriteInt64BigEndian(room[1..], value << (64 - (8 * bytes)));
        return bytes + 1;
    }

    private static int Instant(long micros, Span<byte> room)
    {
        long seconds = Math.DivRem(micros, Second, out long rest);
        if (rest < 0)
        {
            rest += Second;
            seconds--;
        }

        ulong nanoseconds = (ulong)rest * 1000;
        if (seconds is < 0 or >= 1L << 34)
        {
            room[0] = T.Ext8;
            room[1] = 12;
            room[2] = 0xFF;
            BinaryPrimitives.WriteUInt32BigEndian(room[3..], (uint)nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(room[7..], seconds);
            return 15;
        }

        bool isShort = nanoseconds == 0 && seconds <= uint.MaxValue;
        room[0] = isShort ? T.FixExt4 : T.FixExt8;
        room[1] = 0xFF;
        if (isShort)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room[2..], (uint)seconds);
            return 6;
        }

        BinaryPrimitives.WriteUInt64BigEndian(room[2..], (nanoseconds << 34) | (ulong)seconds);
        return 10;
    }

    /// <param name="Lead">The key as a str; of the first column the map's head before it.</param>
    /// <param name="Ordinal">The batch's column.</param>
    /// <param name="Type">Its type.</param>
    private readonly record struct OutputColumn(byte[] Lead, int Ordinal, ColumnType Type);
}
