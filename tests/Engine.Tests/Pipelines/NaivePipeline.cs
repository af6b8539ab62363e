using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Tests.Pipelines;

/// <summary>A random chain of modules and perhaps a window, as configuration and as plain LINQ over lists, over numbers whose arithmetic is exact.</summary>
internal sealed class NaivePipeline
{
    private readonly Random _random;
    private readonly List<Func<List<Reading>, List<Reading>>> _steps = [];
    private readonly List<string> _yaml = [];
    private readonly NaiveWindow? _window;
    private int _filtered;
    private int _deduplicated;

    public NaivePipeline(int seed)
    {
        _random = new Random(seed);
        Disorder = Pick(0, 1000, 3000);
        Lateness = Pick(0, 0, 2000);
        for (int i = _random.Next(5); i > 0; i--)
        {
            Add(_random.Next(8), $"m{i}");
        }

        if (_random.Next(6) > 0)
        {
            _window = new NaiveWindow(_random, Disorder, Lateness);
            _yaml.Add(_window.Yaml);
        }
        else
        {
            _yaml.Add("{module_name: columns, module_class: select, fields: [t, k, v, n]}");
        }
    }

    public int Disorder { get; }

    public int Lateness { get; }

    public string Modules => string.Concat(_yaml.Select(m => $"  - {m}\n"));

    /// <summary>The ledger's numbers as one text, once <see cref="Run"/> has run.</summary>
    public string Ledger { get; private set; } = "";

    /// <summary>The rows of <c>main</c>: text, whole numbers, doubles, null.</summary>
    public List<object?[]> Run(IEnumerable<Reading> readings)
    {
        (_filtered, _deduplicated) = (0, 0);
        List<Reading> rows = _steps.Aggregate(readings.ToList(), (current, step) => step(current));
        List<object?[]> results = _window?.Run(rows) ?? [.. rows.Select(r => (object?[])[Stamp(r.Time), r.Key, r.Value, r.Number])];
        int late = _window?.Late ?? 0;
        Ledger = $"out {(_window is null ? rows.Count : 0)}, aggregated {(_window is null ? 0 : rows.Count - late)}, filtered {_filtered}, deduplicated {_deduplicated}, late {late}";
        return results;
    }

    public static string Stamp(long milliseconds) => DateTime.UnixEpoch.AddMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private void Add(int kind, string name)
    {
        switch (kind)
        {
            case 0:
                Filter(name, Pick<(string, Func<Reading, bool>)>(("v > 1.5", r => r.Value > 1.5), ("n % 3 != 0", r => r.Number % 3 is not (null or 0)), ("k != 'a' and (v is null or v < 40)", r => r.Key != "a" && r.Value is null or < 40)));
                break;
            case 1:
                Map(name, Pick<(string, Func<Reading, Reading>)>(("v: \"v * 2 + 1\"", r => r with { Value = (r.Value * 2) + 1 }), ("v: \"coalesce(v, 0.5)\"", r => r with { Value = r.Value ?? 0.5 }),
                    ("v: \"if(n > 0, v, 0 - v)\"", r => r with { Value = r.Number > 0 ? r.Value : 0 - r.Value }), ("n: \"n + 1\"", r => r with { Number = r.Number + 1 })));
                break;
            case 2:
                _yaml.Add($"{{module_name: {name}, module_class: clamp, field: v, min: -5, max: 20.5}}");
                _steps.Add(rows => [.. rows.Select(r => r.Value is { } v ? r with { Value = Math.Clamp(v, -5, 20.5) } : r)]);
                break;
            case 3:
                _yaml.Add($"{{module_name: {name}, module_class: fill, field: v, with: -1}}");
                _steps.Add(rows => [.. rows.Select(r => r with { Value = r.Value ?? -1 })]);
                break;
            case 4:
                FillWithPrevious(name);
                break;
            case 5:
                Deduplicate(name, Pick(2000, 20_000));
                break;
            default:
                Outlier(name, Pick("2", "3.5"), drops: _random.Next(2) == 0);
                break;
        }
    }

    private void Filter(string name, (string Where, Func<Reading, bool> Keeps) condition)
    {
        _yaml.Add($"{{module_name: {name}, module_class: filter, where: \"{condition.Where}\"}}");
        _steps.Add(rows =>
        {
            List<Reading> kept = [.. rows.Where(condition.Keeps)];
            _filtered += rows.Count - kept.Count;
            return kept;
        });
    }

    private void Map(string name, (string Set, Func<Reading, Reading> Apply) map)
    {
        _yaml.Add($"{{module_name: {name}, module_class: map, set: {{{map.Set}}}}}");
        _steps.Add(rows => [.. rows.Select(map.Apply)]);
    }

    private void FillWithPrevious(string name)
    {
        _yaml.Add($"{{module_name: {name}, module_class: fill, field: v, with: previous, key: [k]}}");
        _steps.Add(rows =>
        {
            var last = new Dictionary<string, double>();
            return [.. rows.Select(r => r.Value is { } v ? r with { Value = last[r.Key] = v } : last.TryGetValue(r.Key, out double known) ? r with { Value = known } : r)];
        });
    }

    private void Deduplicate(string name, int within)
    {
        _yaml.Add($"{{module_name: {name}, module_class: deduplicate, key: [k, n], within: {within}ms}}");
        _steps.Add(rows =>
        {
            List<Reading> accepted = [];
            foreach (Reading r in rows)
            {
                bool isDuplicate = accepted.Exists(a => a.Key == r.Key && a.Number == r.Number && Math.Abs(a.Time - r.Time) <= within && !(a.Time < r.Earlier - Disorder - within));
                accepted.AddRange(isDuplicate ? [] : [r]);
            }

            _deduplicated += rows.Count - accepted.Count;
            return accepted;
        });
    }

    private void Outlier(string name, string threshold, bool drops)
    {
        const int Window = 12;
        const int Warmup = 5;
        const int ResetAfter = 3;
        _yaml.Add($"{{module_name: {name}, module_class: outlier, field: v, key: [k], method: mad, threshold: {threshold}, window: {Window}, warmup: {Warmup}, reset_after: {ResetAfter}, action: {(drops ? "drop" : "\"null\"")}}}");
        _steps.Add(rows =>
        {
            var states = new Dictionary<string, (List<decimal> Accepted, List<bool> Judged)>();
            List<Reading> result = [];
            foreach (Reading r in rows)
            {
                bool isOutlier = r.Value is { } v && IsOutlier(states.TryGetValue(r.Key, out var state) ? state : states[r.Key] = ([], []), (decimal)v);
                _filtered += isOutlier && drops ? 1 : 0;
                result.AddRange(!isOutlier ? [r] : drops ? [] : [r with { Value = null }]);
            }

            return result;
        });

        bool IsOutlier((List<decimal> Accepted, List<bool> Judged) state, decimal x)
        {
            List<decimal> window = [.. state.Accepted.TakeLast(Window)];
            bool isWarm = state.Accepted.Count >= Warmup;
            bool isOutlier = isWarm && Math.Abs(x - Median(window)) > decimal.Parse(threshold, CultureInfo.InvariantCulture) * 1.4826m * Median([.. window.Select(a => Math.Abs(a - Median(window)))]);
            if (isWarm)
            {
                state.Judged.Add(isOutlier);
            }

            if (!isOutlier)
            {
                state.Accepted.Add(x);
            }
            else if (state.Judged.TakeLast(2 * ResetAfter).Count(o => o) >= ResetAfter)
            {
                state.Accepted.Clear();
                state.Judged.Clear();
            }

            return isOutlier;
        }
    }

    private static decimal Median(List<decimal> values)
    {
        List<decimal> sorted = [.. values.Order()];
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
