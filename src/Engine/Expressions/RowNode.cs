using System;
using System.Numerics;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>A function that is worked out row by row, for the live rows whose operands are not null.</summary>
internal abstract class RowNode(ColumnType type, Node operand, Node? second = null) : Node(type, second is null ? [operand] : [operand, second])
{
    public sealed override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = operand.Evaluate(frame, live, into);
        Slot b = default;
        if (second is not null)
        {
            b = second.Evaluate(frame, live, frame.Take());
            And(a.Valid, b.Valid, into.Valid);
        }
        else
        {
            a.Valid.CopyTo(into.Valid);
        }

        for (int word = 0; word < live.Length; word++)
        {
            for (ulong rows = live[word] & into.Valid[word]; rows != 0; rows &= rows - 1)
            {
                Apply(frame, a, b, into, (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows));
            }
        }

        if (second is not null)
        {
            frame.Release();
        }

        return into;
    }

    /// <summary>One row. The result may lie where the first operand lies.</summary>
    protected abstract void Apply(Frame frame, Slot a, Slot b, Slot into, int row);

    protected static void SetNull(Slot into, int row) => into.Valid[row >> 6] &= ~(1UL << row);

    protected static void SetBool(Slot into, int row, bool value) =>
        into.True[row >> 6] = (into.True[row >> 6] & ~(1UL << row)) | ((value ? 1UL : 0UL) << row);

    protected static bool IsTrue(Slot slot, int row) => (slot.True[row >> 6] & (1UL << row)) != 0;

    protected static void Set(Frame frame, Slot into, int row, bool fits, long value)
    {
        if (!fits)
        {
            frame.Fault(row);
        }

        into.Longs[row] = value;
    }

    protected static void SetOrNull(Slot into, int row, bool hasValue, long value)
    {
        if (!hasValue)
        {
            SetNull(into, row);
        }

        into.Longs[row] = value;
    }
}
