using System;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>Says which lines begin an entry: those whose beginning the pattern matches. One per cutter or decoder.</summary>
internal sealed class EntryStart(TextPattern pattern, int maxRecordSize)
{
    private readonly int[] _starts = new int[pattern.Fields.Count];
    private readonly int[] _ends = new int[pattern.Fields.Count];

    /// <summary>A line is judged by no more bytes than these, so that it never takes more than a payload to judge one.</summary>
    public int Judged { get; } = Math.Min(1024, maxRecordSize);

    /// <summary>Whether a line begins an entry.</summary>
    /// <param name="bytes">From the line's first byte on.</param>
    /// <param name="isFinal">Nothing follows.</param>
    /// <param name="isStart">The answer.</param>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryJudge(ReadOnlySpan<byte> bytes, bool isFinal, out bool isStart)
    {
        isStart = false;
        ReadOnlySpan<byte> line = bytes[..Math.Min(bytes.Length, Judged + 2)];
        int feed = line.IndexOf(Lines.LineFeed);
        if (feed < 0 && line.Length < Judged + 2 && !isFinal)
        {
            return false;
        }

        int content = feed < 0 ? line.Length : Lines.ContentLength(line, 0, feed);
        isStart = pattern.TryMatch(line[..Math.Min(content, Judged)], isPrefix: true, _starts, _ends);
        return true;
    }
}
