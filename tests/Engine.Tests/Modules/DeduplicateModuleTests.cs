using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class DeduplicateModuleTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void A_duplicate_lies_within_the_span_on_either_side_and_extends_nothing()
    {
        using ModuleBench bench = Bench("t timestamp, k text", 60 * Second, "key", new[] { "k" }, "within", "10s");
        object?[][] rows = Rows((60, "a"), (65, "a"), (65, "b"), (69, "a"), (70, "a"), (72, "a"), (76, "a"), (55, "a"), (45, "a"), (54, "a"), (30, "a"), (65, "b"));
        bench.Run(rows);
        Assert.Equal([1, 3, 4, 6, 7, 9, 11], bench.Dropped);
        Assert.Equal(Bucket.Deduplicated, bench.Module.Drops);
        Assert.Equal(Scope.Keyed, bench.Module.Scope);
    }

    [Fact]
    public void An_accepted_event_behind_the_watermark_minus_the_span_is_forgotten()
    {
        using ModuleBench bench = Bench("t timestamp, k text", 0, "key", new[] { "k" }, "within", "10s");
        bench.Run(Rows((85, "a"), (100, "b"), (94, "a"), (93, "a"), (99, "b")));
        Assert.Equal([3, 4], bench.Dropped);
    }

    [Fact]
    public void Null_is_a_key_value_and_all_columns_count()
    {
        using ModuleBench bench = Bench("t timestamp, k int64, l text", 0, "key", new[] { "k", "l" }, "within", "1h");
        (long? K, string L)[] keys = [(null, "x"), (0, "x"), (null, "x"), (null, ""), (0, ""), (null, ""), (0, "x")];
        bench.Run([.. keys.Select((key, i) => new object?[] { new Timestamp(i * Second), key.K, key.L })]);
        Assert.Equal([2, 5, 6], bench.Dropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    public void It_agrees_with_a_list_of_all_accepted_times(long disorder)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            int within = random.Next(0, 12);
            long now = random.Next(-300, 100);
            object?[][] rows = [.. Enumerable.Range(0, 3000).Select(_ =>
            {
                now += random.Next(random.Next(20) == 0 ? 40 : 2);
                return new object?[] { new Timestamp(now - random.Next(random.Next(5) == 0 ? 60 : 4)), random.Next(6) == 0 ? null : (object)(long)random.Next(40) };
            })];
            List<int> expected = [];
            var accepted = new Dictionary<string, List<long>>();
            long highest = long.MinValue;
            for (int i = 0; i < rows.Length; i++)
            {
                long time = ((Timestamp)rows[i][0]!).Microseconds;
                Int128 mark = (Int128)highest - disorder;
                List<long> times = accepted.TryGetValue($"{rows[i][1]}", out List<long>? known) ? known : accepted[$"{rows[i][1]}"] = [];
                if (times.Exists(a => Math.Abs(time - a) <= within && a >= mark - within))
                {
                    expected.Add(i);
                }
                else
                {
                    times.Add(time);
                }

                highest = Math.Max(highest, time);
            }

            using ModuleBench bench = Bench("t timestamp, k int64", disorder, "key", "k", "within", within + "us");
            bench.Run(rows, seed);
            Assert.True(expected.SequenceEqual(bench.Dropped), $"seed {seed}, within {within}, disorder {disorder}");
        }
    }

    [Fact]
    public void Memory_stays_bounded_while_keys_come_and_go()
    {
        using ModuleBench bench = Bench("t timestamp, k text", 2 * Second, "key", new[] { "k" }, "within", "1s");
        var module = (DeduplicateModule)bench.Module;
        long most = 0;
        int dropped = 0;
        Span<byte> text = stackalloc byte[20];
        Batch batch = bench.Fill([.. Enumerable.Range(0, 320).Select(_ => new object?[] { new Timestamp(0), "key-0000000000" })]);
        int arena = batch.Arena.Length;
        for (int round = 0; round < 2000; round++)
        {
            // 640,000 keys, each twice; a thousand a second: some three thousand matter at any time.
            batch.Arena.Reset(arena);
            batch.SetCount(320);
            for (int row = 0; row < 320; row++)
            {
                long number = (round * 160L) + (row / 2);
                Assert.True(number.TryFormat(text, out int length));
                batch.Padded<Text>(1)[row] = batch.Arena.Append(text[..length]);
                batch.EventTimes[row] = number * 1000;
                batch.EarlierMax[row] = (number * 1000) - 1;
            }

            bench.Module.Process(batch);
            dropped += 320 - batch.CountLive();
            most = round == 200 ? bench.Account.Charged : most;
        }

        Assert.Equal(320_000, dropped);
        Assert.Equal(most, bench.Account.Charged);
        Assert.True(bench.Account.Charged < 2 << 20, $"{bench.Account.Charged:N0} bytes");
        Assert.InRange(module.HeldKeys, 3000, 20_000);
        Assert.Equal(module.Held, module.HeldKeys);
    }

    [Fact]
    public void Without_a_bound_on_disorder_everything_is_kept_until_the_budget_is_spent()
    {
        using ModuleBench bench = Bench("t timestamp, k int64", long.MaxValue, 1 << 20, "key", "k", "within", "1s");
        long key = 0;
        StopException stop = Assert.Throws<StopException>(() =>
        {
            for (int round = 0; round < 1000; round++)
            {
                bench.Run([.. Enumerable.Range(0, 300).Select(_ => new object?[] { new Timestamp(key * 3 * Second), key++ })]);
            }
        });
        Assert.Equal(ExitCode.Limit, stop.Code);
        Assert.Contains("'m'", stop.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Dropped);
    }

    [Fact]
    public void Settings_are_checked_at_their_places()
    {
        using var without = new ModuleBench("k text", c => new DeduplicateModule(c), ModuleBench.Map("key", "k", "within", "10s"));
        Assert.Equal("1:1", without.ErrorPlaces());
        Assert.Equal("3:20", Bench("t timestamp, k text", 0, "key", "k", "within", "10 parsecs").ErrorPlaces());
        Assert.Equal("3:3", Bench("t timestamp, k text", 0, "key", "k", "withn", "10s").ErrorPlaces());
        Assert.Equal("3:22", Bench("t timestamp, k text", 0, "within", "1s", "key", new[] { "k", "j" }).ErrorPlaces());
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        using ModuleBench bench = Bench("t timestamp, k text", 0, "key", new[] { "k" }, "within", "1s");
        long round = 0;
        ModuleAllocation.IsNothing(bench, [.. Enumerable.Range(0, 320).Select(i => new object?[] { new Timestamp(i), "key" + (i % 60) })], batch =>
        {
            round++;
            batch.EventTimes.Fill(round * 700_000);
            batch.EarlierMax.Fill((round - 1) * 700_000);
        });
    }

    private static object?[][] Rows(params (int Seconds, string Key)[] rows) =>
        [.. rows.Select(r => new object?[] { new Timestamp(r.Seconds * Second), r.Key })];

    private static ModuleBench Bench(string schema, long disorder, params object[] settings) => Bench(schema, disorder, 1L << 40, settings);

    private static ModuleBench Bench(string schema, long disorder, long budget, params object[] settings) =>
        new(schema, c => new DeduplicateModule(c), ModuleBench.Map(settings), "t", disorder, budget);
}
