using System;
using System.Collections.Generic;

namespace DataStream.Formats.TextLines;

/// <summary>Finds the fields of a line. Shared by the lanes, so without state.</summary>
internal interface ILineSplitter
{
    /// <summary>The names of the fields.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Where the fields are: each first place (−1: the line ends before it) and the one behind. False where the line is none of these.</summary>
    bool TrySplit(ReadOnlySpan<byte> line, Span<int> starts, Span<int> ends);
}
