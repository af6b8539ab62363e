using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;

namespace Snippets;

/// <summary>The examples of docs/EMBEDDING.md that take results.</summary>
public static class EgressSnippet
{
    public static async Task<(double Highest, List<double> Taken)> RunAsync(CancellationToken stopping)
    {
        // <taking>
        var config = new PipelineConfig
        {
            Stream = new StreamSettings { Inputs = [new("memory:measurements")], Outputs = [new("main", "memory:alerts"), new("all", "memory:all") { WhenFull = "shed" }] },
            Modules = [new("fahrenheit", "map") { Settings = new() { ["set"] = new ConfigMap { ["fahrenheit"] = "celsius * 1.8 + 32" } } }],
        };
        await using var processor = DataStreamProcessor.Create(config);
        double highest = 0;
        processor.OnRows("alerts", (ReadOnlySpan<Alert> rows) =>             // on the lane: as soon as the rows are there, no allocation, no hand-over
        {
            foreach (ref readonly Alert row in rows)
            {
                highest = Math.Max(highest, row.Fahrenheit);
            }
        });
        Egress<Alert> all = processor.OpenEgress<Alert>("all");              // a channel: all.Reader, or await foreach
        // </taking>

        // <producers>
        Ingress<ServiceSnippet.Measurement> measurements = processor.OpenIngress<ServiceSnippet.Measurement>("measurements");
        IngressProducer<ServiceSnippet.Measurement> second = measurements.AddProducer();     // for another thread; its events keep their order
        // </producers>
        Task run = processor.StartProcessingOnStreamAsync(stopping);
        measurements.Publish(new() { Sensor = 1, Celsius = 20 });
        second.Publish(new() { Sensor = 2, Celsius = 30 });
        measurements.Complete();
        var taken = new List<double>();

        // <reading>
        await foreach (Alert alert in all)                                   // ends with the pipeline; throws its StopException where it did not end well
        {
            taken.Add(alert.Fahrenheit);
        }
        // </reading>
        await run;
        return (highest, taken);
    }

    // <alert>
    public struct Alert
    {
        public int? Sensor;             // sensor, int64: null where the column is
        public double Fahrenheit;       // fahrenheit, float64: NaN where the column is null
    }

    [InlineArray(16)]
    public struct Name                  // a field of this type takes a text: UTF-8, filled up with zeros
    {
        private byte _first;
    }
    // </alert>
}
