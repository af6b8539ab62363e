using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace DataStream.Bench;

/// <summary>
/// A pipeline of <c>bench/scenarios</c> over a file, whole processes with their start, beside one statement of DuckDB that reads and writes the same files on as many
/// threads; in turns, medians of the rounds after one that warms the page cache.
/// </summary>
internal sealed class WholeJob(int rounds)
{
    private const string Folder = "artifacts/bench";
    private const string SensorColumns = "columns={'timestamp':'TIMESTAMP','device':'VARCHAR','region':'VARCHAR','temperature':'DOUBLE','status':'BIGINT'}";

    private readonly StringBuilder _report = new();

    /// <summary>1BRC at a number of rows; with several numbers of stations growth.</summary>
    public int Brc(long rows, params int[] stations)
    {
        Begin($"One Billion Row Challenge, {rows:N0} rows");
        foreach (int count in stations)
        {
            string input = BrcData.Make(Folder, rows, count);
            string[] more = count > 100_000 ? ["--set", "performance_tuning.memory_budget=1GiB"] : [];
            Measure($"{count:N0} stations", "bench/scenarios/brc_window_csv/pipeline.yaml", input, "csv", more,
                BrcData.Sql(input, Folder));
        }

        return End("brc.txt");
    }

    /// <summary>Six statistics of devices in ten seconds.</summary>
    public int Statistics(long events)
    {
        Begin($"sensor events, {events:N0}: filter, six statistics of 10,000 devices in 10 s");
        string input = Sensors(events, 10_000, "csv");
        string sql = $"COPY (SELECT time_bucket(INTERVAL 10 SECOND, timestamp) w, device, count(*), round(min(temperature), 6), round(max(temperature), 6), round(avg(temperature), 6), round(stddev_samp(temperature), 6), round(quantile_cont(temperature, 0.95), 6) " +
            $"FROM read_csv('{input}', header=true, {SensorColumns}) WHERE status = 0 AND temperature BETWEEN -50 AND 150 AND abs(temperature - 20) <= 45 GROUP BY w, device ORDER BY w, device) TO '{Folder}/duck.csv' (HEADER)";
        const string Pipeline = "bench/scenarios/sensors_filter-statistics_csv/pipeline.yaml";
        Measure("six decimals", Pipeline, input, "csv", [], sql);
        return End("statistics.txt");
    }

    /// <summary>State by keys that lanes ask each other for.</summary>
    public int Exchange(long events)
    {
        Begin($"sensor events, {events:N0}: one of each device and second, then sessions of 10,000 devices");
        Measure("six decimals", "bench/scenarios/sensors_deduplicate-session_csv/pipeline.yaml", Sensors(events, 10_000, "csv"), "csv", [], null);
        return End("exchange.txt");
    }

    /// <summary>A filter and a computed column.</summary>
    public int Plain(long events)
    {
        Begin($"plain work, {events:N0} sensor events: filter and temperature_f, order kept");
        const string Select = "SELECT *, temperature * 1.8 + 32 AS temperature_f FROM";
        const string Where = "WHERE status = 0 AND temperature BETWEEN -50 AND 150";
        string json = Sensors(events, 10_000, "ndjson");
        Measure("NDJSON to NDJSON", "bench/scenarios/sensors_filter-map_json/pipeline.yaml", json, "ndjson", [], $"COPY ({Select} read_json('{json}', format='newline_delimited', {SensorColumns}) {Where}) TO '{Folder}/duck.ndjson' (FORMAT json)");
        string csv = Sensors(events, 10_000, "csv");
        Measure("CSV to CSV", "bench/scenarios/sensors_filter-map_csv/pipeline.yaml", csv, "csv", [], $"COPY ({Select} read_csv('{csv}', header=true, {SensorColumns}) {Where}) TO '{Folder}/duck.csv' (HEADER)");
        return End("plain.txt");
    }

    /// <summary>From the start of the process to its end over a file of a thousand events.</summary>
    public int Start()
    {
        Begin("start: a whole process over a file of 1,000 events");
        Measure("CSV to CSV", "bench/scenarios/sensors_filter-map_csv/pipeline.yaml", Sensors(1000, 100, "csv"), "csv", [], null);
        return End("start.txt");
    }

    private void Begin(string what)
    {
        Directory.CreateDirectory(Folder);
        _report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}, load before it {Results.Load}; {what}; whole processes, {rounds} rounds in turns after one that warms, medians of seconds on the clock");
    }

    private int End(string name)
    {
        Results.Keep(name, _report);
        return 0;
    }

    private static string Sensors(long events, int devices, string extension)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{Folder}/sensors-{events}-{devices}.{extension}");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"Making {path} with generator:sensors.");
            string partial = $"{path}.partial.{extension}";
            EngineRun.Of("run", "bench/scenarios/sensors_filter-window_csv/load.yaml", "--stream-input", FormattableString.Invariant($"generator:sensors?events={events}&devices={devices}&per_second=10000&seed=7"),
                "--stream-output", "file:" + partial, "--set", "stream_settings.output_format=" + (extension == "csv" ? "csv" : "json"));
            File.Move(partial, path);
        }

        return path;
    }

    private void Measure(string what, string pipeline, string input, string extension, string[] more, string? sql)
    {
        var engine = new List<EngineRun>();
        var oneLane = new List<EngineRun>();
        var duck = new List<double>();
        string version = "";
        for (int round = 0; round <= rounds; round++)
        {
            string[] command = ["run", pipeline, "--stream-input", "file:" + input, "--set", $"stream_settings.stream_output.main.uri=file:{Folder}/out.{extension}", .. more];
            EngineRun run = EngineRun.Of(command);
            EngineRun one = EngineRun.Of([.. command, "--threads", "1"]);
            (double seconds, version) = sql is null ? (double.NaN, "") : DuckPeer.Run(sql, Environment.ProcessorCount);
            if (round > 0)
            {
                engine.Add(run);
                oneLane.Add(one);
                duck.Add(seconds);
            }
        }

        EngineRun last = engine[^1];
        double ours = Results.Median(engine.Select(r => r.Seconds));
        double theirs = Results.Median(duck);
        string peer = double.IsNaN(theirs) ? "" : string.Create(CultureInfo.InvariantCulture, $"; DuckDB {version} {theirs:F2} s, ratio {theirs / ours:F1}");
        double single = Results.Median(oneLane.Select(r => r.Seconds));
        string ratio = double.IsNaN(theirs) ? "" : string.Create(CultureInfo.InvariantCulture, $", ratio {theirs / single:F1}");
        _report.AppendLine(CultureInfo.InvariantCulture, $"{what,-24} {new FileInfo(input).Length / 1e6:F0} MB: datastream, {last.Lanes} lanes, {ours:F2} s ({last.Events / ours / 1e6:F2} M events/s, peak {last.PeakBytes / 1048576.0:F0} MiB, {engine.Max(r => r.AllocatedOnLanes)} B allocated on lanes){peer}");
        _report.AppendLine(CultureInfo.InvariantCulture, $"  on one lane            {single:F2} s ({last.Events / single / 1e6:F2} M events/s, peak {oneLane.Max(r => r.PeakBytes) / 1048576.0:F0} MiB{ratio}); {last.Lanes} lanes are {single / ours:F2} times as fast");
    }
}
