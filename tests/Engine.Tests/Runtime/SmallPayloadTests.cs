using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Runtime;
using Xunit;
using static DataStream.Tests.Runtime.EgressRows;

namespace DataStream.Tests.Runtime;

/// <summary>Payloads of one event each: the callback, which the lane calls, hands over the next.</summary>
public sealed class SmallPayloadTests
{
    private const int Payloads = 640;

    [Fact]
    public async Task Stages_have_their_price_though_few_payloads_are_timed()
    {
        PipelineConfig config = IngressTests.Memory("memory:results", new ModuleConfig("slow", "slow"));
        await using var processor = DataStreamProcessor.Create(config);
        processor.RegisterModule("slow", _ => (in Row row) => Wait(TimeSpan.FromMicroseconds(20)));
        Ingress<Number> input = processor.OpenIngress<Number>("orders");
        int taken = 0;
        processor.OnRows("results", (ReadOnlySpan<Number> rows) =>
        {
            Assert.Equal(1, rows.Length);
            if (++taken < Payloads)
            {
                input.TryPublish(new Number { N = taken });
            }
            else
            {
                input.Complete();
            }
        });
        Assert.True(input.TryPublish(default));
        RunReport report = await processor.StartAsync(new RunRequest(), TestContext.Current.CancellationToken);
        Assert.Equal((Payloads, Payloads, 0), (report.Ledger.In, report.Ledger.Out, report.Ledger.Imbalance));
        Assert.All(report.Stages, stage => Assert.Equal(Payloads, stage.Events));
        Assert.All(report.Stages, stage => Assert.True(stage.NanosecondsPerEvent > 0, stage.ToString()));

        // The first sixteen times and 39 of sixteen payloads each are 640.
        Assert.True(report.Stages.Single(s => s.Name == "slow").NanosecondsPerEvent >= 20_000, string.Join('\n', report.Stages));
    }

    private static bool Wait(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
        }

        return true;
    }
}
