using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>Nodes to a <see cref="PipelineConfig"/>: the form of every key that is not a module's or a format's own.</summary>
internal sealed class PipelineReader(string? file, IReadOnlyCollection<string> registeredFormats, ConfigErrors errors)
{
    private static readonly string[] s_levels = ["trace", "debug", "info", "warning", "error", "critical", "none"];

    public PipelineConfig Read(ConfigMap root)
    {
        var top = new Settings("the configuration", file is null ? Place.Code : new Place(file, 1, 1), root, errors);
        Settings? stream = Section(top, "stream_settings");
        if (root.Find("stream_settings") is not { } entry)
        {
            top.Missing("stream_settings");
        }
        else if (entry.Value is ConfigScalar { IsNull: true })
        {
            // It must be there, and is: what it lacks are its own keys.
            stream = new Settings("'stream_settings'", entry.KeyPlace, new ConfigMap { Place = entry.Value.Place }, errors);
        }

        StreamSettings streamSettings = stream is null ? new StreamSettings { IsEventTimeFaulty = true } : new StreamSettingsReader(stream, registeredFormats).Read();
        bool? hasDead = streamSettings.Outputs.Count == 0 ? null : HasDead(streamSettings);
        var onError = new OnErrorReader(hasDead);
        if (stream is not null)
        {
            streamSettings = streamSettings with { Inputs = [.. WithOnError(streamSettings.Inputs, onError)] };
        }

        var modules = new ModulesReader(onError, errors);
        var config = new PipelineConfig
        {
            File = file,
            Root = root,
            Stream = streamSettings,
            DataCleaning = modules.Read(top, "data_cleaning"),
            Modules = modules.Read(top, "modules"),
            Errors = ReadErrorHandling(Section(top, "error_handling"), onError),
            LoggingLevels = ReadLevels(top),
            Tuning = Section(top, "performance_tuning") is { } tuning ? TuningReader.Read(tuning) : new PerformanceTuning(),
        };
        if (Section(top, "security_settings") is { } security)
        {
            config = config with { Security = SecurityReader.Read(security) };
        }

        top.RejectUnknown();
        return config;
    }

    /// <summary>The settings in a key; null where it is absent, empty, or, with an error, no map.</summary>
    internal static Settings? Section(Settings settings, string key)
    {
        if (settings.Node(key) is null)
        {
            return null;
        }

        return settings.MapOf(key) is { } map ? new Settings($"'{key}'", settings.Map.Find(key)!.KeyPlace, map, settings.Errors) : null;
    }

    private static bool HasDead(StreamSettings stream)
    {
        foreach (OutputConfig output in stream.Outputs)
        {
            if (output.Name == "dead")
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<EndpointConfig> WithOnError(IList<EndpointConfig> inputs, OnErrorReader onError)
    {
        foreach (EndpointConfig input in inputs)
        {
            yield return input with
            {
                OnError = onError.Read(new Settings("the input", input.UriPlace, input.Options, errors)),
                Options = input.Options.Without("on_error"),
            };
        }
    }

    private static ErrorHandling ReadErrorHandling(Settings? settings, OnErrorReader onError)
    {
        var absent = new ErrorHandling();
        if (settings is null)
        {
            return absent;
        }

        ErrorHandling read = absent with { OnError = onError.Read(settings) };
        if (settings.Scalar("error_budget") is { } budget)
        {
            bool good = Units.TryParseShare(budget.Value, out double share);
            read = read with { ErrorBudget = good ? share : null };
            if (!good)
            {
                settings.Error(budget, "bad_value", $"'error_budget' is a share of the events such as 1%, from 0% to 100%, not '{budget.Shown}'");
            }
        }

        if (Section(settings, "retry") is { } retry)
        {
            read = read with
            {
                MaxAttempts = (int)retry.Integer("max_attempts", absent.MaxAttempts, 1, 1_000_000),
                Backoff = retry.Duration("backoff") ?? absent.Backoff,
                MaxBackoff = retry.Duration("max_backoff") ?? absent.MaxBackoff,
            };
            retry.RejectUnknown();
        }

        settings.RejectUnknown();
        return read;
    }

    private static Dictionary<string, string> ReadLevels(Settings top)
    {
        var levels = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (top.Node("logging_level"))
        {
            case null:
                break;
            case ConfigScalar level:
                AddLevel(top, levels, "", level);
                break;
            case ConfigMap map:
                foreach (ConfigEntry entry in map)
                {
                    AddLevel(top, levels, entry.Key == "default" ? "" : entry.Key, entry.Value);
                }

                break;
            case ConfigNode other:
                top.Error(other, "bad_value", "'logging_level' is a level, or a map of categories to levels");
                break;
        }

        return levels;
    }

    private static void AddLevel(Settings top, Dictionary<string, string> levels, string category, ConfigNode node)
    {
        if (node is ConfigScalar level && Array.IndexOf(s_levels, level.Value) >= 0)
        {
            levels[category] = level.Value;
            return;
        }

        string shown = node is ConfigScalar scalar ? $", not '{Texts.Short(scalar.Shown)}'{Spelling.SuggestNear(Texts.Short(scalar.Shown), s_levels)}" : "";
        top.Error(node, "bad_value", $"a logging level is one of {string.Join(", ", s_levels)}{shown}");
    }
}
