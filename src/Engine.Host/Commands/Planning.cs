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
        if (loaded.Errors.Count == 0)
        {
            return plan;
        }

        foreach (ConfigError mistake in loaded.Errors.Sorted())
        {
            error.WriteLine(mistake.ToString());
        }

        return null;
    }

    /// <summary>A processor with every connector that comes with the executable.</summary>
    private static DataStreamProcessor Create(PipelineConfig config)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(config);
        processor.Catalog.TryAddConnector(new KafkaConnector());
        return processor;
    }
}
