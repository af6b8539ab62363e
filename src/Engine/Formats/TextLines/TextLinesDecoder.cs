using System;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>Lines, or entries of several, as rows of one text column.</summary>
internal sealed class TextLinesDecoder(DecodePlan plan, EntryStart? entries) : EntryDecoder(plan, entries)
{
    private readonly int _ordinal = plan.Fields is [{ IsNeeded: true } field] ? field.Ordinal : -1;

    protected override void DecodeLine(Batch batch, int row, ReadOnlySpan<byte> payload, Text line)
    {
        if (_ordinal >= 0)
        {
            batch.Whole<Text>(_ordinal)[row] = line;
        }
    }
}
