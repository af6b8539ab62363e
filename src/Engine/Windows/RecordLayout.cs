using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Windows;

/// <summary>How a group's record is laid out: key words first, then the states of the components. Fixed when the plan is made.</summary>
internal sealed class RecordLayout
{
    public const int LineWords = 8; // of a cache line, at which records begin

    private readonly long[] _fresh;
    private readonly IFold[] _folds;

    public RecordLayout(KeyShape key, IReadOnlyList<Component> components)
    {
        Key = key;
        Components = [.. components];
        _folds = FloatSummary.Combine(Components);
        int at = key.Words;
        foreach (IFold fold in _folds)
        {
            fold.Place(at);
            at += fold.Words;
        }

        // A record that nearly fills cache lines gets them for itself, where that is at most a seventh more: else most would lie in one line more.
        int lines = (at + LineWords - 1) / LineWords * LineWords;
        Stride = lines - at <= (at + LineWords - 2) / (LineWords - 1) ? Math.Max(lines, 1) : at;
        _fresh = new long[Stride];
        foreach (Component component in Components)
        {
            component.Start(_fresh.AsSpan(component.Offset, component.Words));
        }

        Held = [.. Components.Where(c => c.UsesHeap)];
    }

    public KeyShape Key { get; }

    public Component[] Components { get; }

    /// <summary>Words of a record.</summary>
    public int Stride { get; }

    /// <summary>A record before any value.</summary>
    public ReadOnlySpan<long> Fresh => _fresh;

    private Component[] Held { get; }

    public void Fold(ref WindowTable table, Folding rows)
    {
        foreach (IFold fold in _folds)
        {
            fold.Fold(ref table, rows);
        }
    }

    /// <summary>Adds the states of one record to another's.</summary>
    public void Merge(ref WindowTable into, int place, ref WindowTable from, int other, Action<long> charge)
    {
        foreach (Component component in Components)
        {
            component.Merge(ref into, place + component.Offset, ref from, other + component.Offset, charge);
        }
    }

    /// <summary>Asks for what a record has in the heap ahead of its use.</summary>
    public void Prefetch(ref WindowTable table, int place)
    {
        foreach (Component component in Held)
        {
            component.Prefetch(ref table, place + component.Offset);
        }
    }

    /// <summary>A record came back from an image: what depends on the process is made anew.</summary>
    public void Restore(ref WindowTable table, int place)
    {
        Key.Restore(ref table, place);
        foreach (Component component in Components)
        {
            component.Restore(table.Records.Items.Slice(place + component.Offset, component.Words));
        }
    }

    /// <summary>Gives back what a record has in the heap: states and long key texts.</summary>
    public void Release(ref WindowTable table, int place)
    {
        Key.Release(ref table, place);
        foreach (Component component in Held)
        {
            component.Release(ref table, place + component.Offset);
        }
    }
}
