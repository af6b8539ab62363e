using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>Records that are lines or, where it is known how one begins, entries of several lines. Line ends at an entry's end do not belong to it.</summary>
internal abstract class EntryDecoder(DecodePlan plan, EntryStart? entries) : LineDecoder(plan)
{
    private protected override int FindEnd(ReadOnlySpan<byte> rest, int max, out int content)
    {
        if (entries is null)
        {
            return base.FindEnd(rest, max, out content);
        }

        for (int line = 0; ;)
        {
            int feed = rest[line..].IndexOf(Lines.LineFeed);
            int next = feed < 0 ? rest.Length : line + feed + 1;
            content = feed < 0 ? next : Lines.ContentLength(rest, 0, next - 1);
            bool isOver = next == rest.Length || content > max;
            if (isOver || (entries.TryJudge(rest[next..], isFinal: true, out bool isStart) && isStart))
            {
                content = Math.Min(content, max + 1);
                return next;
            }

            line = next;
        }
    }

    private protected override int Trim(ReadOnlySpan<byte> record)
    {
        int length = record.Length;
        while (entries is not null && length > 0 && record[length - 1] == Lines.LineFeed)
        {
            length = Lines.ContentLength(record, 0, length - 1);
        }

        return length;
    }
}
