using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>The options of <c>text</c>.</summary>
internal sealed record TextOptions
{
    private const int MaxWidth = 1_000_000;

    public TextPattern? Pattern { get; init; }

    /// <summary>Where an entry of several lines begins; null: every line is one.</summary>
    public TextPattern? EntryStarts { get; init; }

    /// <summary>Widths in characters; null: lines have no fixed places.</summary>
    public IReadOnlyList<int>? Widths { get; init; }

    /// <summary>The names of the widths; null: they go by the schema's order.</summary>
    public IReadOnlyList<string>? WidthNames { get; init; }

    public TextEncoding? Encoding { get; init; }

    /// <summary>Reads the options; mistakes are collected.</summary>
    public static TextOptions Read(Settings settings)
    {
        if (settings.Has("pattern") && settings.Has("widths"))
        {
            settings.Error("widths", "bad_value", $"{settings.Owner} has a 'pattern' and 'widths'; one of them says where the fields are");
        }

        if (settings.Has("entry_starts") && settings.Has("widths"))
        {
            settings.Error("entry_starts", "bad_value", $"'widths' of {settings.Owner} are for lines; entries of several lines have a 'pattern'");
        }

        TextPattern? pattern = ReadPattern(settings, "pattern");
        if (pattern is { Fields.Count: 0 })
        {
            settings.Error("pattern", "bad_pattern", $"'pattern' of {settings.Owner} has no field, such as {{name}} or {{status:int64}}");
        }

        (IReadOnlyList<int>? widths, IReadOnlyList<string>? names) = ReadWidths(settings);
        return new TextOptions
        {
            Pattern = pattern,
            EntryStarts = ReadPattern(settings, "entry_starts"),
            Widths = widths,
            WidthNames = names,
            Encoding = EncodingName.Read(settings),
        };
    }

    private static TextPattern? ReadPattern(Settings settings, string key)
    {
        if (settings.Text(key) is not { } text)
        {
            return null;
        }

        TextPattern? pattern = PatternParser.Parse(text, out string? mistake);
        if (mistake is not null)
        {
            settings.Error(key, "bad_pattern", $"'{key}' of {settings.Owner}: {mistake}");
        }

        return pattern;
    }

    /// <summary>A list in the schema's order, or a map of names.</summary>
    private static (IReadOnlyList<int>?, IReadOnlyList<string>?) ReadWidths(Settings settings)
    {
        switch (settings.Node("widths"))
        {
            case null:
                return (null, null);
            case ConfigList { Count: > 0 } list:
                return ([.. list.Select(node => Width(settings, node))], null);
            case ConfigMap { Count: > 0 } map:
                return ([.. map.Select(entry => Width(settings, entry.Value))], [.. map.Select(entry => entry.Key)]);
            case ConfigNode other:
                settings.Error(other, "bad_value", $"'widths' of {settings.Owner} are numbers of characters in the schema's order, [8, 10, 4], or with names, {{date: 8, station: 10, wind: 4}}");
                return (null, null);
        }
    }

    private static int Width(Settings settings, ConfigNode node)
    {
        if (node is ConfigScalar scalar && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is > 0 and <= MaxWidth)
        {
            return width;
        }

        settings.Error(node, "bad_value", $"a width of {settings.Owner} is a number of characters from 1 to {MaxWidth}");
        return 1;
    }
}
