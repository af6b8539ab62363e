using System;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.MessagePack;

/// <summary>Reads concatenated MessagePack maps into columns, in one walk over the bytes.</summary>
/// <remarks>
/// The walk checks the whole record and remembers where the needed values stand; they are read when the record is known to be sound, in the schema's order, so
/// that a fault in the structure is named before any field's, and the first bad field after it. Records whose keys are all known are read by
/// <see cref="MessagePackKnownKeys"/> instead.
/// </remarks>
internal sealed class MessagePackDecoder : Decoder
{
    private readonly int _maxRecordSize;
    private readonly bool _keepRecords;
    private readonly PathNode<MessagePackKeys> _root = new(needed => new MessagePackKeys(needed));
    private readonly MessagePackSlot[] _slots;
    private readonly MessagePackFields _fields;
    private readonly MessagePackKnownKeys _known;
    private readonly long[] _open = new long[MessagePackCursor.MaxDepth + 1];

    public MessagePackDecoder(DecodePlan plan)
    {
        _maxRecordSize = plan.MaxRecordSize;
        _keepRecords = plan.KeepRecords;
        _fields = new MessagePackFields(plan, _root);
        _slots = new MessagePackSlot[_root.Complete(0)];
        foreach (MessagePackField field in _fields.All)
        {
            field.Bind();
        }

        _known = new MessagePackKnownKeys(_root, _fields, _slots.Length, plan);
    }

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes;
        batch.Attach(payload);
        batch.SetCount(batch.Capacity);
        _fields.Begin(batch);
        Span<Text> records = _keepRecords ? batch.WholeRecords : [];
        var cursor = new MessagePackCursor(bytes, _open);
        int row = 0;
        while (offset < bytes.Length && row < batch.Capacity)
        {
            int known = _known.Read(bytes, offset, batch, row);
            if (known > 0)
            {
                TakeKnown(ref cursor, known, batch, row);
                row += known;
                offset = _known.Starts[known];
                continue;
            }

            ReadRecord(ref cursor, offset, batch, row);
            if (!records.IsEmpty)
            {
                records[row] = new Text(offset, cursor.At - offset);
            }

            offset = cursor.At;
            row++;
        }

        batch.Truncate(row);
        return offset;
    }

    /// <summary>Completes rows whose keys are all known.</summary>
    private void TakeKnown(ref MessagePackCursor cursor, int count, Batch batch, int row)
    {
        ReadOnlySpan<int> starts = _known.Starts;
        if (_keepRecords)
        {
            Span<Text> records = batch.WholeRecords.Slice(row, count);
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = new Text(starts[i], starts[i + 1] - starts[i]);
            }
        }

        // Dead ones among them.
        for (ulong others = _known.Others; others != 0; others &= others - 1)
        {
            int i = BitOperations.TrailingZeroCount(others);
            ReadRecord(ref cursor, starts[i], batch, row + i);
        }
    }

    /// <summary>Reads any record, dead ones too, and leaves the cursor at its end.</summary>
    private void ReadRecord(ref MessagePackCursor cursor, int offset, Batch batch, int row)
    {
        cursor.At = offset;
        cursor.Fault = MessagePackFault.None;
        Array.Clear(_slots);
        bool isMap = MessagePackTokens.IsMap(cursor.Bytes[offset]);
        bool isValue = isMap && _root.Keys is not null ? ReadMap(_root, 1, ref cursor) : cursor.SkipValue(1);
        int column = -1;
        DeadReason reason;
        if (!isValue)
        {
            reason = FaultOf(ref cursor, offset);
        }
        else if (cursor.At - offset > _maxRecordSize)
        {
            reason = DeadReason.RecordTooLong;
        }
        else if (!isMap)
        {
            reason = DeadReason.NotObject;
        }
        else if (_fields.Store(cursor.Bytes, _slots, batch, row, out reason, out column))
        {
            _known.Learn(ref cursor, offset);
            return;
        }

        _fields.Clear(batch, row);
        batch.Kill(row, reason, column);
    }

    /// <summary>Why a record has no sound structure; the cursor goes to its end, which is the payload's where it cannot be told.</summary>
    private DeadReason FaultOf(ref MessagePackCursor cursor, int offset)
    {
        // The fault may stand before the record's end, which follows from its structure at any depth.
        ReadOnlySpan<byte> rest = cursor.Bytes[offset..];
        long length = 0;
        ulong pending = 1;
        bool isSound = MessagePackTokens.Skip(rest, ref length, ref pending);
        bool isWhole = isSound && pending == 0 && length <= rest.Length;
        cursor.At = isWhole ? offset + (int)length : cursor.Bytes.Length;

        // A cutter leaves one byte more than the longest record of those that are too long.
        bool isTooLong = isSound && (isWhole ? length : rest.Length) > _maxRecordSize;
        return isTooLong ? DeadReason.RecordTooLong
            : cursor.Fault == MessagePackFault.TooDeep ? DeadReason.TooDeep
            : DeadReason.BadMsgpack;
    }

    private bool ReadMap(PathNode<MessagePackKeys> node, int depth, ref MessagePackCursor cursor)
    {
        int first = cursor.At;
        if (!cursor.SkipToken(out long children))
        {
            return false;
        }

        if (depth > MessagePackCursor.MaxDepth)
        {
            cursor.At = first;
            return cursor.Fail(MessagePackFault.TooDeep);
        }

        MessagePackKeys keys = node.Keys!;
        int previous = -1;
        for (long i = 0; i < children; i += 2)
        {
            if (!keys.TryMatch(ref cursor, depth + 1, ref previous, out PathNode<MessagePackKeys>? child)
                || !(child is null ? cursor.SkipValue(depth + 1) : ReadValue(child, depth + 1, ref cursor)))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadArray(PathNode<MessagePackKeys> node, int depth, ref MessagePackCursor cursor)
    {
        int first = cursor.At;
        if (!cursor.SkipToken(out long children))
        {
            return false;
        }

        if (depth > MessagePackCursor.MaxDepth)
        {
            cursor.At = first;
            return cursor.Fail(MessagePackFault.TooDeep);
        }

        int wanted = 0;
        for (long index = 0; index < children; index++)
        {
            bool isWanted = wanted < node.Elements.Length && node.Elements[wanted].Index == index;
            if (!(isWanted ? ReadValue(node.Elements[wanted++].Node, depth + 1, ref cursor) : cursor.SkipValue(depth + 1)))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadValue(PathNode<MessagePackKeys> node, int depth, ref MessagePackCursor cursor)
    {
        int start = cursor.At;
        bool isRead;
        if (node.IsInner)
        {
            // Of a key given twice the last value counts: what was found below the first one is forgotten.
            _slots.AsSpan(node.FirstSlot, node.EndSlot - node.FirstSlot).Clear();
            byte token = start < cursor.Bytes.Length ? cursor.Bytes[start] : MessagePackTokens.NeverUsed;
            isRead = node.Keys is not null && MessagePackTokens.IsMap(token) ? ReadMap(node, depth, ref cursor)
                : node.Elements.Length > 0 && MessagePackTokens.IsArray(token) ? ReadArray(node, depth, ref cursor)
                : cursor.SkipValue(depth);
        }
        else
        {
            isRead = cursor.SkipValue(depth);
        }

        if (node.Slot >= 0)
        {
            _slots[node.Slot] = new MessagePackSlot(start, cursor.At);
        }

        return isRead;
    }
}
