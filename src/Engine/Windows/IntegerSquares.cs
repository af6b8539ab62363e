using System;
using System.Diagnostics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Exact sum of the squares of an int64 or decimal column; 256 bits hold more of them than there can be.</summary>
internal sealed class IntegerSquares(int ordinal) : Component(ExactSquares.NarrowWords)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<long> values = rows.Batch.Values(new Column<long>(ordinal));
        Span<long> records = table.Records.Items;
        for (int i = 0; i < row.Length; i++)
        {
            bool added = ExactSquares.TryAdd(records.Slice(place[i] + Offset, ExactSquares.NarrowWords), values[row[i]]);
            Debug.Assert(added);
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        bool added = ExactSquares.TryMerge(
            into.Records.Items.Slice(at, ExactSquares.NarrowWords), from.Records.Items.Slice(other, ExactSquares.NarrowWords));
        Debug.Assert(added);
    }
}
