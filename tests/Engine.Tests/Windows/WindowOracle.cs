using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Tests.Windows;

/// <summary>Which events go to which windows, event by event, and the rows that come out.</summary>
public sealed class WindowOracle(string[] key, string[] aggregates, bool hasEventTime, long disorder, long lateness)
{
    public HashSet<int> Late { get; } = [];

    public List<object?[]> Fixed(IEnumerable<Event> events, long size, long every)
    {
        var members = new List<(long Start, Event Event)>();
        foreach (Event e in events)
        {
            long newest = e.Time - (((e.Time % every) + every) % every);
            bool taken = false;
            for (long start = newest; start + size > e.Time; start -= every)
            {
                if (!IsLate(e, start + size))
                {
                    members.Add((start, e));
                    taken = true;
                }
            }

            if (!taken)
            {
                Late.Add(e.Arrival);
            }
        }

        return [.. members.GroupBy(m => m.Start).OrderBy(w => w.Key)
            .SelectMany(w => ByKey(w.Select(m => m.Event)).Select(g => Row(w.Key, w.Key + size, g)))];
    }

    public List<object?[]> Global(IEnumerable<Event> events) => [.. ByKey(events).Select(g => Row(null, null, g))];

    public List<object?[]> Count(IEnumerable<Event> events, int size)
    {
        var rows = new List<object?[]>();
        var open = new List<List<Event>>();
        foreach (Event e in events)
        {
            List<Event>? group = open.Find(g => SameKey(g[0], e));
            if (group is null)
            {
                open.Add(group = []);
            }

            group.Add(e);
            if (group.Count == size)
            {
                rows.Add(Row(group.Min(m => m.Time), group.Max(m => m.Time), group));
                open.Remove(group);
            }
        }

        rows.AddRange(ByKey(open.SelectMany(g => g)).Select(g => Row(g.Min(m => m.Time), g.Max(m => m.Time), g)));
        return rows;
    }

    public List<object?[]> Session(IEnumerable<Event> events, long gap)
    {
        var closed = new List<List<Event>>();
        var open = new List<List<Event>>();
        foreach (Event e in events)
        {
            closed.AddRange(open.Where(s => IsLate(e, s.Max(m => m.Time) + gap)));
            open.RemoveAll(s => IsLate(e, s.Max(m => m.Time) + gap));
            List<List<Event>> joined = [.. open.Where(s => SameKey(s[0], e) && e.Time < s.Max(m => m.Time) + gap && s.Min(m => m.Time) < e.Time + gap)];
            if (joined.Count == 0 && IsLate(e, e.Time + gap))
            {
                Late.Add(e.Arrival);
                continue;
            }

            open.RemoveAll(joined.Contains);
            open.Add([.. joined.SelectMany(s => s), e]);
        }

        return [.. closed.Concat(open).OrderBy(s => s.Max(m => m.Time) + gap).ThenBy(s => s.Min(m => m.Time)).ThenBy(s => KeyOf(s[0]), ByKeys)
            .Select(s => Row(s.Min(m => m.Time), s.Max(m => m.Time) + gap, s))];
    }

    private static Comparer<object?[]> ByKeys { get; } = Comparer<object?[]>.Create((a, b) =>
        a.Zip(b).Select(p => Oracle.ByValue.Compare(p.First!, p.Second!)).FirstOrDefault(c => c != 0));

    private bool IsLate(Event e, long end) =>
        disorder != long.MaxValue && e.EarlierMax != long.MinValue && (Int128)e.EarlierMax - disorder >= (Int128)end + lateness;

    private object?[] KeyOf(Event e) => [.. key.Select(k => Oracle.Get(e, k) is double d ? d + 0.0 : Oracle.Get(e, k))];

    private bool SameKey(Event a, Event b) => ByKeys.Compare(KeyOf(a), KeyOf(b)) == 0;

    private IEnumerable<List<Event>> ByKey(IEnumerable<Event> events)
    {
        List<Event> sorted = [.. events.OrderBy(KeyOf, ByKeys).ThenBy(e => e.Arrival)];
        for (int from = 0; from < sorted.Count;)
        {
            int to = from;
            while (to < sorted.Count && SameKey(sorted[from], sorted[to]))
            {
                to++;
            }

            yield return sorted[from..to];
            from = to;
        }
    }

    private object?[] Row(long? start, long? end, List<Event> events)
    {
        object?[] times = start is null || !hasEventTime ? [] : [start, end];
        List<Event> inOrder = [.. events.OrderBy(e => e.Arrival)];
        return [.. times, .. KeyOf(events[0]), .. aggregates.Select(a => Oracle.Aggregate(a, inOrder, hasEventTime))];
    }
}
