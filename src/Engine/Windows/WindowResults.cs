using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Where window results go: rows are written into a batch, which the rest of the chain takes when it is full.</summary>
public abstract class WindowResults
{
    /// <summary>The batch of the result schema; its texts go to its arena. Its count is its capacity until <see cref="Pass"/>.</summary>
    public abstract Batch Batch { get; }

    /// <summary>How many rows are written.</summary>
    public int Count { get; private set; }

    /// <summary>The next row to write; passes a full batch on first.</summary>
    public int NextRow()
    {
        if (Count == Batch.Capacity)
        {
            Pass();
        }

        return Count++;
    }

    /// <summary>The next rows to write: at least one, at most as many as wanted; passes a full batch on first.</summary>
    public int NextRows(int wanted, out int count)
    {
        int first = NextRow();
        count = Math.Min(wanted, Batch.Capacity - first);
        Count += count - 1;
        return first;
    }

    /// <summary>Sends the rows written so far down the chain. The operator calls it at the end of <c>Fold</c> and <c>Close</c>.</summary>
    public void Pass()
    {
        if (Count > 0)
        {
            int count = Count;
            Count = 0;
            Send(count);
        }
    }

    /// <summary>What follows is caused by this row of the batch that is folded; −1: by the end of input. For windows whose results come in the order of the rows that caused them.</summary>
    public virtual void CausedBy(int row)
    {
    }

    /// <summary>A result, of the aggregate with this index or behind them of a window's time, is beyond its type's range: it is null and counted.</summary>
    public abstract void Fault(int result);

    protected abstract void Send(int count);
}
