using System;
using System.Collections.Generic;
using DataStream.Formats.Json;

namespace DataStream.Formats;

/// <summary>
/// A place in the tree of all paths that the plan needs: what is kept of a value that stands there, and what is looked for below it.
/// One lane's: its keys (a format's own) learn the order in which records have them.
/// </summary>
internal sealed class PathNode<TKeys>(Func<IReadOnlyList<(string Name, PathNode<TKeys> Node)>, TKeys> makeKeys)
    where TKeys : class
{
    private readonly List<(string Name, PathNode<TKeys> Node)> _keys = [];
    private readonly List<(int Index, PathNode<TKeys> Node)> _elements = [];

    /// <summary>The slot of a value that a field wants; −1 where none does.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The first slot at or below this place. Slots are numbered depth first, so those of a subtree lie side by side.</summary>
    public int FirstSlot { get; private set; }

    /// <summary>The slot behind the last one at or below this place.</summary>
    public int EndSlot { get; private set; }

    /// <summary>What is looked for in an object or map; null: nothing.</summary>
    public TKeys? Keys { get; private set; }

    /// <summary>The keys that are looked for.</summary>
    public IReadOnlyList<(string Name, PathNode<TKeys> Node)> Names => _keys;

    /// <summary>What is looked for in an array, by rising index.</summary>
    public (int Index, PathNode<TKeys> Node)[] Elements { get; private set; } = [];

    public bool IsInner => Keys is not null || Elements.Length > 0;

    /// <summary>The place behind these steps, made where it is new.</summary>
    public PathNode<TKeys> Add(IReadOnlyList<JsonStep> steps)
    {
        PathNode<TKeys> node = this;
        foreach (JsonStep step in steps)
        {
            node = node.Child(step);
        }

        return node;
    }

    /// <summary>Marks the place as wanted; slots are numbered by <see cref="Complete"/>.</summary>
    public void Want() => Slot = 0;

    /// <summary>Numbers the slots and builds the key tables; nothing may be added afterwards.</summary>
    /// <returns>The slot behind the last one.</returns>
    public int Complete(int nextSlot)
    {
        FirstSlot = nextSlot;
        if (Slot >= 0)
        {
            Slot = nextSlot++;
        }

        foreach ((_, PathNode<TKeys> node) in _keys)
        {
            nextSlot = node.Complete(nextSlot);
        }

        _elements.Sort((a, b) => a.Index.CompareTo(b.Index));
        foreach ((_, PathNode<TKeys> node) in _elements)
        {
            nextSlot = node.Complete(nextSlot);
        }

        EndSlot = nextSlot;
        Elements = [.. _elements];
        Keys = _keys.Count == 0 ? null : makeKeys(_keys);
        return nextSlot;
    }

    private PathNode<TKeys> Child(JsonStep step)
    {
        PathNode<TKeys>? node = step.Key is null
            ? _elements.Find(e => e.Index == step.Index).Node
            : _keys.Find(k => k.Name == step.Key).Node;
        if (node is null)
        {
            node = new PathNode<TKeys>(makeKeys);
            if (step.Key is null)
            {
                _elements.Add((step.Index, node));
            }
            else
            {
                _keys.Add((step.Key, node));
            }
        }

        return node;
    }
}
