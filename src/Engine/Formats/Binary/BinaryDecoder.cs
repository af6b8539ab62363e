using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Binary;

/// <summary>Reads records of a fixed layout into columns, one column after the other.</summary>
internal sealed class BinaryDecoder(DecodePlan plan, int recordSize, IReadOnlyList<BinaryField> layout) : Decoder
{
    private const int MaxNumber = 32; // bytes of a number's text
    private const int MaxJoined = 512; // bytes of a timestamp that is joined; one over 256 fits no format

    private readonly Column[] _columns = [.. plan.Fields.Where(f => f.IsNeeded).Select(f => new Column(f, [.. f.Sources.Select(source => layout.First(p => p.Name == source))]))];

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes[offset..];
        batch.Attach(payload);

        // A cutter leaves one byte more than the longest record of those that are too long; one that is too short is the file's last.
        int length = Math.Min(recordSize, plan.MaxRecordSize + 1);
        int count = Math.Min(batch.Capacity, (int)(((long)bytes.Length + length - 1) / length));
        batch.SetCount(count);
        if (plan.KeepRecords)
        {
            Span<Text> records = batch.Records;
            for (int row = 0; row < count; row++)
            {
                records[row] = new Text(offset + (row * length), Math.Min(length, bytes.Length - (row * length)));
            }
        }

        bool isTooLong = recordSize > plan.MaxRecordSize;
        int whole = isTooLong ? 0 : Math.Min(count, bytes.Length / recordSize);
        for (int row = whole; row < count; row++)
        {
            // Too short, it does not match the layout.
            batch.Kill(row, isTooLong && bytes.Length - (row * length) >= length ? DeadReason.RecordTooLong : DeadReason.NoMatch);
        }

        foreach (Column column in _columns)
        {
            Span<ulong> validity = batch.WholeValidity(column.Ordinal);
            validity.Clear();
            batch.SetValid(column.Ordinal, 0, whole);
            for (int row = 0; row < count; row++)
            {
                if (column.Parts.Length > 1 && row < whole)
                {
                    ReadJoined(column, bytes.Slice(row * recordSize, recordSize), batch, row);
                    continue;
                }

                Read(column, row < whole ? bytes.Slice((row * recordSize) + column.Place.Offset, column.Place.Length) : default, batch, row, offset + (row * recordSize) + column.Place.Offset);
            }
        }

        return offset + Math.Min(count * length, bytes.Length);
    }

    private static void Read(Column column, ReadOnlySpan<byte> value, Batch batch, int row, int at)
    {
        if (value.IsEmpty)
        {
            column.SetNull(batch, row);
            return;
        }

        FieldStatus status = FieldStatus.Value;
        switch (column.Type.Kind)
        {
            case ColumnKind.Text:
                int end = value.IndexOf((byte)0);
                batch.Whole<Text>(column.Ordinal)[row] = new Text(at, end < 0 ? value.Length : end);
                break;
            case ColumnKind.Bool:
                batch.Whole<bool>(column.Ordinal)[row] = value[0] == 1;
                status = value[0] <= 1 ? status : FieldStatus.BadBool;
                break;
            case ColumnKind.Float64:
                double number = column.Place.IsFloat ? Float(column.Place.Kind, value) : column.Place.Kind == BinaryKind.UInt64 ? BinaryPrimitives.ReadUInt64LittleEndian(value) : Integer(column.Place.Kind, value);
                batch.Whole<double>(column.Ordinal)[row] = number;
                status = double.IsFinite(number) ? status : FieldStatus.Null;
                break;
            case ColumnKind.Int64:
                long whole = Integer(column.Place.Kind, value);
                batch.Whole<long>(column.Ordinal)[row] = whole;
                status = column.Place.Kind == BinaryKind.UInt64 && whole < 0 ? FieldStatus.OutOfRange : status;
                break;
            default:
                status = FromDigits(column, value, out batch.Whole<long>(column.Ordinal)[row]);
                break;
        }

        if (status != FieldStatus.Value)
        {
            Refuse(column, status, batch, row);
        }
    }

    private static void Refuse(Column column, FieldStatus status, Batch batch, int row)
    {
        column.SetNull(batch, row);
        if (status == FieldStatus.Null && column.IsNullable)
        {
            return;
        }

        // Of several fields the first in the schema's order is named: a row is killed once.
        batch.Kill(row, status switch
        {
            FieldStatus.Null => DeadReason.NullField,
            FieldStatus.OutOfRange => DeadReason.OutOfRange,
            FieldStatus.BadBool => DeadReason.BadBool,
            FieldStatus.BadTimestamp => DeadReason.BadTimestamp,
            _ => DeadReason.BadNumber,
        }, column.Ordinal);
    }

    /// <summary>Decimals and instants, by the text that the number has or the field is.</summary>
    private static FieldStatus FromDigits(Column column, ReadOnlySpan<byte> value, out long result)
    {
        result = 0;
        Span<byte> room = stackalloc byte[MaxNumber];
        if (!TryText(column.Place, value, room, out ReadOnlySpan<byte> text))
        {
            return FieldStatus.Null;
        }

        return column.Time is null ? Numbers.ParseDecimal(text, column.Type.Scale, out result)
            : column.Time.TryParse(text, out result) ? FieldStatus.Value
            : FieldStatus.BadTimestamp;
    }

    /// <summary>A timestamp of several fields: their texts with a space between; null where one of them is.</summary>
    private static void ReadJoined(Column column, ReadOnlySpan<byte> record, Batch batch, int row)
    {
        Span<byte> joined = stackalloc byte[MaxJoined];
        Span<byte> room = stackalloc byte[MaxNumber];
        int length = 0;
        FieldStatus status = FieldStatus.Value;
        foreach (BinaryField part in column.Parts)
        {
            if (!TryText(part, record.Slice(part.Offset, part.Length), room, out ReadOnlySpan<byte> text))
            {
                status = FieldStatus.Null;
                break;
            }

            if (length + 1 + text.Length > joined.Length)
            {
                status = FieldStatus.BadTimestamp;
                continue; // a null behind it counts more
            }

            joined[length] = (byte)' ';
            text.CopyTo(joined[(length + 1)..]);
            length += 1 + text.Length;
        }

        if (status == FieldStatus.Value && column.Time!.TryParse(joined[1..length], out batch.Whole<long>(column.Ordinal)[row]))
        {
            return;
        }

        Refuse(column, status == FieldStatus.Value ? FieldStatus.BadTimestamp : status, batch, row);
    }

    /// <summary>A field's text: up to the first NUL, or a number's digits; false where the number is not finite.</summary>
    private static bool TryText(BinaryField place, ReadOnlySpan<byte> value, Span<byte> room, out ReadOnlySpan<byte> text)
    {
        if (place.Kind == BinaryKind.Text)
        {
            int end = value.IndexOf((byte)0);
            text = end < 0 ? value : value[..end];
            return true;
        }

        if (place.IsFloat)
        {
            double number = Float(place.Kind, value);
            text = double.IsFinite(number) ? room[..NumberText.FormatFloat64(number, room)] : default;
            return double.IsFinite(number);
        }

        int length;
        bool isWritten = place.Kind == BinaryKind.UInt64
            ? Utf8Formatter.TryFormat(BinaryPrimitives.ReadUInt64LittleEndian(value), room, out length)
            : Utf8Formatter.TryFormat(Integer(place.Kind, value), room, out length);
        text = isWritten ? room[..length] : default;
        return true;
    }

    private static double Float(BinaryKind kind, ReadOnlySpan<byte> value) =>
        kind == BinaryKind.Float32 ? BinaryPrimitives.ReadSingleLittleEndian(value) : BinaryPrimitives.ReadDoubleLittleEndian(value);

    private static long Integer(BinaryKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        BinaryKind.Int8 => (sbyte)value[0],
        BinaryKind.UInt8 => value[0],
        BinaryKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value),
        BinaryKind.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(value),
        BinaryKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
        BinaryKind.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
        _ => BinaryPrimitives.ReadInt64LittleEndian(value),
    };

    /// <summary>A column and the place that it is read from.</summary>
    private sealed class Column(DecodeField field, BinaryField[] parts)
    {
        public int Ordinal { get; } = field.Ordinal;

        public ColumnType Type { get; } = field.Type;

        public bool IsNullable { get; } = field.Nullable;

        /// <summary>Several of a timestamp that is joined.</summary>
        public BinaryField[] Parts { get; } = parts;

        public BinaryField Place { get; } = parts[0];

        public TimestampParser? Time { get; } = field.Type.Kind == ColumnKind.Timestamp ? new TimestampParser(field.TimeFormats, field.TimeZone) : null;

        public void SetNull(Batch batch, int row)
        {
            batch.SetNull(Ordinal, row);
            if (Type.Kind == ColumnKind.Bool)
            {
                batch.Whole<bool>(Ordinal)[row] = false;
            }
            else
            {
                batch.Whole<long>(Ordinal)[row] = 0;
            }
        }
    }
}
