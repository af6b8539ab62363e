using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Formats.TextLines;

/// <summary>Fields where a pattern says.</summary>
internal sealed class PatternSplitter(TextPattern pattern) : ILineSplitter
{
    public IReadOnlyList<string> Names { get; } = [.. pattern.Fields.Select(f => f.Name)];

    public bool TrySplit(ReadOnlySpan<byte> line, Span<int> starts, Span<int> ends) => pattern.TryMatch(line, isPrefix: false, starts, ends);
}
