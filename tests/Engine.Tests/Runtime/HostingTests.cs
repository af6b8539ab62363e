using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>A pipeline in a real generic host: it starts with it, tells its health, and drains at its stop.</summary>
public sealed class HostingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_starts_is_healthy_and_drains_at_the_stop()
    {
        string yaml = _folder.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: "generator:sensors?events=1000000000&rate=20000"
              stream_output: "file:{{_folder.At("out.csv")}}"
            performance_tuning: {threads: 1, cpu_affinity: none}
            """);
        using IHost host = Host(services => services.AddDataStream("sensors", yaml, p => p.RegisterModule("ok", schema =>
        {
            Column<long> status = schema.Int64("status");
            return (in Row row) => row[status] == 0;
        })));
        DataStreamProcessor processor = host.Services.GetRequiredKeyedService<DataStreamProcessor>("sensors");
        Assert.Equal(HealthStatus.Degraded, (await Health(host)).Status);
        await host.StartAsync(Cancellation);
        await Made.Until(processor, s => s.Ledger.Out > 0);
        HealthReport report = await Health(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal("Running", report.Entries["sensors"].Data["state"]);
        await host.StopAsync(Cancellation);
        PipelineStatus status = processor.GetStatus();
        Assert.Equal((PipelineState.Completed, 0, 0), (status.State, status.Ledger.InFlight, status.Ledger.Imbalance));
        Assert.Equal(status.Ledger.Out, Made.Lines(_folder.At("out.csv")).Length - 1);
        Assert.Equal(HealthStatus.Healthy, (await Health(host)).Status);
    }

    [Fact]
    public async Task A_pipeline_that_fails_is_unhealthy_and_does_not_take_the_host_along()
    {
        PipelineConfig bad = Made.Config("file:" + _folder.At("missing.csv"), "null:");
        using IHost host = Host(services => services.AddDataStream("bad", _ => bad).AddDataStream("good", _ => Made.Config("file:" + _folder.Write("in.csv", "device,temperature\na,1\n"), "null:")));
        await host.StartAsync(Cancellation);
        await Made.Until(host.Services.GetRequiredKeyedService<DataStreamProcessor>("bad"), s => s.State == PipelineState.Failed);
        await Made.Until(host.Services.GetRequiredKeyedService<DataStreamProcessor>("good"), s => s.State == PipelineState.Completed);
        HealthReport report = await Health(host);
        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy), (report.Entries["bad"].Status, report.Entries["good"].Status));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_configuration_that_cannot_run_keeps_the_host_from_starting()
    {
        using IHost host = Host(services => services.AddDataStream("wrong", _ => Made.Config("file:in.csv", "null:", Made.Filter("warm", "temprature > 3"))));
        ConfigException mistakes = await Assert.ThrowsAsync<ConfigException>(() => host.StartAsync(Cancellation));
        Assert.Contains("temprature", mistakes.Message, StringComparison.Ordinal);
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        configure(builder.Services);
        return builder.Build();
    }

    private static Task<HealthReport> Health(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
}
