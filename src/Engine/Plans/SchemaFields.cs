using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Sources;

namespace DataStream.Plans;

/// <summary>The fields that are decoded: the configuration's schema, or what a format, a generator or an ingress brings.</summary>
internal static class SchemaFields
{
    public static IReadOnlyList<DecodeField> Of(PipelineConfig config, Format? format, PlanOptions options, ConfigErrors errors)
    {
        EndpointConfig? only = config.Stream.Inputs.Count == 1 ? config.Stream.Inputs[0] : null;
        IReadOnlyList<DecodeField>? ingress = only is not null && only.Uri.StartsWith("memory:", StringComparison.Ordinal) ? options.Ingresses.GetValueOrDefault(only.Uri["memory:".Length..]) : null;
        if (ingress is not null)
        {
            return config.Stream.Schema is { } chosen ? OfIngress(chosen, ingress, config, errors) : ingress;
        }

        if (config.Stream.Schema is { } written)
        {
            DecodeField[] all = [.. written.Select((field, ordinal) => Of(field, ordinal, config, errors))];
            foreach ((DecodeField field, SchemaField source) in all.Zip(written))
            {
                foreach ((string key, string message) in format?.Check(field) ?? [])
                {
                    errors.Add(config.PlaceOf($"{source.Path}.{key}"), "bad_value", message);
                }
            }

            if (format?.Check(all) is { } whole)
            {
                errors.Add(config.PlaceOf("stream_settings.schema"), "bad_value", whole);
            }

            return all;
        }

        if (only is not null && only.Uri.StartsWith("generator:", StringComparison.Ordinal))
        {
            return
            [
                new DecodeField("timestamp", ColumnType.Timestamp, 0), new DecodeField("device", ColumnType.Text, 1), new DecodeField("region", ColumnType.Text, 2),
                new DecodeField("temperature", ColumnType.Float64, 3), new DecodeField("status", ColumnType.Int64, 4),
            ];
        }

        if (format?.DefaultFields is { } fields)
        {
            return fields;
        }

        if (format is { BringsFields: true })
        {
            return OfInput(format, config, errors);
        }

        if (config.AsRead is null && config.Stream.InputFormat is { } named && !BuiltInFormats.All.ContainsKey(named.Type) && (only is null || !only.Uri.StartsWith("memory:", StringComparison.Ordinal)))
        {
            errors.Add(config.PlaceOf("stream_settings.input_format"), "missing_key", "'stream_settings' needs 'schema': the columns with their types, such as {timestamp: timestamp, device: text, temperature: float64}");
        }

        return [];
    }

    /// <summary>The fields that the first file of the input has.</summary>
    /// <exception cref="StopException">It cannot be opened or read (74), or says nothing of fields (65).</exception>
    private static IReadOnlyList<DecodeField> OfInput(Format format, PipelineConfig config, ConfigErrors errors)
    {
        if (format.FieldsOf([], isAll: config.Stream.Inputs is [], "schema_file") is { } known)
        {
            return known;
        }

        EndpointConfig first = config.Stream.Inputs[0];
        if (!EndpointUri.TryParseInput(first.Uri, out EndpointUri uri, out _) || uri.Scheme != "file")
        {
            errors.Add(first.UriPlace, "missing_key", Connectors.Is(first.Uri)
                ? "'stream_settings' needs 'schema', the format 'schema_file', or a registry that knows the columns: 'security_settings.schema_registry'"
                : $"'stream_settings' needs 'schema' (or the format 'schema_file'): only files are looked into before the start, not '{first.ShownUri}'");
            return [];
        }

        using var source = new FileSource([uri]);
        if (!source.NextPart(out string name))
        {
            return [];
        }

        byte[] bytes = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = source.Read(bytes.AsSpan(length));
            length += read;
            if (format.FieldsOf(bytes.AsSpan(0, length), isAll: read == 0, name) is { } fields)
            {
                return fields;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, 2 * length);
            }
        }
    }

    /// <summary>A schema beside an ingress chooses among the struct's fields, renames them, and says which must not be null.</summary>
    private static List<DecodeField> OfIngress(IList<SchemaField> written, IReadOnlyList<DecodeField> ingress, PipelineConfig config, ConfigErrors errors)
    {
        var fields = new List<DecodeField>();
        foreach (SchemaField field in written)
        {
            DecodeField made = Of(field, fields.Count, config, errors);
            DecodeField? source = ingress.FirstOrDefault(f => f.Name == made.Sources[0]);
            if (source is null || made.Sources.Count > 1)
            {
                errors.Add(config.PlaceOf(field.Path), "unknown_column", $"'{field.Name}' is no field of the ingress's struct{Spelling.Suggest(made.Sources[0], ingress.Select(f => f.Name))}");
            }
            else if (source.Type != made.Type)
            {
                errors.Add(config.PlaceOf(field.Path), "bad_type", $"'{field.Name}' is {made.Type} in the schema and {source.Type} in the ingress's struct");
            }

            fields.Add(made);
        }

        return fields;
    }

    private static DecodeField Of(SchemaField field, int ordinal, PipelineConfig config, ConfigErrors errors)
    {
        _ = ColumnType.TryParse(field.Type, out ColumnType type); // a type that there is not was reported when it was read
        for (int i = 0; i < field.Formats.Count; i++)
        {
            if (TimestampParser.CheckFormat(field.Formats[i]) is { } mistake)
            {
                errors.Add(config.PlaceOf(field.Path + ".format"), "bad_time_format", mistake);
            }
        }

        if (field.TimeZone is not null && TimestampParser.CheckZone(field.TimeZone) is { } unknown)
        {
            errors.Add(config.PlaceOf(field.Path + ".time_zone"), "bad_time_zone", unknown);
        }

        return new DecodeField(field.Name, type, ordinal)
        {
            Sources = field.Sources.Count > 0 ? [.. field.Sources] : [field.Name],
            Path = field.JsonPath,
            TimeFormats = [.. field.Formats],
            TimeZone = field.TimeZone,
            Nullable = field.Nullable,
            NullValues = [.. field.NullValues],
        };
    }
}
