using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Finds and adds the groups of a table.</summary>
internal static class GroupTable
{
    /// <summary>The record of each row's key; new keys get a new one.</summary>
    public static void Find(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<int> rows, Span<int> places, FoldScratch scratch)
    {
        KeyShape shape = layout.Key;
        if (shape.Words == 0)
        {
            if (table.Live == 0)
            {
                table.NewRecord(layout, scratch.Charge);
            }

            places[..rows.Length].Clear();
            return;
        }

        if (shape.Words == 3 && !shape.HasNullBits)
        {
            FindText(ref table, layout, batch, rows, places, scratch);
            return;
        }

        ReadOnlySpan<long> keys = scratch.Keys.Items;
        ReadOnlySpan<uint> hashes = scratch.Hashes.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            places[i] = Find(ref table, layout, batch, keys.Slice(row * shape.Words, shape.Words), hashes[row], scratch.Charge);
        }
    }

    /// <summary>The record of one row's key.</summary>
    public static int Find(ref WindowTable table, RecordLayout layout, Batch batch, int row, FoldScratch scratch)
    {
        int words = layout.Key.Words;
        if (words == 0)
        {
            return table.Live == 0 ? table.NewRecord(layout, scratch.Charge) : 0;
        }

        return Find(ref table, layout, batch, scratch.Keys.Items.Slice(row * words, words), scratch.Hashes[row], scratch.Charge);
    }

    /// <summary>Takes a group out of the table.</summary>
    public static void Remove(ref WindowTable table, RecordLayout layout, int place, uint hash)
    {
        if (layout.Key.Words > 0)
        {
            table.RemoveSlot(hash, place, layout.Stride);
        }

        table.FreeRecord(place, layout);
    }

    /// <summary>The record of one row's key; a new one where the table has none.</summary>
    public static int Find(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<long> key, uint hash, Action<long> charge)
    {
        int at = 0;
        if (table.Slots.Count > 0)
        {
            ReadOnlySpan<long> slots = table.Slots.Items;
            int mask = slots.Length - 1;
            at = (int)(hash & (uint)mask);
            for (long slot = slots[at]; slot != 0; slot = slots[at])
            {
                if ((uint)((ulong)slot >> 32) == hash)
                {
                    int place = ((int)(uint)slot - 1) * layout.Stride;
                    if (layout.Key.Equal(key, batch, ref table, place))
                    {
                        return place;
                    }
                }

                at = (at + 1) & mask;
            }
        }

        int added = Insert(ref table, layout, hash, charge);
        layout.Key.Keep(key, batch, ref table, added, charge);
        return added;
    }

    /// <summary>Adds the groups of one table to another's.</summary>
    public static void Merge(ref WindowTable into, ref WindowTable from, RecordLayout layout, Action<long> charge)
    {
        if (layout.Key.Words == 0)
        {
            if (into.Live == 0)
            {
                into.NewRecord(layout, charge);
            }

            layout.Merge(ref into, 0, ref from, 0, charge);
            return;
        }

        foreach (long slot in from.Slots.Items)
        {
            if (slot != 0)
            {
                int other = ((int)(uint)slot - 1) * layout.Stride;
                int place = FindSame(ref into, ref from, other, (uint)((ulong)slot >> 32), layout, charge);
                layout.Merge(ref into, place, ref from, other, charge);
            }
        }
    }

    private static int FindSame(ref WindowTable table, ref WindowTable from, int other, uint hash, RecordLayout layout, Action<long> charge)
    {
        if (table.Slots.Count > 0)
        {
            ReadOnlySpan<long> slots = table.Slots.Items;
            int mask = slots.Length - 1;
            int at = (int)(hash & (uint)mask);
            for (long slot = slots[at]; slot != 0; slot = slots[at])
            {
                int place = ((int)(uint)slot - 1) * layout.Stride;
                if ((uint)((ulong)slot >> 32) == hash && layout.Key.Equal(ref table, place, ref from, other))
                {
                    return place;
                }

                at = (at + 1) & mask;
            }
        }

        int added = Insert(ref table, layout, hash, charge);
        layout.Key.Keep(ref from, other, ref table, added, charge);
        return added;
    }

    private static int Insert(ref WindowTable table, RecordLayout layout, uint hash, Action<long> charge)
    {
        table.EnsureSlot(charge);
        int place = table.NewRecord(layout, charge);
        Span<long> slots = table.Slots.Items;
        int mask = slots.Length - 1;
        int at = (int)(hash & (uint)mask);
        while (slots[at] != 0)
        {
            at = (at + 1) & mask;
        }

        slots[at] = ((long)hash << 32) | (uint)((place / layout.Stride) + 1);
        return place;
    }

    /// <summary>The common key: one text, compared as three words where it is short.</summary>
    private static void FindText(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<int> rows, Span<int> places, FoldScratch scratch)
    {
        ReadOnlySpan<long> keys = scratch.Keys.Items;
        ReadOnlySpan<uint> hashes = scratch.Hashes.Items;
        ReadOnlySpan<long> slots = table.Slots.Items;
        ReadOnlySpan<long> records = table.Records.Items;
        int stride = layout.Stride;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            uint hash = hashes[row];
            ReadOnlySpan<long> key = keys.Slice(row * 3, 3);
            int mask = slots.Length - 1;
            int at = (int)(hash & (uint)mask);
            int found = -1;
            while ((uint)at < (uint)slots.Length)
            {
                long slot = slots[at];
                if ((uint)((ulong)slot >> 32) == hash && slot != 0)
                {
                    int place = ((int)(uint)slot - 1) * stride;
                    ReadOnlySpan<long> record = records.Slice(place, 3);
                    if (key[0] == record[0] && key[2] == record[2] && (key[1] == record[1] || key[2] > KeyShape.InlineText)
                        && (key[2] <= KeyShape.InlineText || layout.Key.Equal(key, batch, ref table, place)))
                    {
                        found = place;
                        break;
                    }
                }
                else if (slot == 0)
                {
                    break;
                }

                at = (at + 1) & mask;
            }

            if (found < 0)
            {
                found = Insert(ref table, layout, hash, scratch.Charge);
                layout.Key.Keep(key, batch, ref table, found, scratch.Charge);
                slots = table.Slots.Items;
                records = table.Records.Items;
            }

            places[i] = found;
        }
    }
}
