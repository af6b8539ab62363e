using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>Lines (or entries of several) with fields: by a pattern or by widths.</summary>
internal sealed class FieldLineDecoder : EntryDecoder
{
    private readonly ILineSplitter _splitter;
    private readonly LineField[] _fields;
    private readonly int[] _starts;
    private readonly int[] _ends;

    public FieldLineDecoder(DecodePlan plan, ILineSplitter splitter, EntryStart? entries)
        : base(plan, entries)
    {
        _splitter = splitter;
        string[] names = [.. splitter.Names];
        _fields = [.. plan.Fields.Where(f => f.IsNeeded).Select(f => LineField.Create(f, [.. f.Sources.Select(s => Array.IndexOf(names, s))]))];
        _starts = new int[names.Length];
        _ends = new int[names.Length];
    }

    protected override void DecodeLine(Batch batch, int row, ReadOnlySpan<byte> payload, Text line)
    {
        ReadOnlySpan<byte> text = payload.Slice(line.Offset, line.Length);
        if (!_splitter.TrySplit(text, _starts, _ends))
        {
            Kill(batch, row, DeadReason.NoMatch);
            return;
        }

        foreach (LineField field in _fields)
        {
            LineFieldResult result = field.Read(batch, row, text, line.Offset, _starts, _ends);
            if (result == LineFieldResult.Null)
            {
                SetNull(batch, row, field.Field);
            }
            else if (result != LineFieldResult.Value)
            {
                batch.Kill(row, ReasonOf(result), field.Field.Ordinal);
            }
        }
    }

    private static DeadReason ReasonOf(LineFieldResult result) => result switch
    {
        LineFieldResult.OutOfRange => DeadReason.OutOfRange,
        LineFieldResult.BadBool => DeadReason.BadBool,
        LineFieldResult.BadTimestamp => DeadReason.BadTimestamp,
        _ => DeadReason.BadNumber,
    };
}
