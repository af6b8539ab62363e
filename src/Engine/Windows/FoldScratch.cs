using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>A lane's working space for folding a batch; as long as the batch, never shrunk.</summary>
internal sealed class FoldScratch(Action<long> charge, KeyShape key) : IDisposable
{
    private bool _hasKeys; // of the list's rows

    public Action<long> Charge { get; } = charge;

    /// <summary>The live rows, then regrouped by window.</summary>
    public NativeArray<int> Rows { get; } = new(charge);

    /// <summary>How many rows are in the list.</summary>
    public int Count { get; set; }

    public NativeArray<int> Places { get; } = new(charge);

    public NativeArray<int> ValidRows { get; } = new(charge);

    public NativeArray<int> ValidPlaces { get; } = new(charge);

    /// <summary>For each live row, the number of its window in this batch.</summary>
    public NativeArray<int> WindowOf { get; } = new(charge);

    public NativeArray<int> Grouped { get; } = new(charge);

    /// <summary>How many rows each window of this batch has; then where they begin.</summary>
    public NativeArray<int> Counts { get; } = new(charge);

    /// <summary>Key words by row.</summary>
    public NativeArray<long> Keys { get; } = new(charge);

    /// <summary>The key's hash by row.</summary>
    public NativeArray<uint> Hashes { get; } = new(charge);

    /// <summary>Lists a batch's live rows and reads their keys.</summary>
    public ReadOnlySpan<int> Read(Batch batch, KeyShape shape)
    {
        ReadOnlySpan<int> rows = List(batch);
        ReadKeys(batch, shape, rows);
        return rows;
    }

    /// <summary>Lists a batch's live rows; keys are read when they are needed.</summary>
    public ReadOnlySpan<int> List(Batch batch)
    {
        EnsureRows(batch.Count);
        _hasKeys = false;
        Count = RowMasks.List(batch.Selection, Rows.Items);
        return Rows.Items[..Count];
    }

    /// <summary>Reads the keys of all rows of the list that are left.</summary>
    public void EnsureKeys(Batch batch, KeyShape shape)
    {
        if (!_hasKeys)
        {
            ReadKeys(batch, shape, Rows.Items[..Count]);
        }
    }

    private void ReadKeys(Batch batch, KeyShape shape, ReadOnlySpan<int> rows)
    {
        shape.Read(batch, rows, Keys.Items, Hashes.Items);
        _hasKeys = true;
    }

    private void EnsureRows(int count)
    {
        if (count <= Rows.Length)
        {
            return;
        }

        // All of them as long as the first: each on its own would grow at other times, and the first alone is looked at.
        Rows.EnsureLength(count);
        count = Rows.Length;
        Places.EnsureLength(count);
        ValidRows.EnsureLength(count + 1);
        ValidPlaces.EnsureLength(count + 1);
        WindowOf.EnsureLength(count);
        Grouped.EnsureLength(count);
        Counts.EnsureLength(count + 1);
        Keys.EnsureLength(checked(count * Math.Max(key.Words, 1)));
        Hashes.EnsureLength(count);
    }

    public void Dispose()
    {
        Rows.Dispose();
        Places.Dispose();
        ValidRows.Dispose();
        ValidPlaces.Dispose();
        WindowOf.Dispose();
        Grouped.Dispose();
        Counts.Dispose();
        Keys.Dispose();
        Hashes.Dispose();
    }
}
