using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Windows;

namespace DataStream.Modules;

/// <summary>Numbers the keys of rows: equal values of all key columns, null among them, give one small dense slot, by which a module keeps its state.</summary>
/// <remarks>
/// The windows' table of groups, without states. Without key columns all rows have slot 0. Keys may be removed; their slots are used again.
/// </remarks>
internal sealed class KeyTable : IDisposable
{
    private readonly RecordLayout _layout;
    private readonly FoldScratch _scratch;
    private WindowTable _table;
    private Batch? _batch;

    public KeyTable(IReadOnlyList<Field> columns, Action<long> charge)
    {
        _layout = new RecordLayout(new KeyShape(columns), []);
        _scratch = new FoldScratch(charge, _layout.Key);
    }

    ~KeyTable() => _table.FreeAll(null);

    /// <summary>How many keys there are.</summary>
    public int Count => _table.Live;

    /// <summary>One more than the highest slot given out so far: what arrays by slot need.</summary>
    public int SlotCount => _table.Records.Count / _layout.Stride;

    /// <summary>Reads the keys of a batch's live rows, and lists these rows; valid until the next call.</summary>
    public ReadOnlySpan<int> Read(Batch batch)
    {
        _batch = batch;
        return _scratch.Read(batch, _layout.Key);
    }

    /// <summary>The slot of the key of a row that was read. A new key gets one, and <paramref name="isNew"/> is set.</summary>
    public int FindOrAdd(int row, out bool isNew)
    {
        int before = _table.Live;
        int place = GroupTable.Find(ref _table, _layout, _batch!, row, _scratch);
        isNew = _table.Live != before;
        return place / _layout.Stride;
    }

    /// <summary>Forgets the key of a slot.</summary>
    public void Remove(int slot)
    {
        int place = slot * _layout.Stride;
        uint hash = _layout.Key.Hash(_table.Records.Items.Slice(place, _layout.Key.Words));
        GroupTable.Remove(ref _table, _layout, place, hash);
    }

    public void Dispose()
    {
        _table.FreeAll(_scratch.Charge);
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }
}
