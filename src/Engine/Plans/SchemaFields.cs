using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>The fields that are decoded: the configuration's schema, or what a format, a generator or an ingress brings.</summary>
internal static class SchemaFields
{
    public static IReadOnlyList<DecodeField> Of(PipelineConfig config, Format? format, PlanOptions options, ConfigErrors errors)
    {
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

            return all;
        }

        EndpointConfig? only = config.Stream.Inputs.Count == 1 ? config.Stream.Inputs[0] : null;
        if (only is not null && only.Uri.StartsWith("memory:", StringComparison.Ordinal) && options.Ingresses.TryGetValue(only.Uri["memory:".Length..], out IReadOnlyList<DecodeField>? ingress))
        {
            return ingress;
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

        if (config.Root is null && format is not null && (only is null || !only.Uri.StartsWith("memory:", StringComparison.Ordinal)))
        {
            errors.Add(Place.Code, "missing_key", "'stream_settings' needs 'schema': the columns with their types, such as {timestamp: timestamp, device: text, temperature: float64}");
        }

        return [];
    }

    private static DecodeField Of(SchemaField field, int ordinal, PipelineConfig config, ConfigErrors errors)
    {
        if (!ColumnType.TryParse(field.Type, out ColumnType type) && config.Root is null)
        {
            errors.Add(Place.Code, "bad_type", $"field '{field.Name}': there is no type '{field.Type}'"); // one in a file was reported when it was read
        }

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
