using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Exact sum of the squares of a float64 column: 256 bits in the record, or a wide block once a bit would be lost (the fourth word is then negative and holds its number).</summary>
internal sealed class FloatSquares(int ordinal) : Component(ExactSquares.NarrowWords)
{
    public override bool UsesHeap => true;

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<double> values = rows.Batch.Values(new Column<double>(ordinal));
        while (true)
        {
            int done = ExactSquares.Fold(row, place, values, table.Records.Items, Offset);
            if (done == row.Length)
            {
                return;
            }

            ExactSquares.AddWide(Widen(ref table, place[done] + Offset, rows.Charge), values[row[done]]);
            row = row[(done + 1)..];
            place = place[(done + 1)..];
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        Span<long> narrow = from.Records.Items.Slice(other, ExactSquares.NarrowWords);
        if (ExactSquares.TryMerge(into.Records.Items.Slice(at, ExactSquares.NarrowWords), narrow))
        {
            return;
        }

        AddTo(Widen(ref into, at, charge), ref from, other);
    }

    public override void Release(ref WindowTable table, int at)
    {
        if (table.Records[at + 3] < 0)
        {
            table.Heap.Release((int)table.Records[at + 3], ExactSquares.WideWords);
        }
    }

    /// <summary>Adds the state to a wide form.</summary>
    public static void AddTo(Span<long> wide, ref WindowTable table, int at)
    {
        long mark = table.Records[at + 3];
        if (mark < 0)
        {
            ExactSquares.MergeWide(wide, table.Heap.Words((int)mark, ExactSquares.WideWords));
        }
        else
        {
            ExactSquares.AddNarrowToWide(wide, table.Records.Items.Slice(at, ExactSquares.NarrowWords));
        }
    }

    private static Span<long> Widen(ref WindowTable table, int at, Action<long> charge)
    {
        long mark = table.Records[at + 3];
        if (mark < 0)
        {
            return table.Heap.Words((int)mark, ExactSquares.WideWords);
        }

        int block = table.Heap.Allocate(ExactSquares.WideWords, charge);
        Span<long> wide = table.Heap.Words(block, ExactSquares.WideWords);
        wide.Clear();
        ExactSquares.AddNarrowToWide(wide, table.Records.Items.Slice(at, ExactSquares.NarrowWords));
        table.Records[at + 3] = long.MinValue | (long)block;
        return wide;
    }
}
