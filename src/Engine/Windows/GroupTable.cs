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

        Guess(ref table, layout.Stride, rows, places, scratch.Hashes.Items);
        if (shape.Words == TextKey.Words && !shape.HasNullBits)
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

    /// <summary>
    /// For each row the first record with its hash, or a negative number. Rows after rows: first the slots of all are asked for, then
    /// their records, so that the waits for memory overlap.
    /// </summary>
    private static void Guess(ref WindowTable table, int stride, ReadOnlySpan<int> rows, Span<int> places, ReadOnlySpan<uint> hashes)
    {
        ReadOnlySpan<long> slots = table.Slots.Items;
        if (slots.Length == 0)
        {
            places[..rows.Length].Fill(-1);
            return;
        }

        uint mask = (uint)slots.Length - 1;
        foreach (int row in rows)
        {
            table.Slots.Prefetch((int)(hashes[row] & mask));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            uint hash = hashes[rows[i]];
            uint at = hash & mask;
            long slot = slots[(int)at];
            while (slot != 0 && (uint)((ulong)slot >> 32) != hash)
            {
                at = (at + 1) & mask;
                slot = slots[(int)at];
            }

            int place = ((int)(uint)slot - 1) * stride;
            places[i] = place;
            table.Records.Prefetch(place);
            table.Records.Prefetch(place + stride - 1);
        }
    }

    /// <summary>The common key: one text, compared as two words where it is short.</summary>
    private static void ConfirmText(ref WindowTable table, RecordLayout layout, Batch batch, ReadOnlySpan<int> rows, Span<int> places, FoldScratch scratch)
    {
        ReadOnlySpan<long> keys = scratch.Keys.Items;
        ReadOnlySpan<long> records = table.Records.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<long> key = keys.Slice(rows[i] * TextKey.Words, TextKey.Words);
            if (places[i] >= 0)
            {
                ReadOnlySpan<long> record = records.Slice(places[i], TextKey.Words);
                if (TextKey.IsLong(key[1]) ? layout.Key.Equal(key, batch, ref table, places[i]) : ((key[0] ^ record[0]) | (key[1] ^ record[1])) == 0)
                {
                    continue;
                }
            }

            places[i] = Find(ref table, layout, batch, key, scratch.Hashes[rows[i]], scratch.Charge);
            records = table.Records.Items;
        }
    }
}
