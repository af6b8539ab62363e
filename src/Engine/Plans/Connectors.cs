using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Avro;
using DataStream.Formats.Json;
using DataStream.Formats.Table;
using DataStream.Stages;

namespace DataStream.Plans;

/// <summary>Binds the endpoints that are connectors'.</summary>
internal static class Connectors
{
    /// <summary>What stands in the budget for the first half of a run whose records go through a topic.</summary>
    public const string FirstHalf = "repartition: the first half";

    public static bool Is(string uri) =>
        (EndpointUri.TryParseInput(uri, out EndpointUri parsed, out _) || EndpointUri.TryParseOutput(uri, out parsed, out _)) && parsed.IsConnector;

    /// <summary>The input, where it is one of messages.</summary>
    public static ConnectorInput? Input(PipelineConfig config, Catalog catalog, Format? format, ConfigErrors errors)
    {
        if (config.Stream.Inputs.FirstOrDefault(i => Is(i.Uri)) is not { } input || Find(input.Uri, input.UriPlace, catalog, errors) is not { } connector)
        {
            return null;
        }

        if (format?.MessageFault is { } fault)
        {
            errors.Add(config.PlaceOf(config.Stream.InputFormat?.Path ?? "stream_settings.stream_input"), "bad_format", $"format '{format.Name}': {fault}");
        }

        return connector.BindInput(input, config, errors);
    }

    /// <summary>An output, where it is one of messages.</summary>
    public static ConnectorOutput? Output(OutputConfig output, OutputKind kind, PipelineConfig config, Catalog catalog, ConfigErrors errors)
    {
        if (!Is(output.Uri) || Find(output.Uri, output.UriPlace, catalog, errors) is not { } connector)
        {
            return null;
        }

        if (kind == OutputKind.Dead)
        {
            foreach (ConfigEntry entry in output.Options.Where(o => o.Key != "options"))
            {
                errors.Add(entry.KeyPlace, "bad_value", $"a dead letter is the message itself: '{entry.Key}' is not for it");
            }
        }

        return connector.BindOutput(output, config, errors);
    }

    /// <summary>The format with the schemas that the input's messages name; and with that of its columns, where neither the configuration nor a file has one.</summary>
    /// <exception cref="Flow.StopException">The schema cannot be had.</exception>
    public static Format? WithSchemas(Format? format, ConnectorInput? input, PipelineConfig config, PlanOptions options, ConfigErrors errors)
    {
        if (format is not (AvroFormat or JsonFormat) || input?.Schemas is not { } schemas)
        {
            return format;
        }

        if (format is JsonFormat json)
        {
            return json.With(schemas);
        }

        AvroFormat avro = ((AvroFormat)format).With(schemas);
        if (!LacksColumns(avro, config) || options.StaysOffline || errors.Count > 0)
        {
            return avro;
        }

        (byte[] latest, string source) = input.LatestSchema();
        return avro.WithReader(latest, source);
    }

    /// <summary>Whether only a registry knows the columns, and was not asked; also where the input is faulty, which was reported.</summary>
    public static bool AreColumnsElsewhere(Format? format, ConnectorInput? input, PipelineConfig config) =>
        format is AvroFormat avro && LacksColumns(avro, config) && (input is not null ? input.Schemas is not null : config.Security.SchemaRegistry is not null && config.Stream.Inputs.Any(i => Is(i.Uri)));

    private static bool LacksColumns(AvroFormat avro, PipelineConfig config) => config.Stream.Schema is null && !avro.HasReader;

    /// <summary>The encoder of an output.</summary>
    public static Encoder Encoder(OutputPlan output, IReadOnlyList<Field> fields) => output.Connector is { } connector ? connector.CreateEncoder(output.Format!, fields) : output.Format!.CreateEncoder(fields);

    /// <summary>How rows of this schema become messages.</summary>
    public static MessageLayout Layout(OutputPlan output, Schema schema, ConfigErrors errors)
    {
        ConnectorOutput connector = output.Connector!;
        Field? key = Column(connector.Key, schema, output, errors) ?? (schema.TryFind(MessageColumns.Key, out Field own) ? own : null);
        Field? time = Column(connector.Timestamp, schema, output, errors);
        if (time is { Type.Kind: not (ColumnKind.Timestamp or ColumnKind.Unknown) })
        {
            errors.Add(connector.Timestamp!.Place, "bad_type", $"'{time.Name}' is {time.Type}, and a message's time is a timestamp");
        }

        return new MessageLayout(key, time?.Ordinal ?? -1, output.Format?.IsLines ?? false);
    }

    /// <summary>What the clients take, beside the ends of a program.</summary>
    public static PlanOptions WithBytes(PlanOptions options, PipelineConfig config, ConnectorInput? input, IReadOnlyList<OutputPlan> outputs, Plan? feeder)
    {
        if (input is null && outputs.All(o => o.Connector is null))
        {
            return options;
        }

        var bytes = new Dictionary<string, long>(options.PortBytes);
        if (input is not null)
        {
            bytes[config.Stream.Inputs[0].Uri] = input.Bytes;
        }

        if (feeder is not null)
        {
            bytes[FirstHalf] = feeder.FixedMemory.Sum(part => part.Bytes);
        }

        foreach (OutputPlan output in outputs.Where(o => o.Connector is not null))
        {
            bytes[output.Uri] = bytes.GetValueOrDefault(output.Uri) + output.Connector!.Bytes;
        }

        return options with { PortBytes = bytes };
    }

    /// <summary>Whether rows in this format can be messages.</summary>
    public static void CheckFormat(OutputConfig output, ConnectorOutput connector, Format? format, PipelineConfig config, ConfigErrors errors)
    {
        string? why = format is TableFormat ? "a table is for people, and its widths depend on all rows" : format is null ? null : connector.FaultOf(format);
        if (why is not null)
        {
            errors.Add(config.PlaceOf(output.Format?.Path ?? config.Stream.OutputFormat?.Path ?? output.Path), "bad_format", $"output '{output.Name}' takes messages: {why}");
        }
    }

    private static Field? Column(ConfigScalar? name, Schema schema, OutputPlan output, ConfigErrors errors)
    {
        if (name is null)
        {
            return null;
        }

        if (schema.TryFind(name.Value, out Field field))
        {
            return field;
        }

        if (!schema.IsIncomplete)
        {
            errors.Add(name.Place, "unknown_column", $"output '{output.Name}' has no column '{name.Shown}'{Spelling.Suggest(name.Value, schema.Fields.Select(f => f.Name))}");
        }

        return null;
    }

    private static Connector? Find(string uri, Place place, Catalog catalog, ConfigErrors errors)
    {
        string scheme = uri[..uri.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant();
        if (catalog.FindConnector(scheme) is { } connector)
        {
            return connector;
        }

        errors.Add(place, "no_connector", $"'{scheme}:' comes with a library of its own, which this program has not registered");
        return null;
    }
}
