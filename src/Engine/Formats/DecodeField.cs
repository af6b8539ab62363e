using System.Collections.Generic;
using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>A field of the configuration's schema, and what to do with it.</summary>
public sealed record DecodeField(string Name, ColumnType Type, int Ordinal)
{
    /// <summary>Names in the input: the field's own, another, or several that are joined with a space (timestamps).</summary>
    public IReadOnlyList<string> Sources { get; init; } = [Name];

    /// <summary>JSON: where the value lies below the record's object (<c>a."b.c"[0].d</c>); null: the key of the source's name.</summary>
    public string? Path { get; init; }

    /// <summary>.NET custom date and time formats, tried in order; empty: RFC 3339 and epoch numbers.</summary>
    public IReadOnlyList<string> TimeFormats { get; init; } = [];

    /// <summary>The zone of timestamps without an offset; null: UTC.</summary>
    public string? TimeZone { get; init; }

    public bool Nullable { get; init; } = true;

    /// <summary>Texts that mean null, in addition to the format's.</summary>
    public IReadOnlyList<string> NullValues { get; init; } = [];

    /// <summary>Whether the plan uses the value; set before a decoder is made. Others are neither decoded nor checked.</summary>
    public bool IsNeeded { get; set; } = true;
}
