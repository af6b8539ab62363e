using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>Reads <c>stream_input</c> and <c>stream_output</c> in all their forms.</summary>
internal sealed class EndpointReader(Settings stream, FormatReader formats)
{
    private const string InputKey = "stream_input";
    private const string OutputKey = "stream_output";

    /// <summary>A double's digits behind the point, as the formats take them.</summary>
    private const int MaxDecimals = 18;

    /// <summary>Keys of an output that its connector reads, and its format does not.</summary>
    private static readonly string[] s_connectorKeys = ["key", "timestamp", "options"];

    private readonly ConfigErrors _errors = stream.Errors;
    private readonly UriReader _uris = new(stream.Errors);

    /// <summary>The good ones of the inputs.</summary>
    public IList<EndpointConfig> ReadInputs()
    {
        const string path = "stream_settings." + InputKey;
        ConfigNode? node = stream.Node(InputKey);
        switch (node)
        {
            case null:
                stream.Missing(InputKey);
                return [];
            case ConfigList { Count: 0 } empty:
                _errors.Add(empty.Place, "bad_value", "'stream_input' needs at least one URI");
                return [];
            case ConfigList list:
                return [.. list.Select((item, i) => ReadInput(item, item.Place, string.Create(CultureInfo.InvariantCulture, $"{path}.{i}"))).OfType<EndpointConfig>()];
            default:
                return ReadInput(node, stream.Map.Find(InputKey)!.KeyPlace, path) is { } input ? [input] : [];
        }
    }

    private EndpointConfig? ReadInput(ConfigNode node, Place ownerPlace, string path)
    {
        switch (node)
        {
            case ConfigScalar { IsNull: false } scalar:
                return _uris.Read(scalar, isInput: true) is { } uri
                    ? new EndpointConfig(uri) { Path = path, UriPlace = scalar.Place, ShownUri = scalar.IsSecret ? scalar.Shown : uri }
                    : null;
            case ConfigMap map:
                var settings = new Settings("the input", ownerPlace, map, _errors);
                if (ReadUri(settings, isInput: true) is not { } read)
                {
                    return null;
                }

                settings.Node("on_error");
                if (!IsConnector(read.Uri))
                {
                    settings.RejectUnknown(); // a connector knows its own
                }

                return new EndpointConfig(read.Uri) { Path = path, UriPlace = read.Scalar.Place, ShownUri = read.Scalar.IsSecret ? read.Scalar.Shown : read.Uri, Options = map.Without("uri") };
            default:
                _errors.Add(node.Place, "bad_value", "an input is a URI such as file:data.csv, or a map with 'uri' and options");
                return null;
        }
    }

    private (string Uri, ConfigScalar Scalar)? ReadUri(Settings settings, bool isInput)
    {
        if (!settings.Has("uri"))
        {
            settings.MissingOrMisspelt("uri");
            return null;
        }

        return settings.Scalar("uri") is { } scalar && _uris.Read(scalar, isInput) is { } uri ? (uri, scalar) : null;
    }

    /// <summary>The good ones of the outputs.</summary>
    public IList<OutputConfig> ReadOutputs()
    {
        const string path = "stream_settings." + OutputKey;
        ConfigNode? node = stream.Node(OutputKey);
        var outputs = new List<OutputConfig>();
        bool complete = true;
        switch (node)
        {
            case null:
                stream.Missing(OutputKey);
                return [];
            case ConfigScalar:
                complete = Add(outputs, ReadOutput("main", node, node.Place, path));
                break;
            case ConfigMap map when map.Find("uri") is not null:
                complete = Add(outputs, ReadOutput("main", node, stream.Map.Find(OutputKey)!.KeyPlace, path));
                break;
            case ConfigMap map:
                foreach (ConfigEntry entry in map.Where(e => e.Value is not ConfigScalar { IsNull: true }))
                {
                    complete &= Add(outputs, IsName(entry) ? ReadOutput(entry.Key, entry.Value, entry.KeyPlace, $"{path}.{entry.Key}") : null);
                }

                if (map["main"] is null or ConfigScalar { IsNull: true })
                {
                    new Settings("'stream_output'", stream.Map.Find(OutputKey)!.KeyPlace, map, _errors).Missing(["main"], "'stream_output' needs an output 'main'; it gets every row");
                    complete = false;
                }

                break;
            default:
                _errors.Add(node.Place, "bad_value", "'stream_output' is a URI, a map with 'uri' and options, or a map of named outputs");
                return [];
        }

        RefuseSharedTargets(outputs);
        // With an output missing, what depends on the outputs cannot be judged: none of them is returned.
        return complete ? outputs : [];
    }

    private static bool Add(List<OutputConfig> outputs, OutputConfig? output)
    {
        if (output is not null)
        {
            outputs.Add(output);
        }

        return output is not null;
    }

    private bool IsName(ConfigEntry entry)
    {
        if (entry.Key.Length is > 0 and <= 100 && (char.IsAsciiLetter(entry.Key[0]) || entry.Key[0] == '_') && entry.Key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return true;
        }

        _errors.Add(entry.KeyPlace, "bad_key", $"an output's name has letters, digits, '_' and '-', not '{Texts.Short(entry.Key)}'");
        return false;
    }

    private OutputConfig? ReadOutput(string name, ConfigNode node, Place ownerPlace, string path)
    {
        switch (node)
        {
            case ConfigScalar { IsNull: false } scalar:
                return _uris.Read(scalar, isInput: false) is { } uri
                    ? new OutputConfig(name, uri) { Path = path, UriPlace = scalar.Place, ShownUri = scalar.IsSecret ? scalar.Shown : uri }
                    : null;
            case ConfigMap map:
                var settings = new Settings($"output '{name}'", ownerPlace, map, _errors);
                return ReadUri(settings, isInput: false) is { } read ? ReadOptions(name, settings, read.Uri, read.Scalar, path) : null;
            default:
                _errors.Add(node.Place, "bad_value", $"output '{name}' is a URI such as file:out.csv, or a map with 'uri' and options");
                return null;
        }
    }

    private OutputConfig ReadOptions(string name, Settings settings, string uri, ConfigScalar uriScalar, string path)
    {
        ConfigMap map = settings.Map;
        FormatConfig? format = formats.Read("format", map.Find("format")?.KeyPlace ?? default, settings.Node("format"), isInput: false, path + ".format");
        if (name == "dead" && format is { Type: not "json" })
        {
            settings.Error("format", "bad_value", "dead letters are always json");
            format = null;
        }

        string whenFull = settings.OneOf("when_full", "block", "shed");
        if (whenFull == "shed" && name is "dead" or "late")
        {
            settings.Error("when_full", "bad_value", $"the output '{name}' always blocks");
            whenFull = "block";
        }

        bool takesWhere = name is not ("main" or "dead" or "late");
        ConfigScalar? where = takesWhere || map.Find("where") is not null ? settings.Formula("where") : null; // never suggested where it is refused
        if (where is not null && !takesWhere)
        {
            _errors.Add(map.Find("where")!.KeyPlace, "bad_value", name == "main" ? "'main' gets every row; a condition is for outputs of other names" : $"the output '{name}' takes no condition");
            where = null;
        }

        settings.Integer("decimals", 0, 0, MaxDecimals);
        settings.Node("codec"); // avro's
        foreach (string key in IsConnector(uri) ? s_connectorKeys : [])
        {
            settings.Node(key);
        }

        settings.NotSupported("on_error");
        settings.RejectUnknown();
        return new OutputConfig(name, uri)
        {
            Format = format,
            WhenFull = whenFull,
            Where = where,
            Options = map.Without("uri", "format", "when_full", "where", "on_error"),
            Path = path,
            UriPlace = uriScalar.Place,
            ShownUri = uriScalar.IsSecret ? uriScalar.Shown : uri,
        };
    }

    private static bool IsConnector(string uri) => uri.StartsWith("kafka:", StringComparison.OrdinalIgnoreCase);

    private void RefuseSharedTargets(List<OutputConfig> outputs)
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        IEnumerable<OutputConfig> inOrder = outputs.Count < 2 ? [] : outputs.OrderBy(o => o.UriPlace.Line == 0).ThenBy(o => o.UriPlace.Line).ThenBy(o => o.UriPlace.Column);
        foreach (OutputConfig output in inOrder)
        {
            string? target = UriReader.Target(output.Uri);
            if (target is not null && !targets.TryAdd(target, output.Name))
            {
                _errors.Add(output.UriPlace, "shared_target", $"output '{output.Name}' writes where '{targets[target]}' writes; two outputs need two targets");
            }
        }
    }
}
