using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Writes one aggregate of closed groups into the result's column. One instance per plan.</summary>
internal abstract class ResultColumn
{
    /// <summary>The stored column of the result.</summary>
    public int Ordinal { get; set; }

    /// <summary>The aggregate's place in the list.</summary>
    public int Aggregate { get; set; }

    /// <summary>Writes one value per place into the rows from <paramref name="first"/> on.</summary>
    public abstract void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results);

    /// <summary>Writes one value where it is one; the row was marked valid before.</summary>
    protected void Put(Span<double> values, int row, double value, bool isNull, WindowResults results)
    {
        if (isNull)
        {
            results.Batch.SetNull(Ordinal, row);
        }
        else if (!double.IsFinite(value))
        {
            results.Batch.SetNull(Ordinal, row);
            results.Fault(Aggregate);
        }
        else
        {
            values[row] = value;
        }
    }

    /// <summary>The column's values; all rows that are written are marked valid, and those without a value must be set null.</summary>
    protected Span<T> Values<T>(int first, int count, WindowResults results) where T : unmanaged
    {
        results.Batch.SetValid(Ordinal, first, count);
        return results.Batch.Values(new Column<T>(Ordinal));
    }
}

/// <summary>A count: the first word of a state.</summary>
internal sealed class CountResult(Component component) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<long> values = Values<long>(first, places.Length, results);
        ReadOnlySpan<long> states = table.Records.Items[component.Offset..];
        foreach (int place in places)
        {
            values[first++] = states[place];
        }
    }
}

/// <summary>A value that a component keeps as its order: min, max.</summary>
internal sealed class OrderedResult<T, TOrder>(OrderedComponent component) : ResultColumn
    where T : unmanaged
    where TOrder : IOrdered<T>
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<T> values = Values<T>(first, places.Length, results);
        ReadOnlySpan<long> records = table.Records.Items;
        foreach (int place in places)
        {
            if (component.TryGet(records.Slice(place + component.Offset, component.Words), out long order))
            {
                values[first] = TOrder.Value(order);
            }
            else
            {
                results.Batch.SetNull(Ordinal, first);
            }

            first++;
        }
    }
}

/// <summary>A text that a component keeps in the heap: min, max, first, last.</summary>
internal sealed class TextResult(Component component, int textOffset) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<Text> values = Values<Text>(first, places.Length, results);
        foreach (int place in places)
        {
            if (TextState.TryGet(ref table, place + component.Offset + textOffset, out ReadOnlySpan<byte> bytes))
            {
                values[first] = results.Batch.Arena.Append(bytes);
            }
            else
            {
                results.Batch.SetNull(Ordinal, first);
            }

            first++;
        }
    }
}

/// <summary>Sum or mean of a float64 column.</summary>
internal sealed class FloatSumResult(FloatSum sum, bool mean) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<double> values = Values<double>(first, places.Length, results);
        foreach (int place in places)
        {
            int at = place + sum.Offset;
            long count = table.Records[at];
            double total = FloatSum.Round(ref table, at);
            Put(values, first++, mean ? total / count : total, count == 0, results);
        }
    }
}

/// <summary>Sum of an int64 or decimal column.</summary>
internal sealed class IntegerSumResult(IntegerSum sum) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<long> values = Values<long>(first, places.Length, results);
        foreach (int place in places)
        {
            ReadOnlySpan<long> state = table.Records.Items.Slice(place + sum.Offset, sum.Words);
            Int128 total = IntegerSum.Total(state);
            bool fits = total == (long)total;
            if (state[0] == 0 || !fits)
            {
                results.Batch.SetNull(Ordinal, first);
                if (!fits)
                {
                    results.Fault(Aggregate);
                }
            }
            else
            {
                values[first] = (long)total;
            }

            first++;
        }
    }
}

/// <summary>Mean of an int64 or decimal column: the rounded sum over the count.</summary>
internal sealed class IntegerMeanResult(IntegerSum sum, int scale) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<double> values = Values<double>(first, places.Length, results);
        foreach (int place in places)
        {
            ReadOnlySpan<long> state = table.Records.Items.Slice(place + sum.Offset, sum.Words);
            Put(values, first++, Quotients.ToDouble(IntegerSum.Total(state), scale) / state[0], state[0] == 0, results);
        }
    }
}

/// <summary>Sample variance or its root of a float64 column.</summary>
internal sealed class FloatVarianceResult(FloatSum sum, FloatSquares squares, bool root) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<double> values = Values<double>(first, places.Length, results);
        foreach (int place in places)
        {
            long count = table.Records[place + sum.Offset];
            double variance = count < 2 ? 0 : Round(ref table, place, count);
            Put(values, first++, root ? Math.Sqrt(variance) : variance, count < 2, results);
        }
    }

    private double Round(ref WindowTable table, int place, long count)
    {
        ReadOnlySpan<long> narrow = table.Records.Items.Slice(place + squares.Offset, squares.Words);
        if (narrow[3] >= 0 && FloatSum.TryGetPair(ref table, place + sum.Offset, out double high, out double low))
        {
            return Variance.Narrow(count, high, low, narrow);
        }

        return Wide(ref table, place, count);
    }

    private double Wide(ref WindowTable table, int place, long count)
    {
        Span<long> wideSum = stackalloc long[ExactSum.WideWords];
        Span<long> wideSquares = stackalloc long[ExactSquares.WideWords];
        wideSum.Clear();
        wideSquares.Clear();
        FloatSum.AddTo(wideSum, ref table, place + sum.Offset);
        FloatSquares.AddTo(wideSquares, ref table, place + squares.Offset);
        return Variance.Wide(count, wideSum, wideSquares);
    }
}

/// <summary>Sample variance or its root of an int64 or decimal column.</summary>
internal sealed class IntegerVarianceResult(IntegerSum sum, IntegerSquares squares, int scale, bool root) : ResultColumn
{
    public override void Write(ref WindowTable table, ReadOnlySpan<int> places, int first, WindowResults results)
    {
        Span<double> values = Values<double>(first, places.Length, results);
        foreach (int place in places)
        {
            ReadOnlySpan<long> state = table.Records.Items.Slice(place + sum.Offset, sum.Words);
            double variance = state[0] < 2 ? 0
                : Variance.Narrow(state[0], IntegerSum.Total(state), table.Records.Items.Slice(place + squares.Offset, squares.Words), scale);
            Put(values, first++, root ? Math.Sqrt(variance) : variance, state[0] < 2, results);
        }
    }
}
