using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using Xunit;

namespace DataStream.Tests.Windows;

/// <summary>Far times, tiny windows, huge groups, spent budgets: a clear end and right results.</summary>
public sealed class HostileWindowTests
{
    [Theory]
    [InlineData("tumbling")]
    [InlineData("session")]
    [InlineData("hopping")]
    public void All_of_time_in_windows_of_a_microsecond(string kind)
    {
        var random = new Random(3);
        long[] times = [Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds, 0, -1, 1, Timestamp.MaxMicroseconds - 1];
        List<Event> events = [.. Enumerable.Range(0, 300).Select(i => At(i % 3 == 0 ? times[random.Next(times.Length)] : random.NextInt64(Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds)))];
        ConfigNode value = kind switch { "tumbling" => "1us", "session" => new ConfigMap { { "gap", "1us" } }, _ => new ConfigMap { { "size", "2us" }, { "every", "1us" } } };
        foreach (long disorder in new[] { 0, long.MaxValue })
        {
            using var run = new WindowRun(WindowTests.Settings(kind, value, [], ["count()", "max(t)"]), true, disorder, long.MaxValue / 2 * (random.Next(2)), 2);
            List<object?[]> rows = run.Run(events, random);
            long counted = rows.Sum(r => (long)r[2]!);
            Assert.Equal((events.Count - run.Late.Count) * (kind == "hopping" ? 2 : 1), counted);
        }
    }

    [Fact]
    public void Bounds_outside_the_years_1_to_9999_are_null()
    {
        using var run = new WindowRun(WindowTests.Settings("tumbling", "3650000d", [], ["count()"]));
        List<object?[]> rows = run.Run([At(Timestamp.MinMicroseconds), At(Timestamp.MaxMicroseconds)], new Random(1));
        Assert.Equal([[null, 0L, 1L], [0L, null, 1L]], rows);
    }

    [Fact]
    public void More_windows_than_the_budget_holds_end_the_run_with_71()
    {
        var settings = WindowTests.Settings("hopping", new ConfigMap { { "size", "3650000d" }, { "every", "1us" } }, [], ["count()"]);
        using var run = new WindowRun(settings, budget: 1 << 20);
        StopException stop = Assert.Throws<StopException>(() => run.Run([At(5)], new Random(1), 1));
        Assert.Equal(ExitCode.Limit, stop.Code);
        Assert.Contains("'w'", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_groups_or_values_than_the_budget_holds_end_the_run_with_71()
    {
        foreach (string[] key in new[] { new[] { "k" }, [] })
        {
            using var run = new WindowRun(WindowTests.Settings("global", true, key, ["quantile(v, 0.5)"]), budget: 1 << 18);
            Assert.Equal(ExitCode.Limit, Assert.Throws<StopException>(() =>
                run.Run([.. Enumerable.Range(0, 40_000).Select(i => At(i) with { Key = $"key {i}", Value = i })], new Random(1), 5000)).Code);
        }
    }

    [Fact]
    public void Many_open_sessions_of_one_key_in_random_order_take_no_quadratic_time()
    {
        var random = new Random(7);
        long[] times = [.. Enumerable.Range(0, 30_000).Select(i => i * 10L)];
        random.Shuffle(times);
        using var run = new WindowRun(WindowTests.Settings("session", new ConfigMap { { "gap", "5us" } }, ["k"], ["count()"]), true, long.MaxValue, 0, 1, 2048);
        var watch = Stopwatch.StartNew();
        List<object?[]> rows = run.Run([.. times.Select(At)], random, 5000);
        Assert.Equal(times.Order().Cast<object>(), rows.Select(r => r[0]!));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public void Sums_beyond_their_type_are_null_and_counted()
    {
        Event big = At(1) with { Number = long.MaxValue, Cents = long.MinValue, Value = double.MaxValue };
        using var run = new WindowRun(WindowTests.Settings("global", true, [], ["sum(n)", "sum(c)", "sum(v)", "mean(v)", "mean(n)", "variance(v)", "stddev(v)"]), lanes: 3);
        object?[] row = Assert.Single(run.Run([big, big, big with { Value = -1 }], new Random(1), 1));
        Assert.Equal([null, null, null, null, (double)long.MaxValue, null, null], row);
        Assert.Equal([0, 1, 2, 3, 5, 6], run.Faults.Keys.Order());
    }

    private static Event At(long time) => new(time, null, null, null, null, null, null);
}
