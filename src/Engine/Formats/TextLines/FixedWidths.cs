using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace DataStream.Formats.TextLines;

/// <summary>Fields that each take so many characters (code points), padded with spaces. A shorter line lacks the last ones; what follows the last one must be blank.</summary>
internal sealed class FixedWidths(IReadOnlyList<string> names, IReadOnlyList<int> widths) : ILineSplitter
{
    private readonly int[] _widths = [.. widths];

    public IReadOnlyList<string> Names { get; } = names;

    public bool TrySplit(ReadOnlySpan<byte> line, Span<int> starts, Span<int> ends)
    {
        bool isAscii = Ascii.IsValid(line);
        int at = 0;
        for (int i = 0; i < _widths.Length; i++)
        {
            int start = at;
            at = isAscii ? (int)Math.Min(line.Length, (long)at + _widths[i]) : Skip(line, at, _widths[i]);
            starts[i] = start == line.Length ? -1 : start;
            ends[i] = at;
            if (start < line.Length)
            {
                ReadOnlySpan<byte> field = line[start..at];
                starts[i] = start + (field.Length - field.TrimStart(" \t"u8).Length);
                ends[i] = Math.Max(starts[i], start + field.TrimEnd(" \t"u8).Length);
            }
        }

        return line[at..].Trim(" \t"u8).IsEmpty;
    }

    /// <summary>Moves over code points; a byte that continues none counts as a part of the one before it.</summary>
    private static int Skip(ReadOnlySpan<byte> line, int at, int count)
    {
        for (; count > 0 && at < line.Length; count--)
        {
            at++;
            while (at < line.Length && (line[at] & 0xC0) == 0x80)
            {
                at++;
            }
        }

        return at;
    }
}
