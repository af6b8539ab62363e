using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The lowest or highest text of a column, by bytes.</summary>
internal sealed class ExtremeText(int ordinal, bool highest) : Component(TextState.Words)
{
    public override bool UsesHeap => true;

    public override void Start(Span<long> state) => TextState.Start(state);

    public override void Fold(ref WindowTable table, Folding rows)
    {
        Folding valid = rows.Valid(ordinal);
        ReadOnlySpan<Text> values = rows.Batch.Values(new Column<Text>(ordinal));
        for (int i = 0; i < valid.Rows.Length; i++)
        {
            ReadOnlySpan<byte> bytes = rows.Batch.Bytes(values[valid.Rows[i]]);
            int at = valid.Places[i] + Offset;
            if (Beats(bytes, ref table, at))
            {
                TextState.Set(ref table, at, bytes, rows.Charge);
            }
        }
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        if (TextState.TryGet(ref from, other, out ReadOnlySpan<byte> bytes) && Beats(bytes, ref into, at))
        {
            TextState.Move(ref into, at, ref from, other, charge);
        }
    }

    public override void Release(ref WindowTable table, int at) => TextState.Release(ref table, at);

    private bool Beats(ReadOnlySpan<byte> bytes, ref WindowTable table, int at)
    {
        if (!TextState.TryGet(ref table, at, out ReadOnlySpan<byte> best))
        {
            return true;
        }

        int order = bytes.SequenceCompareTo(best);
        return highest ? order > 0 : order < 0;
    }
}
