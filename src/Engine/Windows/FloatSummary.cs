using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Lowest, highest and sum of one float64 column, the most usual three, in one loop: a row's value and record are looked at once.</summary>
/// <remarks>The states are the components' own, and so are merging and results. Against three loops: 8 ns a row instead of 19 (Zen 3).</remarks>
internal sealed class FloatSummary(Extreme<double, OrderedFloat64, Lowest> lowest, Extreme<double, OrderedFloat64, Highest> highest, FloatSum sum) : IFold
{
    /// <summary>What folds the components: those of one column together where there is a loop for them.</summary>
    public static IFold[] Combine(ReadOnlySpan<Component> components)
    {
        List<IFold> folds = [.. components];
        foreach (Component component in components)
        {
            if (component is FloatSum sum
                && folds.Find(f => f is Extreme<double, OrderedFloat64, Lowest> e && e.Ordinal == sum.Ordinal) is Extreme<double, OrderedFloat64, Lowest> lowest
                && folds.Find(f => f is Extreme<double, OrderedFloat64, Highest> e && e.Ordinal == sum.Ordinal) is Extreme<double, OrderedFloat64, Highest> highest)
            {
                folds.RemoveAll(f => f == sum || f == lowest || f == highest);
                folds.Add(new FloatSummary(lowest, highest, sum));
            }
        }

        return [.. folds];
    }

    public void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(sum.Ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<double> values = rows.Batch.Values(new Column<double>(sum.Ordinal));
        Span<long> records = table.Records.Items;
        int first = Math.Min(Math.Min(lowest.Offset, highest.Offset), sum.Offset);
        int length = Math.Max(Math.Max(lowest.Offset + 1, highest.Offset + 1), sum.Offset + sum.Words) - first;
        (int low, int high, int total) = (lowest.Offset - first, highest.Offset - first, sum.Offset - first);
        for (int i = 0; i < row.Length; i++)
        {
            Span<long> state = records.Slice(place[i] + first, length);
            double value = values[row[i]];
            long order = OrderedFloat64.Order(value);

            // Written whether better or not: which of the two nobody can guess.
            state[low] = Branchless.Min(order, state[low]);
            state[high] = Branchless.Max(order, state[high]);
            Span<long> pair = state.Slice(total, 3);
            double upper = BitConverter.Int64BitsToDouble(pair[1]);
            double lower = BitConverter.Int64BitsToDouble(pair[2]);
            pair[0]++;
            if (ExactSum.TryAdd(ref upper, ref lower, value))
            {
                pair[1] = BitConverter.DoubleToInt64Bits(upper);
                pair[2] = BitConverter.DoubleToInt64Bits(lower);
            }
            else
            {
                FloatSum.AddWide(ref table, place[i] + sum.Offset, value, rows.Charge);
            }
        }
    }
}
