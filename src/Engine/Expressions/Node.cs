using System;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>A piece of a bound expression: types are settled, columns are numbers.</summary>
/// <remarks>
/// <see cref="Evaluate"/> gives right values and validity for the live rows only, and only they may fault; other rows are garbage, texts
/// included. Operand i is evaluated while i registers are held, the first one into the place of the result, unless a node says otherwise.
/// </remarks>
internal abstract class Node
{
    protected Node(ColumnType type, params ReadOnlySpan<Node> operands)
    {
        Type = type;
        AllConstant = operands.Length > 0;
        for (int i = 0; i < operands.Length; i++)
        {
            AllConstant &= operands[i] is ConstantNode;
            Registers = Math.Max(Registers, i + operands[i].Registers);
        }

        // A node may always take one register for its masks, and hold the operands beside it.
        Registers = Math.Max(Registers, operands.Length);
    }

    public ColumnType Type { get; }

    /// <summary>An int64 that may shift a timestamp: a duration literal, or made of them.</summary>
    public bool IsDuration { get; init; }

    /// <summary>There are operands, and all are constants: the value can be had while the plan is built.</summary>
    public bool AllConstant { get; }

    /// <summary>The most registers held at once, besides the one that takes the result.</summary>
    public int Registers { get; protected init; }

    /// <summary>Gives the values of the live rows, in <paramref name="into"/> or in a column of the batch.</summary>
    public abstract Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into);

    protected static void And(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = left[i] & right[i];
        }
    }
}
