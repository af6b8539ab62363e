using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Puts the values of some rows of one slot into another, nulls too.</summary>
internal static class Choice
{
    public static void Copy(ReadOnlySpan<ulong> rows, Slot from, Slot to, ColumnKind kind)
    {
        // Every type but bool has values of 64 bits, and moves as such.
        if (kind != ColumnKind.Bool)
        {
            RowMasks.CopyWhere<long>(rows, from.Longs, to.Longs);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            to.Valid[i] = (to.Valid[i] & ~rows[i]) | (from.Valid[i] & rows[i]);
            if (kind == ColumnKind.Bool)
            {
                to.True[i] = (to.True[i] & ~rows[i]) | (from.True[i] & rows[i]);
            }
        }
    }
}

/// <summary><c>if(c, a, b)</c>: a where c is true, b where it is false or null.</summary>
internal sealed class IfNode : Node
{
    private readonly Node _condition;
    private readonly Node _then;
    private readonly Node _else;

    public IfNode(Node condition, Node then, Node otherwise) : base(then.Type, condition, then, otherwise)
    {
        _condition = condition;
        _then = then;
        _else = otherwise;
        Registers = Math.Max(1 + condition.Registers, Math.Max(2 + then.Registers, 2 + otherwise.Registers));
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot masks = frame.Take();
        Slot condition = _condition.Evaluate(frame, live, masks);
        Span<ulong> yes = masks.True;
        Span<ulong> no = masks.Valid;
        for (int i = 0; i < yes.Length; i++)
        {
            ulong holds = condition.True[i] & condition.Valid[i];
            yes[i] = live[i] & holds;
            no[i] = live[i] & ~holds;
        }

        // The branches get a register: a branch that fills `into` would overwrite rows of the other.
        Slot branch = frame.Take();
        Choice.Copy(yes, _then.Evaluate(frame, yes, branch), into, Type.Kind);
        Choice.Copy(no, _else.Evaluate(frame, no, branch), into, Type.Kind);
        frame.Release(2);
        return into;
    }
}

/// <summary>The first value that is not null; operands behind it are not looked at.</summary>
internal sealed class CoalesceNode : Node
{
    private readonly Node[] _operands;

    public CoalesceNode(ColumnType type, Node[] operands) : base(type, operands)
    {
        _operands = operands;
        Registers = 0;
        foreach (Node operand in operands)
        {
            Registers = Math.Max(Registers, 2 + operand.Registers);
        }
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot masks = frame.Take();
        Slot value = frame.Take();
        Span<ulong> open = masks.True;
        Span<ulong> found = masks.Valid;
        live.CopyTo(open);
        into.Valid.Clear();
        foreach (Node operand in _operands)
        {
            Slot candidate = operand.Evaluate(frame, open, value);
            ulong any = 0;
            for (int i = 0; i < open.Length; i++)
            {
                found[i] = open[i] & candidate.Valid[i];
                open[i] &= ~found[i];
                any |= open[i];
            }

            Choice.Copy(found, candidate, into, Type.Kind);
            if (any == 0)
            {
                break;
            }
        }

        frame.Release(2);
        return into;
    }
}

/// <summary><c>least</c> and <c>greatest</c>: null where any operand is; of equal values the first.</summary>
internal sealed class ExtremeNode : Node
{
    private readonly Node[] _operands;
    private readonly Ordering _better;

    public ExtremeNode(ColumnType type, bool isGreatest, Node[] operands) : base(type, operands)
    {
        _operands = operands;
        _better = isGreatest ? Ordering.Greater : Ordering.Less;
        Registers = operands[0].Registers;
        foreach (Node operand in operands)
        {
            Registers = Math.Max(Registers, 2 + operand.Registers);
        }
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot best = _operands[0].Evaluate(frame, live, into);
        if (_operands[0] is ColumnNode or HeldNode && Type.Kind != ColumnKind.Bool)
        {
            // A column is read where it lies, and must not be written.
            best.Longs.CopyTo(into.Longs);
            best.Valid.CopyTo(into.Valid);
        }

        Slot masks = frame.Take();
        Slot operand = frame.Take();
        for (int n = 1; n < _operands.Length; n++)
        {
            Slot value = _operands[n].Evaluate(frame, live, operand);
            Span<ulong> better = masks.True;
            Judge(frame, live, value, into, better);
            for (int i = 0; i < better.Length; i++)
            {
                ulong both = into.Valid[i] & value.Valid[i];
                better[i] &= live[i] & both;
                masks.Valid[i] = both;
            }

            Choice.Copy(better, value, into, Type.Kind);
            masks.Valid.CopyTo(into.Valid);
        }

        frame.Release(2);
        return into;
    }

    private void Judge(Frame frame, ReadOnlySpan<ulong> live, Slot value, Slot best, Span<ulong> better)
    {
        switch (Type.Kind)
        {
            case ColumnKind.Float64:
                ColumnComparison.Compare(_better, value.Doubles, best.Doubles, better);
                break;
            case ColumnKind.Bool:
                for (int i = 0; i < better.Length; i++)
                {
                    better[i] = _better == Ordering.Greater ? value.True[i] & ~best.True[i] : ~value.True[i] & best.True[i];
                }

                break;
            case ColumnKind.Text:
                better.Clear();
                for (int i = 0; i < better.Length; i++)
                {
                    for (ulong rows = live[i] & value.Valid[i] & best.Valid[i]; rows != 0; rows &= rows - 1)
                    {
                        int row = (i * Batch.BlockLength) + System.Numerics.BitOperations.TrailingZeroCount(rows);
                        int sign = frame.Batch.Bytes(value.Texts[row]).SequenceCompareTo(frame.Batch.Bytes(best.Texts[row]));
                        better[i] |= (_better.Holds(sign) ? 1UL : 0UL) << row;
                    }
                }

                break;
            default:
                ColumnComparison.Compare(_better, value.Longs, best.Longs, better);
                break;
        }
    }
}
