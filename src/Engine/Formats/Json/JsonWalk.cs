using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>The walk over every byte of any record: checks it (RFC 8259), and notes where the values stand that the plan needs.</summary>
/// <remarks>One per decoder.</remarks>
internal sealed class JsonWalk
{
    private readonly PathNode<JsonKeys> _root;
    private readonly JsonSlot[] _slots;

    /// <param name="root">The places that are needed, complete.</param>
    /// <param name="slots">How many values these are.</param>
    public JsonWalk(PathNode<JsonKeys> root, int slots)
    {
        _root = root;
        _slots = new JsonSlot[slots];
    }

    /// <summary>Where the values stand.</summary>
    public JsonSlot[] Slots => _slots;

    /// <summary>Where escaped keys are decoded; nothing is kept there.</summary>
    public TextArena Scratch { get; set; } = null!;

    /// <summary>Walks over the record at the cursor; true, and the cursor at its end, when it is an object and nothing follows it.</summary>
    public bool ReadRecord(ref JsonCursor cursor, out DeadReason reason)
    {
        bool isObject = ReadValue(ref cursor, out reason);
        if (cursor.Fault == JsonFault.None)
        {
            cursor.SkipWhite();
            if (cursor.Next != '\n')
            {
                reason = DeadReason.BadJson;
                return cursor.Fail();
            }
        }

        return isObject;
    }

    /// <summary>Walks over the value at the cursor; true when it is an object.</summary>
    public bool ReadValue(ref JsonCursor cursor, out DeadReason reason)
    {
        Array.Clear(_slots);
        bool isObject = cursor.Next == '{';
        bool isValue = isObject && _root.Keys is not null ? ReadObject(_root, 1, ref cursor) : cursor.SkipValue(1) != JsonKind.Missing;
        reason = isValue ? DeadReason.NotObject : cursor.Fault == JsonFault.TooDeep ? DeadReason.TooDeep : DeadReason.BadJson;
        return isValue && isObject;
    }

    private bool ReadObject(PathNode<JsonKeys> node, int depth, ref JsonCursor cursor)
    {
        if (depth > JsonCursor.MaxDepth)
        {
            return cursor.Fail(JsonFault.TooDeep);
        }

        cursor.At++;
        cursor.SkipWhite();
        if (cursor.Next == '}')
        {
            cursor.At++;
            return true;
        }

        JsonKeys keys = node.Keys!;
        int previous = -1;
        while (true)
        {
            if (!keys.TryMatch(ref cursor, ref previous, Scratch, out PathNode<JsonKeys>? child)
                || !(child is null ? cursor.SkipValue(depth + 1) != JsonKind.Missing : ReadValue(child, depth + 1, ref cursor)))
            {
                return false;
            }

            cursor.SkipWhite();
            byte next = cursor.Next;
            if (next != ',')
            {
                cursor.At++;
                return next == '}' || FailBefore(ref cursor);
            }

            cursor.At++;
            cursor.SkipWhite();
        }
    }

    private bool ReadArray(PathNode<JsonKeys> node, int depth, ref JsonCursor cursor)
    {
        if (depth > JsonCursor.MaxDepth)
        {
            return cursor.Fail(JsonFault.TooDeep);
        }

        cursor.At++;
        cursor.SkipWhite();
        if (cursor.Next == ']')
        {
            cursor.At++;
            return true;
        }

        int wanted = 0;
        for (int index = 0; ; index++)
        {
            bool isWanted = wanted < node.Elements.Length && node.Elements[wanted].Index == index;
            if (!(isWanted ? ReadValue(node.Elements[wanted++].Node, depth + 1, ref cursor) : cursor.SkipValue(depth + 1) != JsonKind.Missing))
            {
                return false;
            }

            cursor.SkipWhite();
            byte next = cursor.Next;
            if (next != ',')
            {
                cursor.At++;
                return next == ']' || FailBefore(ref cursor);
            }

            cursor.At++;
            cursor.SkipWhite();
        }
    }

    private bool ReadValue(PathNode<JsonKeys> node, int depth, ref JsonCursor cursor)
    {
        if (node.IsInner)
        {
            // Of a key given twice the last value counts: what was found below the first one is forgotten.
            _slots.AsSpan(node.FirstSlot, node.EndSlot - node.FirstSlot).Clear();
        }

        int start = cursor.At;
        JsonKind kind;
        if (node.Keys is not null && cursor.Next == '{')
        {
            kind = ReadObject(node, depth, ref cursor) ? JsonKind.Object : JsonKind.Missing;
        }
        else if (node.Elements.Length > 0 && cursor.Next == '[')
        {
            kind = ReadArray(node, depth, ref cursor) ? JsonKind.Array : JsonKind.Missing;
        }
        else
        {
            kind = cursor.SkipValue(depth);
        }

        if (node.Slot >= 0)
        {
            _slots[node.Slot] = new JsonSlot { Kind = kind, Start = start, End = cursor.At };
        }

        return kind != JsonKind.Missing;
    }

    private static bool FailBefore(ref JsonCursor cursor)
    {
        cursor.At--;
        return cursor.Fail();
    }
}
