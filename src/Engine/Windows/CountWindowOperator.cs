using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Count windows: each key's rows in order of arrival, so many at a time. On several lanes each has those of the keys that it owns.</summary>
internal sealed class CountWindowOperator : WindowOperator
{
    private readonly RecordLayout _layout;
    private readonly ResultWriter _writer;
    private readonly EventTimeSpan _span;
    private readonly long _size;
    private readonly bool _hasEventTime;
    private readonly Action<long> _charge;
    private readonly FoldScratch _scratch;
    private readonly PendingRows _pending;
    private readonly GroupOrder _order;
    private NativeCell<WindowTable> _table;

    public CountWindowOperator(RecordLayout layout, ResultWriter writer, EventTimeSpan span, long size, bool hasEventTime, Action<long> charge)
    {
        _layout = layout;
        _writer = writer;
        _span = span;
        _size = size;
        _hasEventTime = hasEventTime;
        _charge = charge;
        _scratch = new FoldScratch(charge, layout.Key);
        _pending = new PendingRows(layout, _scratch);
        _order = new GroupOrder(layout, charge);
        _table = new NativeCell<WindowTable>(charge);
    }

    public override bool CanMerge => false;

    public override void Fold(Batch batch, Span<ulong> late, WindowResults results)
    {
        ReadOnlySpan<int> rows = _scratch.Read(batch, _layout.Key);
        ReadOnlySpan<long> times = batch.EventTimes;
        ref WindowTable table = ref _table.Value;
        foreach (int row in rows)
        {
            int place = GroupTable.Find(ref table, _layout, batch, row, _scratch);
            _pending.Add(row, place);
            if (_span.Add(ref table, place, _hasEventTime ? times[row] : 0) == _size)
            {
                _pending.Fold(ref table, batch);
                results.CausedBy(row);
                Emit(ref table, place, results);
                GroupTable.Remove(ref table, _layout, place, _scratch.Hashes[row]);
            }
        }

        _pending.Fold(ref table, batch);
        results.Pass();
    }

    public override bool Closes(long earlierMax, long maxEventTime) => maxEventTime == long.MaxValue;

    public override void Close(ReadOnlySpan<WindowOperator> lanes, long maxEventTime, WindowResults results, Action? claimed = null)
    {
        if (maxEventTime == long.MaxValue)
        {
            ref WindowTable table = ref _table.Value;
            results.CausedBy(-1);
            foreach (int place in _order.Sort(ref table))
            {
                Emit(ref table, place, results);
            }

            table.Recycle(_charge);
        }

        results.Pass();
    }

    public override void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        walk.Same(_layout.Stride, "the length of a group's record");
        walk.Same(_size, "the windows' size");
        _table.Value.Walk(walk, _layout, hasSlots: true, _charge);
    }

    protected override void Dispose(bool disposing)
    {
        _scratch.Dispose();
        _order.Dispose();
        if (!_table.IsNull)
        {
            _table.Value.FreeAll(_charge);
            _table.Free(_charge);
            _table = default;
        }

        base.Dispose(disposing);
    }

    private void Emit(ref WindowTable table, int place, WindowResults results) =>
        _writer.Write(ref table, [place], _span.Lowest(ref table, place), _span.Highest(ref table, place), results);
}
