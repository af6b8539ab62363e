using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Pipelines;

/// <summary>A random pipeline with state by key at several places, over random dirty data; the same for a seed. The class <c>streaks</c> is <see cref="Streaks"/>.</summary>
internal sealed class KeyedPipeline
{
    private readonly Random _random;
    private readonly RandomData _data;
    private bool _hasStreaks;
    private bool _hasFlag;

    public KeyedPipeline(int seed)
    {
        _random = new Random(seed);
        _data = new RandomData(_random, _random.Next(1000, 4000));
        Yaml = MakeYaml();
    }

    public IReadOnlyList<(string Name, byte[] Bytes)> Files => _data.Files;

    public static IReadOnlyList<string> Outputs => ["out.csv", "dead.ndjson", "late.csv"];

    /// <summary>{DIR} stands for the folder.</summary>
    public string Yaml { get; }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private string MakeYaml()
    {
        var yaml = new StringBuilder();
        yaml.AppendLine("stream_settings:");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  stream_input: [{string.Join(", ", Files.Select(f => $"\"file:{{DIR}}/{f.Name}\""))}]");
        yaml.AppendLine("  stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\", late: \"file:{DIR}/late.csv\"}");
        if (_data.Format.Length > 0)
        {
            yaml.AppendLine("  input_format: " + _data.Format);
        }

        yaml.AppendLine("  schema: {t: timestamp, k: text, v: float64, n: int64, note: text}");
        bool hasTime = _random.Next(4) > 0;
        if (hasTime)
        {
            yaml.AppendLine(CultureInfo.InvariantCulture, $"  event_time: {{field: t, max_out_of_orderness: {Pick("0s", "2s", "10s", "unbounded")}, allowed_lateness: {Pick("0s", "0s", "3s")}}}");
        }

        if (_random.Next(8) == 0)
        {
            yaml.AppendLine("error_handling: {error_budget: 20%}");
        }

        yaml.AppendLine("modules:");
        int modules = _random.Next(1, 6);
        for (int i = 0; i < modules; i++)
        {
            string module = _random.Next(3) == 0 ? Plain(i) : Keyed(i, hasTime);
            yaml.AppendLine("  - " + (_random.Next(30) == 0 ? module[..^1] + ", on_error: fail}" : module));
        }

        yaml.AppendLine("  - " + (_random.Next(2) == 0 ? Window(hasTime) : "{module_name: last, module_class: map, set: {seen: \"v is not null\"}}"));
        return yaml.ToString();
    }

    private string Plain(int i) => _random.Next(4) switch
    {
        0 => $"{{module_name: m{i}, module_class: filter, where: \"{Pick("v > 1 or v is null", "n % 2 == 0", "k != 'a'")}\"}}",
        1 => $"{{module_name: m{i}, module_class: map, set: {{n: \"{Pick("n + 9223372036854775800", "n % 7", "int64(v)")}\"}}}}",
        2 => $"{{module_name: m{i}, module_class: map, set: {{k: \"{Pick("upper(k)", "concat(k, '-', text(n % 5))", "if(n % 3 == 0, null, k)")}\"}}}}",
        _ => $"{{module_name: m{i}, module_class: map, set: {{note: \"if(n % 2 == 0, concat(note, '!'), null)\"}}}}",
    };

    private string Keyed(int i, bool hasTime)
    {
        string key = Pick("key: [k], ", "key: [k], ", "key: [k, n], ", "key: [note, k, v], ", "");
        switch (_random.Next(6))
        {
            case 0 when !_hasStreaks:
                _hasStreaks = true;
                return $"{{module_name: m{i}, module_class: streaks}}";
            case 0 or 1:
                return $"{{module_name: m{i}, module_class: fill, field: {Pick("v", "n", "note", "k")}, {key}with: previous}}";
            case 2 or 3 when hasTime:
                return $"{{module_name: m{i}, module_class: deduplicate, {key}within: {Pick("0s", "5s", "1m")}}}";
            default:
                string action = _hasFlag ? Pick("drop", "clip", "\"null\"") : Pick("drop", "flag", "clip", "\"null\"");
                string field = action == "flag" ? "v" : Pick("v", "n");
                _hasFlag |= action == "flag";
                return $"{{module_name: m{i}, module_class: outlier, field: {field}, {key}method: {Pick("mad", "zscore", "iqr")}, threshold: 2, window: 20, warmup: 5, reset_after: 4, action: {action}}}";
        }
    }

    private string Window(bool hasTime)
    {
        string span = hasTime ? Pick("tumbling: 10s", "hopping: {size: 30s, every: 10s}", "session: {gap: 4s}", "session: {gap: 4s}", "count: 7", "global: true") : Pick("count: 3", "count: 7", "global: true");
        return $"{{module_name: w, module_class: window, {span}, {Pick("key: [k], ", "key: [k, n], ", "key: [v, note], ", "")}aggregates: {{count: count(), nv: count(v), total: sum(v), ns: sum(n), "
            + "low: min(note), high: max(k), mean: mean(v), first: first(n), last: last(note), distinct: count_distinct(n), p: \"quantile(v, 0.9)\"}}";
    }
}
