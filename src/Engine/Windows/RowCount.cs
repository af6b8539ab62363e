using System;

namespace DataStream.Windows;

/// <summary>How many rows.</summary>
internal sealed class RowCount() : Component(1)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
        Span<long> states = table.Records.Items[Offset..];
        foreach (int place in rows.Places)
        {
            states[place]++;
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge) =>
        into.Records[at] += from.Records[other];
}
