using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Count and exact sum of a float64 column: a pair of doubles, or a wide block once a bit would be lost.</summary>
/// <remarks>Words: count, high, low. With a wide block the third is a NaN that holds the block's number, so that the fast path refuses by itself.</remarks>
internal sealed class FloatSum(int ordinal) : Component(3)
{
    private const long WideMark = 0x7FF8_0000_0000_0000;

    /// <summary>The stored column.</summary>
    public int Ordinal => ordinal;

    public override bool UsesHeap => true;

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<double> values = rows.Batch.Values(new Column<double>(ordinal));
        Span<long> records = table.Records.Items;
        for (int i = 0; i < row.Length; i++)
        {
            Span<long> state = records.Slice(place[i] + Offset, 3);
            double value = values[row[i]];
            double high = BitConverter.Int64BitsToDouble(state[1]);
            double low = BitConverter.Int64BitsToDouble(state[2]);
            state[0]++;
            if (ExactSum.TryAdd(ref high, ref low, value))
            {
                state[1] = BitConverter.DoubleToInt64Bits(high);
                state[2] = BitConverter.DoubleToInt64Bits(low);
            }
            else
            {
                AddWide(ref table, place[i] + Offset, value, rows.Charge);
            }
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        into.Records[at] += from.Records[other];
        long otherLow = from.Records[other + 2];
        if (IsWide(otherLow))
        {
            ExactSum.MergeWide(Widen(ref into, at, charge), from.Heap.Words((int)otherLow, ExactSum.WideWords));
            return;
        }

        Add(ref into, at, BitConverter.Int64BitsToDouble(from.Records[other + 1]), charge);
        Add(ref into, at, BitConverter.Int64BitsToDouble(otherLow), charge);
    }

    public override void Release(ref WindowTable table, int at)
    {
        if (IsWide(table.Records[at + 2]))
        {
            table.Heap.Release((int)table.Records[at + 2], ExactSum.WideWords);
        }
    }

    /// <summary>The sum rounded once; not finite where it is beyond the range.</summary>
    public static double Round(ref WindowTable table, int at)
    {
        long low = table.Records[at + 2];
        return IsWide(low) ? ExactSum.RoundWide(table.Heap.Words((int)low, ExactSum.WideWords))
            : BitConverter.Int64BitsToDouble(table.Records[at + 1]) + BitConverter.Int64BitsToDouble(low);
    }

    /// <summary>Whether the state is a pair of doubles.</summary>
    public static bool TryGetPair(ref WindowTable table, int at, out double high, out double low)
    {
        high = BitConverter.Int64BitsToDouble(table.Records[at + 1]);
        low = BitConverter.Int64BitsToDouble(table.Records[at + 2]);
        return !IsWide(table.Records[at + 2]);
    }

    /// <summary>Adds the state to a wide form.</summary>
    public static void AddTo(Span<long> wide, ref WindowTable table, int at)
    {
        if (TryGetPair(ref table, at, out double high, out double low))
        {
            ExactSum.AddWide(wide, high);
            ExactSum.AddWide(wide, low);
        }
        else
        {
            ExactSum.MergeWide(wide, table.Heap.Words((int)table.Records[at + 2], ExactSum.WideWords));
        }
    }

    private static bool IsWide(long low) => (low & WideMark) == WideMark;

    private static void Add(ref WindowTable table, int at, double value, Action<long> charge)
    {
        double high = BitConverter.Int64BitsToDouble(table.Records[at + 1]);
        double low = BitConverter.Int64BitsToDouble(table.Records[at + 2]);
        if (ExactSum.TryAdd(ref high, ref low, value))
        {
            table.Records[at + 1] = BitConverter.DoubleToInt64Bits(high);
            table.Records[at + 2] = BitConverter.DoubleToInt64Bits(low);
        }
        else
        {
            AddWide(ref table, at, value, charge);
        }
    }

    /// <summary>Adds a value that the pair cannot take.</summary>
    public static void AddWide(ref WindowTable table, int at, double value, Action<long> charge) => ExactSum.AddWide(Widen(ref table, at, charge), value);

    /// <summary>The state's wide block; made from the pair where there is none yet.</summary>
    private static Span<long> Widen(ref WindowTable table, int at, Action<long> charge)
    {
        long low = table.Records[at + 2];
        if (IsWide(low))
        {
            return table.Heap.Words((int)low, ExactSum.WideWords);
        }

        int block = table.Heap.Allocate(ExactSum.WideWords, charge);
        Span<long> wide = table.Heap.Words(block, ExactSum.WideWords);
        wide.Clear();
        ExactSum.AddWide(wide, BitConverter.Int64BitsToDouble(table.Records[at + 1]));
        ExactSum.AddWide(wide, BitConverter.Int64BitsToDouble(low));
        table.Records[at + 2] = WideMark | (long)block;
        return wide;
    }
}
