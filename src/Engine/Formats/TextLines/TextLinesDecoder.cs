using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>Lines as rows of one text column. Lines without bytes are no rows.</summary>
internal sealed class TextLinesDecoder(DecodePlan plan) : Decoder
{
    private readonly int _ordinal = plan.Fields is [{ IsNeeded: true } field] ? field.Ordinal : -1;

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes;
        batch.Attach(payload);
        batch.SetCount(batch.Capacity);
        Span<Text> lines = _ordinal >= 0 ? batch.Whole<Text>(_ordinal) : [];
        Span<Text> records = plan.KeepRecords ? batch.WholeRecords : [];
        if (_ordinal >= 0)
        {
            batch.WholeValidity(_ordinal).Fill(ulong.MaxValue);
        }

        int row = 0;
        while (offset < bytes.Length && row < batch.Capacity)
        {
            // A cutter leaves one byte more than the longest record of those that are too long.
            ReadOnlySpan<byte> rest = bytes[offset..];
            int feed = rest[..(int)Math.Min(rest.Length, plan.MaxRecordSize + 2L)].IndexOf(Lines.LineFeed);
            int content = feed < 0 ? Math.Min(rest.Length, plan.MaxRecordSize + 1) : Lines.ContentLength(rest, 0, feed);
            bool isTooLong = content > plan.MaxRecordSize;
            var line = new Text(offset, Math.Min(content, plan.MaxRecordSize));
            offset += isTooLong ? plan.MaxRecordSize + 1 : feed < 0 ? content : feed + 1;
            if (content == 0)
            {
                continue;
            }

            if (!lines.IsEmpty)
            {
                lines[row] = line;
            }

            if (!records.IsEmpty)
            {
                records[row] = line;
            }

            if (isTooLong)
            {
                batch.Kill(row, DeadReason.RecordTooLong);
            }

            row++;
        }

        batch.Truncate(row);
        return offset;
    }
}
