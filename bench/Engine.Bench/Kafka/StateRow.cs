using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Runtime;

namespace DataStream.Bench.Kafka;

/// <summary>What it costs to keep state at least once: JSON → the last value of each device → JSON, whose state goes into a changelog with every commit, beside a map that has none.</summary>
internal sealed class StateRow(Cluster cluster, string input, string output, int messages)
{
    private const string Kept = "{module_name: filled, module_class: fill, field: temperature, with: previous, key: [device]}";
    private const string Stateless = "{module_name: doubled, module_class: map, set: {temperature: temperature * 2}}";

    private static int s_groups;

    public async Task<Measured> EngineAsync(bool hasState)
    {
        Func<long, Measured> end = Measured.Begin();
        (DataStreamProcessor processor, Task<RunReport> run) = Pipelines.Start($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{cluster.Bootstrap}}/{{input}}", group: states-{{Interlocked.Increment(ref s_groups)}}, offset: earliest, until: end, partitioned_by: message_key}
              stream_output: "kafka://{{cluster.Bootstrap}}/{{output}}"
              input_format: json
              output_format: json
              schema: {timestamp: timestamp, device: text, temperature: float64, status: int64}
            modules:
              - {{(hasState ? Kept : Stateless)}}
            performance_tuning: {threads: 1}
            """);
        await using (processor.ConfigureAwait(false))
        {
            RunReport report = await run.ConfigureAwait(false);
            Measured whole = end(messages);
            return report.ExitCode == 0 && report.RowsOut["main"] == messages ? whole with { Seconds = messages / report.EventsPerSecond }
                : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{report.RowsOut["main"]} of {messages} rows: {report.Message}"));
        }
    }
}
