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
        HashSet<int> needed = Find(chain, keepsLate, out HashSet<int> results);
        Tell(chain.After, results);
        Tell(chain, needed);
        return needed;
    }

    /// <summary>The ordinals of needed columns up to the window, or to the outputs; nobody is told.</summary>
    public static HashSet<int> Find(BoundChain chain, bool keepsLate) => Find(chain, keepsLate, out _);

    /// <summary>Tells the modules before the window. They ask while they process, so in a running chain this is for its lane's thread.</summary>
    public static void Tell(BoundChain chain, HashSet<int> needed)
    {
        Tell(chain.Before, needed);
        Tell(chain.Leading, needed);
    }

    private static HashSet<int> Find(BoundChain chain, bool keepsLate, out HashSet<int> results)
    {
        var needed = new HashSet<int>();
        results = [];
        if (chain.EventTime >= 0)
        {
            needed.Add(chain.EventTime);
        }

        if (keepsLate)
        {
            AddMessage(chain, "late", needed);
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
            AddOutputs(chain, results);
            for (int ordinal = 0; ordinal < chain.Results.Storage.Count; ordinal++)
            {
                results.Add(ordinal);
            }

            Walk(chain.After, results);
            needed.UnionWith(chain.WindowNeeds.Reads);
        }

        Walk(chain.Before, needed);
        Walk(chain.Leading, needed);
        return needed;
    }

    private static void AddOutputs(BoundChain chain, HashSet<int> needed)
    {
        foreach (Field column in chain.Columns)
        {
            needed.Add(column.Ordinal);
        }

        foreach (BoundExpression where in chain.Where.Values)
        {
            needed.UnionWith(where.Reads);
        }

        foreach (string output in chain.Messages.Keys)
        {
            if (output != "late")
            {
                AddMessage(chain, output, needed);
            }
        }
    }

    private static void AddMessage(BoundChain chain, string output, HashSet<int> needed)
    {
        if (chain.Messages.GetValueOrDefault(output) is { } message)
        {
            needed.UnionWith(message.Time < 0 ? [] : [message.Time]);
            needed.UnionWith(message.Key is null ? [] : [message.Key.Ordinal]);
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
        }
    }

    private static void Tell(List<BoundModule> modules, HashSet<int> needed)
    {
        foreach (BoundModule module in modules)
        {
            module.Needs.SetNeeded(needed);
        }
    }
}
