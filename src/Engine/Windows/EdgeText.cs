using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The text with the smallest or greatest (event time, arrival). Words: arrival, text.</summary>
internal sealed class EdgeText(int ordinal, bool last, bool hasEventTime) : Component(Arrival.Words + TextState.Words)
{
    public override bool UsesHeap => true;

    public override void Start(Span<long> state)
    {
        state.Clear();
        TextState.Start(state[Arrival.Words..]);
    }

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        Batch batch = rows.Batch;
        ReadOnlySpan<Text> values = batch.Values(new Column<Text>(ordinal));
        ReadOnlySpan<long> times = batch.EventTimes;
        Span<long> records = table.Records.Items;
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            int row = valid.Rows[i];
            int at = valid.Places[i] + Offset;
            Span<long> state = records.Slice(at, Arrival.Words);
            long time = hasEventTime ? times[row] : 0;
            if (state[2] == 0 || (last ? time >= state[0] : time < state[0]))
            {
                state[0] = time;
                state[1] = batch.PayloadNumber;
                state[2] = (long)batch.FirstOrdinal + row + 1;
                TextState.Set(ref table, at + Arrival.Words, batch.Bytes(values[row]), rows.Charge);
            }
        }
    }

    public override void Restore(Span<long> state) => Arrival.Restore(state);

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        Span<long> state = into.Records.Items.Slice(at, Arrival.Words);
        ReadOnlySpan<long> added = from.Records.Items.Slice(other, Arrival.Words);
        if (Arrival.IsSet(added) && (!Arrival.IsSet(state) || (Arrival.Compare(added, state) > 0) == last))
        {
            added.CopyTo(state);
            TextState.Move(ref into, at + Arrival.Words, ref from, other + Arrival.Words, charge);
        }
    }

    public override void Release(ref WindowTable table, int at) => TextState.Release(ref table, at + Arrival.Words);
}
