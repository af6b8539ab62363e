using System;
using System.Linq;
using System.Text.RegularExpressions;
using DataStream.Config;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Tests.Config;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Plans;

/// <summary>The memory that a plan is proven to need: line by line, against memory_budget and the control group, with changes that would do.</summary>
public sealed partial class BudgetProofTests
{
    private const string Modules = """
        modules:
          - {module_name: gaps, module_class: fill, field: v, with: previous, key: [id], max_keys: 100000}
          - {module_name: spikes, module_class: outlier, field: v, key: [id], method: mad, threshold: 3, action: drop}
          - {module_name: all, module_class: window, global: true, key: [id], aggregates: {p: "quantile(v, 0.5)"}, window_memory: 8MiB}

        """;

    [Fact]
    public void Explain_has_a_line_for_everything()
    {
        string text = Explain.Text(Build(Modules, "{threads: 1}", out _)!);
        string[] expected = ["input rings", "output rings", "reader buffers", "batches", "connector buffers", "fixed at start", "gaps: at most 100,000 keys", "grows  spikes: about", "8,388,608  all: groups", "left for what grows"];
        Assert.All(expected, line => Assert.Contains(line, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{threads: 1, memory_budget: 24MiB}", Modules)]
    [InlineData("{threads: 2, memory_budget: 8MiB}", "")]
    [InlineData("{threads: 1, memory_budget: 1MiB, ring_size: 2, payload_size: 64KiB, partition_size: 32768}", "")]
    public void Each_change_that_is_named_is_enough(string tuning, string modules)
    {
        Assert.Null(Build(modules, tuning, out ConfigErrors errors));
        string message = Assert.Single(errors.Sorted()).Message;
        MatchCollection changes = Change().Matches(message[message.IndexOf("it fits with", StringComparison.Ordinal)..]);
        Assert.NotEmpty(changes);
        Assert.Contains(changes, c => c.Groups[1].Value == "memory_budget");
        foreach (Match change in changes)
        {
            (string changed, string tuned) = Applied(change, modules, tuning);
            Assert.True(Build(changed, tuned, out ConfigErrors left) is not null, $"{change.Value}: {string.Join(' ', left.Sorted().Select(e => e.Message))}");
        }
    }

    /// <summary>Applied to the letter, each change makes the same plan one that is accepted, whatever the plan.</summary>
    [Fact]
    public void Each_change_is_enough_for_plans_drawn_at_random()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int changes = 0;
        for (int i = 0; i < 150; i++)
        {
            (string modules, string tuning) = Drawn(random);
            if (Build(modules, tuning, out ConfigErrors errors) is not null)
            {
                continue;
            }

            string message = Assert.Single(errors.Sorted()).Message;
            foreach (Match change in Change().Matches(message[message.IndexOf("it fits with", StringComparison.Ordinal)..]))
            {
                (string changed, string tuned) = Applied(change, modules, tuning);
                Assert.True(Build(changed, tuned, out ConfigErrors left) is not null, $"seed {seed}, plan {i}, {change.Value}: {message} {string.Join(' ', left.Sorted().Select(e => e.Message))}\n{modules}{tuning}");
                changes++;
            }
        }

        Assert.True(changes > 20, $"seed {seed}: only {changes} changes");
    }

    [Fact]
    public void Auto_takes_as_many_lanes_as_bounds_of_modules_leave_room_for()
    {
        const string Bounded = """
            modules:
              - {module_name: gaps, module_class: fill, field: v, with: previous, key: [id], max_keys: 1000000}

            """;
        Assert.Equal(2, Build(Bounded, "{memory_budget: 1GiB}", out _)!.Lanes);
        Plan one = Build(Bounded, "{memory_budget: 300MiB}", out _)!;
        Assert.Equal(1, one.Lanes);
        Assert.Contains("more would not fit memory_budget", one.LanesReason, StringComparison.Ordinal);
        Assert.Null(Build(Bounded, "{memory_budget: 300MiB, threads: 2}", out _));
        Assert.Null(Build(Bounded, "{memory_budget: 30MiB}", out _));
    }

    /// <summary>What binding charged (tables of a deduplication) stands beside what is fixed: a budget of exactly that is refused, not an exception.</summary>
    [Fact]
    public void A_budget_of_what_is_fixed_to_the_byte_is_refused_where_modules_begin_with_tables()
    {
        const string Growing = """
            modules:
              - {module_name: once, module_class: deduplicate, key: [id], within: 1s}

            """;
        Plan plan = Build(Growing, "{threads: 2, ring_size: 2}", out _, events: "at")!;
        long needed = plan.FixedMemory.Sum(p => p.Bytes), begun = plan.Budget.Charged - needed;
        Assert.True(begun > 0);
        Assert.Null(Build(Growing, $"{{threads: 2, ring_size: 2, memory_budget: {needed + begun}}}", out ConfigErrors errors, events: "at"));
        Assert.Equal("over_budget", Assert.Single(errors.Sorted()).Code);
        Assert.NotNull(Build(Growing, $"{{threads: 2, ring_size: 2, memory_budget: {needed + (2 * begun)}}}", out _, events: "at"));
    }

    [Fact]
    public void A_control_group_that_allows_less_lowers_the_budget()
    {
        Plan plan = Build("", "{threads: 1, memory_budget: 512MiB}", out _, limit: 256L << 20)!;
        Assert.Equal(192L << 20, plan.Budget.Limit);
        Assert.Contains(plan.Warnings, w => w.Contains("control group", StringComparison.Ordinal));
        Assert.Null(Build("", "{threads: 1, ring_size: 1024}", out ConfigErrors errors, limit: 256L << 20));
        string told = Assert.Single(errors.Sorted()).Message;
        Assert.Contains("the control group leaves", told, StringComparison.Ordinal);
        Assert.DoesNotContain("memory_budget:", told, StringComparison.Ordinal); // more of it would not help
        Assert.Contains("ring_size: 256", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tightest_group_on_the_way_to_the_root_counts()
    {
        using var scratch = new Scratch();
        System.IO.Directory.CreateDirectory(scratch.PathOf("a/b"));
        System.IO.Directory.CreateDirectory(scratch.PathOf("memory/x"));
        scratch.Write("a/memory.max", "1000\n");
        scratch.Write("a/b/memory.max", "max\n");
        scratch.Write("memory/x/memory.limit_in_bytes", "2000\n");
        scratch.Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.Equal(1000, MemoryLimit.Bytes(scratch.Folder, "0::/a/b\n"));
        Assert.Equal(2000, MemoryLimit.Bytes(scratch.Folder, "4:memory:/x\n3:cpu,cpuacct:/x\n"));
        Assert.Equal(long.MaxValue, MemoryLimit.Bytes(scratch.Folder, "0::/b\n"));
        Assert.Equal(long.MaxValue, MemoryLimit.Bytes(scratch.Folder, ""));
    }

    private static (string Modules, string Tuning) Applied(Match change, string modules, string tuning)
    {
        (string key, string value, string module) = (change.Groups[1].Value, change.Groups[2].Value, change.Groups[3].Value);
        string changed = module.Length == 0 ? modules : Regex.Replace(modules, $"({module},.*\\b{key}: )[^,}}]+", "${1}" + value);
        string tuned = module.Length > 0 ? tuning : tuning.Contains(key + ":", StringComparison.Ordinal) ? Regex.Replace(tuning, key + ": [^,}]+", $"{key}: {value}") : tuning.Replace("{", $"{{{key}: {value}, ", StringComparison.Ordinal);
        return (changed, tuned);
    }

    private static (string Modules, string Tuning) Drawn(Random random)
    {
        string[] modules =
        [
            "{module_name: gaps, module_class: fill, field: v, with: previous, key: [id]" + Keys(4_000_000),
            "{module_name: spikes, module_class: outlier, field: v, key: [id], method: mad, threshold: 3, action: drop" + Keys(100_000),
            "{module_name: all, module_class: window, global: true, key: [id], aggregates: {p: \"quantile(v, 0.5)\"}" + (random.Next(2) == 0 ? "}" : $", window_memory: {random.Next(1, 2000)}MiB}}"),
        ];
        string drawn = string.Concat(modules.Where(_ => random.Next(2) == 0).Select(m => $"  - {m}\n"));
        string[] tuning =
        [
            "threads: " + Of("auto", "1", "2", "7", "64"), $"ring_size: {1 << random.Next(1, 12)}", $"payload_size: {4096 * random.Next(1, 1000)}", $"partition_size: {64 * random.Next(1, 1024)}",
        ];
        return (drawn.Length == 0 ? "" : "modules:\n" + drawn, "{" + string.Concat(tuning.Where(_ => random.Next(2) == 0).Select(t => t + ", ")) + $"memory_budget: {Of("1", "8", "30", "128", "1000")}MiB}}");

        string Keys(int most) => random.Next(2) == 0 ? "}" : $", max_keys: {random.Next(1, most)}, at_max_keys: {Of("stop", "evict_oldest")}}}";

        string Of(params string[] some) => some[random.Next(some.Length)];
    }

    private static Plan? Build(string modules, string tuning, out ConfigErrors errors, long limit = long.MaxValue, string? events = null)
    {
        errors = new ConfigErrors();
        return Planner.Build(Loading.LoadGood((events is null ? Loading.Good : Loading.Good.Replace("v: float64}", $"v: float64, {events}: timestamp}}\n  event_time: {{field: {events}}}", StringComparison.Ordinal)) + modules + $"performance_tuning: {tuning}"), new Catalog(), new PlanOptions { MemoryLimit = limit, AllowedCores = [0, 1] }, errors);
    }

    [GeneratedRegex(@"(\w+): (\w+)(?: of '(\w+)')?")]
    private static partial Regex Change();
}
