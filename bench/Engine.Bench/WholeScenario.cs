using System;
using System.Globalization;
using System.IO;

namespace DataStream.Bench;

/// <summary>A pipeline of <c>bench/scenarios</c> over a file, and the same as one statement of DuckDB.</summary>
/// <param name="What">What the input is.</param>
/// <param name="Pipeline">The pipeline's file.</param>
/// <param name="Input">The input's file; it is there.</param>
/// <param name="Extension">How the output's name ends.</param>
/// <param name="Sql">The statement, or null where DuckDB has none.</param>
internal sealed record WholeScenario(string What, string Pipeline, string Input, string Extension, string? Sql)
{
    public const string Folder = "artifacts/bench";

    private const string SensorColumns = "columns={'timestamp':'TIMESTAMP','device':'VARCHAR','region':'VARCHAR','temperature':'DOUBLE','status':'BIGINT'}";

    /// <summary>More of the command line.</summary>
    public string[] More { get; init; } = [];

    /// <summary>The One Billion Row Challenge.</summary>
    public static WholeScenario Brc(long rows, int stations)
    {
        string input = BrcData.Make(Folder, rows, stations);
        return new(FormattableString.Invariant($"{stations:N0} stations"), "bench/scenarios/brc_window_csv/pipeline.yaml", input, "csv", BrcData.Sql(input, Folder))
        {
            More = stations > 100_000 ? ["--set", "performance_tuning.memory_budget=1GiB"] : [],
        };
    }

    /// <summary>Six statistics of 10,000 devices in ten seconds.</summary>
    public static WholeScenario Statistics(long events)
    {
        string input = Sensors(events, 10_000, "csv");
        return new("six decimals", "bench/scenarios/sensors_filter-statistics_csv/pipeline.yaml", input, "csv",
            $"COPY (SELECT time_bucket(INTERVAL 10 SECOND, timestamp) w, device, count(*), round(min(temperature), 6), round(max(temperature), 6), round(avg(temperature), 6), round(stddev_samp(temperature), 6), round(quantile_cont(temperature, 0.95), 6) " +
            $"FROM read_csv('{input}', header=true, {SensorColumns}) WHERE status = 0 AND temperature BETWEEN -50 AND 150 AND abs(temperature - 20) <= 45 GROUP BY w, device ORDER BY w, device) TO '{Folder}/duck.csv' (HEADER)");
    }

    /// <summary>State by keys that lanes ask each other for.</summary>
    public static WholeScenario Exchange(long events) =>
        new("six decimals", "bench/scenarios/sensors_deduplicate-session_csv/pipeline.yaml", Sensors(events, 10_000, "csv"), "csv", null);

    /// <summary>A filter and a computed column, NDJSON to NDJSON or CSV to CSV.</summary>
    public static WholeScenario Plain(long events, bool isJson)
    {
        const string Select = "SELECT *, temperature * 1.8 + 32 AS temperature_f FROM";
        const string Where = "WHERE status = 0 AND temperature BETWEEN -50 AND 150";
        string input = Sensors(events, 10_000, isJson ? "ndjson" : "csv");
        return isJson
            ? new("NDJSON to NDJSON", "bench/scenarios/sensors_filter-map_json/pipeline.yaml", input, "ndjson", $"COPY ({Select} read_json('{input}', format='newline_delimited', {SensorColumns}) {Where}) TO '{Folder}/duck.ndjson' (FORMAT json)")
            : new("CSV to CSV", "bench/scenarios/sensors_filter-map_csv/pipeline.yaml", input, "csv", $"COPY ({Select} read_csv('{input}', header=true, {SensorColumns}) {Where}) TO '{Folder}/duck.csv' (HEADER)");
    }

    /// <summary>Plain work over a thousand events.</summary>
    public static WholeScenario Start() => new("CSV to CSV", "bench/scenarios/sensors_filter-map_csv/pipeline.yaml", Sensors(1000, 100, "csv"), "csv", null);

    /// <summary>The command line, with the output's file named by a tag.</summary>
    public string[] Arguments(string tag) => ["run", Pipeline, "--stream-input", "file:" + Input, "--set", $"stream_settings.stream_output.main.uri=file:{Folder}/{tag}.{Extension}", .. More];

    private static string Sensors(long events, int devices, string extension)
    {
        Directory.CreateDirectory(Folder);
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
}
