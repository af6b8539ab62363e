using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Config;

/// <summary>Reads <c>stream_settings</c>.</summary>
internal sealed class StreamSettingsReader(Settings stream, IReadOnlyCollection<string> registeredFormats)
{
    /// <summary>The years 0001 to 9999 in microseconds: longer spans mean nothing, and sums of shorter ones cannot overflow.</summary>
    private const long MaxSpan = 3_652_059L * 86_400_000_000;

    private const long MaxCommitInterval = 3_600_000_000;

    private readonly ConfigErrors _errors = stream.Errors;
    private readonly FormatReader _formats = new(registeredFormats, stream.Errors);

    public StreamSettings Read()
    {
        var endpoints = new EndpointReader(stream, _formats);
        int before = _errors.Count;
        IList<EndpointConfig> inputs = endpoints.ReadInputs();
        FormatConfig? inputFormat = ReadFormat("input_format", isInput: true);
        bool inputsAreGood = _errors.Count == before;
        IList<OutputConfig> outputs = endpoints.ReadOutputs();
        FormatConfig? outputFormat = ReadFormat("output_format", isInput: false);
        IList<SchemaField>? schema = new SchemaReader(_errors).Read(stream);
        if (schema is null && inputsAreGood && inputs.Any(input => NeedsSchema(input, inputFormat)))
        {
            stream.Missing("schema");
        }

        EventTimeConfig? eventTime = ReadEventTime();
        bool isExactlyOnce = stream.OneOf("delivery", "at_least_once", "exactly_once") == "exactly_once";
        long commitInterval = stream.Duration("commit_interval") ?? StreamSettings.DefaultCommitInterval;
        if (commitInterval is < 1000 or > MaxCommitInterval)
        {
            stream.Error("commit_interval", "bad_duration", "'commit_interval' is from 1ms to 1h");
        }

        stream.RejectUnknown();
        return new StreamSettings
        {
            Inputs = inputs,
            Outputs = outputs,
            InputFormat = inputFormat,
            OutputFormat = outputFormat,
            Schema = schema is { Count: 0 } ? null : schema,
            EventTime = eventTime,
            IsEventTimeFaulty = eventTime is null && (stream.Has("event_time") || stream.IsMisspelt("event_time") || stream.Map.IsMerged),
            CommitInterval = commitInterval,
            IsExactlyOnce = isExactlyOnce,
        };
    }

    private FormatConfig? ReadFormat(string key, bool isInput)
    {
        ConfigNode? node = stream.Node(key);
        return _formats.Read(key, stream.Map.Find(key)?.KeyPlace ?? default, node, isInput, "stream_settings." + key);
    }

    private bool NeedsSchema(EndpointConfig input, FormatConfig? format)
    {
        if (input.Uri.StartsWith("generator:", StringComparison.Ordinal) || input.Uri.StartsWith("memory:", StringComparison.Ordinal))
        {
            return false;
        }

        // A registered format may bring its own fields; the planner asks it.
        string type = format?.Type ?? FormatNames.Of(input.Uri);
        bool hasFields = type is "csv" or "json" or "msgpack" || (type == "text" && (format?.Options["pattern"] ?? format?.Options["widths"]) is not null);
        return hasFields && !registeredFormats.Contains(type);
    }

    private EventTimeConfig? ReadEventTime()
    {
        if (PipelineReader.Section(stream, "event_time") is not { } settings)
        {
            return null;
        }

        string field = settings.RequiredText("field");
        bool unbounded = settings.Node("max_out_of_orderness") is ConfigScalar { Value: "unbounded" };
        var read = new EventTimeConfig(field)
        {
            MaxOutOfOrderness = unbounded ? long.MaxValue : Span(settings, "max_out_of_orderness") ?? 0,
            AllowedLateness = Span(settings, "allowed_lateness") ?? 0,
            IdleTimeout = Span(settings, "idle_timeout"),
        };
        settings.NotSupported("max_future");
        settings.RejectUnknown();
        return field.Length == 0 ? null : read;
    }

    private static long? Span(Settings settings, string key)
    {
        long? span = settings.Duration(key);
        if (span is null or <= MaxSpan)
        {
            return span;
        }

        settings.Error(key, "bad_duration", $"'{key}' of {settings.Owner} is longer than the years 0001 to 9999");
        return null;
    }
}
