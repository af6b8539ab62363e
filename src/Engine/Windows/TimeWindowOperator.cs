using System;
using System.Threading;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Tumbling, hopping and global windows of one lane.</summary>
/// <remarks>
/// Each open window has a table of its own at an address that stays. The owner alone adds windows to its list and takes them out, under the gate;
/// a lane that closes claims them under the gate, on all lanes at once, and marks them done when the results are out.
/// Nobody folds into a claimed window: its rows would be late.
/// </remarks>
internal sealed class TimeWindowOperator : WindowOperator
{
    private const int RowsAtOnce = 128; // their records stay in the first-level cache from the search to the last state

    private readonly RecordLayout _layout;
    private readonly ResultWriter _writer;
    private readonly WindowSpan _span;
    private readonly Action<long> _charge;
    private readonly FoldScratch _scratch;
    private readonly GroupOrder _order;
    private readonly OpenWindows _open;
    private readonly NativeArray<ulong> _closingKeys;
    private readonly NativeArray<int> _closingItems;
    private NativeList<NativeCell<WindowTable>> _met; // windows of the batch at hand, by their numbers in it
    private NativeList<ClosingWindow> _closing;
    private Gate _claims;
    private long _folds; // counts passes over batches, so that a window knows whether it was met in this one

    public TimeWindowOperator(RecordLayout layout, ResultWriter writer, WindowSpan span, Action<long> charge)
    {
        _layout = layout;
        _writer = writer;
        _span = span;
        _charge = charge;
        _scratch = new FoldScratch(charge, layout.Key);
        _order = new GroupOrder(layout, charge);
        _open = new OpenWindows(charge);
        _closingKeys = new NativeArray<ulong>(charge);
        _closingItems = new NativeArray<int>(charge);
    }

    public override bool CanMerge => true;

    public override void Fold(Batch batch, Span<ulong> late, WindowResults results)
    {
        _open.Sweep();
        int count = _scratch.List(batch).Length;
        if (count == 0)
        {
            return;
        }

        count = _span.IsGlobal ? AssignGlobal(count) : Assign(batch, count, 0, late);
        for (long back = _span.Every; count > 0; back += _span.Every)
        {
            FoldMet(batch, count);
            if (back >= _span.Size)
            {
                return;
            }

            count = Assign(batch, count, back, default);
        }
    }

    public override bool Closes(long earlierMax, long maxEventTime) => _span.Closes(earlierMax, maxEventTime);

    public override void Close(ReadOnlySpan<WindowOperator> lanes, long maxEventTime, WindowResults results, Action? claimed = null)
    {
        Claim(lanes, maxEventTime);
        claimed?.Invoke();
        Span<ulong> keys = _closingKeys.Items[.._closing.Count];
        Span<int> items = _closingItems.Items[.._closing.Count];
        for (int i = 0; i < items.Length; i++)
        {
            keys[i] = (ulong)_closing[i].Start ^ (1UL << 63);
            items[i] = i;
        }

        RadixSort.Sort(keys, items, _closingKeys.Items[items.Length..], _closingItems.Items[items.Length..], sizeof(ulong));
        for (int from = 0; from < items.Length;)
        {
            int to = from + 1;
            while (to < items.Length && keys[to] == keys[from])
            {
                to++;
            }

            Emit(lanes, items[from..to], results);
            from = to;
        }

        _closing.Clear();
        results.Pass();
    }

    public override void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        _open.Sweep();
        walk.Same(_layout.Stride, "the length of a group's record");
        walk.Same(_span.Size, "the windows' size");
        walk.Same(_span.Every, "the time between windows");
        _open.Walk(walk, _layout);
    }

    protected override void Dispose(bool disposing)
    {
        _scratch.Dispose();
        _order.Dispose();
        _open.Dispose();
        _closingKeys.Dispose();
        _closingItems.Dispose();
        _met.Free(_charge);
        _closing.Free(_charge);
        base.Dispose(disposing);
    }

    private int AssignGlobal(int count)
    {
        _folds++;
        _met.Clear();
        Meet(0);
        return count;
    }

    /// <summary>
    /// Finds each row's window that starts <paramref name="back"/> before its youngest one. Rows that have none there are left out of the list;
    /// of those that are late for their youngest, and so for all, the bit is set.
    /// </summary>
    private int Assign(Batch batch, int count, long back, Span<ulong> late)
    {
        _folds++;
        _met.Clear();
        if (TryAssignAll(batch, count, back))
        {
            return count;
        }

        Span<int> rows = _scratch.Rows.Items;
        Span<int> windowOf = _scratch.WindowOf.Items;
        Span<int> counts = _scratch.Counts.Items;
        ReadOnlySpan<long> times = batch.EventTimes;
        ReadOnlySpan<long> earlierMax = batch.EarlierMax;
        int kept = 0;
        int begun = 0; // rows from here on are of the window at hand, and not counted yet
        int window = -1;
        long floor = 0;
        long next = 0; // [floor, next) is empty: the first row computes it
        long last = 0; // the window at hand takes rows before this instant
        long closesAt = 0;
        for (int i = 0; i < count; i++)
        {
            int row = rows[i];
            long time = times[row];
            if (time < floor || time >= next)
            {
                floor = _span.Floor(time);
                next = floor + _span.Every;
                closesAt = _span.ClosesAt(floor - back);
                last = floor - back + _span.Size;
                if (window >= 0)
                {
                    counts[window] += kept - begun;
                }

                window = -1;
            }

            if (earlierMax[row] >= closesAt)
            {
                if (back == 0)
                {
                    late[row >> 6] |= 1UL << row;
                    batch.Drop(row);
                }

                continue;
            }

            if (time >= last)
            {
                continue;
            }

            if (window < 0)
            {
                window = Meet(floor - back);
                begun = kept;
            }

            rows[kept] = row;
            windowOf[kept++] = window;
        }

        if (window >= 0)
        {
            counts[window] += kept - begun;
        }

        return kept;
    }

    /// <summary>The usual batch: all its rows are of one window, and none is late.</summary>
    private bool TryAssignAll(Batch batch, int count, long back)
    {
        ReadOnlySpan<int> rows = _scratch.Rows.Items[..count];
        if (rows.IsEmpty)
        {
            return false;
        }

        // Of all rows, those that are filtered too: that is quicker, and a window takes nearly all or nearly none of them.
        long first = Instants.Earliest(batch.EventTimes[..batch.Count]);
        long last = batch.LatestIsTold ? Latest(batch.EventTimes[..batch.Count]) : Math.Max(batch.EarlierMax[batch.Count - 1], batch.EventTimes[batch.Count - 1]);
        // The highest time before a row only grows, so the last row's says whether any is late.
        long floor = _span.Floor(first);
        if (last >= floor + Math.Min(_span.Every, _span.Size - back) || batch.EarlierMax[rows[^1]] >= _span.ClosesAt(floor - back))
        {
            return false;
        }

        _scratch.Counts[Meet(floor - back)] = count;
        return true;
    }

    private static long Latest(ReadOnlySpan<long> times)
    {
        long latest = long.MinValue;
        foreach (long time in times)
        {
            latest = Math.Max(latest, time);
        }

        return latest;
    }

    /// <summary>The window's number in the batch at hand; opened where there is none.</summary>
    private int Meet(long start)
    {
        NativeCell<WindowTable> cell = _open.Find(start);
        ref WindowTable table = ref cell.Value;
        if (table.Met != _folds)
        {
            table.Met = _folds;
            table.MetAs = _met.Add(cell, _charge);
            _scratch.Counts[table.MetAs] = 0;
        }

        return table.MetAs;
    }

    /// <summary>Folds the rows of the list, each into its window.</summary>
    private void FoldMet(Batch batch, int count)
    {
        _scratch.Count = count;
        ReadOnlySpan<int> rows = _scratch.Rows.Items[..count];
        if (_met.Count == 1)
        {
            FoldRows(ref _met[0].Value, batch, rows);
            return;
        }

        Span<int> ends = _scratch.Counts.Items;
        ReadOnlySpan<int> windowOf = _scratch.WindowOf.Items;
        Span<int> grouped = _scratch.Grouped.Items;
        int sum = 0;
        for (int window = 0; window < _met.Count; window++)
        {
            (ends[window], sum) = (sum, sum + ends[window]);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            grouped[ends[windowOf[i]]++] = rows[i];
        }

        int from = 0;
        for (int window = 0; window < _met.Count; window++)
        {
            if (ends[window] > from)
            {
                FoldRows(ref _met[window].Value, batch, grouped[from..ends[window]]);
            }

            from = ends[window];
        }
    }

    private void FoldRows(ref WindowTable table, Batch batch, ReadOnlySpan<int> rows)
    {
        Span<int> places = _scratch.Places.Items;
        for (int from = 0; from < rows.Length; from += RowsAtOnce)
        {
            ReadOnlySpan<int> some = rows.Slice(from, Math.Min(RowsAtOnce, rows.Length - from));
            GroupTable.Find(ref table, _layout, batch, some, places, _scratch);
            _layout.Fold(ref table, new Folding(batch, some, places, _scratch));
        }
    }

    /// <summary>Takes every lane's windows that close, so that no other lane closes them too.</summary>
    private void Claim(ReadOnlySpan<WindowOperator> lanes, long maxEventTime)
    {
        var first = (TimeWindowOperator)lanes[0];
        first._claims.Enter();
        try
        {
            for (int lane = 0; lane < lanes.Length; lane++)
            {
                ((TimeWindowOperator)lanes[lane])._open.Claim(_span, maxEventTime, lane, ref _closing, _charge);
            }
        }
        finally
        {
            first._claims.Leave();
        }

        _closingKeys.EnsureLength(2 * _closing.Count);
        _closingItems.EnsureLength(2 * _closing.Count);
    }

    /// <summary>Brings one window of all lanes together, writes its groups in order and gives the tables back.</summary>
    private void Emit(ReadOnlySpan<WindowOperator> lanes, ReadOnlySpan<int> same, WindowResults results)
    {
        NativeCell<WindowTable> target = _closing[same[0]].Table;
        foreach (int item in same[1..])
        {
            GroupTable.Merge(ref target.Value, ref _closing[item].Table.Value, _layout, _charge);
        }

        ref WindowTable table = ref target.Value;
        _writer.Write(ref table, _order.Sort(ref table), table.Start, table.Start + _span.Size, results);
        foreach (int item in same)
        {
            Volatile.Write(ref _closing[item].Table.Value.State, WindowState.Done);
            ((TimeWindowOperator)lanes[_closing[item].Lane])._open.TellDone();
        }
    }
}
