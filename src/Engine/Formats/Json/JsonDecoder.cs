using System;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Reads one JSON object per line into columns, in one walk over the bytes.</summary>
/// <remarks>
/// The walk checks the whole record (RFC 8259) and remembers where the needed values stand; they are read when the record is known to be sound,
/// in the schema's order, so that a fault in the structure is named before any field's, and the first bad field after it.
/// </remarks>
internal sealed class JsonDecoder : Decoder
{
    private const int MaxNested = 64;

    private readonly int _maxRecordSize;
    private readonly bool _keepRecords;
    private readonly RecordForm _form;
    private readonly PathNode<JsonKeys> _root = new(needed => new JsonKeys(needed));
    private readonly JsonSlot[] _slots;
    private readonly JsonWalk _walk;
    private readonly JsonFields _fields;
    private readonly JsonColumns _columns;
    private readonly JsonLayouts _layouts;
    private readonly JsonRun _run;
    private readonly JsonSigns _signs = new();
    private readonly JsonNames? _names; // null: no record can be read by these alone
    private readonly JsonValues? _values; // null: a record is a line
    private readonly byte[] _open = new byte[JsonCursor.MaxDepth + 1];
    private int _nested; // records in a row that were not flat
    private bool _hasDead; // among the records of the run

    public JsonDecoder(DecodePlan plan, JsonOptions options)
    {
        _maxRecordSize = plan.MaxRecordSize;
        _keepRecords = plan.KeepRecords;
        _form = plan.IsPlain && !options.IsByValue ? RecordForm.Json : default;
        _fields = new JsonFields(plan, _root, options.Coerce);
        _walk = new JsonWalk(_root, _root.Complete(0));
        _slots = _walk.Slots;
        _fields.Bind();
        _columns = new JsonColumns(_fields, _slots.Length);
        _layouts = new JsonLayouts(_slots.Length, _columns.ReadsStrictly);
        _run = new JsonRun(_slots.Length);
        _names = NamesOf(_root, _run, _columns);
        _values = options.IsByValue ? new JsonValues(plan, _walk, _fields) : null;
    }

    /// <summary>The keys of a flat record; null where they are too many or too long, or none.</summary>
    private static JsonNames? NamesOf(PathNode<JsonKeys> root, JsonRun run, JsonColumns columns)
    {
        var names = new JsonNames(run);
        foreach ((string name, PathNode<JsonKeys> node) in root.Names)
        {
            if (!names.TryAdd(Encoding.UTF8.GetBytes(name), node.Slot < 0 ? run.Spare : JsonRun.LaneOf(node.Slot), node.Slot >= 0, columns.ReadsStrictly(node.Slot)))
            {
                return null;
            }
        }

        return names;
    }

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes;
        _signs.Clear();
        _walk.Scratch = batch.Arena;
        batch.SetCount(batch.Capacity);
        batch.RecordForm = _form;
        _fields.Begin(batch);
        if (payload.Header == JsonParts.UnknownSchema)
        {
            return KillMessage(bytes, batch);
        }

        var cursor = new JsonCursor(bytes, _open, _values is not null);
        return _values is null ? DecodeLines(ref cursor, offset, batch) : _values.Decode(ref cursor, payload, offset, batch);
    }

    /// <summary>Walks over up to <see cref="JsonRun.MaxRecords"/> lines at a time, then reads their values column by column.</summary>
    private int DecodeLines(ref JsonCursor cursor, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = cursor.Text;
        int row = 0;
        while (true)
        {
            _run.Clear();
            _hasDead = false;
            int room = Math.Min(JsonRun.MaxRecords, batch.Capacity - row);
            while (offset < bytes.Length && (_run.Count < room || row + room == batch.Capacity))
            {
                if (_run.Count < room && (AddKnown(bytes, ref offset, batch, row, room) || AddFlat(bytes, ref offset, batch, row, room)))
                {
                    continue;
                }

                cursor.At = offset;
                cursor.Fault = JsonFault.None;
                cursor.SkipWhite();
                if (cursor.Next == '\n' && cursor.At - offset <= _maxRecordSize)
                {
                    offset = cursor.At + 1; // also behind the last record that has room: no batch begins with nothing but blank lines
                    continue;
                }

                if (_run.Count == room)
                {
                    break;
                }

                AddAny(ref cursor, ref offset, batch, row);
            }

            _columns.StoreRun(bytes, _run, batch, row, _slots, _hasDead);
            row += _run.Count;
            if (offset >= bytes.Length || row == batch.Capacity)
            {
                batch.Truncate(row);
                return Math.Min(offset, bytes.Length);
            }
        }
    }

    /// <summary>Flat objects, as many as follow each other.</summary>
    private bool AddFlat(ReadOnlySpan<byte> bytes, ref int offset, Batch batch, int row, int room)
    {
        // Where records have containers in them, looking for flat ones is a waste.
        if (_names is null || (_nested > MaxNested && (_nested++ & 15) != 0) || !_signs.Seek(bytes, offset))
        {
            return false;
        }

        // One of another layout now and then leaves the next ones to what is known.
        int first = _run.Count;
        int wanted = _layouts.IsOfUse || _layouts.IsCurious ? 1 : room - first;
        int count = JsonObjects.Read(bytes, ref offset, _signs, _names, _run, wanted, _maxRecordSize);
        _nested = count == 0 ? _nested + 1 : 0;
        if (count > 0)
        {
            Learn(bytes, offset);
        }

        for (int record = first; _keepRecords && record < first + count; record++)
        {
            (int start, int end) = _run.BoundsOf(record);
            batch.WholeRecords[row + record] = new Text(start, end - start);
        }

        return count > 0;
    }

    /// <summary>Takes note of the layout of the newest record.</summary>
    private void Learn(ReadOnlySpan<byte> bytes, int end)
    {
        if (!_layouts.IsCurious)
        {
            _layouts.Pass();
            return;
        }

        for (int slot = 0; slot < _slots.Length; slot++)
        {
            ReadOnlySpan<byte> records = _run.Records(slot);
            _slots[slot] = !records.IsEmpty && records[^1] == _run.Count - 1 ? JsonColumns.SlotOf(_run, slot, records.Length - 1) : default;
        }

        _layouts.Meet(bytes, _run.BoundsOf(_run.Count - 1).Start, end, _slots);
    }

    /// <summary>Records as others were lately, as many as follow each other.</summary>
    private bool AddKnown(ReadOnlySpan<byte> bytes, ref int offset, Batch batch, int row, int room)
    {
        int first = offset;
        int count = _layouts.Match(bytes, ref offset, _maxRecordSize, _run, room - _run.Count);
        for (int i = 0; _keepRecords && i < count; i++)
        {
            int end = _run.Ends[i];
            batch.WholeRecords[row + _run.Count + i] = LineOf(bytes, first, end - 1);
            first = end;
        }

        _run.Begin(count);
        if (count > 0)
        {
            _layouts.Layout.Fill(bytes, _run, count, _layouts.Escaped);
        }

        return count > 0;
    }

    /// <summary>Any record, by the walk over every byte.</summary>
    private void AddAny(ref JsonCursor cursor, ref int offset, Batch batch, int row)
    {
        ReadOnlySpan<byte> bytes = cursor.Text;
        bool isSound = _walk.ReadRecord(ref cursor, out DeadReason reason);
        int end = isSound ? cursor.At : EndOfLine(bytes, offset);
        Text record = LineOf(bytes, offset, end);
        isSound &= JsonValues.Check(bytes, record, cursor, _maxRecordSize, isUtf8: false, ref reason);
        if (_keepRecords)
        {
            batch.WholeRecords[row + _run.Count] = record;
        }

        if (!isSound)
        {
            batch.Kill(row + _run.Count, reason);
            _hasDead = true;
            Array.Clear(_slots);
        }
        else if (end < bytes.Length)
        {
            _layouts.Meet(bytes, offset, end + 1, _slots);
        }

        _run.Begin(offset, end);
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            JsonSlot value = _slots[slot];
            if (value.Kind != JsonKind.Missing)
            {
                int quote = value.Kind is JsonKind.Text or JsonKind.EscapedText ? 1 : 0;
                _run.Add(slot, value.Kind, value.Start + quote, value.End - quote);
            }
        }

        offset = end + 1;
    }

    /// <summary>The whole payload is one message, whose number is that of no JSON Schema.</summary>
    private int KillMessage(ReadOnlySpan<byte> bytes, Batch batch)
    {
        if (_keepRecords)
        {
            batch.WholeRecords[0] = new Text(0, Math.Min(bytes.Length, _maxRecordSize));
        }

        batch.Kill(0, DeadReason.UnknownSchema);
        Array.Clear(_slots);
        _run.Clear();
        _run.Begin(0, bytes.Length);
        _columns.StoreRun(bytes, _run, batch, 0, _slots, hasDead: true);
        batch.Truncate(1);
        return bytes.Length;
    }

    private static int EndOfLine(ReadOnlySpan<byte> bytes, int offset)
    {
        int length = bytes[offset..].IndexOf((byte)'\n');
        return length < 0 ? bytes.Length : offset + length;
    }

    /// <summary>The record without its line end.</summary>
    private static Text LineOf(ReadOnlySpan<byte> bytes, int start, int end)
    {
        bool hasCarriageReturn = end < bytes.Length && end > start && bytes[end - 1] == '\r';
        return new Text(start, end - start - (hasCarriageReturn ? 1 : 0));
    }
}
