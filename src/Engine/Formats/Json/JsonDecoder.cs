using System;
using System.Text.Unicode;
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
    private readonly int _maxRecordSize;
    private readonly bool _keepRecords;
    private readonly PathNode<JsonKeys> _root = new(needed => new JsonKeys(needed));
    private readonly JsonSlot[] _slots;
    private readonly JsonWalk _walk;
    private readonly JsonFields _fields;
    private readonly JsonLayouts _layouts;
    private readonly JsonRun _run;
    private readonly JsonMember[] _members = new JsonMember[JsonLayout.MaxGaps];
    private readonly JsonStructure? _structure; // null: a record is a line
    private readonly byte[] _open = new byte[JsonCursor.MaxDepth + 1];
    private long _payload = -1;
    private bool _isUtf8;
    private bool _hasDead; // among the records of the run

    public JsonDecoder(DecodePlan plan, JsonOptions options)
    {
        _maxRecordSize = plan.MaxRecordSize;
        _keepRecords = plan.KeepRecords;
        _fields = new JsonFields(plan, _root, options.Coerce);
        _walk = new JsonWalk(_root, _root.Complete(0));
        _slots = _walk.Slots;
        _fields.Bind();
        _layouts = new JsonLayouts(_slots.Length);
        _run = new JsonRun(_slots.Length);
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

        _walk.Scratch = batch.Arena;
        batch.SetCount(batch.Capacity);
        _fields.Begin(batch);
        var cursor = new JsonCursor(bytes, _open, _structure is not null);
        return _structure is null ? DecodeLines(ref cursor, offset, batch) : DecodeValues(ref cursor, payload.Header, offset, batch);
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
                if (_isUtf8 && _run.Count < room && (AddKnown(bytes, ref offset, batch, row, room) || AddFlat(bytes, ref offset, batch, row)))
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

            _fields.StoreRun(bytes, _run, batch, row, _slots, _hasDead);
            row += _run.Count;
            if (offset >= bytes.Length || row == batch.Capacity)
            {
                batch.Truncate(row);
                return Math.Min(offset, bytes.Length);
            }
        }
    }

    /// <summary>Records as others were lately, as many as follow each other.</summary>
    private bool AddKnown(ReadOnlySpan<byte> bytes, ref int offset, Batch batch, int row, int room)
    {
        int first = offset;
        int count = _layouts.Match(bytes, ref offset, _maxRecordSize, _run.Room(room - _run.Count), _run.Width);
        if (count == 0)
        {
            return false;
        }

        for (int i = 0; _keepRecords && i < count; i++)
        {
            int end = EndOfLine(bytes, first);
            batch.WholeRecords[row + _run.Count + i] = LineOf(bytes, first, end);
            first = end + 1;
        }

        _run.Add(bytes, _layouts.Layout, count, _layouts.Escaped);
        return true;
    }

    /// <summary>A record of scalars alone, whatever its keys and their order.</summary>
    private bool AddFlat(ReadOnlySpan<byte> bytes, ref int offset, Batch batch, int row)
    {
        int start = offset;
        int end = offset;
        int count = JsonObjects.Read(bytes, ref end, _members);
        if (count < 0 || end - start > _maxRecordSize)
        {
            return false;
        }

        Array.Clear(_slots);
        int previous = -1;
        foreach (ref readonly JsonMember member in _members.AsSpan(0, _root.Keys is null ? 0 : count))
        {
            if (_root.Keys!.NodeOf(bytes, member, ref previous) is { } node)
            {
                _walk.Place(node, SlotOf(bytes, member));
            }
        }

        if (_keepRecords)
        {
            batch.WholeRecords[row + _run.Count] = LineOf(bytes, start, end - 1);
        }

        if (_layouts.IsCurious)
        {
            _layouts.Meet(bytes, start, end, _slots);
        }
        else
        {
            _layouts.Pass();
        }

        _run.Add(_slots);
        offset = end;
        return true;
    }

    /// <summary>Without branches for what cannot be foreseen: whether a value is a string or a number.</summary>
    private static JsonSlot SlotOf(ReadOnlySpan<byte> bytes, in JsonMember member)
    {
        int quote = member.Kind == JsonGap.String ? 1 : 0;
        JsonKind kind = member.Kind == JsonGap.Word ? JsonRun.KindOfWord(bytes[member.Start])
            : member.IsEscaped ? JsonKind.EscapedText
            : (JsonKind)((int)JsonKind.Number + quote);
        return new JsonSlot { Kind = kind, Start = member.Start - quote, End = member.End + quote };
    }

    /// <summary>Any record, by the walk over every byte.</summary>
    private void AddAny(ref JsonCursor cursor, ref int offset, Batch batch, int row)
    {
        ReadOnlySpan<byte> bytes = cursor.Text;
        bool isSound = _walk.ReadRecord(ref cursor, out DeadReason reason);
        int end = isSound ? cursor.At : EndOfLine(bytes, offset);
        Text record = LineOf(bytes, offset, end);
        isSound &= Check(bytes, record, cursor, ref reason);
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

        _run.Add(_slots);
        offset = end + 1;
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
            bool isSound = _walk.ReadValue(ref cursor, out DeadReason reason);
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
