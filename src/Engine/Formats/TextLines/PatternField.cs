using System.Collections.Generic;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>A named field of a pattern.</summary>
/// <param name="Name">Its name, which the schema's <c>source</c> means.</param>
/// <param name="Type">What it takes; null or text: all bytes up to the next literal.</param>
/// <param name="Formats">Of a timestamp: .NET formats; none: RFC 3339 and epochs.</param>
internal sealed record PatternField(string Name, ColumnType? Type, IReadOnlyList<string> Formats)
{
    /// <summary>Whether the field ends where its type does, and not at the next literal.</summary>
    public bool IsTyped => Type is { Kind: not ColumnKind.Text };
}
