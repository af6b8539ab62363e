using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Sources;

namespace DataStream.Host.Commands;

/// <summary>From a command line to a plan, or to every mistake on stderr.</summary>
internal static class Planning
{
    /// <summary>The plan, or null when the mistakes were shown.</summary>
    /// <param name="request">The configuration.</param>
    /// <param name="run">What is run.</param>
    /// <param name="error">Where mistakes are shown.</param>
    /// <param name="runs">It is to be run here: signals are listened to as soon as it is clear that nobody else will.</param>
    public static Plan? Build(ConfigRequest request, RunRequest run, TextWriter error, bool runs = false)
    {
        LoadedConfig loaded = Load(request);
        if (runs)
        {
            Signals.Listen(); // before the plan, which may read its columns from an input and wait for it
        }

        Plan? plan = loaded.Config is null ? null : Create(loaded.Config).BuildPlan(run, loaded.Errors);
        return IsGood(loaded, error) ? plan : null;
    }

    /// <summary>Whether there are no mistakes; they are shown.</summary>
    /// <param name="request">The configuration.</param>
    /// <param name="connects">Asks the network whether what is named is there.</param>
    /// <param name="error">Where mistakes are shown.</param>
    /// <exception cref="Flow.StopException">It is not there: 75.</exception>
    public static bool Check(ConfigRequest request, bool connects, TextWriter error)
    {
        LoadedConfig loaded = Load(request);
        Plan? plan = loaded.Config is null ? null : Create(loaded.Config).BuildPlan(new RunRequest { RunsElsewhere = true, StaysOffline = !connects }, loaded.Errors);
        if (!IsGood(loaded, error))
        {
            return false;
        }

        if (connects)
        {
            plan?.Connect();
        }

        return true;
    }

    /// <summary>The configuration; the native executable leaves off here where the plan is not for it.</summary>
    private static LoadedConfig Load(ConfigRequest request)
    {
        if (!ManagedBuild.IsElsewhere)
        {
            return ConfigLoader.Load(request);
        }

        // What comes through a pipe, the configuration or a secret, can be read once, and only the whole of it tells whose it is.
        LoadedConfig loaded = ConfigLoader.Load(request with { BeforeReading = path => ContinueIf(FileIdentity.Of(path) is not { IsStream: false }) });
        ContinueIf(loaded.Config is { Stream: var stream } && (stream.Inputs.Any(input => IsKafka(input.Uri)) || stream.Outputs.Any(output => IsKafka(output.Uri))));
        return loaded;
    }

    private static void ContinueIf(bool isElsewhere)
    {
        if (isElsewhere)
        {
            ManagedBuild.Continue();
        }
    }

    private static bool IsKafka(string uri) => uri.StartsWith("kafka:", StringComparison.OrdinalIgnoreCase);

    private static bool IsGood(LoadedConfig loaded, TextWriter error)
    {
        foreach (ConfigError mistake in loaded.Errors.Sorted())
        {
            error.WriteLine(mistake.ToString());
        }

        return loaded.Errors.Count == 0;
    }

    /// <summary>A processor with every connector that comes with the executable.</summary>
    private static DataStreamProcessor Create(PipelineConfig config)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(config);
        if (RuntimeFeature.IsDynamicCodeSupported) // asked here, or its code would be in the native executable too
        {
            processor.Catalog.TryAddConnector(new KafkaConnector { KeepsFreedMemory = true });
        }

        return processor;
    }
}
