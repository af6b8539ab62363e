using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Count and sum of an int64 or decimal column in 128 bits. Words: count, lower, upper.</summary>
internal sealed class IntegerSum(int ordinal) : Component(3)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<long> values = rows.Batch.Values(new Column<long>(ordinal));
        Span<long> records = table.Records.Items;
        for (int i = 0; i < row.Length; i++)
        {
            Span<long> state = records.Slice(place[i] + Offset, 3);
            long value = values[row[i]];
            ulong lower = (ulong)state[1] + (ulong)value;
            state[0]++;
            state[1] = (long)lower;
            state[2] += (value >> 63) + (lower < (ulong)value ? 1 : 0);
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        into.Records[at] += from.Records[other];
        Int128 sum = Total(into.Records.Items.Slice(at, 3)) + Total(from.Records.Items.Slice(other, 3));
        into.Records[at + 1] = (long)sum;
        into.Records[at + 2] = (long)(sum >> 64);
    }

    public static Int128 Total(ReadOnlySpan<long> state) => new((ulong)state[2], (ulong)state[1]);
}
