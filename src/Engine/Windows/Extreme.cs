using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Which of two orders is wanted.</summary>
internal interface ISide
{
    /// <summary>What every other order beats.</summary>
    static abstract long Worst { get; }

    static abstract bool Beats(long order, long best);
}

internal readonly struct Lowest : ISide
{
    public static long Worst => long.MaxValue;

    public static bool Beats(long order, long best) => order < best;
}

internal readonly struct Highest : ISide
{
    public static long Worst => long.MinValue;

    public static bool Beats(long order, long best) => order > best;
}

/// <summary>The lowest or highest value of a column of fixed size: its order, and where that is not enough a word that says whether the worst one was seen.</summary>
internal sealed class Extreme<T, TOrder, TSide>(int ordinal) : OrderedComponent(TOrder.FullRange ? 2 : 1)
    where T : unmanaged
    where TOrder : IOrdered<T>
    where TSide : ISide
{
    /// <summary>The stored column.</summary>
    public int Ordinal => ordinal;

    public override void Start(Span<long> state)
    {
        state.Clear();
        state[0] = TSide.Worst;
    }

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<int> row = valid.Rows;
        ReadOnlySpan<int> place = valid.Places;
        ReadOnlySpan<T> values = rows.Batch.Values(new Column<T>(ordinal));
        Span<long> states = table.Records.Items[Offset..];
        for (int i = 0; i < row.Length; i++)
        {
            long order = TOrder.Order(values[row[i]]);
            ref long best = ref states[place[i]];
            if (TSide.Beats(order, best))
            {
                best = order;
            }
            else if (TOrder.FullRange && order == TSide.Worst)
            {
                states[place[i] + 1] = 1;
            }
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        long order = from.Records[other];
        if (TSide.Beats(order, into.Records[at]))
        {
            into.Records[at] = order;
        }

        if (TOrder.FullRange)
        {
            into.Records[at + 1] |= from.Records[other + 1];
        }
    }

    public override bool TryGet(ReadOnlySpan<long> state, out long order)
    {
        order = state[0];
        return order != TSide.Worst || (TOrder.FullRange && state[1] != 0);
    }
}
