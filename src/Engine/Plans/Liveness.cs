using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Expressions;
using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>Finds the columns that outputs, conditions, keys and event time need, directly or through derived columns, and tells decoders and modules.</summary>
internal static class Liveness
{
    /// <summary>The ordinals of needed columns; every module of the chain knows them afterwards.</summary>
    /// <param name="chain">A bound chain.</param>
    /// <param name="keepsLate">There is a <c>late</c> output: all fields are needed.</param>
    public static HashSet<int> Apply(BoundChain chain, bool keepsLate)
    {
        var needed = new HashSet<int>();
        if (chain.EventTime >= 0)
        {
            needed.Add(chain.EventTime);
        }

        if (keepsLate)
        {
            needed.UnionWith(chain.Fields.Select(f => f.Ordinal));
            needed.UnionWith(chain.AtWindow.Select(f => f.Ordinal));
        }

        if (chain.Results is null)
        {
            AddOutputs(chain, needed);
        }
        else
        {
            // Behind a window everything is made of its results.
            var results = new HashSet<int>();
            AddOutputs(chain, results);
            results.UnionWith(chain.Results.Storage.Select((_, ordinal) => ordinal));
            Walk(chain.After, results);
            needed.UnionWith(chain.WindowNeeds.Reads);
        }

        Walk(chain.Before, needed);
        Walk(chain.Leading, needed);
        return needed;
    }

    private static void AddOutputs(BoundChain chain, HashSet<int> needed)
    {
        needed.UnionWith(chain.Columns.Select(f => f.Ordinal));
        foreach (BoundExpression where in chain.Where.Values)
        {
            needed.UnionWith(where.Reads);
        }
    }

    private static void Walk(List<BoundModule> modules, HashSet<int> needed)
    {
        for (int i = modules.Count - 1; i >= 0; i--)
        {
            Dependencies needs = modules[i].Needs;
            for (int d = needs.Derivations.Count - 1; d >= 0; d--)
            {
                if (needed.Contains(needs.Derivations[d].Target))
                {
                    needed.UnionWith(needs.Derivations[d].Sources);
                }
            }

            needed.UnionWith(needs.Reads);
            needs.SetNeeded(needed);
        }
    }
}
