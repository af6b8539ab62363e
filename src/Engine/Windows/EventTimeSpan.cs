using System;

namespace DataStream.Windows;

/// <summary>The lowest and highest event time of a record, for windows whose bounds come from their events. Words: lowest, highest.</summary>
internal sealed class EventTimeSpan(bool hasEventTime) : Component(2)
{
    public override void Start(Span<long> state)
    {
        state[0] = long.MaxValue;
        state[1] = long.MinValue;
    }

    public override void Fold(ref WindowTable table, Folding rows)
    {
        if (!hasEventTime)
        {
            return;
        }

        ReadOnlySpan<long> times = rows.Batch.EventTimes;
        Span<long> records = table.Records.Items;
        for (int i = 0; i < rows.Rows.Length; i++)
        {
            Span<long> state = records.Slice(rows.Places[i] + Offset, 2);
            long time = times[rows.Rows[i]];
            state[0] = Math.Min(state[0], time);
            state[1] = Math.Max(state[1], time);
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        into.Records[at] = Math.Min(into.Records[at], from.Records[other]);
        into.Records[at + 1] = Math.Max(into.Records[at + 1], from.Records[other + 1]);
    }
}
