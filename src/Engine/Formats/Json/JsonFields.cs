using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>The fields that the plan needs, in the schema's order: reads the values that the walk over a record found, and stores them in their columns, one by one.</summary>
internal sealed class JsonFields
{
    private readonly JsonField[] _fields;
    private readonly bool _coerce;

    /// <param name="plan">The schema.</param>
    /// <param name="root">Where the fields' places are added.</param>
    /// <param name="coerce">Strings are read as the fields of a CSV would be.</param>
    public JsonFields(DecodePlan plan, PathNode<JsonKeys> root, bool coerce)
    {
        _coerce = coerce;
        _fields = [.. plan.Fields.Where(f => f.IsNeeded).Select(f => new JsonField(f, root))];
    }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<JsonField> All => _fields;

    /// <summary>Takes the slots' numbers over once the tree is complete.</summary>
    public void Bind()
    {
        foreach (JsonField field in _fields)
        {
            field.Bind();
        }
    }

    /// <summary>A new batch: nothing has a value yet.</summary>
    public void Begin(Batch batch)
    {
        foreach (JsonField field in _fields)
        {
            batch.WholeValidity(field.Ordinal).Clear();
        }
    }

    /// <summary>Stores a row; false with the reason and the stored column of the first field, in the schema's order, that cannot be read.</summary>
    public bool Store(ReadOnlySpan<byte> bytes, ReadOnlySpan<JsonSlot> slots, Batch batch, int row, out DeadReason reason, out int column)
    {
        foreach (JsonField field in _fields)
        {
            if (!Store(field, bytes, slots, batch, row, out reason))
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
        foreach (JsonField field in _fields)
        {
            batch.SetNull(field.Ordinal, row);
            Zero(field, batch, row);
        }
    }

    /// <summary>Stores a field of a row; false with the reason where it cannot be read.</summary>
    public bool Store(JsonField field, ReadOnlySpan<byte> bytes, ReadOnlySpan<JsonSlot> slots, Batch batch, int row, out DeadReason reason)
    {
        reason = DeadReason.BadType;
        JsonSlot slot = slots[field.Slot];
        if (field.Slots.Length > 1)
        {
            return StoreJoined(field, bytes, slots, batch, row, ref reason);
        }

        if (slot.Kind <= JsonKind.Null)
        {
            return StoreNull(field, batch, row, ref reason);
        }

        ReadOnlySpan<byte> value = bytes[slot.Start..slot.End];
        if (_coerce && slot.Kind is JsonKind.Text or JsonKind.EscapedText)
        {
            return StoreCoerced(field, slot, value, batch, row, ref reason);
        }

        switch (field.Type.Kind)
        {
            case ColumnKind.Text:
                batch.Whole<Text>(field.Ordinal)[row] = TextOf(slot, value, batch.Arena);
                break;
            case ColumnKind.Bool when slot.Kind is JsonKind.True or JsonKind.False:
                batch.Whole<bool>(field.Ordinal)[row] = slot.Kind == JsonKind.True;
                break;
            case ColumnKind.Timestamp when slot.Kind is JsonKind.Number or JsonKind.Text or JsonKind.EscapedText:
                return StoreTimestamp(field, TimeText(slot, value, batch.Arena), batch, row, ref reason);
            case ColumnKind.Int64 or ColumnKind.Float64 or ColumnKind.Decimal when slot.Kind == JsonKind.Number:
                return StoreNumber(field, value, batch, row, ref reason);
            default:
                return false;
        }

        batch.SetValid(field.Ordinal, row);
        return true;
    }

    /// <summary>A string as a CSV's field: its words for null, the empty one where it is no text, numbers and bools as they are written there.</summary>
    private static bool StoreCoerced(JsonField field, JsonSlot slot, ReadOnlySpan<byte> value, Batch batch, int row, ref DeadReason reason)
    {
        Text text = TextOf(slot, value, batch.Arena);
        ReadOnlySpan<byte> content = batch.Bytes(text);
        if (field.IsNullWord(content) || (content.IsEmpty && field.Type.Kind != ColumnKind.Text))
        {
            return StoreNull(field, batch, row, ref reason);
        }

        switch (field.Type.Kind)
        {
            case ColumnKind.Text:
                batch.Whole<Text>(field.Ordinal)[row] = text;
                break;
            case ColumnKind.Timestamp:
                return StoreTimestamp(field, content, batch, row, ref reason);
            case ColumnKind.Bool when Bools.Parse(content, out batch.Whole<bool>(field.Ordinal)[row]) == FieldStatus.Value:
                break;
            case ColumnKind.Bool:
                reason = DeadReason.BadBool;
                return false;
            default:
                return StoreNumber(field, content, batch, row, ref reason);
        }

        batch.SetValid(field.Ordinal, row);
        return true;
    }

    private static bool StoreNull(JsonField field, Batch batch, int row, ref DeadReason reason)
    {
        // The validity bit is clear since the batch began.
        Zero(field, batch, row);
        reason = DeadReason.NullField;
        return field.IsNullable;
    }

    private static bool StoreNumber(JsonField field, ReadOnlySpan<byte> value, Batch batch, int row, ref DeadReason reason)
    {
        FieldStatus status = field.Type.Kind switch
        {
            ColumnKind.Int64 => Numbers.ParseInt64(value, out batch.Whole<long>(field.Ordinal)[row]),
            ColumnKind.Float64 => Numbers.ParseFloat64(value, out batch.Whole<double>(field.Ordinal)[row]),
            _ => Numbers.ParseDecimal(value, field.Type.Scale, out batch.Whole<long>(field.Ordinal)[row]),
        };
        switch (status)
        {
            case FieldStatus.Value:
                batch.SetValid(field.Ordinal, row);
                return true;
            case FieldStatus.Null:
                return StoreNull(field, batch, row, ref reason);
            default:
                reason = status == FieldStatus.OutOfRange ? DeadReason.OutOfRange : DeadReason.BadNumber;
                return false;
        }
    }

    private static bool StoreTimestamp(JsonField field, ReadOnlySpan<byte> text, Batch batch, int row, ref DeadReason reason)
    {
        if (!field.Time!.TryParse(text, out long microseconds))
        {
            reason = DeadReason.BadTimestamp;
            return false;
        }

        batch.Whole<Timestamp>(field.Ordinal)[row] = new Timestamp(microseconds);
        batch.SetValid(field.Ordinal, row);
        return true;
    }

    /// <summary>A timestamp of several keys: their texts with a space between; null where one of them is.</summary>
    private static bool StoreJoined(JsonField field, ReadOnlySpan<byte> bytes, ReadOnlySpan<JsonSlot> slots, Batch batch, int row, ref DeadReason reason)
    {
        int length = field.Slots.Length - 1;
        foreach (int number in field.Slots)
        {
            JsonSlot slot = slots[number];
            if (slot.Kind <= JsonKind.Null)
            {
                return StoreNull(field, batch, row, ref reason);
            }

            if (slot.Kind is not (JsonKind.Number or JsonKind.Text or JsonKind.EscapedText))
            {
                return false;
            }

            length += slot.End - slot.Start;
        }

        Span<byte> joined = batch.Arena.Reserve(length);
        int written = 0;
        foreach (int number in field.Slots)
        {
            if (written > 0 || number != field.Slots[0])
            {
                joined[written++] = (byte)' ';
            }

            JsonSlot slot = slots[number];
            ReadOnlySpan<byte> value = bytes[slot.Start..slot.End];
            ReadOnlySpan<byte> inner = slot.Kind == JsonKind.Number ? value : value[1..^1];
            written += JsonText.Unescape(inner, joined[written..]);
        }

        return StoreTimestamp(field, joined[..written], batch, row, ref reason);
    }

    /// <summary>A string by reference where its bytes are its meaning, decoded where it has escapes; anything else as it stands.</summary>
    private static Text TextOf(JsonSlot slot, ReadOnlySpan<byte> value, TextArena arena)
    {
        switch (slot.Kind)
        {
            case JsonKind.Text:
                return new Text(slot.Start + 1, value.Length - 2);
            case JsonKind.EscapedText:
                return arena.Commit(JsonText.Unescape(value[1..^1], arena.Reserve(value.Length)));
            default:
                return new Text(slot.Start, value.Length);
        }
    }

    private static ReadOnlySpan<byte> TimeText(JsonSlot slot, ReadOnlySpan<byte> value, TextArena arena)
    {
        switch (slot.Kind)
        {
            case JsonKind.Text:
                return value[1..^1];
            case JsonKind.EscapedText:
                Span<byte> scratch = arena.Reserve(value.Length);
                return scratch[..JsonText.Unescape(value[1..^1], scratch)];
            default:
                return value;
        }
    }

    /// <summary>What stands in a null's place: kernels run over it, so it is not left to chance.</summary>
    private static void Zero(JsonField field, Batch batch, int row)
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
}
