using System;
using System.Buffers.Text;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>The fields that the plan needs, in the schema's order: reads the values that the walk over a record found, and stores them in their columns.</summary>
internal sealed class MessagePackFields(DecodePlan plan, PathNode<MessagePackKeys> root)
{
    private const int MaxNumber = 32; // bytes of a number's text

    private readonly MessagePackField[] _fields = [.. plan.Fields.Where(f => f.IsNeeded).Select(f => new MessagePackField(f, root))];
    private readonly MessagePackJson _json = new();

    public ReadOnlySpan<MessagePackField> All => _fields;

    /// <summary>A new batch: nothing has a value yet.</summary>
    public void Begin(Batch batch)
    {
        foreach (MessagePackField field in _fields)
        {
            batch.WholeValidity(field.Ordinal).Clear();
        }
    }

    /// <summary>Stores a row; false with the reason and the stored column of the first field, in the schema's order, that cannot be read.</summary>
    public bool Store(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessagePackSlot> slots, Batch batch, int row, out DeadReason reason, out int column)
    {
        foreach (MessagePackField field in _fields)
        {
            bool isStored = field.Slots.Length > 1
                ? StoreJoined(field, bytes, slots, batch, row, out reason)
                : StoreOne(field, bytes, slots[field.Slot], batch, row, out reason);
            if (!isStored)
            {
                column = field.Ordinal;
                return false;
            }
        }

        reason = default;
        column = -1;
        return true;
    }

    /// <summary>Makes every column of a dead row null.</summary>
    public void Clear(Batch batch, int row)
    {
        foreach (MessagePackField field in _fields)
        {
            batch.SetNull(field.Ordinal, row);
            Zero(field, batch, row);
        }
    }

    /// <summary>Stores one field of a row, and its validity.</summary>
    public bool StoreOne(MessagePackField field, ReadOnlySpan<byte> bytes, MessagePackSlot slot, Batch batch, int row, out DeadReason reason)
    {
        ReadOnlySpan<byte> value = bytes[slot.Start..slot.End];
        FieldStatus status;
        reason = DeadReason.BadType;
        if (value.IsEmpty || value[0] == T.Nil)
        {
            status = FieldStatus.Null;
        }
        else
        {
            switch (field.Type.Kind)
            {
                case ColumnKind.Text:
                    if (!TryText(value, slot.Start, batch.Arena, out batch.Whole<Text>(field.Ordinal)[row], out status))
                    {
                        return false;
                    }

                    break;
                case ColumnKind.Bool when value[0] is T.True or T.False:
                    batch.Whole<bool>(field.Ordinal)[row] = value[0] == T.True;
                    status = FieldStatus.Value;
                    break;
                case ColumnKind.Timestamp:
                    if (!TryInstant(field, value, out batch.Whole<long>(field.Ordinal)[row], out status))
                    {
                        return false;
                    }

                    break;
                case ColumnKind.Float64 or ColumnKind.Int64 or ColumnKind.Decimal:
                    if (!TryNumber(field.Type, value, batch, field.Ordinal, row, out status))
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }
        }

        return Finish(field, status, batch, row, out reason);
    }

    /// <summary>What stands in a null's place: kernels run over it, so it is not left to chance.</summary>
    public static void Zero(MessagePackField field, Batch batch, int row)
    {
        if (field.Type.Kind == ColumnKind.Bool)
        {
            batch.Whole<bool>(field.Ordinal)[row] = false;
        }
        else
        {
            batch.Whole<long>(field.Ordinal)[row] = 0;
        }
    }

    private static bool Finish(MessagePackField field, FieldStatus status, Batch batch, int row, out DeadReason reason)
    {
        switch (status)
        {
            case FieldStatus.Value:
                reason = default;
                batch.SetValid(field.Ordinal, row);
                return true;
            case FieldStatus.Null:
                batch.SetNull(field.Ordinal, row); // a reading that was given up may have set it
                Zero(field, batch, row);
                reason = DeadReason.NullField;
                return field.IsNullable;
            default:
                reason = status == FieldStatus.OutOfRange ? DeadReason.OutOfRange : status == FieldStatus.BadTimestamp ? DeadReason.BadTimestamp : DeadReason.BadNumber;
                return false;
        }
    }

    /// <summary>A str or bin by reference, anything else as its JSON; false where it has none.</summary>
    private bool TryText(ReadOnlySpan<byte> value, int start, TextArena arena, out Text text, out FieldStatus status)
    {
        status = FieldStatus.Value;
        if (T.IsText(value[0]))
        {
            int head = MessagePackValues.TextHead(value[0]);
            text = new Text(start + head, value.Length - head);
            return true;
        }

        if (MessagePackValues.TryFloat(value, out double number) && !double.IsFinite(number))
        {
            text = default;
            status = FieldStatus.Null;
            return true;
        }

        return _json.TryWrite(value, arena, out text);
    }

    /// <summary>An instant of the timestamp extension, of a text or of a number; false where the value is another.</summary>
    private static bool TryInstant(MessagePackField field, ReadOnlySpan<byte> value, out long micros, out FieldStatus status)
    {
        status = FieldStatus.BadTimestamp;
        if (MessagePackValues.TryExtension(value, out sbyte type, out ReadOnlySpan<byte> data))
        {
            bool isTimestamp = type == MessagePackValues.TimestampType;
            micros = 0;
            status = isTimestamp && MessagePackValues.TryTimestamp(data, out micros) ? FieldStatus.Value : status;
            return isTimestamp;
        }

        Span<byte> digits = stackalloc byte[MaxNumber];
        bool isText = TryTimeText(value, digits, out ReadOnlySpan<byte> text, out bool isNull);
        micros = 0;
        status = isNull ? FieldStatus.Null : isText && field.Time!.TryParse(text, out micros) ? FieldStatus.Value : status;
        return isText || isNull;
    }

    /// <summary>A value as the text of a time: a str or bin, or a number's digits.</summary>
    private static bool TryTimeText(ReadOnlySpan<byte> value, Span<byte> digits, out ReadOnlySpan<byte> text, out bool isNull)
    {
        isNull = false;
        if (T.IsText(value[0]))
        {
            text = MessagePackValues.Text(value);
            return true;
        }

        text = default;
        if (MessagePackValues.TryInteger(value, out long whole, out bool isLarge))
        {
            int length = 0;
            text = (isLarge ? Utf8Formatter.TryFormat((ulong)whole, digits, out length) : Utf8Formatter.TryFormat(whole, digits, out length)) ? digits[..length] : default;
            return true;
        }

        if (!MessagePackValues.TryFloat(value, out double number))
        {
            return false;
        }

        isNull = !double.IsFinite(number);
        text = isNull ? default : digits[..NumberText.FormatFloat64(number, digits)];
        return !isNull;
    }

    private static bool TryNumber(ColumnType type, ReadOnlySpan<byte> value, Batch batch, int ordinal, int row, out FieldStatus status)
    {
        if (MessagePackValues.TryInteger(value, out long whole, out bool isLarge))
        {
            if (type.Kind == ColumnKind.Float64)
            {
                batch.Whole<double>(ordinal)[row] = isLarge ? (ulong)whole : whole;
                status = FieldStatus.Value;
                return true;
            }

            if (type.Kind == ColumnKind.Int64)
            {
                batch.Whole<long>(ordinal)[row] = whole;
                status = isLarge ? FieldStatus.OutOfRange : FieldStatus.Value;
                return true;
            }

            Int128 scaled = (isLarge ? (Int128)(ulong)whole : whole) * PowerOfTen(type.Scale);
            bool fits = scaled >= long.MinValue && scaled <= long.MaxValue;
            batch.Whole<long>(ordinal)[row] = fits ? (long)scaled : 0;
            status = fits ? FieldStatus.Value : FieldStatus.OutOfRange;
            return true;
        }

        if (MessagePackValues.TryFloat(value, out double real))
        {
            status = !double.IsFinite(real) ? FieldStatus.Null : type.Kind switch
            {
                ColumnKind.Float64 => FieldStatus.Value,
                ColumnKind.Int64 => FieldStatus.BadNumber,
                _ => ParseDecimal(value, real, type.Scale, out batch.Whole<long>(ordinal)[row]),
            };
            if (type.Kind == ColumnKind.Float64)
            {
                batch.Whole<double>(ordinal)[row] = real;
            }

            return true;
        }

        // Writers have no other form for a decimal than its text.
        status = FieldStatus.BadNumber;
        if (type.Kind != ColumnKind.Decimal || !T.IsText(value[0]))
        {
            return false;
        }

        ReadOnlySpan<byte> text = MessagePackValues.Text(value);
        if (!text.IsEmpty && Numbers.JsonLength(text) == text.Length)
        {
            status = Numbers.ParseDecimal(text, type.Scale, out batch.Whole<long>(ordinal)[row]);
        }

        return true;
    }

    /// <summary>The decimal that a floating-point number's shortest text has, of its own length.</summary>
    private static FieldStatus ParseDecimal(ReadOnlySpan<byte> value, double real, int scale, out long number)
    {
        Span<byte> digits = stackalloc byte[MaxNumber];
        int length;
        if (value[0] == T.Float32)
        {
            bool isShort = ((float)real).TryFormat(digits, out length, "R", CultureInfo.InvariantCulture);
            length = isShort ? length : 0;
        }
        else
        {
            length = NumberText.FormatFloat64(real, digits);
        }

        return Numbers.ParseDecimal(digits[..length], scale, out number);
    }

    private static Int128 PowerOfTen(int exponent)
    {
        long power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    /// <summary>A timestamp of several keys: their texts with a space between; null where one of them is.</summary>
    private static bool StoreJoined(MessagePackField field, ReadOnlySpan<byte> bytes, ReadOnlySpan<MessagePackSlot> slots, Batch batch, int row, out DeadReason reason)
    {
        reason = DeadReason.BadType;
        Span<byte> digits = stackalloc byte[MaxNumber];
        int start = batch.Arena.Length;
        for (int i = 0; i < field.Slots.Length; i++)
        {
            MessagePackSlot slot = slots[field.Slots[i]];
            ReadOnlySpan<byte> value = bytes[slot.Start..slot.End];
            scoped ReadOnlySpan<byte> text = default;
            bool isNull = value.IsEmpty || value[0] == T.Nil;
            bool isText = !isNull && TryTimeText(value, digits, out text, out isNull);
            if (isNull || !isText)
            {
                batch.Arena.Reset(start);
                return isNull && Finish(field, FieldStatus.Null, batch, row, out reason);
            }

            if (i > 0)
            {
                batch.Arena.Append(" "u8);
            }

            batch.Arena.Append(text);
        }

        ReadOnlySpan<byte> joined = batch.Arena.Bytes(new Text(~start, batch.Arena.Length - start));
        bool isInstant = field.Time!.TryParse(joined, out batch.Whole<long>(field.Ordinal)[row]);
        batch.Arena.Reset(start);
        return Finish(field, isInstant ? FieldStatus.Value : FieldStatus.BadTimestamp, batch, row, out reason);
    }
}
