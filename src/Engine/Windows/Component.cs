using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>One state of a group: what one or several aggregates of a column are computed from. One instance per plan, without data of its own.</summary>
/// <param name="words">Words of the state in the record.</param>
internal abstract class Component(int words) : IFold
{
    public int Words => words;

    /// <summary>Where the state begins in the record.</summary>
    public int Offset { get; private set; }

    public void Place(int offset) => Offset = offset;

    /// <summary>Whether the state may hold blocks of the table's heap.</summary>
    public virtual bool UsesHeap => false;

    /// <summary>The state before any value.</summary>
    public virtual void Start(Span<long> state) => state.Clear();

    /// <summary>Adds the rows' values, each to the record at its place.</summary>
    public abstract void Fold(ref WindowTable table, Folding rows);

    /// <summary>Adds one state to another; both places are of the state's first word. The result does not depend on which is which.</summary>
    public abstract void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge);

    /// <summary>The state came back from an image: what it knows of payloads lies before the first one now.</summary>
    public virtual void Restore(Span<long> state)
    {
    }

    /// <summary>Asks for the state's heap blocks ahead of their use; its record is at hand.</summary>
    public virtual void Prefetch(ref WindowTable table, int at)
    {
    }

    /// <summary>Gives the state's heap blocks back.</summary>
    public virtual void Release(ref WindowTable table, int at)
    {
    }
}
