using System;
using System.Diagnostics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>All values of a number column as their orders, or a sketch of them once there are too many. Words: count, block, capacity (−1: a sketch).</summary>
internal sealed class ValueLog(int ordinal, ColumnType type) : Component(ValueLists.Words)
{
    /// <summary>So many values give exact quantiles; the switch depends on the count alone.</summary>
    public const int MaxExact = 65_536;

    private const int FirstCapacity = 8;
    private const int CacheLine = 8; // words

    public override bool UsesHeap => true;

    public static bool IsSketch(ReadOnlySpan<long> state) => state[2] < 0;

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        bool isDouble = type.Kind == ColumnKind.Float64;
        ReadOnlySpan<double> doubles = isDouble ? rows.Batch.Values(new Column<double>(ordinal)) : default;
        ReadOnlySpan<long> longs = isDouble ? default : rows.Batch.Values(new Column<long>(ordinal));
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        while (true)
        {
            Span<long> records = table.Records.Items;
            int done = isDouble ? ValueLists.Append(row, place, doubles, records, Offset, table.Heap.All) : ValueLists.Append(row, place, longs, records, Offset, table.Heap.All);
            if (done == row.Length)
            {
                return;
            }

            Add(ref table, place[done] + Offset, isDouble ? OrderedFloat64.Order(doubles[row[done]]) : longs[row[done]], rows.Charge);
            row = row[(done + 1)..];
            place = place[(done + 1)..];
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        Span<long> added = from.Records.Items.Slice(other, Words);
        if (!IsSketch(added))
        {
            int count = (int)added[0];
            int block = (int)added[1];
            for (int i = 0; i < count; i++)
            {
                Span<long> state = into.Records.Items.Slice(at, Words);
                if (state[0] + count - i <= state[2])
                {
                    from.Heap.Words(block, count)[i..].CopyTo(into.Heap.Words((int)state[1], (int)state[2])[(int)state[0]..]);
                    state[0] += count - i;
                    return;
                }

                Add(ref into, at, from.Heap.Words(block, count)[i], charge);
            }

            return;
        }

        if (!IsSketch(into.Records.Items.Slice(at, Words)))
        {
            MakeSketch(ref into, at, charge);
        }

        into.Records[at] += added[0];
        SketchState.Merge(ref into.Heap, (int)into.Records[at + 1], ref from.Heap, (int)added[1], charge);
    }

    /// <summary>The first two lines: of long lists the rest is read as it lies.</summary>
    public override void Prefetch(ref WindowTable table, int at)
    {
        int block = (int)table.Records[at + 1];
        table.Heap.Prefetch(block);
        table.Heap.Prefetch(block + CacheLine);
    }

    public override void Release(ref WindowTable table, int at)
    {
        long capacity = table.Records[at + 2];
        if (capacity < 0)
        {
            SketchState.Release(ref table.Heap, (int)table.Records[at + 1]);
        }
        else if (capacity > 0)
        {
            table.Heap.Release((int)table.Records[at + 1], (int)capacity);
        }
    }

    /// <summary>The value with an order, as a double.</summary>
    public double Value(long order) => type.Kind == ColumnKind.Float64 ? OrderedFloat64.Value(order) : Quotients.ToDouble(order, type.Scale);

    private void Add(ref WindowTable table, int at, long order, Action<long> charge)
    {
        Span<long> state = table.Records.Items.Slice(at, 3);
        if (state[0] < state[2])
        {
            table.Heap.Words((int)state[1], (int)state[2])[(int)state[0]++] = order;
            return;
        }

        if (state[2] == MaxExact)
        {
            MakeSketch(ref table, at, charge);
        }

        if (state[2] < 0)
        {
            state[0]++;
            SketchState.Add(ref table.Heap, (int)state[1], Value(order), charge);
            return;
        }

        int capacity = state[2] == 0 ? FirstCapacity : (int)state[2] * 2;
        int block = table.Heap.Allocate(capacity, charge);
        if (state[2] > 0)
        {
            table.Heap.Words((int)state[1], (int)state[0]).CopyTo(table.Heap.Words(block, capacity));
            table.Heap.Release((int)state[1], (int)state[2]);
        }

        state[1] = block;
        state[2] = capacity;
        table.Heap.Words(block, capacity)[(int)state[0]++] = order;
    }

    private void MakeSketch(ref WindowTable table, int at, Action<long> charge)
    {
        Span<long> state = table.Records.Items.Slice(at, 3);
        Debug.Assert(state[2] >= 0);
        int sketch = SketchState.Create(ref table.Heap, charge);
        for (int i = 0; i < (int)state[0]; i++)
        {
            SketchState.Add(ref table.Heap, sketch, Value(table.Heap.Words((int)state[1], (int)state[0])[i]), charge);
        }

        if (state[2] > 0)
        {
            table.Heap.Release((int)state[1], (int)state[2]);
        }

        state[1] = sketch;
        state[2] = -1;
    }
}

/// <summary>Writes a quantile: between the closest ranks of the sorted log, or of the sketch.</summary>
internal sealed class QuantileResult(ValueLog log, double share) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        // Lists lie anywhere: all are asked for before the first is looked at.
        foreach (int place in places)
        {
            log.Prefetch(ref table, place + log.Offset);
        }

        Span<double> values = Values<double>(first, places.Length, results);
        foreach (int place in places)
        {
            ReadOnlySpan<long> state = table.Records.Items.Slice(place + log.Offset, log.Words);
            double value = state[0] == 0 ? 0 : ValueLog.IsSketch(state)
                ? SketchState.Quantile(ref table.Heap, (int)state[1], state[0], share) : Exact(table.Heap.Words((int)state[1], (int)state[0]));
            Put(values, first++, value, state[0] == 0, results);
        }
    }

    private double Exact(Span<long> orders)
    {
        (long rank, double part) = QuantileSketch.Place(orders.Length, share);
        if (orders.Length <= ValueLists.MaxSmall)
        {
            (long lower, long upper) = ValueLists.Smallest(orders, (int)rank);
            return part == 0 ? log.Value(lower) : QuantileSketch.Between(log.Value(lower), log.Value(upper), part);
        }

        // Another quantile of the same column may have sorted the log before.
        for (int i = 1; i < orders.Length; i++)
        {
            if (orders[i] < orders[i - 1])
            {
                ValueLists.Sort(orders);
                break;
            }
        }

        double low = log.Value(orders[(int)rank]);
        return part == 0 ? low : QuantileSketch.Between(low, log.Value(orders[(int)rank + 1]), part);
    }
}
