using System;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>A chain of <c>and</c>s or <c>or</c>s, three-valued: what decides the result hides the operands behind it.</summary>
/// <remarks>An <c>or</c> is an <c>and</c> with true and false exchanged: one loop for both.</remarks>
internal sealed class LogicNode : Node
{
    private readonly bool _isAnd;
    private readonly Node[] _operands;

    public LogicNode(bool isAnd, Node[] operands) : base(ColumnType.Bool, operands)
    {
        _isAnd = isAnd;
        _operands = operands;
        Registers = 0;
        foreach (Node operand in operands)
        {
            Registers = Math.Max(Registers, 2 + operand.Registers);
        }
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot first = frame.Take();
        Slot second = frame.Take();
        Span<ulong> decided = first.True;
        Span<ulong> hasNull = first.Valid;
        Span<ulong> open = second.Valid;
        for (int i = 0; i < open.Length; i++)
        {
            (decided[i], hasNull[i], open[i]) = (0, 0, live[i]);
        }

        foreach (Node operand in _operands)
        {
            Slot value = operand.Evaluate(frame, open, into);
            ReadOnlySpan<ulong> valid = value.Valid;
            ReadOnlySpan<ulong> holds = value.True;
            ulong any = 0;
            for (int i = 0; i < open.Length; i++)
            {
                decided[i] |= open[i] & valid[i] & (_isAnd ? ~holds[i] : holds[i]);
                hasNull[i] |= open[i] & ~valid[i];
                open[i] = live[i] & ~decided[i];
                any |= open[i];
            }

            if (any == 0)
            {
                break;
            }
        }

        Span<ulong> isKnown = into.Valid;
        Span<ulong> isTrue = into.True;
        for (int i = 0; i < open.Length; i++)
        {
            isKnown[i] = decided[i] | ~hasNull[i];
            isTrue[i] = _isAnd ? ~(decided[i] | hasNull[i]) : decided[i];
        }

        frame.Release(2);
        return into;
    }
}

internal sealed class NotNode(Node operand) : Node(ColumnType.Bool, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot value = operand.Evaluate(frame, live, into);
        ReadOnlySpan<ulong> holds = value.True;
        Span<ulong> isTrue = into.True;
        for (int i = 0; i < isTrue.Length; i++)
        {
            isTrue[i] = ~holds[i];
        }

        return into;
    }
}

/// <summary><c>x is null</c>, <c>x is not null</c>: never null itself.</summary>
internal sealed class IsNullNode(Node operand, bool isNegated) : Node(ColumnType.Bool, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot value = operand.Evaluate(frame, live, into);
        ReadOnlySpan<ulong> valid = value.Valid;
        Span<ulong> isTrue = into.True;
        for (int i = 0; i < isTrue.Length; i++)
        {
            isTrue[i] = isNegated ? valid[i] : ~valid[i];
        }

        into.Valid.Fill(ulong.MaxValue);
        return into;
    }
}
