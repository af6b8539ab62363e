using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Runtime;

namespace DataStream.Bench.Kafka;

/// <summary>K3: JSON → filter → 10 s windows by key → JSON, topic to topic, by the whole pipeline and by Confluent's clients with Utf8JsonReader and dictionaries.</summary>
internal sealed class WindowRow(Cluster cluster, string input, string output, int messages)
{
    private static int s_groups;

    /// <summary>How many rows windows gave, the same for both.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes that lanes allocated; 0 is promised.</summary>
    public long OnLanes { get; private set; }

    public async Task<Measured> EngineAsync(string delivery = "at_least_once", string partitioning = "message_key")
    {
        Func<long, Measured> end = Measured.Begin();
        (DataStreamProcessor processor, Task<RunReport> run) = Pipelines.Start($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{cluster.Bootstrap}}/{{input}}", group: windows-{{Interlocked.Increment(ref s_groups)}}, offset: earliest, until: end, partitioned_by: {{partitioning}}}
              stream_output: {uri: "kafka://{{cluster.Bootstrap}}/{{output}}", key: device}
              input_format: json
              output_format: json
              schema: {timestamp: timestamp, device: text, region: text, temperature: float64, pressure: float64, status: int64}
              event_time: {field: timestamp, max_out_of_orderness: 2s}
              delivery: {{delivery}}
            modules:
              - {module_name: valid, module_class: filter, where: "status == 0 and temperature between -50 and 150"}
              - module_name: per_device
                module_class: window
                tumbling: 10s
                key: [device]
                aggregates: {count: count(), min: min(temperature), max: max(temperature), mean: mean(temperature)}
            performance_tuning: {threads: 1}
            """);
        await using (processor.ConfigureAwait(false))
        {
            RunReport report = await run.ConfigureAwait(false);
            Measured whole = end(messages);
            if (report.ExitCode != 0 || report.EventsIn != messages)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{report.EventsIn} of {messages} events: {report.Message}"));
            }

            if (Rows != 0 && report.RowsOut["main"] != Rows)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{report.RowsOut["main"]} rows, and {Rows} before"));
            }

            (Rows, OnLanes) = (report.RowsOut["main"], Math.Max(OnLanes, report.AllocatedBytesLanes));
            return whole with { Seconds = messages / report.EventsPerSecond };
        }
    }

    /// <summary>The job by Streamiz, where it is built in.</summary>
    public async Task<Measured> StreamizAsync()
    {
        Func<long, Measured> end = Measured.Begin();
        var peer = new StreamizPeer(cluster.Bootstrap, input, output, string.Create(CultureInfo.InvariantCulture, $"windows-streamiz-{Interlocked.Increment(ref s_groups)}"));
        double seconds = await peer.RunAsync(messages).ConfigureAwait(false);
        return end(messages) with { Seconds = seconds };
    }

    public Measured Peer()
    {
        Func<long, Measured> end = Measured.Begin();
        var loop = new WindowLoop(cluster.Bootstrap, input, output, string.Create(CultureInfo.InvariantCulture, $"windows-loop-{Interlocked.Increment(ref s_groups)}"));
        (double seconds, long rows) = loop.Run(messages);
        if (Rows != 0 && rows != Rows)
        {
            throw new InvalidOperationException($"the loop made {rows} rows, the engine {Rows}");
        }

        return end(messages) with { Seconds = seconds };
    }
}
