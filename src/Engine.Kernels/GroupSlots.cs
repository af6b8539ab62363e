using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>The slots of a hash table of groups with linear probing, at most half of them taken.</summary>
/// <remarks>
/// A slot is 0, or the group's number + 1 in as many low bits as the table's size has, and above them those of the hash that say nothing about the slot's place.
/// So a slot takes four bytes, and a foreign group is nearly always told from the sought one without a look at its record.
/// </remarks>
public static class GroupSlots
{
    /// <summary>What a slot holds for a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(uint hash, int group, int size) => (hash & ~((uint)size - 1)) | (uint)(group + 1);

    /// <summary>Whether a taken slot may be that of a key with this hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayBe(uint slot, uint hash, int size) => ((slot ^ hash) & ~((uint)size - 1)) == 0;

    /// <summary>The group of a taken slot; −1 for a free one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GroupOf(uint slot, int size) => (int)(slot & ((uint)size - 1)) - 1;

    /// <summary>
    /// For each row the record of the first group that may be its key's, or a negative place. Rows after rows: first the slots of all are asked for, then
    /// their records, so that the waits for memory overlap.
    /// </summary>
    /// <param name="slots">As many as a power of two.</param>
    /// <param name="hashes">The keys' hashes, by row.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="places">Filled, for each of the rows: the group's number times the stride.</param>
    /// <param name="records">The groups' records.</param>
    /// <param name="stride">Words of a record.</param>
    public static void Guess(ReadOnlySpan<uint> slots, ReadOnlySpan<uint> hashes, ReadOnlySpan<int> rows, Span<int> places, ReadOnlySpan<long> records, int stride)
    {
        places = places[..rows.Length];
        if (rows.IsEmpty)
        {
            return;
        }

        // The last row is the highest.
        _ = hashes[rows[^1]];

        // Safe: rows ascend to one that was looked at, and a masked hash is a slot's place. A hint reads nothing, whatever the address.
        ref uint hash = ref MemoryMarshal.GetReference(hashes);
        ref uint first = ref MemoryMarshal.GetReference(slots);
        uint mask = (uint)slots.Length - 1;
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above.
            Prefetch(ref Unsafe.Add(ref first, (nint)(Unsafe.Add(ref hash, (nint)(uint)rows[i]) & mask)));
        }

        // Safe: only for hints.
        ref long record = ref MemoryMarshal.GetReference(records);
        int asked = Math.Min(stride, MostLines * CacheLine);
        int last = stride > CacheLine && stride % CacheLine != 0 ? stride - 1 : 0; // records of whole lines begin one
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above.
            uint sought = Unsafe.Add(ref hash, (nint)(uint)rows[i]);
            uint at = sought & mask;
            uint slot = Unsafe.Add(ref first, (nint)at);
            while (slot != 0 && ((slot ^ sought) & ~mask) != 0)
            {
                // Safe: as above.
                at = (at + 1) & mask;
                slot = Unsafe.Add(ref first, (nint)at);
            }

            int place = ((int)(slot & mask) - 1) * stride;
            places[i] = place;

            // Safe: as above.
            for (int line = 0; line < asked; line += CacheLine)
            {
                // Safe: as above.
                Prefetch(ref Unsafe.Add(ref record, place + line));
            }

            if (last != 0)
            {
                // Safe: as above.
                Prefetch(ref Unsafe.Add(ref record, place + last));
            }
        }
    }

    /// <summary>How many rows at the front have a record whose key of two words is the row's.</summary>
    /// <param name="keys">Two words by row; of a second word below 0 more than the words counts, and such a row ends the count.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="places">For each of the rows, where its record begins: in <paramref name="records"/>, or below 0 for none.</param>
    /// <param name="records">Records that begin with the key.</param>
    public static int CountSame(ReadOnlySpan<long> keys, ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<long> records)
    {
        places = places[..rows.Length];
        if (rows.IsEmpty)
        {
            return 0;
        }

        // The last row is the highest.
        _ = keys[(2 * rows[^1]) + 1];

        // Safe: rows ascend to one that was looked at, and a place that is not below 0 is a record's.
        ref long key = ref MemoryMarshal.GetReference(keys);
        ref long record = ref MemoryMarshal.GetReference(records);
        for (int i = 0; i < rows.Length; i++)
        {
            int place = places[i];
            if (place < 0)
            {
                return i;
            }

            // Safe: as above.
            ref long sought = ref Unsafe.Add(ref key, (nint)(uint)(2 * rows[i]));
            ref long found = ref Unsafe.Add(ref record, (nint)(uint)place);
            if (Vector128.LoadUnsafe(ref sought) != Vector128.LoadUnsafe(ref found) || Unsafe.Add(ref sought, 1) < 0)
            {
                return i;
            }
        }

        return rows.Length;
    }

    private const int CacheLine = 8; // words
    private const int MostLines = 4; // of a record, that are asked for ahead: of long records the rest comes as it is needed

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(ref T item)
    {
        // Safe: a hint reads nothing, whatever the address.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref item));
        }
    }
}
