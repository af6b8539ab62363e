using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Pipelines;

/// <summary>A random pipeline over random dirty data, the same for a seed.</summary>
internal sealed class RandomPipeline
{
    private static readonly string[] s_keys = ["a", "b", "pump-1", "pump 2", "\"quoted, key\"", "ключ", ""];

    private readonly Random _random;
    private readonly bool _isJson;

    public RandomPipeline(int seed)
    {
        _random = new Random(seed);
        _isJson = _random.Next(3) == 0;
        Rows = _random.Next(200, 1500);
        HasWindow = _random.Next(3) > 0;
        Data = MakeData();
        Yaml = MakeYaml();
    }

    public int Rows { get; }

    public bool HasWindow { get; }

    public byte[] Data { get; }

    /// <summary>Reads <c>in.EXT</c>; writes <c>out.csv</c>, <c>dead.ndjson</c> and <c>late.csv</c>; {DIR} stands for the folder.</summary>
    public string Yaml { get; }

    public string InputName => _isJson ? "in.ndjson" : "in.csv";

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private byte[] MakeData()
    {
        var text = new List<byte>();
        void Add(string line) => text.AddRange(Encoding.UTF8.GetBytes(line));
        if (!_isJson)
        {
            Add(_random.Next(2) == 0 ? "t,k,v,n,note\n" : "note,n,v,k,t,extra\r\n");
        }

        bool isReordered = !_isJson && text.Count > 14;
        double time = 1_767_225_600;
        for (int i = 0; i < Rows; i++)
        {
            time += _random.NextDouble() * 3;
            double late = _random.Next(6) == 0 ? _random.NextDouble() * 20 : 0;
            string stamp = DateTime.UnixEpoch.AddMilliseconds(Math.Floor((time - late) * 1000)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            string k = s_keys[_random.Next(s_keys.Length)];
            string v = Number();
            string n = Pick(_random.Next(-50, 50).ToString(CultureInfo.InvariantCulture), _random.NextInt64().ToString(CultureInfo.InvariantCulture), "7", "7", "");
            if (_isJson)
            {
                Add(JsonLine(stamp, k, v, n));
            }
            else
            {
                string note = Pick("", "x", "\"a\nb\"", "\"say \"\"hi\"\"\"", new string('n', _random.Next(80)), "\"open", "\"closed\"z");
                string line = isReordered ? $"{note},{n},{v},{k},{stamp},e" : $"{stamp},{k},{v},{n},{note}";
                Add(Dirt(line) + Pick("\n", "\n", "\n", "\r\n"));
            }

            if (_random.Next(40) == 0)
            {
                Add(Pick("\n", "\r\n", "  \n"));
            }

            if (_random.Next(150) == 0)
            {
                text.AddRange([0xFF, 0xFE, (byte)'\n']);
            }
        }

        return [.. text];
    }

    private string Number() => _random.Next(12) switch
    {
        0 => "",
        1 => "x",
        2 => "1e16",
        3 => "-0",
        4 => "NaN",
        5 => "0.1",
        _ => (_random.Next(-4000, 4000) / 100.0).ToString("R", CultureInfo.InvariantCulture),
    };

    private string Dirt(string line) => _random.Next(25) switch
    {
        0 => line + ",more,fields",
        1 => line[..(line.Length / 2)],
        2 => "x" + line,
        _ => line,
    };

    private string JsonLine(string stamp, string k, string v, string n)
    {
        string value = v is "" or "NaN" ? "null" : v == "x" ? "\"x\"" : v;
        string[] members = [$"\"t\":\"{stamp}\"", $"\"k\":{System.Text.Json.JsonSerializer.Serialize(k)}", $"\"v\":{value}", $"\"n\":{(n.Length == 0 ? "null" : n)}", "\"note\":\"a\\u00e9\\n\""];
        if (_random.Next(3) == 0)
        {
            _random.Shuffle(members);
        }

        return "{" + string.Join(_random.Next(2) == 0 ? "," : " , ", members) + "}" + (_random.Next(60) == 0 ? "}" : "") + "\n";
    }

    private string MakeYaml()
    {
        var yaml = new StringBuilder();
        yaml.AppendLine("stream_settings:");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  stream_input: \"file:{{DIR}}/{InputName}\"");
        yaml.AppendLine("  stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\", late: \"file:{DIR}/late.csv\"}");
        yaml.AppendLine("  schema: {t: timestamp, k: text, v: float64, n: int64, note: text}");
        yaml.AppendLine(CultureInfo.InvariantCulture, $"  event_time: {{field: t, max_out_of_orderness: {Pick("0s", "2s", "10s")}, allowed_lateness: {Pick("0s", "0s", "3s")}}}");
        yaml.AppendLine("modules:");
        int modules = _random.Next(0, 5);
        for (int i = 0; i < modules; i++)
        {
            yaml.AppendLine("  - " + Module(i));
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

    private string Module(int i) => _random.Next(9) switch
    {
        0 => $"{{module_name: m{i}, module_class: filter, where: \"{Pick("v > 1 or v is null", "n % 2 == 0", "k != 'a'", "v between -10 and 10", "length(k) > 0 and not (n < 3)")}\"}}",
        1 => $"{{module_name: m{i}, module_class: map, set: {{v: \"{Pick("v * 1.8 + 32", "if(n > 0, v, -v)", "coalesce(v, 0.5)", "round(v, 1)")}\"}}}}",
        2 => $"{{module_name: m{i}, module_class: map, set: {{n: \"{Pick("n + 9223372036854775800", "n % 7", "int64(v)", "abs(n)")}\"}}}}",
        3 => $"{{module_name: m{i}, module_class: clamp, field: v, min: -20, max: 20.5}}",
        4 => $"{{module_name: m{i}, module_class: fill, field: v, with: {Pick("0", "previous")}, key: [k]}}".Replace("with: 0, key: [k]", "with: 0", StringComparison.Ordinal),
        5 => $"{{module_name: m{i}, module_class: deduplicate, key: [k, n], within: {Pick("5s", "1m")}}}",
        6 => $"{{module_name: m{i}, module_class: outlier, field: v, key: [k], method: {Pick("mad", "zscore", "iqr")}, threshold: 2, window: 20, warmup: 5, reset_after: 4, action: {Pick("drop", "clip", "\"null\"")}}}",
        7 => $"{{module_name: m{i}, module_class: map, set: {{k: \"{Pick("upper(k)", "trim(k)", "concat(k, '-', text(n))")}\"}}}}",
        _ => $"{{module_name: m{i}, module_class: filter, where: \"t > timestamp('2026-01-01T00:00:30Z')\"}}",
    };

    private string Window()
    {
        string span = Pick("tumbling: 10s", "tumbling: 10s", "hopping: {size: 30s, every: 10s}", "session: {gap: 4s}", "count: 7", "global: true");
        string key = Pick("key: [k], ", "key: [k, n], ", "");
        return $"{{module_name: w, module_class: window, {span}, {key}aggregates: {{count: count(), nv: count(v), total: sum(v), ns: sum(n), low: min(v), high: max(k), mean: mean(v), "
            + "sd: stddev(v), variance: variance(n), first: first(n), last: last(k), distinct: count_distinct(n), p: \"quantile(v, 0.9)\"}}";
    }
}
