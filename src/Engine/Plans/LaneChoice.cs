using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Plans;

/// <summary>How many lanes, on which cores, how they wait, and why.</summary>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why so many.</param>
/// <param name="Cores">Where; empty: wherever the system puts them.</param>
/// <param name="WaitStrategy">The configured one, but for lanes that would spin on the last core.</param>
internal sealed record LaneChoice(int Count, string Reason, IReadOnlyList<int> Cores, string WaitStrategy)
{
    public static LaneChoice Of(PipelineConfig config, PlanOptions options, string? oneLane, int outputs)
    {
        PerformanceTuning tuning = config.Tuning;
        int allowed = Math.Max(1, options.AllowedCores.Count);
        int usable = options.UsableCores > 0 ? Math.Min(options.UsableCores, allowed) : allowed;
        bool spins = tuning.WaitStrategy == "busy_spin";
        int count = tuning.Threads > 0 ? tuning.Threads : Math.Max(1, usable - (spins ? 1 : 0));
        string cores = usable < allowed ? "whole core of the control group's quota" : "allowed core";
        string reason = tuning.Threads > 0 ? "threads" : spins ? $"threads: auto, one per {cores}, less one for busy_spin" : $"threads: auto, one per {cores}";
        int fitting = Fitting(tuning, outputs);
        if (tuning.Threads == 0 && count > fitting)
        {
            (count, reason) = (fitting, "threads: auto, fewer than cores since rings would take over half of memory_budget");
        }

        if (tuning.Threads == 0 && tuning.CpuAffinity is { Count: > 0 } named && count > named.Count)
        {
            (count, reason) = (named.Count, "threads: auto, one per core that cpu_affinity names");
        }

        if (tuning.Threads == 0 && count > options.MostLanes)
        {
            (count, reason) = (options.MostLanes, "threads: auto, fewer than cores since more would not fit memory_budget");
        }

        if (oneLane is not null && count > 1)
        {
            (count, reason) = (1, $"{oneLane}: such a plan runs on one lane");
        }

        // Readers, writers and the runtime's own threads need a core that nobody spins on.
        string wait = spins && count >= usable ? "adaptive" : tuning.WaitStrategy;
        return new LaneChoice(count, reason, CoresFor(count, tuning, options.LaneCores.Count > 0 ? options.LaneCores : options.AllowedCores), wait);
    }

    /// <summary>The allowed cores that no lane is pinned to; none where lanes are not pinned.</summary>
    public IReadOnlyList<int> Others(IReadOnlyList<int> allowed) => Cores.Count == 0 ? [] : Array.FindAll([.. allowed], core => !Cores.Contains(core));

    /// <summary>Every lane has a core of the list for itself and, where the plan is to run here, one that this process may use.</summary>
    public static void CheckCores(PipelineConfig config, PlanOptions options, ConfigErrors errors)
    {
        const string Key = "performance_tuning.cpu_affinity";
        if (config.Tuning.CpuAffinity is not { Count: > 0 } named)
        {
            return;
        }

        if (named.Count < config.Tuning.Threads)
        {
            errors.Add(config.PlaceOf(Key), "bad_value", string.Create(CultureInfo.InvariantCulture,
                $"'cpu_affinity' names {Counted.Of(named.Count, "core")} for {Counted.Of(config.Tuning.Threads, "lane")}: name one for each, or lower 'threads'"));
        }

        bool isList = config.Find(Key) is ConfigList;
        for (int i = 0; i < named.Count && !options.RunsElsewhere; i++)
        {
            if (!options.AllowedCores.Contains(named[i]))
            {
                errors.Add(config.PlaceOf(isList ? string.Create(CultureInfo.InvariantCulture, $"{Key}.{i}") : Key), "bad_core", string.Create(CultureInfo.InvariantCulture,
                    $"this process may not use core {named[i]}, or there is none; it may use: {string.Join(", ", options.AllowedCores)}"));
            }
        }
    }

    /// <summary>Lanes whose rings take at most half of the budget.</summary>
    private static int Fitting(PerformanceTuning tuning, int outputs)
    {
        long perLane = (long)tuning.RingSize * tuning.PayloadSize * (1 + outputs);
        return (int)Math.Max(1, Math.Min(1024, tuning.MemoryBudget / 2 / perLane));
    }

    private static List<int> CoresFor(int count, PerformanceTuning tuning, IReadOnlyList<int> allowed) => tuning.CpuAffinity switch
    {
        null => count > allowed.Count ? [] : new List<int>(allowed).GetRange(0, count),
        { Count: 0 } => [],
        _ => [.. tuning.CpuAffinity],
    };
}
