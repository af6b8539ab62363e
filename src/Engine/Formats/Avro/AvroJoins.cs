using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>The texts that are joined to timestamps, of one record: they lie anywhere in it, and in any order. One per decoder; nothing is allocated.</summary>
internal sealed class AvroJoins
{
    private readonly int[] _first; // by place of the field: its first part
    private readonly int[] _counts;
    private readonly Text[] _texts;
    private readonly PartState[] _states;

    public AvroJoins(DecodePlan plan)
    {
        _counts = [.. plan.Fields.Select(field => field.IsNeeded && field.Path is null && field.Sources.Count > 1 ? field.Sources.Count : 0)];
        var first = new List<int>();
        int parts = 0;
        foreach (int count in _counts)
        {
            first.Add(parts);
            parts += count;
        }

        _first = [.. first];
        _texts = new Text[parts];
        _states = new PartState[parts];
    }

    private enum PartState : byte
    {
        /// <summary>Not read: of a type that cannot be joined.</summary>
        Missing,

        Null,
        Given,
    }

    /// <summary>A new record.</summary>
    public void Begin() => Array.Clear(_states);

    public bool Part(in AvroOp op, ref AvroCursor cursor, AvroValues values)
    {
        int at = _first[op.Place] + op.Length;
        switch (op.Kind)
        {
            case AvroOpKind.PartOfNull:
                _states[at] = PartState.Null;
                return true;
            case AvroOpKind.PartOfNumber:
                Span<byte> digits = stackalloc byte[NumberText.MaxInt64Length];
                if (!cursor.TryLong(out long value))
                {
                    return false;
                }

                _texts[at] = values.Batch.Arena.Append(digits[..NumberText.FormatInt64(value, digits)]);
                break;
            default:
                if (!AvroText.TryTextOf(op.Schema!, ref cursor, out ReadOnlySpan<byte> text))
                {
                    return false;
                }

                bool isInPayload = !values.AreConstant && op.Schema!.Kind != AvroKind.Enum;
                _texts[at] = isInPayload ? new Text(cursor.At - text.Length, text.Length) : values.Batch.Arena.Append(text);
                break;
        }

        _states[at] = PartState.Given;
        return true;
    }

    /// <summary>The timestamp, null where a part is.</summary>
    public bool Join(in AvroOp op, AvroValues values)
    {
        ReadOnlySpan<PartState> states = _states.AsSpan(_first[op.Place], _counts[op.Place]);
        if (states.Contains(PartState.Missing))
        {
            return true; // said when it was met
        }

        if (states.Contains(PartState.Null))
        {
            return values.Null(op);
        }

        ReadOnlySpan<Text> parts = _texts.AsSpan(_first[op.Place], states.Length);
        int length = parts.Length;
        foreach (Text part in parts)
        {
            length += part.Length;
        }

        TextArena arena = values.Batch.Arena;
        int start = arena.Length;
        arena.Reserve(length); // parts may lie in it: it must not move under them
        for (int i = 0; i < parts.Length; i++)
        {
            arena.Append(i == 0 ? default : " "u8);
            arena.Append(values.Batch.Bytes(parts[i]));
        }

        bool isSound = values.Instant(op, arena.Bytes(new Text(~start, arena.Length - start)));
        arena.Reset(start);
        return isSound;
    }
}
