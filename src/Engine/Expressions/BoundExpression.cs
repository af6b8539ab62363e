using System;
using System.Collections.Generic;
using System.Diagnostics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>An expression that evaluates batches: kernel calls per node, nothing compiled, nothing allocated after the first batch.</summary>
/// <remarks>
/// One lane's, one thread's: registers are inside. A row whose arithmetic fails where it matters (an int64 beyond its range, a remainder by zero)
/// is killed as <c>bad_arithmetic</c>; a row that is not live is never touched, and its result is garbage.
/// </remarks>
public sealed class BoundExpression : IDisposable
{
    private readonly Node? _root;
    private readonly int[] _reads;
    private Frame? _frame;

    internal BoundExpression(Node? root, int[] reads, int start)
    {
        _root = root;
        _reads = reads;
        Start = start;
    }

    /// <summary><see cref="ColumnType.Unknown"/> where an earlier mistake hides it; such an expression is not to be evaluated.</summary>
    public ColumnType Type => _root?.Type ?? ColumnType.Unknown;

    /// <summary>Whether it is null written out: then it is that for every row.</summary>
    public bool IsNull => _root is ConstantNode { IsNull: true };

    /// <summary>The stored columns it reads, ascending.</summary>
    public IReadOnlyList<int> Reads => _reads;

    /// <summary>The first character, where a complaint about the whole belongs.</summary>
    public int Start { get; }

    /// <summary>Bytes of registers for each row of a batch's capacity.</summary>
    public long RegisterBytesPerRow => ((_root?.Registers ?? 0) + 2L) * sizeof(long);

    /// <summary>Writes the value, or null, of every live row into a stored column of <see cref="Type"/>. Text goes to the batch's arena or stays where it is.</summary>
    public void Evaluate(Batch batch, int target)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Frame frame = Begin(batch, out Node root);
        int mark = batch.Arena.Length;
        if (root.Type.Kind == ColumnKind.Bool)
        {
            Slot truth = root.Evaluate(frame, batch.Selection, frame.Take());
            RowMasks.ToBools(truth.True, batch.Padded<bool>(target));
            truth.Valid.CopyTo(batch.Validity(target));
        }
        else
        {
            // A column that is read too must not change before the end.
            bool isRead = _reads.AsSpan().Contains(target);
            Slot into = isRead ? frame.Take() : frame.TakeOver(target);
            Slot value = root.Evaluate(frame, batch.Selection, into);
            if (isRead || root is ColumnNode)
            {
                value.Longs.CopyTo(batch.Padded<long>(target));
                value.Valid.CopyTo(batch.Validity(target));
            }
        }

        if (root.Type.Kind != ColumnKind.Text)
        {
            batch.Arena.Reset(mark);
        }

        Kill(batch, frame);
    }

    /// <summary>Drops the live rows for which the condition is false or null.</summary>
    public void Filter(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Frame frame = Begin(batch, out Node root);
        Debug.Assert(root.Type.Kind == ColumnKind.Bool);
        int mark = batch.Arena.Length;
        Slot truth = root.Evaluate(frame, batch.Selection, frame.Take());
        batch.Arena.Reset(mark);
        Kill(batch, frame);
        Span<ulong> selection = batch.Selection;
        ReadOnlySpan<ulong> isTrue = truth.True;
        ReadOnlySpan<ulong> valid = truth.Valid;
        for (int i = 0; i < selection.Length; i++)
        {
            selection[i] &= isTrue[i] & valid[i];
        }
    }

    /// <summary>One bit for each live row for which the condition is true; drops and kills nothing. Where arithmetic fails, it is not.</summary>
    public void Matches(Batch batch, Span<ulong> matches)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Frame frame = Begin(batch, out Node root);
        Debug.Assert(root.Type.Kind == ColumnKind.Bool);
        int mark = batch.Arena.Length;
        Slot truth = root.Evaluate(frame, batch.Selection, frame.Take());
        batch.Arena.Reset(mark);
        ReadOnlySpan<ulong> selection = batch.Selection;
        ReadOnlySpan<ulong> isTrue = truth.True;
        ReadOnlySpan<ulong> valid = truth.Valid;
        ReadOnlySpan<ulong> faults = frame.Faults;
        for (int i = 0; i < selection.Length; i++)
        {
            matches[i] = selection[i] & isTrue[i] & valid[i] & ~faults[i];
        }
    }

    /// <summary>Gives the registers back; an expression that is merely forgotten gives them back too, later.</summary>
    public void Dispose() => _frame?.Dispose();

    private Frame Begin(Batch batch, out Node root)
    {
        root = _root ?? throw new InvalidOperationException("An expression of unknown type cannot be evaluated.");
        if (_frame is null || _frame.Capacity < batch.Capacity)
        {
            _frame?.Dispose();
            _frame = new Frame(root.Registers + 1, batch.Capacity);
        }

        _frame.Begin(batch);
        return _frame;
    }

    private static void Kill(Batch batch, Frame frame)
    {
        foreach (int row in new Rows(frame.Faults))
        {
            batch.Kill(row, DeadReason.BadArithmetic);
        }
    }
}
