using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Modules;
using DataStream.Stages.Keys;
using DataStream.Windows;

namespace DataStream.Plans;

/// <summary>Finds the stages of a chain whose state lives with the keys' owner lanes, and what lanes ask there.</summary>
internal static class KeyedStages
{
    /// <param name="chain">A bound chain.</param>
    /// <param name="needed">The columns that something needs.</param>
    /// <param name="hasEventTime">Rows have event times.</param>
    public static IReadOnlyList<KeyedStage> Of(BoundChain chain, HashSet<int> needed, bool hasEventTime)
    {
        var stages = new List<KeyedStage>();
        foreach (BoundModule module in chain.Before.Where(m => m.Module.Scope == Scope.Keyed))
        {
            int[] made = [.. module.Needs.Derivations.Select(d => d.Target).Where(needed.Contains)];
            IEnumerable<int> asked = module.Needs.Reads.Concat(module.Needs.Derivations.Where(d => made.Contains(d.Target)).SelectMany(d => d.Sources));
            IEnumerable<int> answered = made;
            if (module.IsRegistered)
            {
                // It may write to any column that it knows of.
                answered = made.Concat(module.Needs.Reads).Concat(module.Added);
            }
            else if (made.Length == 0 && module.Needs.Derivations.Count > 0 && module.Needs.Reads.Count == 0)
            {
                continue; // nobody needs what it makes: it does nothing
            }

            stages.Add(new KeyedStage
            {
                Name = module.Name,
                Index = stages.Count,
                Key = new KeyShape(module.Module.Key!),
                Storage = chain.Schema.Storage,
                Asked = [.. asked.Distinct()],
                Answered = [.. answered.Distinct()],
                TakesTimes = hasEventTime,
                IsForeign = module.IsRegistered,
            });
        }

        if (chain.Window is { CanMerge: false } window)
        {
            IReadOnlyList<ColumnType> results = [.. window.ResultSchema().Fields.Select(f => f.Type)];
            int keys = window.Key.Columns.Length;
            stages.Add(new KeyedStage
            {
                Name = chain.WindowName,
                Index = stages.Count,
                Key = window.Key,
                Storage = chain.Schema.Storage,
                Asked = [.. chain.WindowNeeds.Reads.Distinct()],
                Answered = [],
                TakesTimes = hasEventTime,
                Window = new WindowStage(results, window.FirstKey, keys, window.FaultNames.Count, window.IsSession),
            });
        }

        return stages;
    }
}
