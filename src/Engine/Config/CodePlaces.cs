using System;
using System.Globalization;

namespace DataStream.Config;

/// <summary>The order of places in code, which are property paths (<c>Modules[2].Name</c>): that of the properties in the records, and of items in their lists.</summary>
internal static class CodePlaces
{
    private static readonly string[] s_order =
    [
        "Stream.Inputs", "Stream.Outputs", "Stream.InputFormat", "Stream.OutputFormat", "Stream.Schema", "Stream.EventTime", "Stream",
        "DataCleaning", "Modules", "Errors", "LoggingLevels", "Tuning", "Security",
    ];

    /// <summary>A text that sorts as the place does; empty for places that are not in code.</summary>
    public static string Order(Place place)
    {
        int at = place.Line > 0 ? -1 : Array.FindIndex(s_order, start => place.Source.StartsWith(start, StringComparison.Ordinal) && (place.Source.Length == start.Length || place.Source[start.Length] is '.' or '['));
        if (at < 0)
        {
            return "";
        }

        ReadOnlySpan<char> rest = place.Source.AsSpan(s_order[at].Length);
        int close = rest.IndexOf(']');
        int item = rest.StartsWith("[") && close > 0 && int.TryParse(rest[1..close], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{at:D2}{item:D10}");
    }
}
