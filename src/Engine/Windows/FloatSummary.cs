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

    public int Words => Summaries.Words;

    public void Place(int offset)
    {
        lowest.Place(offset);
        highest.Place(offset + 1);
        sum.Place(offset + 2);
    }

    public void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(sum.Ordinal);
        ReadOnlySpan<double> values = rows.Batch.Values(new Column<double>(sum.Ordinal));
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            i += Summaries.Fold(valid.Rows[i..], valid.Places[i..], values, table.Records.Items, lowest.Offset);
            if (i < valid.Rows.Length)
            {
                FloatSum.AddWide(ref table, valid.Places[i] + sum.Offset, values[valid.Rows[i]], rows.Charge);
            }
        }
    }
}
