using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Expressions;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Stages;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>A running plan with one more module before its window, or at its end: what the lanes' next chains are made of.</summary>
/// <param name="Chains">One for each lane. Modules and windows that ran before are the same instances.</param>
/// <param name="Decode">The fields with what is needed now.</param>
/// <param name="Dead">The stages with the new one among them.</param>
/// <param name="Needed">What each lane's modules are told when the lane turns to its chain.</param>
internal sealed record Extension(IReadOnlyList<BoundChain> Chains, DecodePlan Decode, DeadPlan Dead, HashSet<int> Needed)
{
    /// <summary>Binds the module for every lane. Null, with the reasons in <paramref name="errors"/>, where that fails or the run could not go on as it is; nothing has changed then.</summary>
    public static Extension? TryMake(Plan plan, IReadOnlyList<BoundChain> lanes, string name, ConfigErrors errors)
    {
        var chains = new List<BoundChain>();
        foreach (BoundChain lane in lanes)
        {
            BoundChain next = plan.Builder.Extend(lane, name, errors);
            if (errors.Count == 0)
            {
                Check(plan, lane, next, name, errors);
            }

            chains.Add(next);
            if (errors.Count > 0)
            {
                chains.ForEach(Forget);
                return null;
            }
        }

        HashSet<int> needed = Liveness.Find(chains[0], plan.HasLate);
        if (!plan.Keyed.SequenceEqual(KeyedStages.Of(lanes[0], needed, plan.Config.Stream.EventTime is not null), new SameColumns()) && plan.Lanes > 1)
        {
            errors.Add(Place.Code, "keyed_columns", $"module '{name}' needs a column whose values are kept by key, and {plan.Lanes} lanes ask each other about the keys without it; register it before the start");
            chains.ForEach(Forget);
            return null;
        }

        return new Extension(chains, plan.Decode with { Fields = Planner.Marked(plan.Decode.Fields, needed) }, Planner.Dead(plan.Config, chains[0], plan.MaxRecordSize), needed);
    }

    /// <summary>Frees what the new module of a chain holds that will not run.</summary>
    public static void Forget(BoundChain chain)
    {
        foreach (BoundExpression where in chain.Where.Values)
        {
            where.Dispose();
        }

        (chain.Added?.Module as IDisposable)?.Dispose();
    }

    private static void Check(Plan plan, BoundChain lane, BoundChain next, string name, ConfigErrors errors)
    {
        if (next.Added is { Module.Scope: not Scope.Stateless } && plan.Lanes > 1)
        {
            errors.Add(Place.Code, "one_lane", string.Create(CultureInfo.InvariantCulture, $"module '{name}' keeps state in order of arrival, and {plan.Lanes} lanes run without it; register it before the start"));
        }

        foreach (Field read in lane.AtWindow.Where(f => lane.Results is not null && lane.WindowNeeds.Reads.Contains(f.Ordinal)))
        {
            if (!next.Schema.TryFind(read.Name, out Field now) || now.Ordinal != read.Ordinal)
            {
                errors.Add(Place.Code, "window_column", $"module '{name}' replaces or hides '{read.Name}', which the running window '{lane.WindowName}' reads; register it before the start");
            }
        }

        if (!Same(lane.Columns, next.Columns) || (plan.HasLate && !Same(lane.AtWindow, next.AtWindow)))
        {
            errors.Add(Place.Code, "output_columns", $"module '{name}' changes the columns of an output, whose first rows are written; register it before the start");
        }
    }

    private sealed class SameColumns : IEqualityComparer<KeyedStage>
    {
        public bool Equals(KeyedStage? one, KeyedStage? other) => one is not null && other is not null && one.Matches(other);

        public int GetHashCode(KeyedStage stage) => stage.Name.GetHashCode(StringComparison.Ordinal);
    }

    private static bool Same(IReadOnlyList<Field> before, IReadOnlyList<Field> after) =>
        before.Select(f => (f.Name, f.Type)).SequenceEqual(after.Select(f => (f.Name, f.Type)));
}
