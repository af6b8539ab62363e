using System;

namespace DataStream.Kernels;

/// <summary>Stable sort of numbers with an item each, byte by byte from the lowest.</summary>
public static class RadixSort
{
    private const int Few = 48; // below, insertion beats counting 256 buckets

    /// <summary>Sorts <paramref name="keys"/> and their <paramref name="items"/> by the keys' lowest <paramref name="bytes"/> bytes; higher ones must be zero.</summary>
    /// <param name="keys">Unsigned order.</param>
    /// <param name="items">As many as keys.</param>
    /// <param name="spareKeys">Working space, at least as long.</param>
    /// <param name="spareItems">Working space, at least as long.</param>
    /// <param name="bytes">0 to 8.</param>
    public static void Sort(Span<ulong> keys, Span<int> items, Span<ulong> spareKeys, Span<int> spareItems, int bytes)
    {
        if (keys.Length < Few)
        {
            Insert(keys, items);
            return;
        }

        Span<int> starts = stackalloc int[256];
        Span<ulong> fromKeys = keys;
        Span<int> fromItems = items;
        Span<ulong> toKeys = spareKeys[..keys.Length];
        Span<int> toItems = spareItems[..items.Length];
        for (int shift = 0; shift < 8 * bytes; shift += 8)
        {
            starts.Clear();
            foreach (ulong key in fromKeys)
            {
                starts[(byte)(key >> shift)]++;
            }

            int sum = 0;
            for (int i = 0; i < starts.Length; i++)
            {
                (starts[i], sum) = (sum, sum + starts[i]);
            }

            for (int i = 0; i < fromKeys.Length; i++)
            {
                int at = starts[(byte)(fromKeys[i] >> shift)]++;
                toKeys[at] = fromKeys[i];
                toItems[at] = fromItems[i];
            }

            Span<ulong> swapKeys = fromKeys;
            fromKeys = toKeys;
            toKeys = swapKeys;
            Span<int> swapItems = fromItems;
            fromItems = toItems;
            toItems = swapItems;
        }

        if (bytes % 2 != 0)
        {
            fromKeys.CopyTo(keys);
            fromItems.CopyTo(items);
        }
    }

    private static void Insert(Span<ulong> keys, Span<int> items)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            ulong key = keys[i];
            int item = items[i];
            int at = i - 1;
            for (; at >= 0 && keys[at] > key; at--)
            {
                keys[at + 1] = keys[at];
                items[at + 1] = items[at];
            }

            keys[at + 1] = key;
            items[at + 1] = item;
        }
    }
}
