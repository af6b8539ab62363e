using System;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Walks all groups of a table slots after slots: the records of some are asked for before any of them is looked at, so that the waits for memory overlap.</summary>
internal static class GroupBlocks
{
    /// <summary>So many slots are looked through at once; at most half of them lead to a group.</summary>
    public const int SlotsAtOnce = 64;

    /// <summary>The groups of the slots from a place on, in the slots' order; their records are on their way.</summary>
    /// <param name="table">The table.</param>
    /// <param name="layout">Its records' layout.</param>
    /// <param name="slots">The table's slots, or those that it had.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="groups">Filled; room for <see cref="SlotsAtOnce"/>.</param>
    public static ReadOnlySpan<int> Prefetch(ref WindowTable table, RecordLayout layout, ReadOnlySpan<uint> slots, int from, Span<int> groups)
    {
        int count = 0;
        foreach (uint slot in slots.Slice(from, Math.Min(SlotsAtOnce, slots.Length - from)))
        {
            if (slot != 0)
            {
                int group = GroupSlots.GroupOf(slot, slots.Length);
                table.Prefetch(group * layout.Stride, layout.Stride);
                groups[count++] = group;
            }
        }

        return groups[..count];
    }
}
