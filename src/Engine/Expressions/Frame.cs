using System;
using System.Diagnostics;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>What one evaluation works with: the batch, registers that nest like the tree, and the rows that must die.</summary>
/// <remarks>Made for a batch's capacity at first use, and kept.</remarks>
internal sealed class Frame : IDisposable
{
    private readonly TextArena _noArena = new(static _ => { });
    private readonly Batch _registers;
    private readonly ulong[][] _truths;
    private readonly ulong[] _faults;
    private int _top;

    public Frame(int registers, int capacity)
    {
        var types = new ColumnType[registers];
        Array.Fill(types, ColumnType.Int64);
        _registers = new Batch(types, capacity, _noArena);
        _truths = new ulong[registers][];
        for (int i = 0; i < registers; i++)
        {
            _truths[i] = new ulong[capacity / Batch.BlockLength];
        }

        _faults = new ulong[capacity / Batch.BlockLength];
        Batch = _registers;
    }

    public int Capacity => _registers.Capacity;

    /// <summary>The batch at work.</summary>
    public Batch Batch { get; private set; }

    /// <summary>Rows in which arithmetic failed where it mattered.</summary>
    public Span<ulong> Faults => _faults.AsSpan(0, Batch.Words);

    /// <summary>Starts an evaluation; no register is taken.</summary>
    public void Begin(Batch batch)
    {
        Batch = batch;
        _registers.SetRegisters(batch.Count);
        _top = 0;
        Faults.Clear();
    }

    /// <summary>A register until <see cref="Release"/>: the last taken is the first released.</summary>
    public Slot Take()
    {
        Debug.Assert(_top < _truths.Length);
        int register = _top++;
        return new Slot(_registers, register, _truths[register]);
    }

    /// <summary>The same over a column of the batch instead of the register's.</summary>
    public Slot TakeOver(int column) => new(Batch, column, _truths[_top++]);

    public void Release(int count = 1) => _top -= count;

    /// <summary>Rows of <paramref name="faults"/> that are in both masks will die.</summary>
    public void Fault(ReadOnlySpan<ulong> faults, ReadOnlySpan<ulong> live, ReadOnlySpan<ulong> valid)
    {
        Span<ulong> all = Faults;
        for (int i = 0; i < all.Length; i++)
        {
            all[i] |= faults[i] & live[i] & valid[i];
        }
    }

    /// <summary>One row will die.</summary>
    public void Fault(int row) => _faults[row >> 6] |= 1UL << row;

    public void Dispose()
    {
        _registers.Dispose();
        _noArena.Dispose();
    }
}
