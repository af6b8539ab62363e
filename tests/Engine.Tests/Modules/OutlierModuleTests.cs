using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using DataStream.Config;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class OutlierModuleTests
{
    [Fact]
    public void Mad_drops_what_is_beyond_its_band_each_key_for_itself()
    {
        using ModuleBench bench = Bench("k text, v float64", "field", "v", "key", new[] { "k" }, "method", "mad", "threshold", 3, "window", 6, "warmup", 5, "action", "drop");
        object?[][] rows = [["a", 10.0], ["a", 11.0], ["b", 500.0], ["a", 9.0], ["a", 10.0], ["a", 12.0], ["a", 15.0], ["a", 14.0], ["b", 10.0], ["a", 6.0], ["a", 6.1], ["a", null], ["a", 13.5], ["a", 14.5]];
        List<object?[]> kept = bench.Run(rows);
        Assert.Equal([6, 9], bench.Dropped);
        Assert.Equal(12, kept.Count);
    }

    [Fact]
    public void Mad_is_literal_at_spread_zero() =>
        Assert.Equal([false, false, false, false, true, false, true], Flags([5, 5, 5, 5, 5.001, 5, 4], "mad", 3, 4, 3));

    [Fact]
    public void A_new_level_is_learnt_when_enough_of_the_last_judged_values_were_outliers() =>
        Assert.Equal(
            [false, false, false, true, true, false, true, false, false, false, true, false],
            Flags([10, 11, 12, 50, 51, 11, 50, 52, 50, 51, 10, 52], "mad", 4, 5, 3, 3));

    [Fact]
    public void Zscore_uses_the_sample_deviation_of_the_window() =>
        Assert.Equal(
            [false, false, false, false, false, false, false, false, false, true, true, false, false, false, false, false, true],
            Flags([8, 8, 10, 12, 1000, 12, 8, 600, 9, 1500, -1500, 8, 10, 12, 8, 12, 20], "zscore", 2, 5, 5));

    [Fact]
    public void Iqr_clips_to_its_bound_and_does_not_accept_what_it_clipped()
    {
        using ModuleBench bench = Bench("v float64", "field", "v", "method", "iqr", "threshold", 1.5, "window", 5, "warmup", 5, "action", "clip");
        object?[][] rows = [.. new double[] { 10, 11, 12, 13, 14, 17, 18, -5, 15, 40 }.Select(v => new object?[] { v })];
        Assert.Equal([10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 16.0, 8.0, 15.0, 17.0], bench.Run(rows).Select(r => r[0]));
    }

    [Fact]
    public void Null_empties_an_outlier_and_nulls_pass_unjudged()
    {
        using ModuleBench bench = Bench("v float64", "field", "v", "method", "iqr", "threshold", 1, "window", 3, "warmup", 3, "action", "null");
        object?[][] rows = [[1.0], [null], [2.0], [3.0], [null], [4.0], [9.0], [3.0]];
        Assert.Equal([1.0, null, 2.0, 3.0, null, null, null, 3.0], bench.Run(rows).Select(r => r[0]));
    }

    [Theory]
    [InlineData("zscore")]
    [InlineData("mad")]
    [InlineData("iqr")]
    public void Doubles_are_judged_as_exact_fractions_judge_them(string method)
    {
        for (int seed = 0; seed < 16; seed++)
        {
            var random = new Random(seed);
            double[] values = Values(random, 120);
            string threshold = new[] { "0.5", "1", "1.5", "3", "2.7", "0.1" }[random.Next(6)];
            int window = random.Next(2, 40);
            int warmup = random.Next(2, 20);
            int reset = random.Next(1, 8);
            var oracle = new Oracle(method, threshold, window, warmup, reset);
            bool[] expected = [.. values.Select(v => oracle.IsOutlier(Fraction.Of(v)))];
            bool[] actual = Flags(values, method, threshold, window, warmup, reset, seed);
            Assert.True(expected.SequenceEqual(actual), $"seed {seed}, {method} {threshold}, window {window}, warm-up {warmup}, reset {reset}");
        }
    }

    [Theory]
    [InlineData("zscore")]
    [InlineData("mad")]
    [InlineData("iqr")]
    public void Whole_numbers_are_judged_exactly_and_clipped_to_the_last_one_inside(string method)
    {
        for (int seed = 0; seed < 16; seed++)
        {
            var random = new Random(seed);
            long[] values = WholeValues(random, 120);
            int window = random.Next(2, 30);
            int warmup = random.Next(2, 10);
            var oracle = new Oracle(method, "1.7", window, warmup, 4);
            using ModuleBench bench = Bench("v int64", "field", "v", "method", method, "threshold", "1.7", "window", window, "warmup", warmup, "reset_after", 4, "action", "clip");
            List<object?[]> clipped = bench.Run([.. values.Select(v => new object?[] { v })], seed);
            for (int i = 0; i < values.Length; i++)
            {
                Oracle before = oracle.Clone();
                long actual = (long)clipped[i][0]!;
                string where = $"seed {seed}, {method}, window {window}, warm-up {warmup}, row {i}: {values[i]} became {actual}";
                if (!oracle.IsOutlier(new Fraction(values[i], 1)))
                {
                    Assert.True(actual == values[i], where);
                    continue;
                }

                // Not beyond the bound, and one step toward the outlier is.
                int side = before.Side(new Fraction(values[i], 1));
                Assert.True(before.Side(new Fraction(actual, 1)) != side && before.Side(new Fraction((BigInteger)actual + side, 1)) == side, where);
            }
        }
    }

    [Fact]
    public void A_clipped_double_is_the_bound_to_the_last_bits()
    {
        for (int seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            double[] values = [.. Enumerable.Range(0, 300).Select(_ => Math.Round(random.NextDouble() * 100, 2) * (random.Next(12) == 0 ? 5 : 1))];
            string method = new[] { "zscore", "mad", "iqr" }[seed % 3];
            var oracle = new Oracle(method, "1.25", 20, 8, 50);
            using ModuleBench bench = Bench("v float64", "field", "v", "method", method, "threshold", "1.25", "window", 20, "warmup", 8, "reset_after", 50, "action", "clip");
            List<object?[]> clipped = bench.Run([.. values.Select(v => new object?[] { v })], seed);
            for (int i = 0; i < values.Length; i++)
            {
                Oracle before = oracle.Clone();
                double expected = oracle.IsOutlier(Fraction.Of(values[i])) ? before.Bound(Fraction.Of(values[i])) : values[i];
                double actual = (double)clipped[i][0]!;
                double slack = method == "zscore" ? Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected) : 0;
                Assert.True(Math.Abs(expected - actual) <= 4 * slack, $"seed {seed} {method} row {i}: {values[i]} → {actual:R}, not {expected:R}");
            }
        }
    }

    [Fact]
    public void Decimals_are_judged_by_the_threshold_as_written()
    {
        // q3 + 0.7 · IQR is 2.7 exactly: the double 0.7 is a little less, and would make an outlier of it.
        using ModuleBench bench = Bench("v decimal(1)", "field", "v", "method", "iqr", "threshold", "0.7", "window", 5, "warmup", 5, "action", "flag");
        object?[][] rows = [[0L], [10L], [10L], [20L], [30L], [28L], [27L]];
        Assert.Equal([false, false, false, false, false, true, false], bench.Run(rows).Select(r => (bool)r[1]!));
    }

    [Theory]
    [InlineData("method", "zcore", "3:20")]
    [InlineData("threshold", "0", "4:20")]
    [InlineData("threshold", "-1", "4:20")]
    [InlineData("threshold", "NaN", "4:20")]
    [InlineData("threshold", "0.123456789", "4:20")]
    [InlineData("window", "1", "6:20")]
    [InlineData("window", "100000", "6:20")]
    [InlineData("warmup", "1", "7:20")]
    [InlineData("reset_after", "0", "8:20")]
    [InlineData("action", "delete", "5:20")]
    [InlineData("field", "w", "2:20")]
    [InlineData("field", "k", "2:20")]
    public void A_wrong_setting_is_an_error_at_its_value(string key, string value, string place)
    {
        ConfigMap map = ModuleBench.Map("field", "v", "method", "zscore", "threshold", "3", "action", "flag", "window", "9", "warmup", "3", "reset_after", "3");
        map[key] = new ConfigScalar(value) { Place = map[key]!.Place };
        using var bench = new ModuleBench("v float64, k text", c => new OutlierModule(c), map);
        Assert.Equal(place, bench.ErrorPlaces());
    }

    [Fact]
    public void Missing_and_unknown_keys_are_all_reported()
    {
        using var bench = new ModuleBench("v float64", c => new OutlierModule(c), ModuleBench.Map("feld", "v"));
        Assert.Equal(4, bench.Errors.Count); // method, threshold, action, and feld for field
        Assert.Contains(bench.Errors.Sorted(), e => e.Message.Contains("did you mean 'field'", StringComparison.Ordinal) && e.Place.Line == 2 && e.Place.Column == 3);
    }

    [Fact]
    public void Values_that_are_not_needed_are_not_touched()
    {
        using ModuleBench bench = Bench("v float64", "field", "v", "method", "mad", "threshold", 3, "action", "flag");
        Assert.Empty(bench.Schema.Dependencies.Reads);
        Assert.Equal([0], Assert.Single(bench.Schema.Dependencies.Derivations).Sources);
        using ModuleBench drops = Bench("k text, v float64", "field", "v", "key", "k", "method", "mad", "threshold", 3, "action", "drop");
        Assert.Equal([1, 0], drops.Schema.Dependencies.Reads);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        foreach (string method in (string[])["zscore", "mad", "iqr"])
        {
            using ModuleBench bench = Bench("k text, v float64", "field", "v", "key", new[] { "k" }, "method", method, "threshold", 3, "window", 20, "warmup", 5, "action", "clip");
            var random = new Random(5);
            ModuleAllocation.IsNothing(bench, [.. Enumerable.Range(0, 300).Select(i => new object?[] { "k" + (i % 7), i % 50 == 0 ? 1e6 : (double)random.Next(100) })]);
        }
    }

    private static ModuleBench Bench(string schema, params object[] settings) => new(schema, c => new OutlierModule(c), ModuleBench.Map(settings));

    private static bool[] Flags(double[] values, string method, object threshold, int window, int warmup, int reset = 64, int seed = 1)
    {
        using ModuleBench bench = Bench("v float64", "field", "v", "method", method, "threshold", threshold, "window", window, "warmup", warmup, "reset_after", reset, "action", "flag");
        return [.. bench.Run([.. values.Select(v => new object?[] { v })], seed).Select(r => (bool)r[1]!)];
    }

    /// <summary>Ties, constants, level shifts, neighbours, and doubles from one end of their range to the other.</summary>
    private static double[] Values(Random random, int count)
    {
        double[] values = new double[count];
        double level = 0;
        int kind = random.Next(6);
        for (int i = 0; i < count; i++)
        {
            level += random.Next(60) == 0 ? random.Next(-500, 500) : 0;
            values[i] = kind switch
            {
                0 => level + random.Next(8),
                1 => level + (random.NextDouble() * 10),
                2 => random.Next(20) == 0 ? 7.5 : 7,
                3 => Math.BitIncrement(1e15 + random.Next(3)),
                4 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-308, 308)),
                _ => random.Next(4) switch { 0 => 1e308, 1 => -1e308, 2 => 5e-324, _ => -0.0 },
            };
        }

        return values;
    }

    private static long[] WholeValues(Random random, int count)
    {
        int kind = random.Next(3);
        return [.. Enumerable.Range(0, count).Select(_ => kind switch
        {
            0 => (long)random.Next(20) * (random.Next(10) == 0 ? 9 : 1),
            1 => (1L << 62) + random.Next(30) + (random.Next(15) == 0 ? random.Next(-4000, 4000) : 0),
            _ => random.Next(8) switch { 0 => long.MinValue, 1 => long.MaxValue, _ => random.NextInt64(long.MinValue, long.MaxValue) / (1 << random.Next(31)) },
        })];
    }
}
