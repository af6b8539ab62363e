using System;

namespace DataStream.Windows;

/// <summary>The lowest and highest event time of a record and its number of rows, for windows whose bounds come from their events.</summary>
/// <remarks>The operator keeps it row by row, because it decides by it; the other states may lag behind.</remarks>
internal sealed class EventTimeSpan() : Component(3)
{
    public override void Start(Span<long> state)
    {
        state[0] = long.MaxValue;
        state[1] = long.MinValue;
        state[2] = 0;
    }

    public override void Fold(ref WindowTable table, Folding rows)
    {
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        into.Records[at] = Math.Min(into.Records[at], from.Records[other]);
        into.Records[at + 1] = Math.Max(into.Records[at + 1], from.Records[other + 1]);
        into.Records[at + 2] += from.Records[other + 2];
    }

    /// <summary>Takes a row in.</summary>
    /// <returns>How many rows there are now.</returns>
    public long Add(ref WindowTable table, int place, long time)
    {
        Span<long> state = table.Records.Items.Slice(place + Offset, 3);
        state[0] = Math.Min(state[0], time);
        state[1] = Math.Max(state[1], time);
        return ++state[2];
    }

    public long Lowest(ref WindowTable table, int place) => table.Records[place + Offset];

    public long Highest(ref WindowTable table, int place) => table.Records[place + Offset + 1];
}
