using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Config;

/// <summary>Reads a format, written as a word or as a map with <c>type</c>. Options are the formats' own.</summary>
internal sealed class FormatReader(IReadOnlyCollection<string> registered, ConfigErrors errors)
{
    public FormatConfig? Read(string key, Place keyPlace, ConfigNode? node, bool isInput, string path)
    {
        switch (node)
        {
            case null:
                return null;
            case ConfigScalar name:
                return IsGood(name, isInput) ? new FormatConfig(name.Value) { Path = path, Options = new ConfigMap { Place = name.Place } } : null;
            case ConfigMap map:
                var settings = new Settings($"'{key}'", keyPlace, map, errors);
                string? word = settings.Has("type") ? "type" : settings.MissingOrMisspelt("type");
                return word is not null && settings.Scalar(word) is { } type && IsGood(type, isInput) ? new FormatConfig(type.Value) { Options = settings.Map.Without(word), Path = path } : null;
            default:
                errors.Add(node.Place, "bad_value", $"'{key}' is a format such as csv, or a map with 'type' and its options");
                return null;
        }
    }

    private bool IsGood(ConfigScalar type, bool isInput)
    {
        string name = type.Value;
        if (registered.Contains(name) || name is "csv" or "json" or "msgpack" or "avro" || (isInput ? name is "text" or "binary" : name == "table"))
        {
            return true;
        }

        if (name is "text" or "binary" or "table")
        {
            errors.Add(type.Place, "bad_format", name == "table" ? "'table' is written for people, not read; read csv, json, msgpack, avro, text or binary" : $"'{name}' is read, not written; write csv, json, msgpack, avro or table");
        }
        else
        {
            string[] all = [.. isInput ? ["csv", "json", "msgpack", "avro", "text", "binary"] : (string[])["csv", "json", "msgpack", "avro", "table"], .. registered];
            string shown = Texts.Short(type.Shown);
            string near = name is "ndjson" or "jsonl" ? "; did you mean 'json'?" : name is "tsv" ? "; write {type: csv, delimiter: tab}" : Spelling.Suggest(shown, all);
            errors.Add(type.Place, "unknown_format", $"there is no format '{shown}'{near}");
        }

        return false;
    }
}
