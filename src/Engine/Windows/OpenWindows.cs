using System;
using System.Threading;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The open windows of one lane, found by their start; closed ones give their tables to the next.</summary>
internal sealed class OpenWindows(Action<long> charge) : IDisposable
{
    private const int MaxSpare = 64; // tables kept for later windows beyond what is open now

    private NativeList<Entry> _entries;
    private NativeList<int> _heads; // by the start's hash: entry + 1 of the first in a chain
    private NativeList<NativeCell<WindowTable>> _spare;
    private NativeList<long> _starts; // for walks
    private NativeCell<WindowTable> _last;
    private Gate _gate;
    private int _done;

    /// <summary>The table of an open window; opened where there is none. The owner's.</summary>
    public NativeCell<WindowTable> Find(long start)
    {
        if (!_last.IsNull && _last.Value.Start == start)
        {
            return _last;
        }

        if (_heads.Count > 0)
        {
            for (int at = _heads[Head(start)]; at != 0; at = _entries[at - 1].Next)
            {
                if (_entries[at - 1].Table.Value.Start == start)
                {
                    return _last = _entries[at - 1].Table;
                }
            }
        }

        return _last = Open(start);
    }

    /// <summary>Claims the windows that close at this highest event time. Any lane's.</summary>
    public void Claim(WindowSpan span, long maxEventTime, int lane, ref NativeList<ClosingWindow> closing, Action<long> closerCharge)
    {
        _gate.Enter();
        try
        {
            foreach (Entry entry in _entries.Items)
            {
                ref WindowTable table = ref entry.Table.Value;
                if (table.State == WindowState.Open && span.ClosesAt(table.Start) <= maxEventTime)
                {
                    closing.Add(new ClosingWindow(table.Start, lane, entry.Table), closerCharge);
                    table.State = WindowState.Claimed;
                }
            }
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>A claimed window's table is marked done. Any lane's.</summary>
    public void TellDone() => Interlocked.Increment(ref _done);

    /// <summary>Takes the tables of done windows back. The owner's.</summary>
    public void Sweep()
    {
        if (Volatile.Read(ref _done) == 0)
        {
            return;
        }

        Interlocked.Exchange(ref _done, 0);
        _gate.Enter();
        try
        {
            int kept = 0;
            for (int i = 0; i < _entries.Count; i++)
            {
                NativeCell<WindowTable> cell = _entries[i].Table;
                if (Volatile.Read(ref cell.Value.State) == WindowState.Done)
                {
                    Keep(cell);
                }
                else
                {
                    _entries[kept++].Table = cell;
                }
            }

            _entries.Resize(kept, charge);
            _last = default;
            Relink();
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Shows the windows to a walk, all of them open. The owner's.</summary>
    public void Walk(StateWalk walk, RecordLayout layout)
    {
        _starts.Clear();
        foreach (Entry entry in _entries.Items)
        {
            _starts.Add(entry.Table.Value.Start, charge);
        }

        walk.List(ref _starts, charge);
        foreach (long start in _starts.Items)
        {
            walk.Enter(start);
            Find(start).Value.Walk(walk, layout, hasSlots: true, charge);
        }

        walk.Leave();
    }

    public void Dispose()
    {
        _starts.Free(charge);
        foreach (Entry entry in _entries.Items)
        {
            entry.Table.Value.FreeAll(charge);
            entry.Table.Free(charge);
        }

        foreach (NativeCell<WindowTable> cell in _spare.Items)
        {
            cell.Value.FreeAll(charge);
            cell.Free(charge);
        }

        _entries.Free(charge);
        _heads.Free(charge);
        _spare.Free(charge);
        _last = default;
    }

    private NativeCell<WindowTable> Open(long start)
    {
        NativeCell<WindowTable> cell;
        if (_spare.Count > 0)
        {
            cell = _spare[_spare.Count - 1];
            _spare.Resize(_spare.Count - 1, charge);
        }
        else
        {
            cell = new NativeCell<WindowTable>(charge);
        }

        cell.Value.Start = start;
        cell.Value.Met = 0;
        cell.Value.State = WindowState.Open;
        _gate.Enter();
        try
        {
            _entries.Add(new Entry { Table = cell }, charge);
            if (_entries.Count > _heads.Count)
            {
                _heads.Resize(Math.Max(16, 2 * _heads.Count), charge);
                Relink();
            }
            else
            {
                Link(_entries.Count - 1);
            }
        }
        finally
        {
            _gate.Leave();
        }

        return cell;
    }

    private void Keep(NativeCell<WindowTable> cell)
    {
        if (_spare.Count >= MaxSpare + (_entries.Count / 2))
        {
            cell.Value.FreeAll(charge);
            cell.Free(charge);
            return;
        }

        cell.Value.Recycle(charge);
        _spare.Add(cell, charge);
    }

    private void Relink()
    {
        _heads.Items.Clear();
        for (int i = 0; i < _entries.Count; i++)
        {
            Link(i);
        }
    }

    private void Link(int entry)
    {
        ref int head = ref _heads[Head(_entries[entry].Table.Value.Start)];
        _entries[entry].Next = head;
        head = entry + 1;
    }

    private int Head(long start) => (int)((ulong)start * 0x9E37_79B9_7F4A_7C15 >> 40) & (_heads.Count - 1);

    private struct Entry
    {
        public NativeCell<WindowTable> Table;
        public int Next;
    }
}
