using System.Collections.Generic;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>How a CSV is written; the defaults are RFC 4180 with a header.</summary>
public sealed record CsvOptions
{
    public byte Delimiter { get; init; } = (byte)',';

    public byte Quote { get; init; } = (byte)'"';

    /// <summary>The first byte of lines that are no records; null: there are none.</summary>
    public byte? Comment { get; init; }

    /// <summary>The first record names the columns; otherwise they are the schema's, in order.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The header is the first line that has all names of the schema; what stands before it is passed over.</summary>
    public bool FindsHeader { get; init; }

    /// <summary>Inside quotes, before a quote or itself: that byte is data. Null: a quote in quotes is only doubled.</summary>
    public byte? Escape { get; init; }

    /// <summary>A point or a comma.</summary>
    public byte DecimalSign { get; init; } = (byte)'.';

    /// <summary>One character between groups of three digits; null: there is none.</summary>
    public string? Thousands { get; init; }

    /// <summary>The encoding of inputs; null: UTF-8, its bytes as they come.</summary>
    public TextEncoding? Encoding { get; init; }

    /// <summary>Texts that mean null in every field.</summary>
    public IReadOnlyList<string> NullValues { get; init; } = [];

    /// <summary>Physical lines before the header (or the first record).</summary>
    public long SkipLines { get; init; }

    /// <summary>Physical lines behind the header.</summary>
    public long SkipAfterHeader { get; init; }

    /// <summary>Fields beyond the header's are passed over, not dead.</summary>
    public bool IgnoresExtraFields { get; init; }

    /// <summary>Output: a double's digits behind the point; null: as many as it takes.</summary>
    public int? Decimals { get; init; }

    /// <summary>Output: texts that a spreadsheet would take for formulas get an apostrophe in front.</summary>
    public bool GuardsFormulas { get; init; }
}
