using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>Before the start: what is fixed and what is bounded fits memory_budget, and the budget fits the control group.</summary>
internal static class BudgetProof
{
    // What a process of the runtime takes beside the budget: its code, its stacks, its own heaps.
    private const long RuntimeBytes = 64L << 20;

    // Of each lane, for each module that grows and each exchange of keys: their first tables, lists and texts.
    private const long RoomToBegin = 1L << 20;

    /// <summary>The budget: the configured one, or what a smaller control group leaves beside the runtime.</summary>
    public static long Limit(PipelineConfig config, PlanOptions options) =>
        options.MemoryLimit == long.MaxValue ? config.Tuning.MemoryBudget
        : Math.Min(config.Tuning.MemoryBudget, Math.Max(options.MemoryLimit - RuntimeBytes, options.MemoryLimit / 2));

    /// <summary>What grows, with its bound; −1 where it has none of its own.</summary>
    public static IReadOnlyList<(string What, long Bytes)> Bounds(BoundChain chain, int lanes)
    {
        var bounds = new List<(string, long)>();
        foreach (BoundModule module in chain.Leading.Concat(chain.Before).Concat(chain.After))
        {
            switch (module.Module.Bound)
            {
                case { MostKeys: > 0 } keys:
                    bounds.Add((string.Create(CultureInfo.InvariantCulture, $"{module.Name}: at most {lanes * keys.MostKeys:N0} keys (max_keys), {keys.BytesPerKey:N0} bytes each; their texts besides"), lanes * keys.MostBytes));
                    break;
                case { } keys:
                    bounds.Add((string.Create(CultureInfo.InvariantCulture, $"{module.Name}: about {keys.BytesPerKey:N0} bytes a key, {Missing(module)}"), -1));
                    break;
            }
        }

        if (chain.Window is { } window)
        {
            bounds.Add(window.MostMemory > 0 ? ($"{chain.WindowName}: groups of open windows (window_memory)", window.MostMemory)
                : (string.Create(CultureInfo.InvariantCulture, $"{chain.WindowName}: {window.BytesPerGroup:N0} bytes a group and window, its share of tables, texts, values of quantiles; no window_memory"), -1));
        }

        return bounds;
    }

    /// <summary>Whether what is fixed and what is bounded fit, with the first tables of what grows, which binding has charged for one lane.</summary>
    public static bool Fits(Plan plan) =>
        FixedMemory.Sum(plan.FixedMemory) + FixedMemory.Sum(plan.Bounds) + (plan.Lanes * plan.Budget.Charged) <= plan.Budget.Limit;

    /// <summary>Charges what is fixed; an error at <c>memory_budget</c>, with the changes that would do, where it does not fit with what is bounded.</summary>
    public static bool Holds(Plan plan, PlanOptions options, ConfigErrors errors)
    {
        long fixedBytes = FixedMemory.Sum(plan.FixedMemory);
        long bounded = FixedMemory.Sum(plan.Bounds);
        if (!Fits(plan))
        {
            string parts = string.Join(", ", plan.FixedMemory.Concat(plan.Bounds).Where(p => p.Bytes > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.What.Split(':')[0]} {p.Bytes:N0}")));
            string limit = plan.Budget.Limit < plan.Config.Tuning.MemoryBudget ? "the control group leaves" : "memory_budget is";
            errors.Add(plan.Config.PlaceOf("performance_tuning.memory_budget"), "over_budget", string.Create(CultureInfo.InvariantCulture,
                $"{limit} {plan.Budget.Limit:N0} bytes, and {Counted(plan.Lanes)} {fixedBytes + bounded:N0} ({parts}); it fits with {string.Join(", or ", Changes(plan, options, bounded))}"));
            return false;
        }

        // What a first half takes stands in the second's.
        plan.Budget.Open("fixed").Charge(plan.Forwards is null ? fixedBytes : 0);
        return true;
    }

    private static string Missing(BoundModule module) => module.Class == "deduplicate" ? "and what its times take" : "no max_keys";

    private static string Counted(int lanes) => lanes == 1 ? "1 lane needs" : string.Create(CultureInfo.InvariantCulture, $"{lanes} lanes need");

    /// <summary>Single changes that are enough, and where none is, all of them together.</summary>
    private static List<string> Changes(Plan plan, PlanOptions options, long bounded)
    {
        PerformanceTuning tuning = plan.Config.Tuning;
        var changes = new List<string>();
        long needed = Bytes(plan, options, tuning, plan.Lanes) + bounded + Begun(plan, plan.Lanes);
        if (options.MemoryLimit == long.MaxValue || needed <= Math.Max(options.MemoryLimit - RuntimeBytes, options.MemoryLimit / 2))
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"memory_budget: {((needed - 1) >> 20) + 1}MiB"));
        }

        long room = plan.Budget.Limit - bounded;
        Add(changes, "ring_size", Halvings(tuning.RingSize, 2).FirstOrDefault(size => Bytes(plan, options, tuning with { RingSize = size }, plan.Lanes) + Begun(plan, plan.Lanes) <= room));
        Add(changes, "payload_size", Halvings(tuning.PayloadSize, Math.Max(4096, plan.MaxRecordSize)).FirstOrDefault(size => Bytes(plan, options, tuning with { PayloadSize = size }, plan.Lanes) + Begun(plan, plan.Lanes) <= room));
        Add(changes, "threads", Enumerable.Range(1, plan.Lanes - 1).LastOrDefault(lanes => Bytes(plan, options, tuning, lanes) + Begun(plan, lanes) <= room));
        Add(changes, "partition_size", Halvings(tuning.PartitionSize, 64).Where(size => size % 64 == 0).FirstOrDefault(size => Bytes(plan, options, tuning with { PartitionSize = size }, plan.Lanes) + Begun(plan, plan.Lanes) <= room));
        AddBounds(changes, plan);
        if (changes.Count == 0)
        {
            changes.Add("smaller ring_size, payload_size, partition_size and fewer threads together");
        }

        return changes;
    }

    /// <summary>Of one module fewer keys, or less memory for the window.</summary>
    private static void AddBounds(List<string> changes, Plan plan)
    {
        long over = FixedMemory.Sum(plan.FixedMemory) + FixedMemory.Sum(plan.Bounds) + Begun(plan, plan.Lanes) - plan.Budget.Limit;
        foreach (BoundModule module in plan.First.Leading.Concat(plan.First.Before).Concat(plan.First.After))
        {
            if (module.Module.Bound is { MostKeys: > 0 } keys && keys.MostKeys - Up(over, plan.Lanes * keys.BytesPerKey) is > 0 and long fewer)
            {
                changes.Add(string.Create(CultureInfo.InvariantCulture, $"max_keys: {fewer} of '{module.Name}'"));
            }
        }

        if (plan.First.Window is { MostMemory: > 0 } window && ((window.MostMemory - over) >> 20) is > 0 and long less)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"window_memory: {less}MiB of '{plan.First.WindowName}'"));
        }
    }

    private static long Up(long value, long by) => ((value - 1) / by) + 1;

    private static void Add(List<string> changes, string key, int value)
    {
        if (value > 0)
        {
            changes.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: {value}"));
        }
    }

    private static IEnumerable<int> Halvings(int from, int least)
    {
        for (int value = from / 2; value >= least; value /= 2)
        {
            yield return value;
        }
    }

    /// <summary>Room for what grows without a bound of its own to begin with: a change after which the first keys spend the budget helps nobody.</summary>
    private static long Begun(Plan plan, int lanes) =>
        lanes * (plan.Budget.Charged + ((plan.Bounds.Count(b => b.Bytes < 0) + (lanes > 1 ? plan.Keyed.Count : 0)) * RoomToBegin));

    private static long Bytes(Plan plan, PlanOptions options, PerformanceTuning tuning, int lanes) =>
        FixedMemory.Of(plan.Config with { Tuning = tuning }, plan.First, lanes == 1 ? [] : plan.Keyed, plan.Outputs, lanes, options.PortBytes).Sum(p => p.Bytes);
}
