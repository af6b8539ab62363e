using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace DataStream.Tests.Windows;

/// <summary>Every kind of window and every aggregate against the oracle, with random events, disorder, payloads, batches and lanes. FsCheck draws the seeds anew each time and prints one that fails.</summary>
public sealed class WindowTests
{
    private static readonly string[] s_all =
    [
        "count()", "count(v)", "count(s)", "sum(v)", "sum(n)", "sum(c)", "mean(v)", "mean(n)", "mean(c)", "variance(v)", "variance(n)", "variance(c)",
        "stddev(v)", "stddev(c)", "min(v)", "max(v)", "min(n)", "max(n)", "min(c)", "max(b)", "min(b)", "min(t)", "max(t)", "min(s)", "max(s)",
        "first(v)", "last(v)", "first(n)", "last(b)", "first(s)", "last(s)", "first(t)", "last(c)",
        "count_distinct(v)", "count_distinct(n)", "count_distinct(b)", "count_distinct(s)", "count_distinct(k)",
        "quantile(v, 0.5)", "quantile(v, 1)", "quantile(v, 0)", "quantile(n, 0.95)", "quantile(c, 0.3)",
    ];

    private static readonly double[] s_hostile = [1e308, -1e308, 5e-324, 1e16, 1, -1e16, -0.0, 0.0, 0.1, 1e-300, 4294967296.5, 2.3e-10, double.MaxValue];

    [Property(MaxTest = 16)]
    public void Tumbling_agrees_with_the_oracle(DoNotSize<int> any)
    {
        int seed = any.Item;
        var random = new Random(seed);
        long size = random.Next(1, 40);
        (long disorder, long lateness) = (random.Next(0, 30), random.Next(0, 3) * random.Next(0, 20));
        string[] key = Key(random);
        string[] aggregates = Aggregates(random);
        List<Event> events = Events(random, hostile: random.Next(3) == 0);
        using var run = new WindowRun(Settings("tumbling", Us(size), key, aggregates), true, disorder, lateness, random.Next(1, 4), 64 * random.Next(1, 4)) { IsTold = random.Next(2) == 0 };
        List<object?[]> rows = run.Run(events, random);
        var oracle = new WindowOracle(key, aggregates, true, disorder, lateness);
        AssertSame(oracle.Fixed(events, size, size), rows, seed);
        Assert.Equal(oracle.Late.Order(), run.Late.Order());
    }

    /// <summary>The last row of a batch is of the first one's window, and one between is not.</summary>
    [Fact]
    public void Rows_have_their_windows_in_any_order_where_event_time_is_told()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            List<Event> events = [.. new long[] { 0, 25, 3 }.Select(time => new Event(time, "k", 1, null, null, null, null))];
            using var run = new WindowRun(Settings("tumbling", Us(10), ["k"], ["count()"]), true, 100) { IsTold = true };
            AssertSame(new WindowOracle(["k"], ["count()"], true, 100, 0).Fixed(events, 10, 10), run.Run(events, new Random(seed)), seed);
        }
    }

    /// <summary>Texts about the lengths at which they are kept and hashed in another way; each is another one in one byte.</summary>
    [Fact]
    public void Keys_of_all_lengths_are_told_apart()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            string[] keys = [.. Enumerable.Range(14, 22).SelectMany(length => Enumerable.Range(0, 4).Select(_ => string.Create(length, random.Next(length), (text, at) =>
            {
                text.Fill('x');
                text[at] = 'y';
            })))];
            List<Event> events = [.. Enumerable.Range(0, 600).Select(i => new Event(i % 7, keys[random.Next(keys.Length)], 1, null, null, null, null))];
            using var run = new WindowRun(Settings("tumbling", Us(10), ["k"], ["count()"]), true, 100, 0, 1 + (seed % 3));
            AssertSame(new WindowOracle(["k"], ["count()"], true, 100, 0).Fixed(events, 10, 10), run.Run(events, random), seed);
        }
    }

    [Property(MaxTest = 16)]
    public void Hopping_agrees_with_the_oracle(DoNotSize<int> any)
    {
        int seed = any.Item;
        var random = new Random(seed);
        long every = random.Next(1, 20);
        long size = every + random.Next(0, 40);
        (long disorder, long lateness) = (random.Next(0, 30), random.Next(0, 3) * random.Next(0, 20));
        string[] key = Key(random);
        string[] aggregates = Aggregates(random);
        List<Event> events = Events(random, hostile: random.Next(3) == 0);
        var hopping = new ConfigMap { { "size", Us(size) }, { "every", Us(every) } };
        using var run = new WindowRun(Settings("hopping", hopping, key, aggregates), true, disorder, lateness, random.Next(1, 4), 64 * random.Next(1, 4));
        List<object?[]> rows = run.Run(events, random);
        var oracle = new WindowOracle(key, aggregates, true, disorder, lateness);
        AssertSame(oracle.Fixed(events, size, every), rows, seed);
        Assert.Equal(oracle.Late.Order(), run.Late.Order());
    }

    [Property(MaxTest = 16)]
    public void Global_agrees_with_the_oracle(DoNotSize<int> any)
    {
        int seed = any.Item;
        var random = new Random(seed);
        bool hasEventTime = random.Next(2) == 0;
        string[] key = Key(random);
        List<Event> events = Events(random, hostile: random.Next(3) == 0);
        using var run = new WindowRun(Settings("global", true, key, s_all), hasEventTime, 0, 0, random.Next(1, 4), 64 * random.Next(1, 4));
        List<object?[]> rows = run.Run(events, random);
        AssertSame(new WindowOracle(key, s_all, hasEventTime, 0, 0).Global(events), rows, seed);
        Assert.Empty(run.Late);
    }

    /// <summary>Texts of all lengths and none at all as keys, in a table that begins near and does not stay so; of all rows or of some.</summary>
    [Fact]
    public void Keys_of_any_length_are_found_in_tables_near_and_far()
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            string?[] keys = [null, .. Enumerable.Range(0, 6000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{new string('k', random.Next(20))}{i}"))];
            List<Event> events = [.. Enumerable.Range(0, 20_000).Select(i => new Event(i, keys[random.Next(1, 1 + Math.Min(1 + (i / 3), keys.Length - 1)) * (seed < 2 || random.Next(99) > 0 ? 1 : 0)], i, i, null, null, null))];
            string[] aggregates = ["count()", "min(v)", "max(v)", "sum(v)"];
            using var run = new WindowRun(Settings("global", true, ["k"], aggregates), true, 0, 0, seed == 1 ? 2 : 1, 256);
            AssertSame(new WindowOracle(["k"], aggregates, true, 0, 0).Global(events), run.Run(events, random, 700), seed);
        }
    }

    /// <summary>Many keys at once, then few: a window that moves meanwhile has more records than keys.</summary>
    [Fact]
    public void Windows_that_move_when_most_of_their_keys_are_gone_find_the_rest()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var events = new List<Event>();
            for (int i = 0; i < 1200; i++)
            {
                int keys = i / 300 % 2 == 0 ? 75 : 3;
                events.Add(new Event(i, $"k{i % keys}", i, null, null, null, null));
            }

            using var run = new WindowRun(Settings("count", 2, ["k"], ["count()", "sum(n)"]));
            List<object?[]> rows = run.Run(events, new Random(seed));
            AssertSame(new WindowOracle(["k"], ["count()", "sum(n)"], true, 0, 0).Count(events, 2), rows, seed);
        }
    }

    [Property(MaxTest = 16)]
    public void Count_agrees_with_the_oracle(DoNotSize<int> any)
    {
        int seed = any.Item;
        var random = new Random(seed);
        bool hasEventTime = random.Next(2) == 0;
        int size = random.Next(1, 12);
        string[] key = Key(random);
        string[] aggregates = Aggregates(random);
        List<Event> events = Events(random, hostile: random.Next(3) == 0);
        using var run = new WindowRun(Settings("count", size, key, aggregates), hasEventTime, 0, 0, 1, 64 * random.Next(1, 4));
        List<object?[]> rows = run.Run(events, random);
        AssertSame(new WindowOracle(key, aggregates, hasEventTime, 0, 0).Count(events, size), rows, seed);
        Assert.Empty(run.Late);
    }

    [Property(MaxTest = 16)]
    public void Session_agrees_with_the_oracle(DoNotSize<int> any)
    {
        int seed = any.Item;
        var random = new Random(seed);
        long gap = random.Next(1, 30);
        (long disorder, long lateness) = (random.Next(4) == 0 ? long.MaxValue : random.Next(0, 40), random.Next(0, 3) * random.Next(0, 20));
        string[] key = Key(random);
        string[] aggregates = Aggregates(random);
        List<Event> events = Events(random, hostile: random.Next(3) == 0);
        using var run = new WindowRun(
            Settings("session", new ConfigMap { { "gap", Us(gap) } }, key, aggregates), true, disorder, lateness, 1, 64 * random.Next(1, 4));
        List<object?[]> rows = run.Run(events, random);
        var oracle = new WindowOracle(key, aggregates, true, disorder, lateness);
        AssertSame(oracle.Session(events, gap), rows, seed);
        Assert.Equal(oracle.Late.Order(), run.Late.Order());
    }

    internal static ConfigMap Settings(string kind, ConfigNode value, string[] key, string[] aggregates)
    {
        var names = new ConfigMap();
        for (int i = 0; i < aggregates.Length; i++)
        {
            names.Add($"a{i}", aggregates[i]);
        }

        var settings = new ConfigMap { { kind, value }, { "aggregates", names } };
        if (key.Length > 0)
        {
            settings.Add("key", key);
        }

        return settings;
    }

    internal static string Us(long microseconds) => string.Create(CultureInfo.InvariantCulture, $"{microseconds}us");

    internal static string[] Key(Random random) => random.Next(6) switch
    {
        0 => [],
        1 => ["n"],
        2 => ["b", "k"],
        3 => ["s", "v", "n"],
        4 => ["c", "b", "s", "k"],
        _ => ["k"],
    };

    internal static string[] Aggregates(Random random) => [.. s_all.Where(_ => random.Next(4) == 0).Append("count()")];

    internal static List<Event> Events(Random random, bool hostile)
    {
        int count = random.Next(0, 300);
        int spread = random.Next(1, 60);
        string[] names = ["", "a", "ab", "device-1", "device-2", "a\0", "fifteen bytes o", "fifteen bytes o\0", "sixteen bytes ok", "sixteen bytes ok\0", "a text of more than sixteen bytes", "a text of more than sixteen byteS", "é"];
        long time = random.Next(-1000, 1000);
        int nulls = random.Next(1, 12);
        var events = new List<Event>();
        for (int i = 0; i < count; i++)
        {
            time += random.Next(0, 3);
            events.Add(new Event(
                time - random.Next(0, spread),
                Null() ? null : names[random.Next(names.Length)],
                Null() ? null : random.Next(20) == 0 ? long.MaxValue - random.Next(2) : random.Next(30) == 0 ? long.MinValue : random.Next(-3, 4),
                Null() ? null : hostile ? s_hostile[random.Next(s_hostile.Length)] : Math.Round(random.NextDouble() * 100, random.Next(0, 4)) - 50,
                Null() ? null : random.Next(-2, 3) * 25,
                Null() ? null : random.Next(2) == 0,
                Null() ? null : names[random.Next(names.Length)]));
        }

        return events;

        bool Null() => random.Next(nulls) == 0;
    }

    internal static void AssertSame(List<object?[]> expected, List<object?[]> actual, int seed)
    {
        string Show(object?[] row) => string.Join("|", row.Select(v => v is double d ? string.Create(CultureInfo.InvariantCulture, $"{d:R}") : v ?? "null"));
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Assert.True(Show(expected[i]) == Show(actual[i]), $"seed {seed}, row {i}\nexpected {Show(expected[i])}\nactual   {Show(actual[i])}");
        }

        Assert.True(expected.Count == actual.Count, $"seed {seed}: {actual.Count} rows instead of {expected.Count}");
    }
}
