using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;

namespace Samples.CustomFormat;

/// <summary>Runs a pipeline whose configuration names the format.</summary>
public static class StatsdProgram
{
    public static async Task<RunReport> RunAsync(string path, CancellationToken stopping)
    {
        // <register>
        PipelineConfig config = Config.Load(path, registeredFormats: ["statsd"]);
        await using var processor = DataStreamProcessor.Create(config);
        processor.RegisterFormat("statsd", settings => new StatsdFormat(settings));
        RunReport report = await processor.StartAsync(new RunRequest(), stopping);
        // </register>
        return report;
    }
}
