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
        decided.Clear();
        hasNull.Clear();
        live.CopyTo(open);
        foreach (Node operand in _operands)
        {
            Slot value = operand.Evaluate(frame, open, into);
            ulong any = 0;
            for (int i = 0; i < open.Length; i++)
            {
                ulong valid = value.Valid[i];
                decided[i] |= open[i] & valid & (_isAnd ? ~value.True[i] : value.True[i]);
                hasNull[i] |= open[i] & ~valid;
                open[i] = live[i] & ~decided[i];
                any |= open[i];
            }

            if (any == 0)
            {
                break;
            }
        }

        for (int i = 0; i < open.Length; i++)
        {
            into.Valid[i] = decided[i] | ~hasNull[i];
            into.True[i] = _isAnd ? ~(decided[i] | hasNull[i]) : decided[i];
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
        for (int i = 0; i < into.True.Length; i++)
        {
            into.True[i] = ~value.True[i];
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
        for (int i = 0; i < into.True.Length; i++)
        {
            into.True[i] = isNegated ? value.Valid[i] : ~value.Valid[i];
        }

        into.Valid.Fill(ulong.MaxValue);
        return into;
    }
}
