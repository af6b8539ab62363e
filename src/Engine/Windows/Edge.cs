using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The value of a fixed-size column with the smallest or greatest (event time, arrival), as its order. Words: arrival, order.</summary>
internal sealed class Edge<T, TOrder>(int ordinal, bool last, bool hasEventTime) : OrderedComponent(Arrival.Words + 1)
    where T : unmanaged
    where TOrder : IOrdered<T>
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        Batch batch = rows.Batch;
        ReadOnlySpan<T> values = batch.Values(new Column<T>(ordinal));
        ReadOnlySpan<long> times = batch.EventTimes;
        Span<long> records = table.Records.Items;
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            int row = valid.Rows[i];
            Span<long> state = records.Slice(valid.Places[i] + Offset, Words);
            long time = hasEventTime ? times[row] : 0;

            // Rows come in order of arrival, so of equal times the later row is the last.
            if (state[2] == 0 || (last ? time >= state[0] : time < state[0]))
            {
                state[0] = time;
                state[1] = batch.PayloadNumber;
                state[2] = (long)batch.FirstOrdinal + row + 1;
                state[3] = TOrder.Order(values[row]);
            }
        }
    }

    public override void Restore(Span<long> state) => Arrival.Restore(state);

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        Span<long> state = into.Records.Items.Slice(at, Words);
        ReadOnlySpan<long> added = from.Records.Items.Slice(other, Words);
        if (Arrival.IsSet(added) && (!Arrival.IsSet(state) || (Arrival.Compare(added, state) > 0) == last))
        {
            added.CopyTo(state);
        }
    }

    public override bool TryGet(ReadOnlySpan<long> state, out long order)
    {
        order = state[3];
        return Arrival.IsSet(state);
    }
}
