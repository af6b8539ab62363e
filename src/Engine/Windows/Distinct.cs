using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Distinct values of a fixed-size column: a hash set of their orders. A slot of 0 is free; the state's fourth word says whether the order 0 itself was seen.</summary>
internal sealed class Distinct<T, TOrder>(int ordinal) : DistinctSet(ordinal)
    where T : unmanaged
    where TOrder : IOrdered<T>
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(Ordinal);
        ReadOnlySpan<T> values = rows.Batch.Values(new Column<T>(Ordinal));
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            Add(ref table, valid.Places[i] + Offset, TOrder.Order(values[valid.Rows[i]]), rows.Charge);
        }
    }

    protected override void AddAll(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        int block = (int)from.Records[other + 1];
        int slots = Slots(from.Records[other + 2]);
        for (int i = 0; i < slots; i++)
        {
            long order = from.Heap.Words(block, slots)[i];
            if (order != 0)
            {
                Add(ref into, at, order, charge);
            }
        }

        if (from.Records[other + 3] != 0)
        {
            Add(ref into, at, 0, charge);
        }
    }

    protected override void AddHashes(ref WindowTable table, int at, int registers)
    {
        int slots = Slots(table.Records[at + 2]);
        Span<long> target = table.Heap.Words(registers, HyperLogLog.Words);
        ReadOnlySpan<long> words = slots == 0 ? default : table.Heap.Words((int)table.Records[at + 1], slots);
        for (int i = 0; i < slots; i++)
        {
            if (words[i] != 0)
            {
                HyperLogLog.Add(target, HyperLogLog.Mix(words[i]));
            }
        }

        if (table.Records[at + 3] != 0)
        {
            HyperLogLog.Add(target, HyperLogLog.Mix(0));
        }
    }

    protected override void ReleaseSlots(ref WindowTable table, int at)
    {
        int slots = Slots(table.Records[at + 2]);
        if (slots > 0)
        {
            table.Heap.Release((int)table.Records[at + 1], slots);
        }
    }

    private static int Slots(long form) => form == 0 ? 0 : 1 << (int)form;

    private void Add(ref WindowTable table, int at, long order, Action<long> charge)
    {
        long form = table.Records[at + 2];
        if (form == Sketched)
        {
            HyperLogLog.Add(table.Heap.Words((int)table.Records[at + 1], HyperLogLog.Words), HyperLogLog.Mix(order));
            return;
        }

        if (form == 0 || (table.Records[at] + 1) * 4 > Slots(form) * 3)
        {
            Grow(ref table, at, charge);
        }

        if (Insert(ref table, at, order) && ++table.Records[at] > MaxExact)
        {
            Sketch(ref table, at, charge);
        }
    }

    /// <summary>Puts an order into its slot; false where it is there already.</summary>
    private static bool Insert(ref WindowTable table, int at, long order)
    {
        int slots = Slots(table.Records[at + 2]);
        Span<long> words = table.Heap.Words((int)table.Records[at + 1], slots);
        if (order == 0)
        {
            bool added = table.Records[at + 3] == 0;
            table.Records[at + 3] = 1;
            return added;
        }

        int slot = (int)HyperLogLog.Mix(order) & (slots - 1);
        while (words[slot] != 0)
        {
            if (words[slot] == order)
            {
                return false;
            }

            slot = (slot + 1) & (slots - 1);
        }

        words[slot] = order;
        return true;
    }

    private static void Grow(ref WindowTable table, int at, Action<long> charge)
    {
        long form = table.Records[at + 2];
        int before = Slots(form);
        int block = (int)table.Records[at + 1];
        long nextForm = form == 0 ? FirstSlots : form + 1;
        int slots = Slots(nextForm);
        int next = table.Heap.Allocate(slots, charge);
        table.Heap.Words(next, slots).Clear();
        table.Records[at + 1] = next;
        table.Records[at + 2] = nextForm;
        if (before == 0)
        {
            return;
        }

        for (int i = 0; i < before; i++)
        {
            long order = table.Heap.Words(block, before)[i];
            if (order != 0)
            {
                Insert(ref table, at, order);
            }
        }

        table.Heap.Release(block, before);
    }
}
