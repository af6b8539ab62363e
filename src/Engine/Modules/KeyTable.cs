using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
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
    private readonly KeyLimit _limit;
    private readonly NativeArray<int> _order; // slots as they came, a circle; only where the oldest is forgotten
    private WindowTable _table;
    private Batch? _batch;
    private int _oldest;
    private long _evicted;

    public KeyTable(IReadOnlyList<Field> columns, Action<long> charge, KeyLimit limit = default)
    {
        _limit = limit;
        _order = new NativeArray<int>(charge);
        _layout = new RecordLayout(new KeyShape(columns), []);
        _scratch = new FoldScratch(charge, _layout.Key);
    }

    ~KeyTable() => _table.FreeAll(null);

    /// <summary>How many keys there are.</summary>
    public int Count => _table.Live;

    /// <summary>One more than the highest slot given out so far: what arrays by slot need.</summary>
    public int SlotCount => _table.Records.Count / _layout.Stride;

    /// <summary>Keys that were forgotten to make room. Any thread.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Bytes of a key at most, without its texts: its record, and its share of tables that double, while the smaller one is still there.</summary>
    public long BytesPerKey => (3 * sizeof(long) * _layout.Stride) + (6 * sizeof(long)) + (_limit.Evicts ? 2 * sizeof(int) : 0);

    /// <summary>What the table takes besides, however few its keys are.</summary>
    public static long Room => WindowTable.RoomyBytes;

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
        int slot = place / _layout.Stride;
        if (isNew && _limit.Most > 0)
        {
            Keep(slot);
        }

        return slot;
    }

    /// <summary>Shows the keys to a walk; they keep their slots.</summary>
    public void Walk(StateWalk walk)
    {
        walk.Same(_layout.Stride, "the length of a key's record");
        _table.Walk(walk, _layout, hasSlots: true, _scratch.Charge);
        walk.Array(_order);
        walk.Value(ref _oldest);
        walk.Value(ref _evicted);
    }

    /// <summary>Forgets the key of a slot.</summary>
    public void Remove(int slot)
    {
        int place = slot * _layout.Stride;
        uint hash = _layout.Key.Hash(_table.Records.Items.Slice(place, _layout.Key.Words));
        GroupTable.Remove(ref _table, _layout, place, hash);
    }

    /// <summary>One key more than there may be: the oldest goes, or the run ends.</summary>
    /// <exception cref="StopException">71.</exception>
    private void Keep(int slot)
    {
        bool isFull = Count > _limit.Most;
        if (!_limit.Evicts)
        {
            if (isFull)
            {
                throw new StopException(ExitCode.Limit, string.Create(CultureInfo.InvariantCulture,
                    $"max_keys: '{_limit.Owner}' meets key {Count:N0}, and remembers {_limit.Most:N0}; raise max_keys, or let it forget the oldest where it can (at_max_keys: evict_oldest)"));
            }

            return;
        }

        _order.EnsureLength(Math.Min(_oldest + 1, _limit.Most));
        if (isFull)
        {
            Remove(_order[_oldest]);
            Volatile.Write(ref _evicted, _evicted + 1);
        }

        _order[_oldest] = slot;
        _oldest = _oldest + 1 < _limit.Most ? _oldest + 1 : 0;
    }

    public void Dispose()
    {
        _order.Dispose();
        _table.FreeAll(_scratch.Charge);
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }
}
