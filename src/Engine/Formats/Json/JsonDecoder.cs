using System;
using System.Text.Unicode;
using DataStream.Batches;

namespace DataStream.Formats.Json;

/// <summary>Reads one JSON object per line into columns, in one walk over the bytes.</summary>
/// <remarks>
/// The walk checks the whole record (RFC 8259) and remembers where the needed values stand; they are read when the record is known to be sound,
/// in the schema's order, so that a fault in the structure is named before any field's, and the first bad field after it.
/// </remarks>
internal sealed class JsonDecoder : Decoder
{
    private readonly int _maxRecordSize;
    private readonly bool _keepRecords;
    private readonly JsonNode _root = new();
    private readonly JsonSlot[] _slots;
    private readonly JsonFields _fields;
    private readonly JsonLayouts _layouts;
    private readonly JsonStructure? _structure; // null: a record is a line
    private readonly byte[] _open = new byte[JsonCursor.MaxDepth + 1];
    private long _payload = -1;
    private bool _isUtf8;
    private TextArena _scratch = null!; // the batch's, during a call

    public JsonDecoder(DecodePlan plan, JsonOptions options)
    {
        _maxRecordSize = plan.MaxRecordSize;
        _keepRecords = plan.KeepRecords;
        _fields = new JsonFields(plan, _root, options.Coerce);
        _slots = new JsonSlot[_root.Complete(0)];
        _fields.Bind();
        _layouts = new JsonLayouts(_slots.Length);
        _structure = options.IsByValue ? new JsonStructure() : null;
    }

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes;
        if (offset == 0 || payload.Number != _payload)
        {
            // One fast check for all records; only a payload that fails it has them checked one by one.
            _isUtf8 = Utf8.IsValid(bytes[offset..]);
            _payload = payload.Number;
        }

        _scratch = batch.Arena;
        batch.SetCount(batch.Capacity);
        _fields.Begin(batch);
        var cursor = new JsonCursor(bytes, _open, _structure is not null);
        int row = 0;
        if (_structure is not null)
        {
            return DecodeValues(ref cursor, payload.Header, offset, batch);
        }

        while (offset < bytes.Length)
        {
            if (_isUtf8 && row < batch.Capacity)
            {
                // Records as others were lately, many at once.
                int first = offset;
                int count = _layouts.Match(bytes, ref offset, _maxRecordSize, batch.Capacity - row);
                if (count > 0)
                {
                    StoreRun(bytes, first, batch, row, count);
                    row += count;
                    continue;
                }
            }

            cursor.At = offset;
            cursor.Fault = JsonFault.None;
            cursor.SkipWhite();
            if (cursor.Next == '\n' && cursor.At - offset <= _maxRecordSize)
            {
                offset = cursor.At + 1;
                continue;
            }

            if (row == batch.Capacity)
            {
                break;
            }

            bool isSound = ReadRecord(ref cursor, out DeadReason reason);
            int end = isSound ? cursor.At : EndOfLine(bytes, offset);
            StoreRecord(bytes, LineOf(bytes, offset, end), cursor, isSound, reason, batch, row);
            if (isSound && end < bytes.Length)
            {
                _layouts.Meet(bytes, offset, end + 1, _slots);
            }

            row++;
            offset = end + 1;
        }

        batch.Truncate(row);
        return Math.Min(offset, bytes.Length);
    }

    /// <summary>Stores records of one layout, column by column.</summary>
    private void StoreRun(ReadOnlySpan<byte> bytes, int first, Batch batch, int row, int count)
    {
        JsonLayout layout = _layouts.Layout;
        int width = 2 * layout.Count;
        ReadOnlySpan<int> marks = _layouts.Marks[..(count * width)];
        if (_keepRecords)
        {
            Span<Text> records = batch.WholeRecords;
            for (int i = 0; i < count; i++)
            {
                int last = marks[((i + 1) * width) - 1];
                int end = last + bytes[last..].IndexOf((byte)'\n');
                records[row + i] = LineOf(bytes, first, end);
                first = end + 1;
            }
        }

        _fields.StoreRun(bytes, layout, marks, batch, row, count, _slots);
    }

    /// <summary>The same where lines mean nothing: values one behind the other, or with commas between, as the cutter found them.</summary>
    private int DecodeValues(ref JsonCursor cursor, int header, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = cursor.Text;
        int row = 0;
        while (true)
        {
            while (header == JsonParts.Values && offset < bytes.Length && (JsonStructure.IsWhite(bytes[offset]) || bytes[offset] == ','))
            {
                offset++;
            }

            if (offset == bytes.Length || row == batch.Capacity)
            {
                batch.Truncate(row);
                return offset;
            }

            cursor.At = offset;
            cursor.Fault = JsonFault.None;
            bool isSound = ReadValue(ref cursor, out DeadReason reason);
            int end = bytes.Length;
            if (header == JsonParts.Values)
            {
                end = isSound ? cursor.At : EndOfValue(bytes, offset);
                reason = reason == DeadReason.NotObject && cursor.At != end ? DeadReason.BadJson : reason;
            }
            else
            {
                isSound = false;
                cursor.SkipWhite();
                bool isValue = reason == DeadReason.NotObject && cursor.At == end;
                reason = isValue && header == JsonParts.NoRecords ? DeadReason.BadType : reason == DeadReason.TooDeep ? reason : DeadReason.BadJson;
            }

            bool isBlank = header != JsonParts.Values && end == offset + 1 && JsonStructure.IsWhite(bytes[offset]); // the array is cut off there
            var record = new Text(offset, isBlank ? 0 : end - offset);
            StoreRecord(bytes, record, cursor, isSound, reason, batch, row);
            row++;
            offset = end;
        }
    }

    /// <summary>The end of a value whose structure is even, whatever else is wrong with it.</summary>
    private int EndOfValue(ReadOnlySpan<byte> bytes, int offset)
    {
        _structure!.Begin();
        JsonToken token;
        do
        {
            token = _structure.Next(bytes, ref offset);
        }
        while (token > JsonToken.Fault && _structure.Depth > 0);
        return token > JsonToken.Fault ? offset : bytes.Length;
    }

    private void StoreRecord(ReadOnlySpan<byte> bytes, Text record, JsonCursor cursor, bool isSound, DeadReason reason, Batch batch, int row)
    {
        isSound &= Check(bytes, record, cursor, ref reason);
        if (_keepRecords)
        {
            batch.WholeRecords[row] = record;
        }

        int column = -1;
        if (!isSound || !_fields.Store(bytes, _slots, batch, row, out reason, out column))
        {
            _fields.Clear(batch, row);
            batch.Kill(row, reason, column);
        }
    }

    /// <summary>Walks over the record at the cursor; true, and the cursor at its end, when it is an object and nothing follows it.</summary>
    private bool ReadRecord(ref JsonCursor cursor, out DeadReason reason)
    {
        bool isObject = ReadValue(ref cursor, out reason);
        if (cursor.Fault == JsonFault.None)
        {
            cursor.SkipWhite();
            if (cursor.Next != '\n')
            {
                reason = DeadReason.BadJson;
                return cursor.Fail();
            }
        }

        return isObject;
    }

    /// <summary>Walks over the value at the cursor; true when it is an object.</summary>
    private bool ReadValue(ref JsonCursor cursor, out DeadReason reason)
    {
        Array.Clear(_slots);
        bool isObject = cursor.Next == '{';
        bool isValue = isObject && _root.Keys is not null ? ReadObject(_root, 1, ref cursor) : cursor.SkipValue(1) != JsonKind.Missing;
        reason = isValue ? DeadReason.NotObject : cursor.Fault == JsonFault.TooDeep ? DeadReason.TooDeep : DeadReason.BadJson;
        return isValue && isObject;
    }

    /// <summary>The rest of what a structure can have wrong: its length, and bytes that are no UTF-8.</summary>
    private bool Check(ReadOnlySpan<byte> bytes, Text record, JsonCursor cursor, ref DeadReason reason)
    {
        if (record.Length > _maxRecordSize)
        {
            reason = DeadReason.RecordTooLong;
            return false;
        }

        if (!_isUtf8)
        {
            // The first fault from the left is named: of a record that is too deep, what stands before the bracket that is.
            int length = cursor.Fault == JsonFault.TooDeep ? cursor.At - record.Offset : record.Length;
            if (!Utf8.IsValid(bytes.Slice(record.Offset, length)))
            {
                reason = DeadReason.BadJson;
                return false;
            }
        }

        return true;
    }

    private bool ReadObject(JsonNode node, int depth, ref JsonCursor cursor)
    {
        if (depth > JsonCursor.MaxDepth)
        {
            return cursor.Fail(JsonFault.TooDeep);
        }

        cursor.At++;
        cursor.SkipWhite();
        if (cursor.Next == '}')
        {
            cursor.At++;
            return true;
        }

        JsonKeys keys = node.Keys!;
        int previous = -1;
        while (true)
        {
            if (!keys.TryMatch(ref cursor, ref previous, _scratch, out JsonNode? child)
                || !(child is null ? cursor.SkipValue(depth + 1) != JsonKind.Missing : ReadValue(child, depth + 1, ref cursor)))
            {
                return false;
            }

            cursor.SkipWhite();
            byte next = cursor.Next;
            if (next != ',')
            {
                cursor.At++;
                return next == '}' || FailBefore(ref cursor);
            }

            cursor.At++;
            cursor.SkipWhite();
        }
    }

    private bool ReadArray(JsonNode node, int depth, ref JsonCursor cursor)
    {
        if (depth > JsonCursor.MaxDepth)
        {
            return cursor.Fail(JsonFault.TooDeep);
        }

        cursor.At++;
        cursor.SkipWhite();
        if (cursor.Next == ']')
        {
            cursor.At++;
            return true;
        }

        int wanted = 0;
        for (int index = 0; ; index++)
        {
            bool isWanted = wanted < node.Elements.Length && node.Elements[wanted].Index == index;
            if (!(isWanted ? ReadValue(node.Elements[wanted++].Node, depth + 1, ref cursor) : cursor.SkipValue(depth + 1) != JsonKind.Missing))
            {
                return false;
            }

            cursor.SkipWhite();
            byte next = cursor.Next;
            if (next != ',')
            {
                cursor.At++;
                return next == ']' || FailBefore(ref cursor);
            }

            cursor.At++;
            cursor.SkipWhite();
        }
    }

    private bool ReadValue(JsonNode node, int depth, ref JsonCursor cursor)
    {
        if (node.IsInner)
        {
            // Of a key given twice the last value counts: what was found below the first one is forgotten.
            _slots.AsSpan(node.FirstSlot, node.EndSlot - node.FirstSlot).Clear();
        }

        int start = cursor.At;
        JsonKind kind;
        if (node.Keys is not null && cursor.Next == '{')
        {
            kind = ReadObject(node, depth, ref cursor) ? JsonKind.Object : JsonKind.Missing;
        }
        else if (node.Elements.Length > 0 && cursor.Next == '[')
        {
            kind = ReadArray(node, depth, ref cursor) ? JsonKind.Array : JsonKind.Missing;
        }
        else
        {
            kind = cursor.SkipValue(depth);
        }

        if (node.Slot >= 0)
        {
            _slots[node.Slot] = new JsonSlot { Kind = kind, Start = start, End = cursor.At };
        }

        return kind != JsonKind.Missing;
    }

    private static bool FailBefore(ref JsonCursor cursor)
    {
        cursor.At--;
        return cursor.Fail();
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
