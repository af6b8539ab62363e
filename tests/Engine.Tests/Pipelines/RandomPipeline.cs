using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Pipelines;

/// <summary>A random pipeline over random dirty data, the same for a seed.</summary>
internal sealed class RandomPipeline
{
    private readonly Random _random;
    private readonly RandomData _data;
    private readonly bool _fixesTime;
    private readonly bool _hasCopies;

    public RandomPipeline(int seed, int scale = 1)
    {
        Seed = seed;
        _random = new Random(seed);
        _fixesTime = _random.Next(5) == 0;
        HasWindow = _random.Next(3) > 0;
        _hasCopies = _random.Next(3) == 0;
        _data = new RandomData(_random, _random.Next(200, 1500) * scale);
        Yaml = MakeYaml();
    }

    public int Seed { get; }

    public bool HasWindow { get; }

    /// <summary>The input files and their bytes.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Files => _data.Files;

    /// <summary>What it writes.</summary>
    public IReadOnlyList<string> Outputs => ["out.csv", "dead.ndjson", "late.csv", .. _hasCopies ? (string[])["copies.ndjson"] : []];

    /// <summary>{DIR} stands for the folder.</summary>
    public string Yaml { get; }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private string MakeYaml()
    {
        string time = _fixesTime ? "fixed" : "t";
        string copies = _hasCopies ? $", copies: {{uri: \"file:{{DIR}}/copies.ndjson\", where: \"{(HasWindow ? Pick("count > 1", "total is null or total > 0") : Pick("v > 0", "k != 'a' or n = 7"))}\"}}" : "";
        var yaml = new StringBuilder();
        yaml.AppendLine("stream_settings:");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  stream_input: [{string.Join(", ", Files.Select(f => $"\"file:{{DIR}}/{f.Name}\""))}]");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  stream_output: {{main: \"file:{{DIR}}/out.csv\", dead: \"file:{{DIR}}/dead.ndjson\", late: \"file:{{DIR}}/late.csv\"{copies}}}");
        if (_data.Format.Length > 0)
        {
            yaml.AppendLine("  input_format: " + _data.Format);
        }

        yaml.AppendLine(CultureInfo.InvariantCulture, $"  schema: {{t: {(_fixesTime ? "text" : "timestamp")}, k: text, v: float64, n: int64, note: text}}");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  event_time: {{field: {time}, max_out_of_orderness: {Pick("0s", "2s", "10s")}, allowed_lateness: {Pick("0s", "0s", "3s")}}}");
        if (_random.Next(6) == 0)
        {
            yaml.AppendLine(CultureInfo.InvariantCulture, $"error_handling: {{error_budget: {Pick("3%", "60%")}}}");
        }

        yaml.AppendLine("modules:");
        if (_fixesTime)
        {
            yaml.AppendLine("  - {module_name: time, module_class: fix_time, field: t, into: fixed}");
        }

        int modules = _random.Next(0, 5);
        for (int i = 0; i < modules; i++)
        {
            string module = Module(i, time);
            yaml.AppendLine("  - " + (_random.Next(40) == 0 ? module[..^1] + ", on_error: fail}" : module));
        }

        if (HasWindow)
        {
            yaml.AppendLine("  - " + Window());
            if (_random.Next(3) == 0)
            {
                yaml.AppendLine("  - {module_name: behind, module_class: filter, where: count > 1}");
            }
        }
        else
        {
            yaml.AppendLine("  - {module_name: last, module_class: map, set: {seen: \"v is not null\"}}");
        }

        return yaml.ToString();
    }

    private string Module(int i, string time) => _random.Next(9) switch
    {
        0 => $"{{module_name: m{i}, module_class: filter, where: \"{Pick("v > 1 or v is null", "n % 2 == 0", "k != 'a'", "v between -10 and 10", "length(k) > 0 and not (n < 3)")}\"}}",
        1 => $"{{module_name: m{i}, module_class: map, set: {{v: \"{Pick("v * 1.8 + 32", "if(n > 0, v, -v)", "coalesce(v, 0.5)", "round(v, 1)", "sqrt(v) + exp(-abs(v)) + log(v)")}\"}}}}",
        2 => $"{{module_name: m{i}, module_class: map, set: {{n: \"{Pick("n + 9223372036854775800", "n % 7", "int64(v)", "abs(n)")}\"}}}}",
        3 => $"{{module_name: m{i}, module_class: clamp, field: v, min: -20, max: 20.5}}",
        4 => $"{{module_name: m{i}, module_class: fill, field: v, {Pick("with: 0", "with: previous, key: [k]")}}}",
        5 => $"{{module_name: m{i}, module_class: deduplicate, key: [k, n], within: {Pick("5s", "1m")}}}",
        6 => $"{{module_name: m{i}, module_class: outlier, field: v, key: [k], method: {Pick("mad", "zscore", "iqr")}, threshold: 2, window: 20, warmup: 5, reset_after: 4, action: {Pick("drop", "clip", "\"null\"")}}}",
        7 => $"{{module_name: m{i}, module_class: map, set: {{k: \"{Pick("upper(k)", "trim(k)", "concat(k, '-', text(n))")}\"}}}}",
        _ => $"{{module_name: m{i}, module_class: filter, where: \"{time} > timestamp('2026-01-01T00:00:30Z')\"}}",
    };

    private string Window()
    {
        string span = Pick("tumbling: 10s", "tumbling: 10s", "hopping: {size: 30s, every: 10s}", "session: {gap: 4s}", "count: 7", "global: true");
        string key = Pick("key: [k], ", "key: [k, n], ", "");
        return $"{{module_name: w, module_class: window, {span}, {key}aggregates: {{count: count(), nv: count(v), total: sum(v), ns: sum(n), low: min(v), high: max(k), mean: mean(v), "
            + "sd: stddev(v), variance: variance(n), first: first(n), last: last(k), distinct: count_distinct(n), p: \"quantile(v, 0.9)\"}}";
    }
}
