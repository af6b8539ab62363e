using System.IO;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Plans;
using DataStream.Runtime;

namespace DataStream.Host.Commands;

/// <summary>From a command line to a plan, or to every mistake on stderr.</summary>
internal static class Planning
{
    /// <summary>The plan, or null when the mistakes were shown.</summary>
    public static Plan? Build(ConfigRequest request, RunRequest run, TextWriter error)
    {
        LoadedConfig loaded = ConfigLoader.Load(request);
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
        LoadedConfig loaded = ConfigLoader.Load(request);
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
        processor.Catalog.TryAddConnector(new KafkaConnector());
        return processor;
    }
}
