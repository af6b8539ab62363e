using System;
using System.Globalization;

namespace DataStream.Config;

/// <summary>Where a piece of configuration is written: file, line and column (1-based), or an overlay (<c>env:NAME</c>, <c>--option</c>, line 0).</summary>
public readonly record struct Place(string Source, int Line, int Column)
{
    /// <summary>Configuration made in code.</summary>
    public static Place Code => new("code", 0, 0);

    public override string ToString() =>
        Line == 0 ? Source : string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}");
}
