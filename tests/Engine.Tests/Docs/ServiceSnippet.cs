using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Runtime;

namespace Snippets;

/// <summary>The examples of docs/EMBEDDING.md.</summary>
public static class ServiceSnippet
{
    public static async Task<List<string>> RunAsync(PipelineConfig config, CancellationToken stopping)
    {
        var log = new List<string>();
        // <feeding>
        await using var processor = DataStreamProcessor.Create(config);
        Ingress<Measurement> measurements = processor.OpenIngress<Measurement>("measurements");
        Task run = processor.StartProcessingOnStreamAsync(stopping);
        var now = new Measurement { At = DateTime.UtcNow, Sensor = 7, Celsius = 21.5 };
        if (!measurements.TryPublish(in now))                                // no allocation, no lock; false: full, or ended
        {
            measurements.Publish(in now);                                    // waits for room; false: ended
        }
        // </feeding>

        // <live>
        bool added = processor.RegisterModule("plausible", schema =>
        {
            Column<double> celsius = schema.Float64("celsius");
            return (in Row row) => row[celsius] is > -60 and < 60;
        });
        measurements.Publish(new Measurement { Celsius = 999 });             // goes through it: filtered
        // </live>
        log.Add($"{added}");

        // <watching>
        measurements.Complete();                                             // nothing follows: windows close, outputs are flushed
        await foreach (MonitoringSnapshot snapshot in processor.PipelineMonitoringAsync(TimeSpan.FromSeconds(1), stopping))
        {
            log.Add($"{snapshot.Status.State}: {snapshot.EventsPerSecond:N0} events/s, {snapshot.Status.Ledger}");
        }

        await run;                                                           // a StopException has the exit code where it is not 0
        // </watching>
        return log;
    }

    public static async Task<BatchReport> BatchAsync(PipelineConfig config, string folder)
    {
        // <batch>
        BatchReport report = await BatchProcessor.RunAsync(config, [$"{folder}/2026-*.csv"]);
        Console.WriteLine($"{report.ExitCode} {report.Message} {report.Ledger}");
        // </batch>
        return report;
    }

    // <measurement>
    public struct Measurement
    {
        public DateTime At;             // at: timestamp, taken as UTC
        public int Sensor;              // sensor: int64
        public double Celsius;          // celsius: float64; NaN and infinities are null
    }
    // </measurement>
}
