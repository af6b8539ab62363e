using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Runs configurations in this process.</summary>
internal static class PipelineTester
{
    /// <summary>Loads a YAML text from a file in the folder and runs it to its end.</summary>
    public static Task<RunReport> Run(ScratchFolder folder, string yaml, params (string Key, string Value)[] overlays) => Run(folder, yaml, null, overlays);

    /// <summary>The same with modules registered before the start.</summary>
    public static async Task<RunReport> Run(ScratchFolder folder, string yaml, Action<DataStreamProcessor>? prepare, params (string Key, string Value)[] overlays)
    {
        string path = folder.Write("pipeline.yaml", yaml.Replace("{DIR}", folder.FullPath, StringComparison.Ordinal));
        var options = new List<ConfigOverlay>();
        foreach ((string key, string value) in overlays)
        {
            options.Add(ConfigOverlay.Set(key, value));
        }

        LoadedConfig loaded = ConfigLoader.Load(new ConfigRequest(path) { Options = options, Environment = new Dictionary<string, string>() });
        Assert.Empty(loaded.Errors.Sorted());
        DataStreamProcessor processor = DataStreamProcessor.Create(loaded.Config!);
        await using (processor)
        {
            prepare?.Invoke(processor);
            return await processor.StartAsync(new RunRequest(), TestContext.Current.CancellationToken);
        }
    }
}
