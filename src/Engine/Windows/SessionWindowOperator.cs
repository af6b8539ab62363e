using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Session windows: events of a key that lie closer together than the gap. On several lanes each has those of the keys that it owns.</summary>
/// <remarks>
/// One table finds the keys, another holds a record for each open session with its own copy of the key. Before each row the sessions that the
/// watermark has passed are written, so that neither the cut into batches nor into payloads can be seen in the results.
/// </remarks>
internal sealed class SessionWindowOperator : WindowOperator
{
    private readonly RecordLayout _layout;
    private readonly RecordLayout _keyLayout;
    private readonly ResultWriter _writer;
    private readonly EventTimeSpan _span;
    private readonly SessionNode _node;
    private readonly SessionKey _key = new();
    private readonly SessionTree _tree;
    private readonly long _gap;
    private readonly long _delay;
    private readonly Action<long> _charge;
    private readonly FoldScratch _scratch;
    private readonly PendingRows _pending;
    private readonly GroupOrder _order;
    private readonly SessionHeap _ends;
    private readonly NativeArray<int> _sortSpare;
    private NativeList<int> _closing;
    private NativeCell<WindowTable> _keys;
    private NativeCell<WindowTable> _sessions;
    private long _serial;

    public SessionWindowOperator(RecordLayout layout, ResultWriter writer, EventTimeSpan span, SessionNode node, long gap, long delay, Action<long> charge)
    {
        _layout = layout;
        _keyLayout = new RecordLayout(layout.Key, [_key]);
        _writer = writer;
        _span = span;
        _node = node;
        _tree = new SessionTree(node, span);
        _gap = gap;
        _delay = delay;
        _charge = charge;
        _scratch = new FoldScratch(charge, layout.Key);
        _pending = new PendingRows(layout, _scratch);
        _order = new GroupOrder(layout, charge);
        _ends = new SessionHeap(charge);
        _sortSpare = new NativeArray<int>(charge);
        _keys = new NativeCell<WindowTable>(charge);
        _sessions = new NativeCell<WindowTable>(charge);
    }

    public override bool CanMerge => false;

    public override void Fold(Batch batch, Span<ulong> late, WindowResults results)
    {
        ReadOnlySpan<int> rows = _scratch.Read(batch, _layout.Key);
        ReadOnlySpan<long> times = batch.EventTimes;
        ReadOnlySpan<long> earlierMax = batch.EarlierMax;
        ref WindowTable sessions = ref _sessions.Value;
        foreach (int row in rows)
        {
            CloseUntil(earlierMax[row], batch, results);
            int place = Join(batch, row, times[row], earlierMax[row]);
            if (place < 0)
            {
                late[row >> 6] |= 1UL << row;
                batch.Drop(row);
                continue;
            }

            _span.Add(ref sessions, place, times[row]);
            _pending.Add(row, place);
        }

        _pending.Fold(ref sessions, batch);
        results.Pass();
    }

    public override bool Closes(long earlierMax, long maxEventTime) => maxEventTime > earlierMax;

    public override void Close(ReadOnlySpan<WindowOperator> lanes, long maxEventTime, WindowResults results, Action? claimed = null)
    {
        CloseUntil(maxEventTime, null, results);
        results.Pass();
    }

    public override void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        walk.Same(_layout.Stride, "the length of a session's record");
        walk.Same(_gap, "the sessions' gap");
        walk.Value(ref _serial);
        _ends.Walk(walk);
        _sessions.Value.Walk(walk, _layout, hasSlots: false, _charge);
        ref WindowTable keys = ref _keys.Value;
        keys.Walk(walk, _keyLayout, hasSlots: true, _charge);
        if (!walk.IsLoading)
        {
            return;
        }

        foreach (uint slot in keys.Slots.Items)
        {
            if (slot != 0)
            {
                int key = GroupSlots.GroupOf(slot, keys.Slots.Count);
                _key.Hash(ref keys, key * _keyLayout.Stride) = keys.HashOf(key, _keyLayout);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        _scratch.Dispose();
        _order.Dispose();
        _ends.Dispose();
        _sortSpare.Dispose();
        _closing.Free(_charge);
        if (!_keys.IsNull)
        {
            _keys.Value.FreeAll(_charge);
            _keys.Free(_charge);
            _sessions.Value.FreeAll(_charge);
            _sessions.Free(_charge);
            _keys = default;
            _sessions = default;
        }

        base.Dispose(disposing);
    }

    /// <summary>The session that takes a row: one that is open, two that it bridges, or a new one; −1 where that would be closed already.</summary>
    private int Join(Batch batch, int row, long time, long earlierMax)
    {
        ref WindowTable keys = ref _keys.Value;
        ref WindowTable sessions = ref _sessions.Value;
        int keyPlace = GroupTable.Find(ref keys, _keyLayout, batch, row, _scratch);
        long root = _key.Root(ref keys, keyPlace);
        (int before, int after) = _tree.Find(ref sessions, root, time);
        bool joinsBefore = before >= 0 && time < _span.Highest(ref sessions, before) + _gap;
        bool joinsAfter = after >= 0 && _span.Lowest(ref sessions, after) < time + _gap;
        if (joinsBefore && joinsAfter)
        {
            _pending.Fold(ref sessions, batch);
            root = _tree.Remove(ref sessions, root, after);
            _key.Root(ref keys, keyPlace) = root;
            _layout.Merge(ref sessions, before, ref sessions, after, _charge);
            _node.Serial(ref sessions, after) = 0;
            sessions.FreeRecord(after, _layout);
            return before;
        }

        if (joinsBefore || joinsAfter)
        {
            return joinsBefore ? before : after;
        }

        if (earlierMax >= ClosesAt(time + _gap))
        {
            if (root == 0)
            {
                GroupTable.Remove(ref keys, _keyLayout, keyPlace, _scratch.Hashes[row]);
            }

            return -1;
        }

        return Open(keyPlace, root, time, _scratch.Hashes[row]);
    }

    private int Open(int keyPlace, long root, long time, uint hash)
    {
        ref WindowTable keys = ref _keys.Value;
        ref WindowTable sessions = ref _sessions.Value;
        int place = sessions.NewRecord(_layout, _charge);
        _layout.Key.Keep(ref keys, keyPlace, ref sessions, place, _charge);
        _span.Add(ref sessions, place, time);
        _node.Serial(ref sessions, place) = ++_serial;
        _node.KeyPlace(ref sessions, place) = keyPlace;
        _node.Priority(ref sessions, place) = SessionTree.Priority(_serial);
        _key.Root(ref keys, keyPlace) = _tree.Insert(ref sessions, root, place);
        _key.Hash(ref keys, keyPlace) = hash;
        _ends.Add(new SessionEnd(time + _gap, _serial, place));
        return place;
    }

    private long ClosesAt(long end) => WindowSpan.SaturatingAdd(end, _delay);

    /// <summary>Writes every session that is closed at this highest event time.</summary>
    private void CloseUntil(long maxEventTime, Batch? batch, WindowResults results)
    {
        if (_ends.IsEmpty || ClosesAt(_ends.First.End) > maxEventTime)
        {
            return;
        }

        ref WindowTable sessions = ref _sessions.Value;
        if (batch is not null)
        {
            _pending.Fold(ref sessions, batch);
        }

        while (!_ends.IsEmpty && ClosesAt(_ends.First.End) <= maxEventTime)
        {
            SessionEnd first = _ends.First;
            _ends.RemoveFirst();
            if (_node.Serial(ref sessions, first.Place) != first.Serial)
            {
                continue; // another session took it in
            }

            long end = _span.Highest(ref sessions, first.Place) + _gap;
            if (end > first.End)
            {
                _ends.Add(first with { End = end });
            }
            else
            {
                _closing.Add(first.Place, _charge);
            }
        }

        EmitClosing(ref sessions, results);
    }

    private void EmitClosing(ref WindowTable sessions, WindowResults results)
    {
        ref WindowTable keys = ref _keys.Value;
        Sort(ref sessions);
        foreach (int place in _closing.Items)
        {
            _writer.Write(ref sessions, [place], _span.Lowest(ref sessions, place), _span.Highest(ref sessions, place) + _gap, results);
            int keyPlace = (int)_node.KeyPlace(ref sessions, place);
            long root = _tree.Remove(ref sessions, _key.Root(ref keys, keyPlace), place);
            _key.Root(ref keys, keyPlace) = root;
            if (root == 0)
            {
                GroupTable.Remove(ref keys, _keyLayout, keyPlace, (uint)_key.Hash(ref keys, keyPlace));
            }

            _node.Serial(ref sessions, place) = 0;
            sessions.FreeRecord(place, _layout);
        }

        _closing.Clear();
    }

    /// <summary>Merge sort by end, start and key.</summary>
    private void Sort(ref WindowTable sessions)
    {
        Span<int> places = _closing.Items;
        _sortSpare.EnsureLength(places.Length);
        Span<int> spare = _sortSpare.Items[..places.Length];
        for (int width = 1; width < places.Length; width *= 2)
        {
            for (int start = 0; start < places.Length; start += 2 * width)
            {
                int left = start;
                int middle = Math.Min(start + width, places.Length);
                int right = middle;
                int end = Math.Min(middle + width, places.Length);
                for (int i = start; i < end; i++)
                {
                    bool takeLeft = left < middle && (right >= end || Compare(ref sessions, places[left], places[right]) <= 0);
                    spare[i] = takeLeft ? places[left++] : places[right++];
                }
            }

            spare.CopyTo(places);
        }
    }

    private int Compare(ref WindowTable sessions, int place, int other)
    {
        int order = _span.Highest(ref sessions, place).CompareTo(_span.Highest(ref sessions, other));
        order = order != 0 ? order : _span.Lowest(ref sessions, place).CompareTo(_span.Lowest(ref sessions, other));
        return order != 0 ? order : _order.Compare(ref sessions, place, other);
    }
}
