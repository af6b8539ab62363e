using System;
using DataStream.Batches;
using DataStream.Kernels;

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

        if (shape.IsText && table.IsNear && AreValid(batch, shape.Columns[0].Ordinal, rows))
        {
            FindTexts(ref table, layout, batch, rows, places, scratch);
            return;
        }

        scratch.EnsureKeys(batch, shape);
        if (table.Slots.Count == 0)
        {
            places[..rows.Length].Fill(-1);
        }
        else
        {
            GroupSlots.Guess(table.Slots.Items, scratch.Hashes.Items, rows, places, table.Records.Items, layout.Stride);
        }

        if (shape.IsText)
        {
            ConfirmText(ref table, layout, batch, rows, places, scratch);
            return;
        }

        ReadOnlySpan<long> keys = scratch.Keys.Items;
        ReadOnlySpan<uint> hashes = scratch.Hashes.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            ReadOnlySpan<long> key = keys.Slice(row * shape.Words, shape.Words);
            if (places[i] < 0 || !shape.Equal(key, batch, ref table, places[i]))
            {
                places[i] = Find(ref table, layout, batch, key, hashes[row], scratch.Charge);
            }
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
            table.RemoveSlot(hash, place, layout);
        }

        table.FreeRecord(place, layout);
    }

    /// <summary>The record of one row's key; a new one where the table has none.</summary>
    public static int Find(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<long> key, uint hash, Action<long> charge)
    {
        table.EnsureSlot(layout, charge);
        Span<uint> slots = table.Slots.Items;
        int mask = slots.Length - 1;
        int at = (int)(hash & (uint)mask);
        for (uint slot = slots[at]; slot != 0; slot = slots[at])
        {
            if (GroupSlots.MayBe(slot, hash, slots.Length))
            {
                int place = GroupSlots.GroupOf(slot, slots.Length) * layout.Stride;
                if (layout.Key.Equal(key, batch, ref table, place))
                {
                    return place;
                }
            }

            at = (at + 1) & mask;
        }

        int added = Add(ref table, layout, hash, at, charge);
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

        ReadOnlySpan<uint> slots = from.Slots.Items;
        Span<int> groups = stackalloc int[GroupBlocks.SlotsAtOnce];
        Span<uint> hashes = stackalloc uint[GroupBlocks.SlotsAtOnce];
        Span<int> places = stackalloc int[GroupBlocks.SlotsAtOnce];
        for (int at = 0; at < slots.Length; at += GroupBlocks.SlotsAtOnce)
        {
            ReadOnlySpan<int> some = GroupBlocks.Prefetch(ref from, layout, slots, at, groups);
            for (int i = 0; i < some.Length; i++)
            {
                hashes[i] = from.HashOf(some[i], layout);
                Prefetch(ref into, layout, hashes[i]);
            }

            for (int i = 0; i < some.Length; i++)
            {
                int other = some[i] * layout.Stride;
                layout.Prefetch(ref from, other);
                places[i] = FindSame(ref into, ref from, other, hashes[i], layout, charge);
                layout.Prefetch(ref into, places[i]);
            }

            for (int i = 0; i < some.Length; i++)
            {
                layout.Merge(ref into, places[i], ref from, some[i] * layout.Stride, charge);
            }
        }
    }

    /// <summary>Asks for the record that a hash leads to, as a rule that of its key.</summary>
    private static void Prefetch(ref WindowTable table, RecordLayout layout, uint hash)
    {
        if (table.Slots.Count > 0 && table.Slots[(int)hash & (table.Slots.Count - 1)] is var slot && slot != 0)
        {
            table.Prefetch(GroupSlots.GroupOf(slot, table.Slots.Count) * layout.Stride, layout.Stride);
        }
    }

    private static int FindSame(ref WindowTable table, ref WindowTable from, int other, uint hash, RecordLayout layout, Action<long> charge)
    {
        table.EnsureSlot(layout, charge);
        Span<uint> slots = table.Slots.Items;
        int mask = slots.Length - 1;
        int at = (int)(hash & (uint)mask);
        for (uint slot = slots[at]; slot != 0; slot = slots[at])
        {
            int place = GroupSlots.GroupOf(slot, slots.Length) * layout.Stride;
            if (GroupSlots.MayBe(slot, hash, slots.Length) && layout.Key.Equal(ref table, place, ref from, other))
            {
                return place;
            }

            at = (at + 1) & mask;
        }

        int added = Add(ref table, layout, hash, at, charge);
        layout.Key.Keep(ref from, other, ref table, added, charge);
        return added;
    }

    /// <summary>A new group in a free slot; its key is the caller's to write.</summary>
    private static int Add(ref WindowTable table, RecordLayout layout, uint hash, int slot, Action<long> charge)
    {
        int place = table.NewRecord(layout, charge);
        table.Slots[slot] = GroupSlots.Of(hash, place / layout.Stride, table.Slots.Count);
        return place;
    }

    /// <summary>One text of every row, in a table that is near: keys are read only of rows whose groups are not found at once.</summary>
    private static void FindTexts(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<int> rows, Span<int> places, FoldScratch scratch)
    {
        Span<long> key = stackalloc long[TextKey.Words];
        for (int i = 0; i < rows.Length; i++)
        {
            i += layout.Key.FindTexts(batch, rows[i..], places[i..], ref table, layout.Stride);
            if (i == rows.Length)
            {
                return;
            }

            uint hash = layout.Key.ReadText(batch, rows[i], key);
            places[i] = Find(ref table, layout, batch, key, hash, scratch.Charge);
        }
    }

    /// <summary>Whether a column has a value in all of the rows, which are live.</summary>
    private static bool AreValid(Batch batch, int ordinal, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<ulong> validity = batch.Validity(ordinal);
        ReadOnlySpan<ulong> selection = batch.Selection;
        ulong missing = 0;
        for (int word = rows[0] >> 6; word <= rows[^1] >> 6; word++)
        {
            missing |= selection[word] & ~validity[word];
        }

        return missing == 0;
    }

    /// <summary>The common key: one text, compared as two words where it is short.</summary>
    private static void ConfirmText(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<int> rows, Span<int> places, FoldScratch scratch)
    {
        ReadOnlySpan<long> keys = scratch.Keys.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            i += GroupSlots.CountSame(keys, rows[i..], places[i..], table.Records.Items);
            if (i == rows.Length)
            {
                return;
            }

            ReadOnlySpan<long> key = keys.Slice(rows[i] * TextKey.Words, TextKey.Words);
            if (places[i] < 0 || !layout.Key.Equal(key, batch, ref table, places[i]))
            {
                places[i] = Find(ref table, layout, batch, key, scratch.Hashes[rows[i]], scratch.Charge);
            }
        }
    }
}
