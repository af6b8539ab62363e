using System;
using System.Buffers.Text;
using DataStream.Batches;
using DataStream.Formats;

namespace Samples.CustomFormat;

// <decoder>
/// <summary>One line, one row: no copies, no strings, nothing allocated.</summary>
public sealed class StatsdDecoder(DecodePlan plan) : LineDecoder(plan)
{
    private static readonly DeadReason s_bad = DeadReason.Named("bad_statsd");

    protected override void DecodeLine(Batch batch, int row, ReadOnlySpan<byte> payload, Text line)
    {
        ReadOnlySpan<byte> text = payload.Slice(line.Offset, line.Length);
        int colon = text.IndexOf((byte)':');
        int bar = text.LastIndexOf((byte)'|');
        if (colon <= 0 || bar < colon || !Utf8Parser.TryParse(text[(colon + 1)..bar], out double value, out int length) || length != bar - colon - 1)
        {
            Kill(batch, row, s_bad);                   // a dead letter with this reason
            return;
        }

        foreach (DecodeField field in Needed)          // only what the pipeline uses has a column
        {
            if (field.Sources[0] == "value")
            {
                batch.Whole<double>(field.Ordinal)[row] = value;
            }
            else
            {
                // A text is a place in the payload.
                batch.Whole<Text>(field.Ordinal)[row] = field.Sources[0] == "name" ? new Text(line.Offset, colon) : new Text(line.Offset + bar + 1, line.Length - bar - 1);
            }
        }
    }
}
// </decoder>
