using System;
using System.IO.Hashing;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Distinct texts: a hash set whose slots are two words, the hash, and the length above the block + 1 (0: free).</summary>
internal sealed class DistinctText(int ordinal) : DistinctSet(ordinal)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(Ordinal);
        ReadOnlySpan<Text> values = rows.Batch.Values(new Column<Text>(Ordinal));
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            ReadOnlySpan<byte> bytes = rows.Batch.Bytes(values[valid.Rows[i]]);
            Add(ref table, valid.Places[i] + Offset, bytes, XxHash3.HashToUInt64(bytes), rows.Charge);
        }
    }

    protected override void AddAll(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        int block = (int)from.Records[other + 1];
        int slots = Slots(from.Records[other + 2]);
        for (int i = 0; i < slots; i++)
        {
            ReadOnlySpan<long> slot = from.Heap.Words(block + (2 * i), 2);
            if (slot[1] != 0)
            {
                ulong hash = (ulong)slot[0];
                AddFrom(ref into, at, ref from, (int)slot[1] - 1, (int)(slot[1] >> 32), hash, charge);
            }
        }
    }

    protected override void AddHashes(ref WindowTable table, int at, int registers)
    {
        int slots = Slots(table.Records[at + 2]);
        for (int i = 0; i < slots; i++)
        {
            ReadOnlySpan<long> slot = table.Heap.Words((int)table.Records[at + 1] + (2 * i), 2);
            if (slot[1] != 0)
            {
                HyperLogLog.Add(table.Heap.Words(registers, HyperLogLog.Words), (ulong)slot[0]);
            }
        }
    }

    protected override void ReleaseSlots(ref WindowTable table, int at)
    {
        int slots = Slots(table.Records[at + 2]);
        int block = (int)table.Records[at + 1];
        for (int i = 0; i < slots; i++)
        {
            long where = table.Heap.Words(block + (2 * i), 2)[1];
            if (where != 0)
            {
                HeapText.Release(ref table.Heap, (int)where - 1, (int)(where >> 32));
            }
        }

        if (slots > 0)
        {
            table.Heap.Release(block, 2 * slots);
        }
    }

    private static int Slots(long form) => form == 0 ? 0 : 1 << (int)form;

    private void Add(ref WindowTable table, int at, ReadOnlySpan<byte> bytes, ulong hash, Action<long> charge)
    {
        if (MakeRoom(ref table, at, hash, charge) && Find(ref table, at, bytes, hash) is var slot and >= 0)
        {
            int block = HeapText.Store(ref table.Heap, bytes, charge);
            Put(ref table, at, slot, hash, block, bytes.Length, charge);
        }
    }

    /// <summary>Adds a text that lies in a table's heap, maybe in the same one.</summary>
    private void AddFrom(ref WindowTable table, int at, ref WindowTable from, int source, int length, ulong hash, Action<long> charge)
    {
        if (MakeRoom(ref table, at, hash, charge) && Find(ref table, at, from.Heap.Bytes(source, length), hash) is var slot and >= 0)
        {
            int block = table.Heap.Allocate(HeapText.WordsFor(length), charge);
            from.Heap.Bytes(source, length).CopyTo(table.Heap.Bytes(block, length));
            Put(ref table, at, slot, hash, block, length, charge);
        }
    }

    /// <summary>Room for one more in the slots; false where the state is a sketch, which has then taken the hash.</summary>
    private static bool MakeRoom(ref WindowTable table, int at, ulong hash, Action<long> charge)
    {
        long form = table.Records[at + 2];
        if (form == Sketched)
        {
            HyperLogLog.Add(table.Heap.Words((int)table.Records[at + 1], HyperLogLog.Words), hash);
            return false;
        }

        if (form == 0 || (table.Records[at] + 1) * 4 > Slots(form) * 3)
        {
            Grow(ref table, at, charge);
        }

        return true;
    }

    /// <summary>The free slot where the text belongs; −1 where it is there already.</summary>
    private static int Find(ref WindowTable table, int at, ReadOnlySpan<byte> bytes, ulong hash)
    {
        int block = (int)table.Records[at + 1];
        int slots = Slots(table.Records[at + 2]);
        for (int slot = (int)hash & (slots - 1); ; slot = (slot + 1) & (slots - 1))
        {
            ReadOnlySpan<long> words = table.Heap.Words(block + (2 * slot), 2);
            if (words[1] == 0)
            {
                return slot;
            }

            if (words[0] == (long)hash && table.Heap.Bytes((int)words[1] - 1, (int)(words[1] >> 32)).SequenceEqual(bytes))
            {
                return -1;
            }
        }
    }

    private void Put(ref WindowTable table, int at, int slot, ulong hash, int block, int length, Action<long> charge)
    {
        Span<long> words = table.Heap.Words((int)table.Records[at + 1] + (2 * slot), 2);
        words[0] = (long)hash;
        words[1] = ((long)length << 32) | (uint)(block + 1);
        if (++table.Records[at] > MaxExact)
        {
            Sketch(ref table, at, charge);
        }
    }

    private static void Grow(ref WindowTable table, int at, Action<long> charge)
    {
        long form = table.Records[at + 2];
        int before = Slots(form);
        int block = (int)table.Records[at + 1];
        long nextForm = form == 0 ? FirstSlots : form + 1;
        int slots = Slots(nextForm);
        int next = table.Heap.Allocate(2 * slots, charge);
        Span<long> target = table.Heap.Words(next, 2 * slots);
        target.Clear();
        for (int i = 0; i < before; i++)
        {
            ReadOnlySpan<long> words = table.Heap.Words(block + (2 * i), 2);
            if (words[1] != 0)
            {
                int slot = (int)words[0] & (slots - 1);
                while (target[(2 * slot) + 1] != 0)
                {
                    slot = (slot + 1) & (slots - 1);
                }

                words.CopyTo(target[(2 * slot)..]);
            }
        }

        if (before > 0)
        {
            table.Heap.Release(block, 2 * before);
        }

        table.Records[at + 1] = next;
        table.Records[at + 2] = nextForm;
    }
}
