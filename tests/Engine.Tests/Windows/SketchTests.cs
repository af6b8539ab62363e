using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace DataStream.Tests.Windows;

/// <summary>Behind the exact limits: within the stated error, and the same bits at any order, grouping and number of lanes.</summary>
public sealed class SketchTests
{
    [Fact]
    public void Quantiles_are_exact_to_65536_values_and_within_half_a_percent_behind()
    {
        var random = new Random(11);
        foreach (int count in new[] { 65_536, 65_537 })
        {
            List<Event> events = [.. Enumerable.Range(0, count).Select(i => new Event(i, null, i % 1000 - 500, Math.Exp(random.NextDouble() * 20) * (random.Next(3) - 1), null, null, null))];
            double[] sorted = [.. events.Select(e => e.Value!.Value).Order()];
            string[] aggregates = ["quantile(v, 0)", "quantile(v, 0.1)", "quantile(v, 0.5)", "quantile(v, 0.95)", "quantile(v, 1)", "quantile(n, 0.25)"];
            object?[] first = Run(events, aggregates, 1, random);
            for (int i = 0; i < 5; i++)
            {
                double exact = Oracle.Quantile(sorted, new[] { 0, 0.1, 0.5, 0.95, 1 }[i])!.Value;
                Assert.InRange((double)first[i]!, exact - (Math.Abs(exact) * (count > 65_536 ? 0.00501 : 0)), exact + (Math.Abs(exact) * (count > 65_536 ? 0.00501 : 0)));
            }

            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events));
            Assert.Equal(first, Run(events, aggregates, 3, random));
        }
    }

    [Fact]
    public void Distinct_counts_are_exact_to_1024_and_within_four_standard_errors_behind()
    {
        var random = new Random(12);
        foreach (int count in new[] { 1024, 1025, 10_000 })
        {
            List<Event> events = [.. Enumerable.Range(0, 2 * count).Select(i => new Event(i, null, i % count, (i % count) / 7.0, null, null, $"name {i % count}, longer than sixteen"))];
            string[] aggregates = ["count_distinct(n)", "count_distinct(v)", "count_distinct(s)"];
            object?[] first = Run(events, aggregates, 1, random);
            foreach (object? found in first)
            {
                double error = count > 1024 ? 4 * 0.0081 * count : 0;
                Assert.InRange((long)found!, count - error, count + error);
            }

            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events));
            Assert.Equal(first, Run(events, aggregates, 3, random));
        }
    }

    private static object?[] Run(List<Event> events, string[] aggregates, int lanes, Random random)
    {
        using var run = new WindowRun(WindowTests.Settings("global", true, [], aggregates), true, 0, 0, lanes, 2048);
        return Assert.Single(run.Run(events, random, 8000));
    }
}
