using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Rows of a batch and the record that each of them goes to.</summary>
internal readonly ref struct Folding(Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places, FoldScratch scratch)
{
    public Batch Batch => batch;

    /// <summary>Row numbers in order of arrival: ascending.</summary>
    public ReadOnlySpan<int> Rows { get; } = rows;

    /// <summary>For each of the rows, the first word of its record.</summary>
    public ReadOnlySpan<int> Places { get; } = places[..rows.Length];

    public FoldScratch Scratch => scratch;

    public Action<long> Charge => scratch.Charge;

    /// <summary>The rows whose value in a column is not null.</summary>
    public Folding Valid(int ordinal)
    {
        ReadOnlySpan<ulong> validity = batch.Validity(ordinal);
        ReadOnlySpan<ulong> selection = batch.Selection;
        ulong missing = 0;
        int lastWord = Rows.Length == 0 ? -1 : Rows[^1] >> 6;
        for (int i = lastWord < 0 ? 0 : Rows[0] >> 6; i <= lastWord; i++)
        {
            missing |= selection[i] & ~validity[i];
        }

        if (missing == 0)
        {
            return this;
        }

        Span<int> validRows = scratch.ValidRows.Items;
        Span<int> validPlaces = scratch.ValidPlaces.Items;
        int count = 0;
        for (int i = 0; i < Rows.Length; i++)
        {
            int row = Rows[i];
            validRows[count] = row;
            validPlaces[count] = Places[i];
            count += (int)(validity[row >> 6] >> row) & 1;
        }

        return new Folding(batch, validRows[..count], validPlaces[..count], scratch);
    }
}
