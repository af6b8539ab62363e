using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>
/// Reads what a program made, or changed after it was loaded, as a file would be read: the records become nodes whose places are property
/// paths (<c>Tuning.Threads</c>), so that one reader judges both. What is as it was loaded keeps its nodes and places.
/// </summary>
internal static class CodeConfig
{
    /// <summary>The configuration with every part judged: itself where nothing was made in code.</summary>
    public static PipelineConfig Read(PipelineConfig config, IReadOnlyCollection<string> formats, ConfigErrors errors)
    {
        if (config.AsRead is { } read && IsSame(config, read))
        {
            return config;
        }

        var root = new ConfigMap { Place = Place.Code };
        var nodes = new Parts(config.AsRead is null ? null : config.Root, errors);
        nodes.Add(root, "stream_settings", "Stream", StreamIsSame(config.Stream, config.AsRead?.Stream), () => Stream(config, nodes));
        nodes.Add(root, "data_cleaning", "DataCleaning", Same(config.DataCleaning, config.AsRead?.DataCleaning), () => Modules(config.DataCleaning, "DataCleaning"));
        nodes.Add(root, "modules", "Modules", Same(config.Modules, config.AsRead?.Modules), () => Modules(config.Modules, "Modules"));
        nodes.Add(root, "error_handling", "Errors", config.Errors == config.AsRead?.Errors, () => CodeNodes.Errors(config.Errors));
        nodes.Add(root, "logging_level", "LoggingLevels", ReferenceEquals(config.LoggingLevels, config.AsRead?.LoggingLevels), () => CodeNodes.Levels(config.LoggingLevels));
        nodes.Add(root, "performance_tuning", "Tuning", config.Tuning == config.AsRead?.Tuning, () => CodeNodes.Tuning(config.Tuning));
        nodes.Add(root, "security_settings", "Security", config.Security == config.AsRead?.Security, () => CodeNodes.Security(config.Security));
        return new PipelineReader(config.File, formats, errors).Read(root) with { LateHash = new Lazy<string>(() => ConfigHash.Of(root)), Secrets = config.Secrets };
    }

    private static bool IsSame(PipelineConfig config, PipelineConfig read) =>
        StreamIsSame(config.Stream, read.Stream) && Same(config.DataCleaning, read.DataCleaning) && Same(config.Modules, read.Modules) && config.Errors == read.Errors
        && ReferenceEquals(config.LoggingLevels, read.LoggingLevels) && config.Tuning == read.Tuning && config.Security == read.Security;

    private static bool StreamIsSame(StreamSettings stream, StreamSettings? read) => read is not null
        && Same(stream.Inputs, read.Inputs) && Same(stream.Outputs, read.Outputs) && Same(stream.Schema, read.Schema)
        && stream.InputFormat == read.InputFormat && stream.OutputFormat == read.OutputFormat && stream.EventTime == read.EventTime && stream.CommitInterval == read.CommitInterval && stream.IsExactlyOnce == read.IsExactlyOnce;

    private static bool Same<T>(IList<T>? list, IList<T>? read) => list is null ? read is null : read is not null && list.SequenceEqual(read);

    private static ConfigMap Stream(PipelineConfig config, Parts nodes)
    {
        StreamSettings stream = config.Stream;
        StreamSettings? read = config.AsRead?.Stream;
        Parts within = nodes.In("stream_settings");
        var map = new ConfigMap { Place = CodeNodes.At("Stream") };
        within.Add(map, "stream_input", "Stream.Inputs", Same(stream.Inputs, read?.Inputs), () => Inputs(stream.Inputs));
        within.Add(map, "stream_output", "Stream.Outputs", Same(stream.Outputs, read?.Outputs), () => Outputs(stream.Outputs, nodes.Mistakes));
        within.Add(map, "input_format", "Stream.InputFormat", read is not null && stream.InputFormat == read.InputFormat, () => CodeNodes.Format(stream.InputFormat, "Stream.InputFormat"));
        within.Add(map, "output_format", "Stream.OutputFormat", read is not null && stream.OutputFormat == read.OutputFormat, () => CodeNodes.Format(stream.OutputFormat, "Stream.OutputFormat"));
        within.Add(map, "schema", "Stream.Schema", Same(stream.Schema, read?.Schema) && read is not null, () => Schema(stream.Schema, nodes.Mistakes));
        within.Add(map, "event_time", "Stream.EventTime", read is not null && stream.EventTime == read.EventTime, () => CodeNodes.EventTime(stream.EventTime));
        within.Add(map, "delivery", "Stream.IsExactlyOnce", stream.IsExactlyOnce == (read?.IsExactlyOnce ?? false), () => CodeNodes.Text(stream.IsExactlyOnce ? "exactly_once" : "at_least_once", "Stream.IsExactlyOnce"));
        within.Add(map, "commit_interval", "Stream.CommitInterval", stream.CommitInterval == (read?.CommitInterval ?? StreamSettings.DefaultCommitInterval),
            () => CodeNodes.Span(stream.CommitInterval, "Stream.CommitInterval"));
        return map;
    }

    private static ConfigNode? Inputs(IList<EndpointConfig> inputs)
    {
        ConfigNode[] nodes = [.. inputs.Select((input, i) => Input(input, string.Create(CultureInfo.InvariantCulture, $"Stream.Inputs[{i}]")))];
        if (nodes.Length <= 1)
        {
            return nodes.FirstOrDefault();
        }

        var list = new ConfigList { Place = CodeNodes.At("Stream.Inputs") };
        Array.ForEach(nodes, list.Add);
        return list;
    }

    private static ConfigMap Input(EndpointConfig input, string at)
    {
        var map = new ConfigMap { Place = CodeNodes.At(at) };
        CodeNodes.Put(map, "uri", CodeNodes.Shown(input.Uri, input.ShownUri, at + ".Uri"));
        CodeNodes.Put(map, "on_error", CodeNodes.Word(input.OnError, at + ".OnError"));
        CodeNodes.PutAll(map, input.Options, at + ".Options");
        return map;
    }

    private static ConfigMap? Outputs(IList<OutputConfig> outputs, ConfigErrors errors)
    {
        var map = new ConfigMap { Place = CodeNodes.At("Stream.Outputs") };
        for (int i = 0; i < outputs.Count; i++)
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"Stream.Outputs[{i}]");
            OutputConfig output = outputs[i];
            if (map.Find(output.Name) is not null)
            {
                errors.Add(CodeNodes.At(at + ".Name"), "duplicate_key", $"there is an output '{Texts.Short(output.Name)}' already");
                continue;
            }

            if (output.Name == "uri")
            {
                errors.Add(CodeNodes.At(at + ".Name"), "bad_key", "an output cannot be named 'uri'");
                continue;
            }

            var node = new ConfigMap { Place = CodeNodes.At(at) };
            CodeNodes.Put(node, "uri", CodeNodes.Shown(output.Uri, output.ShownUri, at + ".Uri"));
            CodeNodes.Put(node, "format", CodeNodes.Format(output.Format, at + ".Format"));
            CodeNodes.Put(node, "when_full", output.WhenFull == "block" ? null : CodeNodes.Text(output.WhenFull, at + ".WhenFull"));
            CodeNodes.Put(node, "where", output.Where is null ? null : CodeNodes.Placed(output.Where, at + ".Where"));
            CodeNodes.PutAll(node, output.Options, at + ".Options");
            map.Add(new ConfigEntry(output.Name, CodeNodes.At(at + ".Name"), node));
        }

        return map.Count == 0 ? null : map;
    }

    private static ConfigMap? Schema(IList<SchemaField>? fields, ConfigErrors errors)
    {
        if (fields is null)
        {
            return null;
        }

        var map = new ConfigMap { Place = CodeNodes.At("Stream.Schema") };
        for (int i = 0; i < fields.Count; i++)
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"Stream.Schema[{i}]");
            if (map.Find(fields[i].Name) is not null)
            {
                errors.Add(CodeNodes.At(at + ".Name"), "duplicate_key", $"there is a field '{Texts.Short(fields[i].Name)}' already");
                continue;
            }

            map.Add(new ConfigEntry(fields[i].Name, CodeNodes.At(at), CodeNodes.Field(fields[i], at)));
        }

        return map;
    }

    private static ConfigList? Modules(IList<ModuleConfig> modules, string property)
    {
        var list = new ConfigList { Place = CodeNodes.At(property) };
        for (int i = 0; i < modules.Count; i++)
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"{property}[{i}]");
            var map = new ConfigMap { Place = CodeNodes.At(at) };
            CodeNodes.Put(map, "module_name", CodeNodes.Text(modules[i].Name, at + ".Name"));
            CodeNodes.Put(map, "module_class", CodeNodes.Text(modules[i].Class, at + ".Class"));
            CodeNodes.Put(map, "on_error", CodeNodes.Word(modules[i].OnError, at + ".OnError"));
            CodeNodes.PutAll(map, modules[i].Settings, at + ".Settings");
            list.Add(map);
        }

        return list.Count == 0 ? null : list;
    }

    /// <summary>The keys of a map: as they were read where nothing changed them.</summary>
    private sealed class Parts(ConfigMap? read, ConfigErrors errors)
    {
        public ConfigErrors Mistakes => errors;

        public Parts In(string key) => new(read?[key] as ConfigMap, errors);

        public void Add(ConfigMap map, string key, string property, bool isSame, Func<ConfigNode?> make)
        {
            ConfigEntry? entry = isSame ? read?.Find(key) : make() is { } node ? new ConfigEntry(key, CodeNodes.At(property), node) : null;
            if (entry is not null)
            {
                map.Add(entry);
            }
        }
    }
}
