using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Configurations made in code, and waits without sleeping.</summary>
internal static class Made
{
    /// <summary>Devices a, b, c with whole temperatures: <c>device,temperature</c>.</summary>
    public static IList<SchemaField> DeviceSchema => [new("device", "text"), new("temperature", "float64")];

    public static PipelineConfig Config(string input, string output, params ModuleConfig[] modules) => new()
    {
        Stream = new StreamSettings { Inputs = [new(input)], Outputs = [new("main", output) { Format = new("csv") }], Schema = DeviceSchema },
        Modules = [.. modules],
        Tuning = new PerformanceTuning { Threads = 1, CpuAffinity = [] },
    };

    public static ModuleConfig Filter(string name, string where) => new(name, "filter") { Settings = new ConfigMap { ["where"] = where } };

    /// <summary>Waits until the status is as wanted; fails after a long time.</summary>
    public static async Task<PipelineStatus> Until(DataStreamProcessor processor, Func<PipelineStatus, bool> isThere)
    {
        await foreach (MonitoringSnapshot snapshot in processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(2), TestContext.Current.CancellationToken))
        {
            if (isThere(snapshot.Status))
            {
                return snapshot.Status;
            }

            Assert.True(snapshot.Status.Elapsed < TimeSpan.FromSeconds(60), $"not there after a minute: {snapshot.Status}");
        }

        PipelineStatus last = processor.GetStatus();
        Assert.True(isThere(last), $"ended otherwise: {last}");
        return last;
    }

    public static void Balances(PipelineStatus status) => Assert.Equal(0, status.Ledger.Imbalance);

    public static string[] Lines(string path) => File.ReadAllLines(path);
}
