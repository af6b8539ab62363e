using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Rows whose record is known and whose values are not folded yet: windows that decide row by row still fold many rows at once.</summary>
internal sealed class PendingRows(RecordLayout layout, FoldScratch scratch)
{
    private int _count;

    public void Add(int row, int place)
    {
        scratch.Grouped[_count] = row;
        scratch.Places[_count++] = place;
    }

    /// <summary>Folds what is pending. Needed before a record is read, merged or given back.</summary>
    public void Fold(ref WindowTable table, Batch batch)
    {
        if (_count > 0)
        {
            layout.Fold(ref table, new Folding(batch, scratch.Grouped.Items[.._count], scratch.Places.Items, scratch));
            _count = 0;
        }
    }
}
