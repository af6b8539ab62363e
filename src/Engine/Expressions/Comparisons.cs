using System;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Compares columns of one type: int64, timestamps, decimals of one scale, or doubles.</summary>
internal sealed class CompareNode(Ordering ordering, Node left, Node right) : Node(ColumnType.Bool, left, right)
{
    private readonly ConstantNode? _constant = right is ConstantNode { IsNull: false } constant ? constant : null;
    private readonly bool _isFloat64 = left.Type.Kind == ColumnKind.Float64;

    /// <summary>Both at once where they are <c>x &gt;= low</c> and <c>x &lt;= high</c>; null where they are not.</summary>
    public static WithinNode? Within(Node above, Node below) =>
        above is CompareNode { IsFrom: true } low && below is CompareNode { IsTo: true } high && low.Left == high.Left ? new WithinNode(low.Left, low._constant!, high._constant!) : null;

    private Node Left => left;

    private bool IsFrom => ordering == Ordering.GreaterOrEqual && _constant is not null;

    private bool IsTo => ordering == Ordering.LessOrEqual && _constant is not null;

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = left.Evaluate(frame, live, into);
        if (_constant is not null)
        {
            if (_isFloat64)
            {
                ColumnComparison.Compare(ordering, a.DoublesByEight, _constant.Float64, into.True);
            }
            else
            {
                ColumnComparison.Compare(ordering, a.LongsByEight, _constant.Bits, into.True);
            }

            a.Valid.CopyTo(into.Valid);
            return into;
        }

        Slot b = right.Evaluate(frame, live, frame.Take());
        if (_isFloat64)
        {
            ColumnComparison.Compare(ordering, a.DoublesByEight, b.DoublesByEight, into.True);
        }
        else
        {
            ColumnComparison.Compare(ordering, a.LongsByEight, b.LongsByEight, into.True);
        }

        And(a.Valid, b.Valid, into.Valid);
        frame.Release();
        return into;
    }
}

/// <summary>Whether values lie between two constants of their type, or are one of them.</summary>
internal sealed class WithinNode(Node operand, ConstantNode low, ConstantNode high) : Node(ColumnType.Bool, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = operand.Evaluate(frame, live, into);
        if (operand.Type.Kind == ColumnKind.Float64)
        {
            ColumnComparison.Within(a.DoublesByEight, low.Float64, high.Float64, into.True);
        }
        else
        {
            ColumnComparison.Within(a.LongsByEight, low.Bits, high.Bits, into.True);
        }

        a.Valid.CopyTo(into.Valid);
        return into;
    }
}

/// <summary>A comparison whose outcome does not depend on the value, only on its being there.</summary>
internal sealed class AlwaysNode(bool outcome, Node operand) : Node(ColumnType.Bool, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = operand.Evaluate(frame, live, into);
        a.Valid.CopyTo(into.Valid);
        into.True.Fill(outcome ? ulong.MaxValue : 0);
        return into;
    }
}

/// <summary>Compares numbers of different types by their exact values.</summary>
internal sealed class MixedCompareNode(Ordering ordering, Node left, Node right) : Node(ColumnType.Bool, left, right)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = left.Evaluate(frame, live, into);
        Slot b = right.Evaluate(frame, live, frame.Take());
        And(a.Valid, b.Valid, into.Valid);
        Span<ulong> result = into.True;
        for (int word = 0; word < result.Length; word++)
        {
            ulong holds = 0;
            for (ulong rows = live[word] & into.Valid[word]; rows != 0; rows &= rows - 1)
            {
                int row = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows);
                if (ordering.Holds(Sign(a, b, row)))
                {
                    holds |= 1UL << row;
                }
            }

            result[word] = holds;
        }

        frame.Release();
        return into;
    }

    private int Sign(Slot a, Slot b, int row) => (left.Type.Kind == ColumnKind.Float64, right.Type.Kind == ColumnKind.Float64) switch
    {
        (false, false) => ExactNumbers.Compare(a.Longs[row], left.Type.Scale, b.Longs[row], right.Type.Scale),
        (false, true) => ExactNumbers.Compare(a.Longs[row], left.Type.Scale, b.Doubles[row]),
        (true, false) => -ExactNumbers.Compare(b.Longs[row], right.Type.Scale, a.Doubles[row]),
        _ => a.Doubles[row].CompareTo(b.Doubles[row]),
    };
}

/// <summary>Compares texts by their bytes.</summary>
internal sealed class TextCompareNode(Ordering ordering, Node left, Node right) : Node(ColumnType.Bool, left, right)
{
    private readonly ConstantNode? _constant = right is ConstantNode { IsNull: false } constant ? constant : null;

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = left.Evaluate(frame, live, into);
        Slot b = _constant is null ? right.Evaluate(frame, live, frame.Take()) : frame.Take();
        if (_constant is null)
        {
            And(a.Valid, b.Valid, into.Valid);
        }
        else
        {
            a.Valid.CopyTo(into.Valid);
        }

        ReadOnlySpan<Text> texts = a.Texts;
        ReadOnlySpan<Text> others = b.Texts;
        Span<ulong> result = into.True;
        for (int word = 0; word < result.Length; word++)
        {
            ulong holds = 0;
            for (ulong rows = live[word] & into.Valid[word]; rows != 0; rows &= rows - 1)
            {
                int row = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows);
                ReadOnlySpan<byte> text = frame.Batch.Bytes(texts[row]);
                ReadOnlySpan<byte> other = _constant is null ? frame.Batch.Bytes(others[row]) : _constant.Bytes;
                holds |= (Holds(text, other) ? 1UL : 0UL) << row;
            }

            result[word] = holds;
        }

        frame.Release();
        return into;
    }

    // Equality looks at the length first.
    private bool Holds(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) => ordering switch
    {
        Ordering.Equal => text.SequenceEqual(other),
        Ordering.NotEqual => !text.SequenceEqual(other),
        _ => ordering.Holds(text.SequenceCompareTo(other)),
    };
}

/// <summary>Compares bools: false before true.</summary>
internal sealed class BoolCompareNode(Ordering ordering, Node left, Node right) : Node(ColumnType.Bool, left, right)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = left.Evaluate(frame, live, into);
        Slot b = right.Evaluate(frame, live, frame.Take());
        Span<ulong> result = into.True;
        for (int i = 0; i < result.Length; i++)
        {
            ulong x = a.True[i];
            ulong y = b.True[i];
            result[i] = ordering switch
            {
                Ordering.Equal => ~(x ^ y),
                Ordering.NotEqual => x ^ y,
                Ordering.Less => ~x & y,
                Ordering.LessOrEqual => ~x | y,
                Ordering.Greater => x & ~y,
                _ => x | ~y,
            };
        }

        And(a.Valid, b.Valid, into.Valid);
        frame.Release();
        return into;
    }
}
