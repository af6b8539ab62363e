using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>Stores the values of one row, and remembers the first field that could not be read. One per decoder; nothing is allocated.</summary>
internal sealed class AvroValues
{
    private readonly DecodePlan _plan;
    private readonly TimestampParser?[] _times;
    private readonly int _maxText;
    private int _place;

    public AvroValues(DecodePlan plan)
    {
        _plan = plan;
        _times = [.. plan.Fields.Select(field => field.IsNeeded && field.Type.Kind == ColumnKind.Timestamp ? new TimestampParser(field.TimeFormats, field.TimeZone) : null)];
        _maxText = (int)Math.Min(8L * plan.MaxRecordSize, 64 << 20);
        NumberText.FormatFloat64(1.0 / 3, stackalloc byte[NumberText.MaxFloat64Length]); // makes its table now, not on a lane
    }

    public Batch Batch { get; set; } = null!;

    public int Index { get; private set; }

    /// <summary>Texts do not lie in the payload.</summary>
    public bool AreConstant { get; set; }

    /// <summary>A field could not be read: of several the first in the schema's order is named.</summary>
    public bool IsBad => _place < int.MaxValue;

    public DeadReason Reason { get; private set; }

    public int Column => _plan.Fields[_place].Ordinal;

    public void Begin(int row)
    {
        Index = row;
        _place = int.MaxValue;
    }

    /// <summary>Makes every column of a dead row null.</summary>
    public void Clear()
    {
        for (int i = 0; i < _plan.Fields.Count; i++)
        {
            if (_plan.Fields[i].IsNeeded)
            {
                Zero(_plan.Fields[i].Type.Kind, _plan.Fields[i].Ordinal);
            }
        }
    }

    public bool Number(in AvroOp op, ref AvroCursor cursor)
    {
        long whole;
        switch (op.Kind)
        {
            case AvroOpKind.Float64OfLong:
                return cursor.TryLong(out whole) && Float64(op, whole);
            case AvroOpKind.Float64OfSingle:
                return cursor.TryLong(out whole) && Float64(op, (float)whole);
            case AvroOpKind.Float64OfFloat:
                return cursor.TrySkip(sizeof(float)) && Float64(op, BinaryPrimitives.ReadSingleLittleEndian(cursor.Bytes[(cursor.At - sizeof(float))..]));
            case AvroOpKind.TimeOfLocal:
                return Local(op, ref cursor);
            case AvroOpKind.TimeOfLong:
                return ReadEpoch(op, ref cursor);
            case AvroOpKind.TimeOfFloat:
                return ReadEpochOfFloat(op, ref cursor);
            case AvroOpKind.TimeOfText:
                return AvroText.TryTextOf(op.Schema!, ref cursor, out ReadOnlySpan<byte> text) && Instant(op, text);
            case AvroOpKind.DecimalOfLong:
                return cursor.TryLong(out whole) && Decimal(op, whole, Scaled(op.Length));
            default:
                if (!AvroText.TryTextOf(op.Schema!, ref cursor, out ReadOnlySpan<byte> digits))
                {
                    return false;
                }

                return op.Kind == AvroOpKind.Float64OfDecimal ? Float64OfDecimal(op, digits)
                    : AvroText.TryUnscaled(digits, out Int128 unscaled) ? Decimal(op, unscaled, 1)
                    : Bad(op, DeadReason.OutOfRange);
        }
    }

    public bool Double(in AvroOp op, ref AvroCursor cursor) =>
        cursor.TrySkip(sizeof(double)) && Float64(op, BinaryPrimitives.ReadDoubleLittleEndian(cursor.Bytes[(cursor.At - sizeof(double))..]));

    public bool Time(in AvroOp op, ref AvroCursor cursor)
    {
        if (!cursor.TryLong(out long value))
        {
            return false;
        }

        bool isInstant = AvroTime.TryMicroseconds(op.Schema!.Logical, value, out long microseconds);
        Batch.Whole<Timestamp>(op.Ordinal)[Index] = new Timestamp(microseconds);
        return isInstant || Bad(op, DeadReason.BadTimestamp);
    }

    /// <summary>Where it lies, or, where it is not in the payload, a copy.</summary>
    public bool TextOf(in AvroOp op, ref AvroCursor cursor)
    {
        if (!AvroText.TryTextOf(op.Schema!, ref cursor, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (op.Kind == AvroOpKind.TextOfEnum && text.IsEmpty)
        {
            return Bad(op, DeadReason.BadType); // a symbol that the reader's schema does not have
        }

        Batch.Whole<Text>(op.Ordinal)[Index] = AreConstant || op.Kind == AvroOpKind.TextOfEnum ? Batch.Arena.Append(text) : new Text(cursor.At - text.Length, text.Length);
        return true;
    }

    public bool Render(in AvroOp op, ref AvroCursor cursor)
    {
        int start = cursor.At;
        AvroSchema schema = op.Schema!;
        switch (schema.Kind)
        {
            case AvroKind.Float or AvroKind.Double:
                int width = (int)schema.Length;
                if (!cursor.TrySkip(width))
                {
                    return false;
                }

                if (!IsFinite(cursor.Bytes.Slice(start, width)))
                {
                    return Null(op);
                }

                break;
            case AvroKind.Bytes or AvroKind.Fixed: // a decimal: others are texts
                if (!AvroText.TryTextOf(schema, ref cursor, out ReadOnlySpan<byte> number))
                {
                    return false;
                }

                if (!AvroDecimal.IsWritable(number, schema.Scale))
                {
                    return Bad(op, DeadReason.OutOfRange);
                }

                break;
        }

        for (int size = 256; ; size *= 2)
        {
            cursor.At = start;
            int length = 0;
            Span<byte> room = Batch.Arena.Reserve(size);
            if (AvroText.TryWrite(op.Schema!, ref cursor, room, ref length, isInner: false))
            {
                Batch.Whole<Text>(op.Ordinal)[Index] = Batch.Arena.Commit(length);
                return true;
            }

            if (cursor.Fault != AvroFault.None)
            {
                return false;
            }

            if (size >= _maxText)
            {
                cursor.At = start;
                return Bad(op, DeadReason.RecordTooLong) && AvroWalk.TrySkip(op.Schema!, ref cursor, 0);
            }
        }
    }

    private static bool IsFinite(ReadOnlySpan<byte> bytes) =>
        bytes.Length == sizeof(float) ? float.IsFinite(BinaryPrimitives.ReadSingleLittleEndian(bytes)) : double.IsFinite(BinaryPrimitives.ReadDoubleLittleEndian(bytes));

    public bool Null(in AvroOp op)
    {
        DecodeField field = _plan.Fields[op.Place];
        Zero(field.Type.Kind, op.Ordinal);
        return field.Nullable || Bad(op, DeadReason.NullField);
    }

    public bool Bad(in AvroOp op, DeadReason reason)
    {
        if (op.Place < _place)
        {
            _place = op.Place;
            Reason = reason;
        }

        return true;
    }

    private static Int128 Scaled(int digits)
    {
        Int128 factor = 1;
        for (; digits > 0; digits--)
        {
            factor *= 10;
        }

        return factor;
    }

    private bool Decimal(in AvroOp op, Int128 value, Int128 factor)
    {
        Int128 product = value * factor; // at most 64 bits by 60
        if (product < long.MinValue || product > long.MaxValue)
        {
            return Bad(op, DeadReason.OutOfRange);
        }

        Batch.Whole<long>(op.Ordinal)[Index] = (long)product;
        return true;
    }

    /// <summary>The nearest double: of the digits as they would be written.</summary>
    private bool Float64OfDecimal(in AvroOp op, ReadOnlySpan<byte> bytes)
    {
        int scale = op.Schema!.Scale;
        Span<byte> text = stackalloc byte[AvroDecimal.MaxScale + (3 * AvroDecimal.MaxBytes)];
        bool isWritten = AvroDecimal.IsWritable(bytes, scale);
        int length = 0;
        isWritten = isWritten && AvroDecimal.TryWrite(bytes, scale, text, out length);
        return !isWritten ? Bad(op, DeadReason.OutOfRange) : Numbers.ParseFloat64(text[..length], out double value) == FieldStatus.Value ? Float64(op, value) : Null(op);
    }

    private bool Float64(in AvroOp op, double value)
    {
        if (!double.IsFinite(value))
        {
            return Null(op);
        }

        Batch.Whole<double>(op.Ordinal)[Index] = value;
        return true;
    }

    /// <summary>The zone is the field's; a local time that it leaves out is no instant.</summary>
    private bool Local(in AvroOp op, ref AvroCursor cursor)
    {
        if (!cursor.TryLong(out long value))
        {
            return false;
        }

        bool isInstant = AvroTime.TryMicroseconds(op.Schema!.Logical, value, out long microseconds) && _times[op.Place]!.TryToUtc(microseconds, out microseconds);
        Batch.Whole<Timestamp>(op.Ordinal)[Index] = new Timestamp(microseconds);
        return isInstant || Bad(op, DeadReason.BadTimestamp);
    }

    private bool ReadEpoch(in AvroOp op, ref AvroCursor cursor)
    {
        Span<byte> text = stackalloc byte[NumberText.MaxInt64Length];
        return cursor.TryLong(out long value) && Instant(op, text[..NumberText.FormatInt64(value, text)]);
    }

    private bool ReadEpochOfFloat(in AvroOp op, ref AvroCursor cursor)
    {
        int size = (int)op.Schema!.Length;
        if (!cursor.TrySkip(size))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = cursor.Bytes.Slice(cursor.At - size, size);
        double value = size == sizeof(float) ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        if (!double.IsFinite(value))
        {
            return Null(op);
        }

        Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
        return Instant(op, text[..NumberText.FormatFloat64(value, text)]);
    }

    /// <summary>The instant that a text is, in the field's formats.</summary>
    public bool Instant(in AvroOp op, ReadOnlySpan<byte> text)
    {
        bool isInstant = _times[op.Place]!.TryParse(text, out long microseconds);
        Batch.Whole<Timestamp>(op.Ordinal)[Index] = new Timestamp(microseconds);
        return isInstant || Bad(op, DeadReason.BadTimestamp);
    }

    /// <summary>What stands in a null's place: kernels run over it, so it is not left to chance.</summary>
    private void Zero(ColumnKind kind, int ordinal)
    {
        Batch.SetNull(ordinal, Index);
        if (kind == ColumnKind.Bool)
        {
            Batch.Whole<bool>(ordinal)[Index] = false;
        }
        else
        {
            Batch.Whole<long>(ordinal)[Index] = 0;
        }
    }
}
