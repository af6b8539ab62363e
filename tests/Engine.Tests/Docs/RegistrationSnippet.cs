using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Snippets;

/// <summary>The examples of docs/MODULES.md and docs/RELIABILITY.md that are statements.</summary>
public static class RegistrationSnippet
{
    public static async Task<PipelineStatus> RunAsync(string path, CancellationToken stopping)
    {
        // <registration>
        await using var processor = DataStreamProcessor.Create(Config.Load(path));
        bool added = processor.RegisterModule("dew_point", context => new DewPoint());
        await processor.StartProcessingOnStreamAsync(stopping);
        // </registration>
        return added ? processor.GetStatus() : throw new InvalidOperationException("The name is free.");
    }

    public static void Add(IServiceCollection services)
    {
        // <hosting>
        services.AddDataStream("sensors", "config/config.yaml", processor => processor.RegisterModule("dew_point", context => new DewPoint()));
        services.AddHealthChecks();
        // </hosting>
    }
}
