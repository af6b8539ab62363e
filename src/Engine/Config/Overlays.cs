using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>
/// Lays variables and options over the nodes of a file, before anything is typed. A value is one scalar; it may stand where the file has
/// something else, and keys on the way are made, so that unknown ones are found like those of the file, at the overlay's place.
/// </summary>
internal sealed class Overlays(ConfigMap root, ConfigErrors errors)
{
    public const string Prefix = "DATASTREAM__";

    public void Apply(IReadOnlyDictionary<string, string> environment)
    {
        var names = new List<string>();
        foreach (string name in environment.Keys)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        foreach (string name in names)
        {
            Put(name[Prefix.Length..].Split("__"), environment[name], new Place("env:" + name, 0, 0), anyCase: true);
        }
    }

    public void Apply(IReadOnlyList<ConfigOverlay> options)
    {
        for (int i = 0; i < options.Count; i++)
        {
            // The column of an option is its number, so that errors come out as the options were given.
            var place = new Place(options[i].Option, 0, i);
            string[] path = options[i].Path.Split('.');
            if (options[i].Option == "--stream-output" && ConfigPath.Find(root, options[i].Path) is ConfigMap outputs && outputs.Find("uri") is null)
            {
                path = [.. path, "main"];
            }

            Put(path, options[i].Value, place, anyCase: false);
        }
    }

    /// <summary>Files of <c>batch</c> in place of the configured input.</summary>
    public void Apply(IReadOnlyList<string> files)
    {
        var list = new ConfigList { Place = new Place("FILE", 0, 0) };
        for (int i = 0; i < files.Count; i++)
        {
            string uri = files[i].StartsWith("file:", StringComparison.Ordinal) ? files[i] : "file:" + files[i];
            list.Add(Scalar(uri, new Place("FILE", 0, i)));
        }

        Put(["stream_settings", "stream_input"], list, list.Place, anyCase: false);
    }

    private static ConfigScalar Scalar(string value, Place place) => new(value) { Place = place, PlaceOfCharacter = _ => place };

    private void Put(string[] steps, string value, Place place, bool anyCase) => Put(steps, Scalar(value, place), place, anyCase);

    private void Put(string[] steps, ConfigNode value, Place place, bool anyCase)
    {
        if (steps.Contains(""))
        {
            errors.Add(place, "unknown_key", $"'{Shown(string.Join(".", steps))}' names no key; an empty step is in it");
            return;
        }

        ConfigNode? node = root;
        string path = "";
        // Maps made on the way are hung in only when the whole path is good.
        (ConfigMap Map, ConfigEntry Entry)? hangIn = null;
        for (int at = 0; node is not null && at < steps.Length;)
        {
            if (node is ConfigList list)
            {
                node = StepIntoList(list, steps, ref at, ref path, value, place);
                continue;
            }

            var map = (ConfigMap)node;
            string key = Match(map, steps, ref at, anyCase, wholeRest: path == "logging_level");
            ConfigEntry? entry = map.Find(key);
            if (entry is null && !MayGrow(path, key, map))
            {
                errors.Add(place, "unknown_key", $"'{path}' has no '{Shown(key)}', and a variable or option adds none{Spelling.Suggest(key.Length <= 60 ? key : "", map.Select(e => e.Key))}");
                return;
            }

            path = Below(path, key);
            if (at == steps.Length)
            {
                map.Put(entry is null ? new ConfigEntry(key, place, value) : entry with { Value = value });
                hangIn?.Map.Put(hangIn.Value.Entry);
                return;
            }

            if (entry is not null and not { Value: ConfigScalar { IsNull: true } })
            {
                node = Opened(entry.Value, path, anyCase ? steps[at].ToLowerInvariant() : steps[at], place);
                map.Put(entry with { Value = node ?? entry.Value });
                continue;
            }

            if (int.TryParse(steps[at], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                errors.Add(place, "unknown_key", $"'{path}' has no item {steps[at]}");
                return;
            }

            node = new ConfigMap { Place = place };
            var made = new ConfigEntry(key, entry?.KeyPlace ?? place, node);
            if (hangIn is null)
            {
                hangIn = (map, made);
            }
            else
            {
                map.Put(made);
            }
        }
    }

    /// <summary>The item to go on from; null at the end of the path or after an error.</summary>
    private ConfigNode? StepIntoList(ConfigList list, string[] steps, ref int at, ref string path, ConfigNode value, Place place)
    {
        if (!int.TryParse(steps[at], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= list.Count)
        {
            errors.Add(place, "unknown_key", $"'{path}' has {list.Count} items, numbered from 0, and no '{Shown(steps[at])}'");
            return null;
        }

        path = Below(path, steps[at++]);
        if (at == steps.Length)
        {
            list[index] = value;
            return null;
        }

        return Opened(list[index], path, steps[at], place) is { } item ? list[index] = item : null;
    }

    /// <summary>The key that the next steps name: one that is there, also one with separators in it, else the next step itself.</summary>
    private static string Match(ConfigMap map, string[] steps, ref int at, bool anyCase, bool wholeRest)
    {
        for (int count = steps.Length - at; count > 0; count--)
        {
            string joined = string.Join(anyCase ? "__" : ".", steps, at, count);
            ConfigEntry? found = map.Find(joined)
                ?? (anyCase ? map.FirstOrDefault(e => e.Key.Equals(joined, StringComparison.OrdinalIgnoreCase)) : null);
            if (found is not null || (count == steps.Length - at && wholeRest))
            {
                at += count;
                return found?.Key ?? joined;
            }
        }

        string step = steps[at++];
        return anyCase ? step.ToLowerInvariant() : step;
    }

    /// <summary>Whether a key that the file does not have may be set: not where keys are names that the user gives.</summary>
    private static bool MayGrow(string path, string key, ConfigMap map)
    {
        string[] steps = path.Split('.');
        return steps switch
        {
            ["stream_settings", "schema"] => false,
            ["stream_settings", "stream_output"] => map.Find("uri") is not null || key is "main" or "dead" or "late" or "uri",
            ["modules" or "data_cleaning", _, "set" or "aggregates" or "rename"] => false,
            _ => true,
        };
    }

    /// <summary>A node that has keys: a map or list itself, or the map that a short form stands for.</summary>
    private ConfigNode? Opened(ConfigNode node, string path, string next, Place place)
    {
        if (path == "stream_settings.stream_output" && next is "main" or "dead" or "late" && node is ConfigMap only && only.Find("uri") is not null)
        {
            return new ConfigMap { Place = node.Place, ["main"] = node };
        }

        if (node is not ConfigScalar)
        {
            return node;
        }

        if (int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            errors.Add(place, "unknown_key", $"'{path}' is a single value and has no item {next}; leave the number away");
            return null;
        }

        string? key = path.Split('.') switch
        {
            ["stream_settings", "input_format" or "output_format"] => "type",
            ["stream_settings", "schema", _] => "type",
            ["stream_settings", "stream_output", _, "format"] => "type",
            ["stream_settings", "stream_output"] => next is "main" or "dead" or "late" ? "main" : "uri",
            ["stream_settings", "stream_input" or "stream_output", ..] => "uri",
            ["logging_level"] => "default",
            _ => null,
        };
        if (key is null)
        {
            errors.Add(place, "unknown_key", $"'{path}' is a single value and has no key '{Shown(next)}'");
            return null;
        }

        return new ConfigMap { Place = node.Place, [key] = node };
    }

    private static string Below(string path, string step) => path.Length == 0 ? step : path + "." + step;

    private static string Shown(string step) => step.Length <= 80 ? step : step[..80] + "…";
}
