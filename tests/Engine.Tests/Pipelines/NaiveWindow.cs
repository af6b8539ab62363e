using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Tests.Pipelines;

/// <summary>A random window with every aggregate, as configuration and as plain LINQ.</summary>
internal sealed class NaiveWindow
{
    private const string Aggregates = "count: count(), nv: count(v), total: sum(v), ns: sum(n), low: min(v), high: max(n), mean: mean(v), first: first(v), last: last(n), "
        + "distinct: count_distinct(n), texts: count_distinct(k), variance: variance(n), sd: stddev(n), p: \"quantile(v, SHARE)\"";

    private readonly string _kind;
    private readonly double _share;
    private readonly bool _isKeyed;
    private readonly int _disorder;
    private readonly int _lateness;

    public NaiveWindow(Random random, int disorder, int lateness)
    {
        (_disorder, _lateness) = (disorder, lateness);
        string[] kinds = ["tumbling: 5s", "hopping: {size: 6s, every: 2s}", "session: {gap: 2s}", "count: 4", "global: true"];
        double[] shares = [0, 0.25, 0.5, 0.75, 1];
        (_kind, _share, _isKeyed) = (kinds[random.Next(kinds.Length)], shares[random.Next(shares.Length)], random.Next(4) > 0);
        Yaml = $"{{module_name: w, module_class: window, {_kind}, {(_isKeyed ? "key: [k], " : "")}aggregates: {{{Aggregates.Replace("SHARE", _share.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)}}}}}";
    }

    public string Yaml { get; }

    /// <summary>Events that were late for all their windows.</summary>
    public int Late { get; private set; }

    public List<object?[]> Run(List<Reading> readings) => _kind[0] switch
    {
        't' => Aligned(readings, 5000, 5000),
        'h' => Aligned(readings, 6000, 2000),
        's' => Sessions(readings, 2000),
        'c' => Counted(readings, 4),
        _ => [.. readings.GroupBy(KeyOf).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Row(null, null, [.. g]))],
    };

    private string KeyOf(Reading reading) => _isKeyed ? reading.Key : "";

    private bool IsLate(Reading reading, long end) => reading.Earlier - _disorder >= end + _lateness;

    private List<object?[]> Aligned(List<Reading> readings, long size, long every)
    {
        List<(long Start, Reading Reading)> all = [.. readings.SelectMany(r => Enumerable.Range(0, (int)(size / every)).Select(i => (r.Time - (r.Time % every) - (i * every), r)))];
        List<(long Start, Reading Reading)> taken = [.. all.Where(m => !IsLate(m.Reading, m.Start + size))];
        Late = readings.Count - taken.Select(m => m.Reading.Arrival).Distinct().Count();
        return [.. taken.GroupBy(m => (m.Start, Key: KeyOf(m.Reading))).OrderBy(g => g.Key.Start).ThenBy(g => g.Key.Key, StringComparer.Ordinal)
            .Select(g => Row(g.Key.Start, g.Key.Start + size, [.. g.Select(m => m.Reading)]))];
    }

    private List<object?[]> Counted(List<Reading> readings, int size)
    {
        List<Reading[]> chunks = [.. readings.GroupBy(KeyOf).SelectMany(g => g.Chunk(size))];
        return [.. chunks.OrderBy(c => c.Length == size ? c[^1].Arrival : int.MaxValue).ThenBy(c => KeyOf(c[0]), StringComparer.Ordinal)
            .Select(c => Row(c.Min(r => r.Time), c.Max(r => r.Time), [.. c]))];
    }

    private List<object?[]> Sessions(List<Reading> readings, long gap)
    {
        List<List<Reading>> sessions = [];
        foreach (Reading r in readings)
        {
            List<List<Reading>> joined = [.. sessions.Where(s => KeyOf(s[0]) == KeyOf(r) && !IsLate(r, End(s)) && r.Time < End(s) && s.Min(m => m.Time) < r.Time + gap)];
            if (joined.Count == 0 && IsLate(r, r.Time + gap))
            {
                Late++;
                continue;
            }

            sessions.RemoveAll(joined.Contains);
            sessions.Add([.. joined.SelectMany(s => s), r]);
        }

        return [.. sessions.OrderBy(End).ThenBy(s => s.Min(r => r.Time)).ThenBy(s => KeyOf(s[0]), StringComparer.Ordinal).Select(s => Row(s.Min(r => r.Time), End(s), s))];

        long End(List<Reading> session) => session.Max(r => r.Time) + gap;
    }

    private object?[] Row(long? start, long? end, List<Reading> readings)
    {
        List<Reading> inTime = [.. readings.OrderBy(r => r.Time).ThenBy(r => r.Arrival)];
        List<double> values = [.. inTime.Select(r => r.Value).OfType<double>()];
        List<long> numbers = [.. inTime.Select(r => r.Number).OfType<long>()];
        return
        [
            .. start is null ? (object?[])[] : [NaivePipeline.Stamp(start.Value), NaivePipeline.Stamp(end!.Value)],
            .. _isKeyed ? (object?[])[readings[0].Key] : [],
            (long)readings.Count,
            (long)values.Count,
            OrNull(values, v => v.Sum()),
            OrNull(numbers, n => n.Sum()),
            OrNull(values, v => v.Min()),
            OrNull(numbers, n => n.Max()),
            OrNull(values, v => v.Sum() / v.Count),
            OrNull(values, v => v[0]),
            OrNull(numbers, n => n[^1]),
            (long)numbers.Distinct().Count(),
            (long)readings.Select(r => r.Key).Distinct().Count(),
            Variance(numbers),
            Variance(numbers) is { } variance ? Math.Sqrt(variance) : null,
            OrNull(values, Quantile),
        ];
    }

    private static double? Variance(List<long> numbers) =>
        numbers.Count < 2 ? null : ((numbers.Count * numbers.Sum(n => n * n)) - (numbers.Sum() * numbers.Sum())) / (double)(numbers.Count * (numbers.Count - 1L));

    private static object? OrNull<T>(List<T> values, Func<List<T>, T> aggregate) => values.Count == 0 ? null : aggregate(values);

    private double Quantile(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        double rank = (sorted.Count - 1) * _share;
        double low = sorted[(int)rank];
        return low + ((sorted[(int)Math.Ceiling(rank)] - low) * (rank - Math.Floor(rank)));
    }
}
