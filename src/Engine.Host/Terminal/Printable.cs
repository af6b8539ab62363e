using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Host.Terminal;

/// <summary>Numbers and foreign text for people: data can hold control characters, and a terminal would obey them.</summary>
internal static class Printable
{
    /// <summary>The text on one line, control characters as <c>\xHH</c>.</summary>
    public static string Line(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var line = new StringBuilder();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when char.IsControl(c) => line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A rate with three figures: <c>8.31 M</c>, <c>912</c>.</summary>
    public static string Rate(double value) => value switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:G3} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:G3} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:F0} k"),
        _ => value.ToString("F0", CultureInfo.InvariantCulture),
    };

    /// <summary>A rate in millions with one decimal below 100.</summary>
    public static string Millions(double value) => string.Create(CultureInfo.InvariantCulture, $"{(value < 100e6 ? Math.Round(value / 1e6, 1) : Math.Round(value / 1e6)):N1}").Replace(".0", "", StringComparison.Ordinal);

    public static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} s");

    public static string Duration(TimeSpan value) => value.TotalSeconds switch
    {
        >= 86_400 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalDays:0.#} d"),
        >= 3_600 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours:0.#} h"),
        >= 60 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes:0.#} min"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.###} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.###} ms"),
    };

    public static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MiB");

    public static string Share(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0.0} %");
}
