using System;
using System.IO;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Runtime;

namespace DataStream.Bench.Kafka;

/// <summary>Pipelines of the rows, in this process.</summary>
internal static class Pipelines
{
    private const string FileName = "artifacts/bench/kafka.yaml";

    public static PipelineConfig Load(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.WriteAllText(FileName, text);
        return Config.Config.Load(FileName);
    }

    public static (DataStreamProcessor Processor, Task<RunReport> Run) Start(string text)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Load(text));
        processor.Catalog.TryAddConnector(new KafkaConnector { KeepsFreedMemory = true });
        return (processor, processor.StartAsync(new RunRequest()));
    }
}
