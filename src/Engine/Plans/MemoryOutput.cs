using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>Outputs <c>memory:NAME</c>: rows go to the embedding program as structs.</summary>
internal static class MemoryOutput
{
    public static bool Is(string uri) => uri.StartsWith("memory:", StringComparison.Ordinal);

    /// <summary>The format that the program opened the output with, or null with the mistake.</summary>
    public static Format? Format(OutputConfig output, OutputKind kind, PipelineConfig config, PlanOptions options, ConfigErrors errors)
    {
        string name = output.Uri["memory:".Length..];
        if (kind == OutputKind.Dead)
        {
            errors.Add(output.UriPlace, "not_supported", "dead letters are NDJSON; a memory: output takes rows, so 'dead' cannot be one in this version");
            return null;
        }

        if (output.Format is { } format)
        {
            errors.Add(config.PlaceOf(format.Path), "bad_format", $"rows of memory:{name} are structs of the program: no format is written for them");
        }

        new Settings($"output '{output.Name}'", config.PlaceOf(output.Path), output.Options, errors).RejectUnknown();
        if (options.Egresses.TryGetValue(name, out Format? made))
        {
            return made;
        }

        errors.Add(output.UriPlace, "no_egress",
            $"memory:{name} goes to a program: call OnRows, OpenEgress or Observe with \"{name}\" before the start{Spelling.Suggest(name, options.Egresses.Keys)}");
        return null;
    }

    /// <summary>Whether the columns are there that the structs' fields ask for.</summary>
    public static void CheckColumns(IReadOnlyList<OutputPlan> outputs, BoundChain chain, PipelineConfig config, ConfigErrors errors)
    {
        foreach (OutputPlan output in outputs)
        {
            if (!Is(output.Uri))
            {
                continue;
            }

            try
            {
                output.Format!.CreateEncoder(output.Kind == OutputKind.Late ? chain.AtWindow : chain.Columns);
            }
            catch (SchemaException mistake)
            {
                errors.Add(config.PlaceOf("stream_settings.stream_output"), "bad_column", $"{output.ShownUri}: {mistake.Message}");
            }
        }
    }
}
