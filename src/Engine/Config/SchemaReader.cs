using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NodaTime;

namespace DataStream.Config;

/// <summary>Reads <c>schema</c>: fields as <c>name: type</c> or as maps.</summary>
internal sealed class SchemaReader(ConfigErrors errors)
{
    /// <summary>A decimal is an int64 scaled: no more digits fit.</summary>
    private const int MaxScale = 18;

    /// <summary>More columns than any file of people has; each costs memory in every batch.</summary>
    private const int MaxFields = 4096;

    private static readonly string[] s_types = ["int64", "float64", "decimal(2)", "bool", "timestamp", "text"];

    public IList<SchemaField>? Read(Settings stream)
    {
        switch (stream.Node("schema"))
        {
            case null:
                return null;
            case ConfigMap { Count: 0 } map:
                errors.Add(stream.Map.Find("schema")!.KeyPlace, "missing_key", "'schema' needs at least one field");
                return [];
            case ConfigMap { Count: > MaxFields } map:
                errors.Add(map.Place, "too_big", $"a schema may have {MaxFields} fields");
                return [];
            case ConfigMap map:
                return [.. map.Select(ReadField)];
            case ConfigNode other:
                errors.Add(other.Place, "bad_value", "'schema' is a map of field names to types, such as {device: text, temperature: float64}");
                return [];
        }
    }

    private SchemaField ReadField(ConfigEntry entry)
    {
        if (entry.Key.Length == 0)
        {
            errors.Add(entry.KeyPlace, "bad_key", "a field's name must not be empty");
        }

        string path = "stream_settings.schema." + entry.Key;
        switch (entry.Value)
        {
            case ConfigScalar { IsNull: false } type:
                return new SchemaField(entry.Key, ReadType(type)) { Path = path };
            case ConfigMap map:
                return ReadField(entry, map) with { Path = path };
            default:
                errors.Add(entry.Value.Place, "bad_value", $"field '{Texts.Short(entry.Key)}' has a type, or is a map with 'type' and options");
                return new SchemaField(entry.Key, "") { Path = path };
        }
    }

    private SchemaField ReadField(ConfigEntry entry, ConfigMap map)
    {
        var settings = new Settings($"field '{Texts.Short(entry.Key)}'", entry.KeyPlace, map, errors);
        string type = "";
        if (!settings.Has("type"))
        {
            settings.Missing("type");
        }
        else if (settings.Scalar("type") is { } scalar)
        {
            type = ReadType(scalar);
        }

        var field = new SchemaField(entry.Key, type)
        {
            Sources = Values(settings, "source"),
            JsonPath = NotEmpty(settings, "path"),
            Formats = Values(settings, "format"),
            TimeZone = ReadZone(settings),
            Nullable = settings.Flag("nullable", true),
            NullValues = [.. settings.List("null_values", takesNull: true).Select(v => v.Value)],
        };
        if (type.Length > 0 && type != "timestamp")
        {
            foreach (string key in (string[])["format", "time_zone"])
            {
                if (settings.Entry(key) is { } other)
                {
                    errors.Add(other.KeyPlace, "bad_value", $"'{key}' is for timestamps; field '{Texts.Short(entry.Key)}' is {type}");
                }
            }

            if (field.Sources.Count > 1)
            {
                settings.Error("source", "bad_value", $"several sources are joined for timestamps alone; field '{Texts.Short(entry.Key)}' is {type}");
            }
        }

        settings.RejectUnknown();
        return field;
    }

    /// <summary>Values that are there and not empty.</summary>
    private static string[] Values(Settings settings, string key)
    {
        IReadOnlyList<ConfigScalar> values = settings.List(key);
        if (values.Count == 0 && settings.Map[key] is ConfigList { Count: 0 } empty)
        {
            settings.Error(empty, "bad_value", $"'{key}' of {settings.Owner} needs at least one value");
        }

        foreach (ConfigScalar value in values)
        {
            if (value.Value.Length == 0)
            {
                settings.Error(value, "bad_value", $"'{key}' of {settings.Owner} must not be empty");
            }
        }

        return [.. values.Select(v => v.Value)];
    }

    private static string? NotEmpty(Settings settings, string key)
    {
        ConfigScalar? scalar = settings.Scalar(key);
        if (scalar is { Value.Length: 0 })
        {
            settings.Error(scalar, "bad_value", $"'{key}' of {settings.Owner} must not be empty");
            return null;
        }

        return scalar?.Value;
    }

    private static string? ReadZone(Settings settings)
    {
        if (settings.Scalar("time_zone") is not { } zone)
        {
            return null;
        }

        if (DateTimeZoneProviders.Tzdb.Ids.Contains(zone.Value))
        {
            return zone.Value;
        }

        settings.Error(zone, "bad_value", $"there is no time zone '{Texts.Short(zone.Shown)}'{Spelling.Suggest(Texts.Short(zone.Shown), DateTimeZoneProviders.Tzdb.Ids)}");
        return null;
    }

    /// <summary>The type as written, or "" with an error.</summary>
    private string ReadType(ConfigScalar scalar)
    {
        string type = scalar.Value;
        bool isDecimal = type.StartsWith("decimal(", StringComparison.Ordinal) && type.EndsWith(')')
            && int.TryParse(type.AsSpan(8..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int scale) && scale <= MaxScale;
        if (isDecimal || type is "int64" or "float64" or "bool" or "timestamp" or "text")
        {
            return type;
        }

        string shown = Texts.Short(scalar.Shown);
        string message = type.StartsWith("decimal", StringComparison.Ordinal)
            ? $"a decimal is written decimal(2), with 0 to {MaxScale} digits behind the point, not '{shown}'"
            : $"there is no type '{shown}'{Spelling.Suggest(shown, s_types)}";
        errors.Add(scalar.Place, "unknown_type", message);
        return "";
    }
}
