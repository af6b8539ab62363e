using System;
using System.IO;
using System.Linq;

namespace DataStream.Config;

/// <summary>Puts a topic of dead letters in the place of a configuration's input.</summary>
/// <remarks>
/// It is read from where the last replay ended to where it ends now: a letter that dies again is written behind that end, and a group of its own remembers the
/// place. Client options, <c>on_error</c> and <c>partitioned_by</c> stay the input's: letters have their messages' keys, and those of one key are in one partition.
/// </remarks>
internal static class Replay
{
    private const string Suffix = "-replay";

    public static void Apply(ConfigMap root, string uri, string file)
    {
        if (root.Find("stream_settings") is not { Value: ConfigMap stream } section)
        {
            return; // what is wrong is said where it is read
        }

        var place = new Place("--from", 0, 0);
        ConfigNode? before = stream["stream_input"];
        var input = new ConfigMap { Place = place };
        Put(input, "uri", uri, place);
        if (Query(uri, "group") is null)
        {
            Put(input, "group", (GroupOf(before) ?? "datastream-" + Path.GetFileNameWithoutExtension(file)) + Suffix, place);
        }

        Put(input, "offset", "earliest", place);
        Put(input, "until", "end", place);
        if (IsToldByRegistry(stream) && SubjectOf(before) is { } subject)
        {
            Put(input, "subject", subject, place); // letters have the columns of the topic that they come from
        }

        foreach (ConfigEntry entry in (before as ConfigMap)?.Where(e => e.Key is "options" or "on_error" or "partitioned_by") ?? [])
        {
            input.Add(entry);
        }

        stream.Put(stream.Find("stream_input") is { } old ? old with { Value = input } : new ConfigEntry("stream_input", section.KeyPlace, input));
    }

    private static void Put(ConfigMap map, string key, string value, Place place) =>
        map.Add(new ConfigEntry(key, place, new ConfigScalar(value) { Place = place, PlaceOfCharacter = _ => place }));

    private static string? GroupOf(ConfigNode? input) => input switch
    {
        ConfigMap map => (map["group"] as ConfigScalar)?.Value ?? GroupOf(map["uri"]),
        ConfigScalar uri => Query(uri.Value, "group"),
        ConfigList list => list.Select(GroupOf).FirstOrDefault(group => group is not null),
        _ => null,
    };

    /// <summary>Whether the columns are those of a schema in a registry.</summary>
    private static bool IsToldByRegistry(ConfigMap stream) => stream["schema"] is null or ConfigScalar { IsNull: true }
        && (stream["input_format"] is ConfigScalar { Value: "avro" } || (stream["input_format"] is ConfigMap format && format["type"] is ConfigScalar { Value: "avro" } && format["schema_file"] is null));

    private static string? SubjectOf(ConfigNode? input)
    {
        switch (input)
        {
            case ConfigMap map:
                return (map["subject"] as ConfigScalar)?.Value ?? SubjectOf(map["uri"]);
            case ConfigScalar { Value: var uri }:
                string path = uri.Split('?')[0];
                string topic = path[(path.LastIndexOfAny(['/', ':']) + 1)..].Split(',')[0];
                return topic.Length == 0 || topic.StartsWith('^') ? null : topic + "-value";
            default:
                return null;
        }
    }

    private static string? Query(string uri, string name)
    {
        int mark = uri.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? null : uri[(mark + 1)..].Split('&').Where(part => part.StartsWith(name + "=", StringComparison.Ordinal)).Select(part => part[(name.Length + 1)..]).FirstOrDefault();
    }
}
