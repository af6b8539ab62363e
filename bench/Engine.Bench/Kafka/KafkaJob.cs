using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Bench.Rings;
using HdrHistogram;

namespace DataStream.Bench.Kafka;

/// <summary>
/// Kafka on a real broker on the same cores: consuming (K1), producing (K2), JSON → filter → window → JSON (K3), exactly once (K4), latency (K5), through a topic by key, with states, each beside Confluent's client in the same run.
/// Rounds are interleaved; the table has medians.
/// </summary>
internal sealed class KafkaJob(int rounds, string rows)
{
    private const int WarmUp = 2;
    private const int Short = 100;
    private const int Long = 1000;
    private const int ShortMessages = 1_000_000;
    private const int LongMessages = 300_000;
    private const int LongConsumed = 1_000_000; // in a third of a second the broker's code is not compiled yet
    private const int SensorMessages = 3_000_000; // of one million a fifth of the processor time was the compiler's, for the start of each run
    private const int StreamizMessages = 1_000_000; // its tenth of the pace would be most of the time

    private readonly StringBuilder _table = new();
    private readonly StringBuilder _notes = new();
    private int _topics;

    public async Task<int> RunAsync()
    {
        await using Cluster? cluster = await Cluster.StartAsync().ConfigureAwait(false);
        if (cluster is null)
        {
            return 1;
        }

        foreach ((string name, int messages, int length) in new[] { ("100 B", ShortMessages, Short), ("1 KB", LongMessages, Long) })
        {
            if (Has("K1"))
            {
                await ConsumeAsync(cluster, name, length == Long ? LongConsumed : messages, length).ConfigureAwait(false);
            }

            if (Has("K2"))
            {
                await ProduceAsync(cluster, name, messages, length, hasTime: false).ConfigureAwait(false);
                await ProduceAsync(cluster, name + ", with a time", messages, length, hasTime: true).ConfigureAwait(false);
            }
        }

        if (Has("K3") || Has("K4") || Has("repartition") || Has("states"))
        {
            await WindowsAsync(cluster).ConfigureAwait(false);
        }

        if (Has("K5"))
        {
            await LatencyAsync(cluster).ConfigureAwait(false);
        }

        Write(cluster);
        return 0;
    }

    private bool Has(string row) => rows.Length == 0 || rows.Contains(row, StringComparison.OrdinalIgnoreCase);

    private async Task ConsumeAsync(Cluster cluster, string name, int messages, int length)
    {
        string topic = $"consume-{length}";
        await cluster.FillAsync(topic, messages, length).ConfigureAwait(false);
        var row = new ConsumeRow(cluster, topic, messages);
        List<Func<Task<Measured>>> works = [() => Task.FromResult(OneCore.Run(row.Engine)), () => Task.FromResult(row.Peer()), () => Task.FromResult(OneCore.Run(row.Peer))];
        if (RdKafkaPerformance.Find() is { } tool)
        {
            works.Add(() => Task.FromResult(RdKafkaPerformance.ByGroup(tool, cluster.Bootstrap, topic, messages)));
            works.Add(() => Task.FromResult(RdKafkaPerformance.ByCallback(tool, cluster.Bootstrap, topic, messages)));
        }

        List<Measured>[] all = await Turns($"K1 {name}", [.. works]).ConfigureAwait(false);
        Row($"K1 consume into payloads, {name}", all[0], all[1], "`Consume`", 1.6);
        RowBeside(all[0], all[2], OnOneCore("`Consume`"), 1.6);
        if (all.Length == 3)
        {
            _notes.AppendLine("`rdkafka_performance` was not there (RDKAFKA_PERFORMANCE, or on PATH): the row against the native tool is not measured.");
        }
        else
        {
            RowBeside(all[0], all[3], "`rdkafka_performance -G … -B 1000`, which copies nothing", 0.9);
            RowBeside(all[0], all[4], "`rdkafka_performance -C`, without a group, which copies nothing", 0.9);
        }

        await cluster.DeleteAsync(topic).ConfigureAwait(false);
    }

    private async Task ProduceAsync(Cluster cluster, string name, int messages, int length, bool hasTime)
    {
        var row = new ProduceRow(cluster, messages, length);
        List<Measured>[] all = await Turns($"K2 {name}", () => WithTopicAsync(cluster, topic => OneCore.Run(() => row.Engine(topic, hasTime))),
            () => WithTopicAsync(cluster, topic => row.Peer(topic, hasTime)), () => WithTopicAsync(cluster, topic => OneCore.Run(() => row.Peer(topic, hasTime)))).ConfigureAwait(false);
        double floor = hasTime ? 1.5 : length == Short ? 3 : 1;
        Row($"K2 produce, acknowledged, {name}", all[0], all[1], "`Produce` with reports", floor);
        RowBeside(all[0], all[2], OnOneCore("`Produce` with reports"), floor);
    }

    private async Task<Measured> WithTopicAsync(Cluster cluster, Func<string, Measured> work)
    {
        string topic = string.Create(CultureInfo.InvariantCulture, $"produce-{_topics++}");
        await cluster.CreateAsync(topic).ConfigureAwait(false);
        Measured result = work(topic);
        await cluster.DeleteAsync(topic).ConfigureAwait(false);
        return result;
    }

    private async Task WindowsAsync(Cluster cluster)
    {
        await cluster.FillSensorsAsync("sensors", SensorMessages).ConfigureAwait(false);
        await cluster.CreateAsync("sensors-out").ConfigureAwait(false);
        var row = new WindowRow(cluster, "sensors", "sensors-out", SensorMessages);
        if (Has("K4"))
        {
            List<Measured>[] both = await Turns("K4", () => row.EngineAsync("exactly_once"), () => row.EngineAsync()).ConfigureAwait(false);
            Row("K4 the job of K3, exactly once, states in changelogs, commits every 100 ms", both[0], both[1], "at least once", 0.8);
        }

        if (Has("repartition"))
        {
            List<Measured>[] both = await Turns("repartition", () => row.EngineAsync(partitioning: "repartition"), () => row.EngineAsync()).ConfigureAwait(false);
            Row("The job of K3 through a topic by key (`repartition`), at least once", both[0], both[1], "the same, keyed by its producer", 0);
        }

        if (Has("states"))
        {
            await cluster.CreateAsync("states-out").ConfigureAwait(false);
            var states = new StateRow(cluster, "sensors", "states-out", SensorMessages);
            List<Measured>[] both = await Turns("states", () => states.EngineAsync(hasState: true), () => states.EngineAsync(hasState: false)).ConfigureAwait(false);
            Row("JSON → last value by key, in a changelog → JSON, at least once", both[0], both[1], "JSON → map without state → JSON", 0);
            await cluster.DeleteAsync("states-out").ConfigureAwait(false);
        }

        if (!Has("K3"))
        {
            return;
        }

        List<Func<Task<Measured>>> works = [() => row.EngineAsync(), () => Task.FromResult(row.Peer()), () => Task.FromResult(OneCore.Run(row.Peer))];
        if (StreamizPeer.IsBuiltIn)
        {
            await cluster.FillSensorsAsync("sensors-streamiz", StreamizMessages).ConfigureAwait(false);
            works.Add(new WindowRow(cluster, "sensors-streamiz", "sensors-out", StreamizMessages).StreamizAsync);
        }

        List<Measured>[] all = await Turns("K3", [.. works]).ConfigureAwait(false);
        Row("K3 JSON → filter → 10 s window by key → JSON, 1 lane", all[0], all[1], "Confluent loop + Utf8JsonReader + Dictionary", 3);
        RowBeside(all[0], all[2], OnOneCore("the loop"), 3);
        _notes.AppendLine(StreamizPeer.IsBuiltIn
            ? string.Create(CultureInfo.InvariantCulture, $"K3 by Streamiz.Kafka.Net, one thread, windows in memory, no changelog, until the last of {StreamizMessages:N0} messages came to its filter, rows not compared: {Figures(all[3]).Replace(" | ", "; ", StringComparison.Ordinal)} (thousand messages/s; CPU s per million; B per message); the engine {Results.Median(all[0].Select(m => m.ThousandsPerSecond)) / Results.Median(all[3].Select(m => m.ThousandsPerSecond)):F1} × that.")
            : "Streamiz.Kafka.Net is not built in (`-p:WithStreamiz=true`): the row beside it is not measured.");
        _notes.AppendLine(CultureInfo.InvariantCulture, $"K3: {SensorMessages:N0} sensor events of 1,000 devices gave {row.Rows:N0} rows, as many as the loop's; allocated on lanes: {row.OnLanes} bytes. CPU per message {Results.Median(all[0].Select(m => m.CpuSeconds)) / Results.Median(all[1].Select(m => m.CpuSeconds)):F2} × the loop's (floor 0.33).");
    }

    private async Task LatencyAsync(Cluster cluster)
    {
        var row = new LatencyRow(cluster, seconds: 10);
        List<HistogramBase> engine = [], peer = [];
        _ = await row.EngineAsync().ConfigureAwait(false); // warms
        _ = await row.PeerAsync().ConfigureAwait(false);
        for (int round = 0; round < rounds; round++)
        {
            engine.Add(await row.EngineAsync().ConfigureAwait(false));
            peer.Add(await row.PeerAsync().ConfigureAwait(false));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"K5 round {round + 1}: engine p50 {Value(engine[^1], 50):F1} p99 {Value(engine[^1], 99):F1} ms, loop {Value(peer[^1], 50):F1} {Value(peer[^1], 99):F1} ms"));
        }

        string Figures(List<HistogramBase> runs) => string.Create(CultureInfo.InvariantCulture,
            $"p50 {Results.Median(runs.Select(r => Value(r, 50))):F2} ms, p99 {Results.Median(runs.Select(r => Value(r, 99))):F2} ms, p99.9 {Results.Median(runs.Select(r => Value(r, 99.9))):F2} ms");
        _notes.AppendLine(CultureInfo.InvariantCulture, $"K5: 10,000 messages/s, JSON → filter → JSON, from when a message was due to when a reader of the output has it, positions committed each 100 ms: engine {Figures(engine)}; Confluent loop {Figures(peer)}.");
    }

    private static string OnOneCore(string peer) => $"{peer}, its thread and its client's on one core";

    private static double Value(HistogramBase run, double percentile) => run.GetValueAtPercentile(percentile) / 1e3;

    /// <summary>Two rounds that warm (code is compiled anew while it runs), then rounds in turn.</summary>
    private async Task<List<Measured>[]> Turns(string name, params Func<Task<Measured>>[] works)
    {
        List<Measured>[] all = [.. works.Select(_ => new List<Measured>())];
        for (int round = 1 - WarmUp; round <= rounds; round++)
        {
            for (int work = 0; work < works.Length; work++)
            {
                GC.Collect();
                Measured result = await works[work]().ConfigureAwait(false);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name}, round {round}, {(work == 0 ? "engine" : $"peer {work}")}: {result.ThousandsPerSecond:N0} thousand/s, {result.CpuPerMillion:F2} CPU s/million, {result.BytesPerMessage:F1} B"));
                if (round > 0)
                {
                    all[work].Add(result);
                }
            }
        }

        return all;
    }

    private void Row(string what, List<Measured> engine, List<Measured> peer, string peerName, double floor)
    {
        _table.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {Figures(engine)} |  |");
        RowBeside(engine, peer, peerName, floor);
    }

    private void RowBeside(List<Measured> engine, List<Measured> peer, string peerName, double floor)
    {
        double Speed(List<Measured> runs) => Results.Median(runs.Select(m => m.ThousandsPerSecond));
        _table.AppendLine(CultureInfo.InvariantCulture, $"| – {peerName} | {Figures(peer)} | {Speed(engine) / Speed(peer):F2}{(floor > 0 ? string.Create(CultureInfo.InvariantCulture, $" (floor {floor})") : "")} |");
    }

    private static string Figures(List<Measured> runs)
    {
        string speed = string.Create(CultureInfo.InvariantCulture, $"{Results.Median(runs.Select(m => m.ThousandsPerSecond)):N0} ({runs.Min(m => m.ThousandsPerSecond):N0}–{runs.Max(m => m.ThousandsPerSecond):N0})");
        return double.IsNaN(runs[0].CpuSeconds) ? $"{speed} | – | –" // another process
            : string.Create(CultureInfo.InvariantCulture, $"{speed} | {Results.Median(runs.Select(m => m.CpuPerMillion)):F2} | {Results.Median(runs.Select(m => m.BytesPerMessage)):F1}");
    }

    /// <summary>What a message costs depends on it: a client hands each over from one thread to another.</summary>
    private static string Distance => Environment.ProcessorCount > 1 ? string.Create(CultureInfo.InvariantCulture, $"A cache line goes from one core to the other and back in {Placement.RoundTrip(100_000):N0} ns.") : "";

    private void Write(Cluster cluster)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd HH:mm}Z, commit {Machine.Commit}

            {Machine.Description}. `bench/run.sh kafka {rounds}{(rows.Length > 0 ? " " + rows : "")}`: Apache Kafka {cluster.Version}, one broker on the same cores, {Cluster.Partitions} partitions; interleaved, medians (lowest–highest) of {rounds} rounds
            after {WarmUp} that warm. CPU and allocations are of the whole client process. The peers have the engine's client settings and its process's settings of memory, without which they are slower.
            The engine places its threads as it does by default (one lane and its clients each on a core of its own); peers run where the system puts them, but for the rows that say otherwise. {Distance}

            | | thousand messages/s | CPU s per million | B per message | ratio |
            |---|---|---|---|---|
            {_table}
            {_notes}
            """);
        Results.Keep("kafka.md", "Kafka on a real broker", text);
    }
}
