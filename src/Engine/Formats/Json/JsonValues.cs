using System;
using System.Text.Unicode;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Reads JSON where lines mean nothing: values one behind the other, or with commas between, as the cutter found them.</summary>
internal sealed class JsonValues(DecodePlan plan, JsonWalk walk, JsonFields fields)
{
    private readonly int _maxRecordSize = plan.MaxRecordSize;
    private readonly bool _keepRecords = plan.KeepRecords;
    private readonly JsonStructure _structure = new();
    private long _payload = -1;
    private bool _isUtf8;

    /// <summary>As many values of a payload as the batch has room for.</summary>
    /// <returns>Where the next one begins.</returns>
    public int Decode(ref JsonCursor cursor, in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = cursor.Text;
        if (offset == 0 || payload.Number != _payload)
        {
            // One fast check for all records; only of a payload that fails it they are checked one by one.
            _isUtf8 = Utf8.IsValid(bytes[offset..]);
            _payload = payload.Number;
        }

        int header = payload.Header;
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
            bool isSound = walk.ReadValue(ref cursor, out DeadReason reason);
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
        _structure.Begin();
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
        isSound &= Check(bytes, record, cursor, _maxRecordSize, _isUtf8, ref reason);
        if (_keepRecords)
        {
            batch.WholeRecords[row] = record;
        }

        int column = -1;
        if (!isSound || !fields.Store(bytes, walk.Slots, batch, row, out reason, out column))
        {
            fields.Clear(batch, row);
            batch.Kill(row, reason, column);
        }
    }

    /// <summary>The rest of what a structure can have wrong: its length, and bytes that are no UTF-8.</summary>
    public static bool Check(ReadOnlySpan<byte> bytes, Text record, JsonCursor cursor, int maxRecordSize, bool isUtf8, ref DeadReason reason)
    {
        if (record.Length > maxRecordSize)
        {
            reason = DeadReason.RecordTooLong;
            return false;
        }

        if (!isUtf8)
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
}
