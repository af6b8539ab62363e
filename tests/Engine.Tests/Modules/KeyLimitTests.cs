using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Flow;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

/// <summary><c>max_keys</c>: the run stops or the oldest key goes, and the bound that is proven before the start holds.</summary>
public sealed class KeyLimitTests
{
    [Fact]
    public void One_key_more_ends_the_run()
    {
        using ModuleBench bench = Fill("max_keys", "2");
        bench.Run([["a", 1.0], ["b", 2.0], ["a", null]]);
        StopException stop = Assert.Throws<StopException>(() => bench.Run([["c", 3.0]]));
        Assert.Equal(ExitCode.Limit, stop.Code);
        Assert.Contains("max_keys: 'm' meets key 3, and remembers 2", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Or_the_key_that_came_first_is_forgotten()
    {
        using ModuleBench bench = Fill("max_keys", "2", "at_max_keys", "evict_oldest");
        // c takes the place of a, then a that of b, b of c, c of a, and a of b.
        object?[][] rows = [["a", 1.0], ["b", 2.0], ["a", null], ["c", 3.0], ["a", null], ["b", null], ["c", null], ["a", null]];
        Assert.Equal([1.0, 2.0, 1.0, 3.0, null, null, null, null], bench.Run(rows).Select(r => r[1]));
        Assert.Equal(5, bench.Module.EvictedKeys);
    }

    [Fact]
    public void A_forgotten_key_is_judged_as_a_new_one()
    {
        using var bench = new ModuleBench("k text, v float64", c => new OutlierModule(c),
            ModuleBench.Map("field", "v", "key", new[] { "k" }, "method", "mad", "threshold", "3", "warmup", "2", "action", "drop", "max_keys", "1", "at_max_keys", "evict_oldest"));
        object?[][] rows = [["a", 1.0], ["a", 1.0], ["a", 9.0], ["b", 5.0], ["a", 9.0], ["a", 9.0], ["a", 1.0]];
        Assert.Equal([1.0, 1.0, 5.0, 9.0, 9.0], bench.Run(rows).Select(r => r[1]));
    }

    [Theory]
    [InlineData("fill", false)]
    [InlineData("fill", true)]
    [InlineData("mad", false)]
    [InlineData("mad", true)]
    [InlineData("zscore", true)]
    public void What_is_charged_stays_within_the_bound(string module, bool evicts)
    {
        const int Keys = 3000;
        object[] limit = evicts ? ["max_keys", $"{Keys}", "at_max_keys", "evict_oldest"] : ["max_keys", $"{Keys}"];
        using ModuleBench bench = module == "fill"
            ? new ModuleBench("k int64, v float64", c => new FillModule(c), ModuleBench.Map(["field", "v", "with", "previous", "key", new[] { "k" }, .. limit]))
            : new ModuleBench("k int64, v float64", c => new OutlierModule(c), ModuleBench.Map(["field", "v", "key", new[] { "k" }, "method", module, "threshold", "3", "warmup", "2", "window", "40", "action", "drop", .. limit]));
        var random = new Random(5);
        for (int round = 0; round < 40; round++)
        {
            bench.Run([.. Enumerable.Range(0, Keys).Select(k => new object?[] { (evicts && round % 5 == 0 ? Keys * (round + 1L) : 0) + k, random.NextDouble() })], seed: round + 1);
            KeyBound bound = bench.Module.Bound!;
            Assert.InRange(bench.Account.Charged, 1, bound.MostBytes + (1 << 17)); // and what a batch of keys takes
        }

        Assert.Equal(evicts, bench.Module.EvictedKeys > 0);
    }

    [Fact]
    public void What_does_not_go_together_is_told()
    {
        using ModuleBench alone = Fill("at_max_keys", "stop");
        Assert.Contains("'max_keys', which is not there", Told(alone), StringComparison.Ordinal);
        using ModuleBench none = Fill("max_keys", "0");
        Assert.Contains("from 1 to", Told(none), StringComparison.Ordinal);
        using ModuleBench constant = new("k text, v float64", c => new FillModule(c), ModuleBench.Map("field", "v", "with", "0", "max_keys", "5"));
        Assert.Contains("max_keys", Told(constant), StringComparison.Ordinal);
        using ModuleBench once = new("t timestamp, k text", c => new DeduplicateModule(c), ModuleBench.Map("key", new[] { "k" }, "within", "1s", "max_keys", "5", "at_max_keys", "evict_oldest"), eventTime: "t");
        Assert.Contains("let duplicates through", Told(once), StringComparison.Ordinal);
    }

    private static string Told(ModuleBench bench) => string.Join(' ', bench.Errors.Sorted().Select(e => e.Message));

    private static ModuleBench Fill(params object[] limit) =>
        new("k text, v float64", c => new FillModule(c), ModuleBench.Map([.. (IEnumerable<object>)["field", "v", "with", "previous", "key", new[] { "k" }], .. limit]));
}
