using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Json;

namespace DataStream.Plans;

/// <summary>Which format an input or output has: the one written, else by the path's extension, else json; generators are always csv.</summary>
internal static class FormatChoice
{
    /// <summary>The input's format; all inputs share it.</summary>
    public static Format? OfInput(PipelineConfig config, Catalog catalog, ConfigErrors errors)
    {
        IList<EndpointConfig> inputs = config.Stream.Inputs;
        List<string> byExtension = [.. inputs.Select(i => FormatNames.Of(i.Uri)).Distinct()];
        bool generates = inputs.Any(i => i.Uri.StartsWith("generator:", StringComparison.Ordinal));
        FormatConfig? written = generates && inputs.Count == 1 ? null : config.Stream.InputFormat;
        if (written is null && byExtension.Count > 1)
        {
            errors.Add(config.PlaceOf("stream_settings.stream_input"), "mixed_formats",
                $"the inputs' names point to several formats ({string.Join(", ", byExtension)}); all inputs of a pipeline share one: name it in 'input_format'");
            return null;
        }

        FormatConfig format = written ?? new FormatConfig(byExtension.FirstOrDefault("json")) { Path = "stream_settings.input_format" };
        if (generates && format.Type != "csv")
        {
            errors.Add(config.PlaceOf("stream_settings.input_format"), "bad_format", "generator: gives csv; the inputs of a pipeline share one format");
            return null;
        }

        if (format.Type == "csv" && inputs.Any(i => Connectors.Is(i.Uri)) && format.Options["header"] is null)
        {
            // A message is a row, not a file: the schema gives the columns in order.
            ConfigMap options = format.Options.Without();
            options.Add(new ConfigEntry("header", format.Options.Place, new ConfigScalar("false") { Place = format.Options.Place }));
            format = format with { Options = options };
        }

        Format? made = Make(format, config, catalog, errors);
        if (made is { CanRead: false })
        {
            errors.Add(config.PlaceOf(format.Path), "bad_format", $"'{format.Type}' is for output");
            return null;
        }

        CheckFraming(made, format, null, errors);
        return made;
    }

    public static Format? OfOutput(OutputConfig output, PipelineConfig config, Catalog catalog, ConfigErrors errors)
    {
        FormatConfig format = output.Format ?? config.Stream.OutputFormat ?? new FormatConfig(FormatNames.Of(output.Uri)) { Path = "stream_settings.output_format" };
        bool isConnector = Connectors.Is(output.Uri);
        foreach (ConfigEntry entry in output.Options)
        {
            if (output.Format?.Options.Find(entry.Key) is { } within)
            {
                Place later = (within.KeyPlace.Line, within.KeyPlace.Column).CompareTo((entry.KeyPlace.Line, entry.KeyPlace.Column)) > 0 ? within.KeyPlace : entry.KeyPlace;
                errors.Add(later, "duplicate_key", $"'{entry.Key}' of output '{output.Name}' is given twice: beside 'format' and in it");
            }
        }

        if (output.Options.Count > 0)
        {
            // Keys of an output besides its own are its format's: {uri: …, decimals: 6}.
            var options = new ConfigMap { Place = format.Options.Place };
            foreach (ConfigEntry entry in format.Options.Where(e => output.Options[e.Key] is null).Concat(output.Options.Where(e => !isConnector || !Connector.IsOutputKey(e.Key))))
            {
                options.Add(entry);
            }

            format = format with { Options = options };
        }

        Format? made = Make(format, config, catalog, errors);
        if (made is { CanWrite: false })
        {
            errors.Add(config.PlaceOf(format.Path), "bad_format", $"'{format.Type}' is for input");
            return null;
        }

        foreach (ConfigEntry entry in format.Options.Where(e => made is not null && made.InputOptions.Contains(e.Key)))
        {
            errors.Add(entry.KeyPlace, "bad_value", $"'{entry.Key}' of format '{format.Type}' is for inputs: it says how a file is read");
        }

        CheckFraming(made, format, output, errors);
        return made;
    }

    /// <summary>One word of JSON's <c>framing</c> is for inputs alone, and one for topics that are written.</summary>
    /// <param name="made">The format.</param>
    /// <param name="format">As it was written.</param>
    /// <param name="output">Whose it is; null: the input's.</param>
    /// <param name="errors">Gets the mistake.</param>
    private static void CheckFraming(Format? made, FormatConfig format, OutputConfig? output, ConfigErrors errors)
    {
        string? why = made is not JsonFormat json ? null
            : output is null ? json.IsFramed ? "'framing: confluent' is for outputs; leave it out: a message that begins with a schema's number is known by that" : null
            : json.IsByValue ? "'framing: values' is for inputs: rows are written one a line"
            : json.IsFramed && !Connectors.Is(output.Uri) ? $"'framing: confluent' is for topics, and output '{output.Name}' is none" : null;
        if (why is not null)
        {
            errors.Add(format.Options["framing"]!.Place, "bad_value", why);
        }
    }

    private static Format? Make(FormatConfig format, PipelineConfig config, Catalog catalog, ConfigErrors errors)
    {
        Place place = config.PlaceOf(format.Path);
        var settings = new Settings($"format '{format.Type}'", place, format.Options, errors);
        Format? made;
        try
        {
            made = catalog.CreateFormat(format.Type, settings);
        }
        catch (Exception theirs) when (!BuiltInFormats.All.ContainsKey(format.Type) && theirs is not (StopException or OutOfMemoryException))
        {
            errors.Add(place, "bad_format", $"the program's format '{format.Type}' threw {theirs.GetType().Name} when it was made: {theirs.Message}");
            return null;
        }

        if (made is null)
        {
            errors.Add(place, "unknown_format", $"there is no format '{format.Type}'{Spelling.Suggest(format.Type, catalog.FormatNames)}");
        }

        return made;
    }
}
