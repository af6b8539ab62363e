using System.Collections.Generic;
using DataStream.Formats.Json;

namespace DataStream.Formats.MessagePack;

/// <summary>Where a value was met in the record now being read: its first byte and the byte behind it; an end of 0: nowhere.</summary>
internal readonly record struct MessagePackSlot(int Start, int End);

/// <summary>
/// A place in the tree of all paths that the plan needs: what is kept of a value that stands there, and what is looked for below it.
/// One lane's: its keys learn the order in which records have them.
/// </summary>
internal sealed class MessagePackNode
{
    private readonly List<(string Name, MessagePackNode Node)> _keys = [];
    private readonly List<(int Index, MessagePackNode Node)> _elements = [];

    /// <summary>The slot of a value that a field wants; −1 where none does.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>The first slot at or below this place. Slots are numbered depth first, so those of a subtree lie side by side.</summary>
    public int FirstSlot { get; private set; }

    /// <summary>The slot behind the last one at or below this place.</summary>
    public int EndSlot { get; private set; }

    /// <summary>What is looked for in a map; null: nothing.</summary>
    public MessagePackKeys? Keys { get; private set; }

    /// <summary>What is looked for in an array, by rising index.</summary>
    public (int Index, MessagePackNode Node)[] Elements { get; private set; } = [];

    public bool IsInner => Keys is not null || Elements.Length > 0;

    /// <summary>The place behind these steps, made where it is new.</summary>
    public MessagePackNode Add(IReadOnlyList<JsonStep> steps)
    {
        MessagePackNode node = this;
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

        foreach ((_, MessagePackNode node) in _keys)
        {
            nextSlot = node.Complete(nextSlot);
        }

        _elements.Sort((a, b) => a.Index.CompareTo(b.Index));
        foreach ((_, MessagePackNode node) in _elements)
        {
            nextSlot = node.Complete(nextSlot);
        }

        EndSlot = nextSlot;
        Elements = [.. _elements];
        Keys = _keys.Count == 0 ? null : new MessagePackKeys(_keys);
        return nextSlot;
    }

    private MessagePackNode Child(JsonStep step)
    {
        MessagePackNode? node = step.Key is null
            ? _elements.Find(e => e.Index == step.Index).Node
            : _keys.Find(k => k.Name == step.Key).Node;
        if (node is null)
        {
            node = new MessagePackNode();
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
