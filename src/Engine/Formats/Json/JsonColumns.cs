using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Stores the values of many records column by column: the usual ones in one loop, all others by <see cref="JsonFields"/>.</summary>
internal sealed class JsonColumns
{
    private readonly JsonFields _fields;
    private readonly bool[] _isReadStrictly; // by slot
    private readonly long[] _integers = new long[JsonRun.MaxRecords]; // of entries that do not stand side by side in their column
    private readonly double[] _floats = new double[JsonRun.MaxRecords];

    /// <param name="fields">The fields, bound.</param>
    /// <param name="slots">How many values they have.</param>
    public JsonColumns(JsonFields fields, int slots)
    {
        _fields = fields;
        _isReadStrictly = new bool[slots];
        foreach (JsonField field in fields.All)
        {
            if (field.Usual == JsonKind.Number)
            {
                _isReadStrictly[field.Slot] = true;
            }
        }
    }

    /// <summary>Whether the numbers in a slot are checked here, by the columns that read them: the walks over flat and known records leave it to them.</summary>
    public bool ReadsStrictly(int slot) => slot >= 0 && _isReadStrictly[slot];

    /// <summary>Stores records column by column: the same values, and the same first fault of a row, as one by one.</summary>
    public void StoreRun(ReadOnlySpan<byte> bytes, JsonRun run, Batch batch, int row, Span<JsonSlot> slots, bool hasDead)
    {
        // A number that is none is a fault of the record, and so comes before those of fields.
        foreach (JsonField field in _fields.All)
        {
            if (field.Slots.Length == 1 && run.Entries(field.Slot) < run.Count)
            {
                Zero(field, batch, row, run.Count);
            }

            field.IsStored = field.Usual == JsonKind.Number && StoreNumbers(field, bytes, run, batch, row, ref hasDead);
        }

        foreach (JsonField field in _fields.All)
        {
            if (field.Slots.Length > 1)
            {
                hasDead |= !StoreJoined(field, bytes, run, batch, row, slots);
                continue;
            }

            ReadOnlySpan<byte> records = run.Records(field.Slot);
            if (!field.IsNullable && records.Length < run.Count)
            {
                KillMissing(field, records, run.Count, batch, row);
                hasDead = true;
            }

            for (int entry = field.IsStored ? records.Length : 0; entry < records.Length; entry++)
            {
                entry += StoreUsual(field, bytes, run, batch, row, entry);
                if (entry < records.Length)
                {
                    slots[field.Slot] = SlotOf(run, field.Slot, entry);
                    hasDead |= !TryStore(field, bytes, slots, batch, row + records[entry]);
                }
            }
        }

        for (int i = 0; hasDead && i < run.Count; i++)
        {
            if (!batch.IsLive(row + i))
            {
                _fields.Clear(batch, row + i);
            }
        }
    }

    /// <summary>Stores the numbers of a field, and kills the rows where what looks like one is none; true when that was all there is.</summary>
    private bool StoreNumbers(JsonField field, ReadOnlySpan<byte> bytes, JsonRun run, Batch batch, int row, ref bool hasDead)
    {
        bool isAll = true;
        ReadOnlySpan<byte> records = run.Records(field.Slot);
        for (int entry = 0; entry < records.Length; entry++)
        {
            entry += StoreUsual(field, bytes, run, batch, row, entry);
            if (entry < records.Length)
            {
                isAll = false;
                JsonSlot slot = SlotOf(run, field.Slot, entry);
                if (slot.Kind == JsonKind.Number && !JsonObjects.IsNumber(bytes[slot.Start..slot.End]))
                {
                    batch.Kill(row + records[entry], DeadReason.BadJson);
                    hasDead = true;
                }
            }
        }

        return isAll;
    }

    private bool StoreJoined(JsonField field, ReadOnlySpan<byte> bytes, JsonRun run, Batch batch, int row, Span<JsonSlot> slots)
    {
        bool isSound = true;
        for (int record = 0; record < run.Count; record++)
        {
            foreach (int slot in field.Slots)
            {
                int entry = run.Records(slot).IndexOf((byte)record);
                slots[slot] = entry < 0 ? default : SlotOf(run, slot, entry);
            }

            isSound &= TryStore(field, bytes, slots, batch, row + record);
        }

        return isSound;
    }

    private bool TryStore(JsonField field, ReadOnlySpan<byte> bytes, ReadOnlySpan<JsonSlot> slots, Batch batch, int row)
    {
        if (_fields.Store(field, bytes, slots, batch, row, out DeadReason reason))
        {
            return true;
        }

        batch.Kill(row, reason, field.Ordinal);
        return false;
    }

    /// <summary>What stands in the rows that lack a field; the others are stored afterwards.</summary>
    private static void Zero(JsonField field, Batch batch, int row, int count)
    {
        if (field.Type.Kind == ColumnKind.Bool)
        {
            batch.Whole<bool>(field.Ordinal).Slice(row, count).Clear();
        }
        else
        {
            batch.Whole<long>(field.Ordinal).Slice(row, count).Clear();
        }
    }

    /// <summary>Rows that lack a field that may not be null.</summary>
    private static void KillMissing(JsonField field, ReadOnlySpan<byte> records, int count, Batch batch, int row)
    {
        for (int record = 0, entry = 0; record < count; record++)
        {
            if (entry < records.Length && records[entry] == record)
            {
                entry++;
            }
            else
            {
                batch.Kill(row + record, DeadReason.NullField, field.Ordinal);
            }
        }
    }

    /// <summary>The value of an entry as the walk over every byte has it, quotes included.</summary>
    public static JsonSlot SlotOf(JsonRun run, int slot, int entry)
    {
        var kind = (JsonKind)run.Kinds(slot)[entry];
        int quote = kind is JsonKind.Text or JsonKind.EscapedText ? 1 : 0;
        Span<int> marks = run.Marks(slot).Slice(2 * entry, 2);
        return new JsonSlot { Kind = kind, Start = marks[0] + 1 - quote, End = marks[1] + quote };
    }

    /// <summary>Stores a field's entries from one on, up to the first that is not as usual.</summary>
    /// <returns>How many were stored.</returns>
    private int StoreUsual(JsonField field, ReadOnlySpan<byte> bytes, JsonRun run, Batch batch, int row, int from)
    {
        if (field.Usual == JsonKind.Missing)
        {
            return 0;
        }

        ReadOnlySpan<byte> kinds = run.Kinds(field.Slot)[from..];
        int count = kinds.IndexOfAnyExcept((byte)field.Usual);
        count = count < 0 ? kinds.Length : count;
        if (count == 0)
        {
            return 0;
        }

        // Where no record lacks the field, the column is filled as it is; otherwise values go to their rows behind that.
        ReadOnlySpan<byte> records = run.Records(field.Slot).Slice(from, count);
        bool isDense = records[^1] - records[0] == count - 1;
        int first = row + records[0];
        ReadOnlySpan<int> marks = run.Marks(field.Slot)[(2 * from)..];
        if (field.Type.Kind == ColumnKind.Text)
        {
            Span<Text> texts = batch.Whole<Text>(field.Ordinal).Slice(row, run.Count);
            for (int i = 0; i < records.Length; i++)
            {
                int start = marks[2 * i] + 1;
                texts[records[i]] = new Text(start, marks[(2 * i) + 1] - start);
            }
        }
        else
        {
            var values = new FieldRun(bytes, marks, 1, 2, count, isLast: false, isJson: field.Usual == JsonKind.Number);
            if (field.Type.Kind == ColumnKind.Float64)
            {
                Span<double> column = batch.Whole<double>(field.Ordinal).Slice(row, run.Count);
                Span<double> target = isDense ? column.Slice(records[0], count) : _floats.AsSpan(0, count);
                count = Fields.ReadFloat64(values, target);
                Spread(target, isDense ? [] : records[..count], column);
            }
            else
            {
                Span<long> column = batch.Whole<long>(field.Ordinal).Slice(row, run.Count);
                Span<long> target = isDense ? column.Slice(records[0], count) : _integers.AsSpan(0, count);
                count = field.Type.Kind == ColumnKind.Timestamp ? Fields.ReadTimestamps(values, target) : Fields.ReadInt64(values, target);
                Spread(target, isDense ? [] : records[..count], column);
            }
        }

        if (isDense && count > 0)
        {
            batch.SetValid(field.Ordinal, first, count);
        }
        else
        {
            batch.SetValid(field.Ordinal, row, records[..count]);
        }

        return count;
    }

    private static void Spread<T>(ReadOnlySpan<T> values, ReadOnlySpan<byte> records, Span<T> column)
    {
        for (int i = 0; i < records.Length; i++)
        {
            column[records[i]] = values[i];
        }
    }
}
