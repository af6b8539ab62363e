using System;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>What both kinds of distinct counts share. Words: count, block, form, and one for the kind of set.</summary>
/// <remarks>The form is 0 while there is no block, <see cref="Sketched"/> for a sketch, else the logarithm of the number of slots.</remarks>
internal abstract class DistinctSet(int ordinal) : Component(StateWords)
{
    protected const int StateWords = 4;

    /// <summary>So many distinct values are counted exactly.</summary>
    protected const int MaxExact = 1024;

    protected const long Sketched = 64;
    protected const int FirstSlots = 3; // 8 slots

    public override bool UsesHeap => true;

    protected int Ordinal => ordinal;

    public static long Result(ref WindowTable table, int at) => table.Records[at + 2] == Sketched
        ? HyperLogLog.Estimate(table.Heap.Words((int)table.Records[at + 1], HyperLogLog.Words)) : table.Records[at];

    public override void Release(ref WindowTable table, int at)
    {
        if (table.Records[at + 2] == Sketched)
        {
            table.Heap.Release((int)table.Records[at + 1], HyperLogLog.Words);
        }
        else
        {
            ReleaseSlots(ref table, at);
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        if (from.Records[other + 2] != Sketched)
        {
            AddAll(ref into, at, ref from, other, charge);
            return;
        }

        if (into.Records[at + 2] != Sketched)
        {
            Sketch(ref into, at, charge);
        }

        HyperLogLog.Merge(
            into.Heap.Words((int)into.Records[at + 1], HyperLogLog.Words), from.Heap.Words((int)from.Records[other + 1], HyperLogLog.Words));
    }

    /// <summary>Adds the values of an exact state to another state.</summary>
    protected abstract void AddAll(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge);

    /// <summary>Adds the hashes of an exact state to registers.</summary>
    protected abstract void AddHashes(ref WindowTable table, int at, int registers);

    protected abstract void ReleaseSlots(ref WindowTable table, int at);

    /// <summary>Turns an exact state into a sketch of the same values.</summary>
    protected void Sketch(ref WindowTable table, int at, Action<long> charge)
    {
        int registers = table.Heap.Allocate(HyperLogLog.Words, charge);
        table.Heap.Words(registers, HyperLogLog.Words).Clear();
        AddHashes(ref table, at, registers);
        ReleaseSlots(ref table, at);
        table.Records[at + 1] = registers;
        table.Records[at + 2] = Sketched;
    }
}

/// <summary>Writes a distinct count.</summary>
internal sealed class DistinctResult(DistinctSet set) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<long> values = Values<long>(first, places.Length, results);
        foreach (int place in places)
        {
            values[first++] = DistinctSet.Result(ref table, place + set.Offset);
        }
    }
}
