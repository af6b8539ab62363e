using System;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Makes a shape of a sound record, where its keys are short texts, none that is needed comes twice, and fields are read from one place each.</summary>
internal sealed class MessagePackShapeLearner
{
    private const int NoField = -1;
    private const int MaxHead = 0x8F; // of a map whose keys are counted in its first byte

    private readonly PathNode<MessagePackKeys> _root;
    private readonly MessagePackFields _fields;
    private readonly int[] _fieldOfSlot;
    private readonly bool[] _isMet; // by field
    private readonly bool _isPossible = true;

    public MessagePackShapeLearner(PathNode<MessagePackKeys> root, MessagePackFields fields, int slots)
    {
        (_root, _fields) = (root, fields);
        _fieldOfSlot = new int[slots];
        _fieldOfSlot.AsSpan().Fill(NoField);
        _isMet = new bool[fields.All.Length];
        for (int i = 0; i < fields.All.Length; i++)
        {
            MessagePackField field = fields.All[i];
            _isPossible &= field.Slots.Length == 1 && _fieldOfSlot[field.Slot] == NoField;
            _fieldOfSlot[field.Slot] = i;
        }
    }

    /// <summary>Learns the sound record at the cursor.</summary>
    public void Learn(ref MessagePackCursor cursor, MessagePackShape shape)
    {
        shape.Clear();
        if (!_isPossible || _root.Keys is null)
        {
            return;
        }

        byte head = cursor.Bytes[cursor.At];
        Array.Clear(_isMet);
        if (!TryMap(_root, 1, ref cursor, shape))
        {
            return;
        }

        for (int i = 0; i < _isMet.Length; i++)
        {
            if (!_isMet[i])
            {
                shape.AddMissing(i);
                if (!_fields.All[i].IsNullable)
                {
                    return;
                }
            }
        }

        shape.Finish(head);
    }

    private bool TryMap(PathNode<MessagePackKeys> node, int depth, ref MessagePackCursor cursor, MessagePackShape shape)
    {
        if (cursor.Bytes[cursor.At] > MaxHead || depth > MessagePackCursor.MaxDepth)
        {
            return false;
        }

        cursor.SkipToken(out long children);
        int previous = -1;
        for (long i = 0; i < children; i += 2)
        {
            int start = cursor.At;
            byte token = cursor.Bytes[start];
            if ((token & 0xE0) != 0xA0 || !node.Keys!.TryMatch(ref cursor, depth + 1, ref previous, out PathNode<MessagePackKeys>? child)
                || !TryStep(cursor.Bytes[start..cursor.At], child, depth + 1, ref cursor, shape))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryStep(ReadOnlySpan<byte> key, PathNode<MessagePackKeys>? child, int depth, ref MessagePackCursor cursor, MessagePackShape shape)
    {
        byte token = cursor.Bytes[cursor.At];
        var step = new MessagePackStep { Depth = (short)depth, Head = token };
        if (child is null)
        {
            return shape.TryAdd(key, step) && cursor.SkipValue(depth);
        }

        if (child.IsInner)
        {
            step.Kind = MessagePackStepKind.Enter;
            return child.Slot < 0 && child.Keys is not null && !IsMet(child) && T.IsMap(token) && shape.TryAdd(key, step) && TryMap(child, depth, ref cursor, shape);
        }

        int number = _fieldOfSlot[child.Slot];
        MessagePackField field = _fields.All[number];
        step.Kind = KindOf(field, token);
        step.Target = step.Kind == MessagePackStepKind.Field ? number : field.Ordinal;
        if (_isMet[number] || !shape.TryAdd(key, step))
        {
            return false;
        }

        _isMet[number] = true;
        if (step.Kind != MessagePackStepKind.Field)
        {
            shape.AddFilled(field.Ordinal);
        }

        return cursor.SkipValue(depth);
    }

    /// <summary>Whether something below the place was found under the same key before: the record's last one counts, which a shape does not know.</summary>
    private bool IsMet(PathNode<MessagePackKeys> node)
    {
        for (int slot = node.FirstSlot; slot < node.EndSlot; slot++)
        {
            if (_isMet[_fieldOfSlot[slot]])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The quick way for a value as it was met, where there is one.</summary>
    private static MessagePackStepKind KindOf(MessagePackField field, byte token) => field.Type.Kind switch
    {
        ColumnKind.Float64 when token == T.Float64 => MessagePackStepKind.Float64,
        ColumnKind.Int64 when token is < 0x80 or >= 0xE0 or (>= T.UInt8 and <= T.Int64) => MessagePackStepKind.Int64,
        ColumnKind.Text when (token & 0xE0) == 0xA0 || token == T.Str8 => MessagePackStepKind.Text,
        ColumnKind.Timestamp when token is T.FixExt4 or T.FixExt8 => MessagePackStepKind.Instant,
        _ => MessagePackStepKind.Field,
    };
}
