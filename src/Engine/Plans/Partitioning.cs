using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>State of an input in partitions is each partition's own: a key must not have rows in two of them.</summary>
internal static class Partitioning
{
    /// <summary>Whether the chain keeps anything from one payload to the next.</summary>
    public static bool HasState(BoundChain chain) =>
        chain.Window is not null || chain.Leading.Concat(chain.Before).Concat(chain.After).Any(m => m.Module.Scope != Scope.Stateless);

    /// <summary>The stage that needs all rows in one partition, or null; keys that may have rows in several are mistakes, but for those that the producer keys by.</summary>
    public static string? Check(PipelineConfig config, BoundChain chain, ConnectorInput input, ConfigErrors errors)
    {
        string? alone = null;
        foreach ((string name, int[]? key) in Keys(chain))
        {
            if (key is [])
            {
                alone ??= name;
            }
            else if (!input.IsPartitionedByKey && !HasMessageKey(chain, key))
            {
                ModuleConfig? module = config.DataCleaning.Concat(config.Modules).FirstOrDefault(m => m.Name == name);
                errors.Add(module is null ? Place.Code : config.PlaceOf(module.Path + ".module_class"), "partitioning",
                    $"'{name}' keeps state per key, and each partition has its own: rows of one key must be in one partition. Take '_key' into its key, or, where the producer keys its messages by it, write 'partitioned_by: message_key' at the input, else 'partitioned_by: repartition', which sends them through a topic");
            }
        }

        return alone;
    }

    /// <summary>Whether the message's key is among the key's columns.</summary>
    public static bool HasMessageKey(BoundChain chain, int[]? key) => key is not null && chain.Schema.Asides.Any(a => a.Name == MessageColumns.Key && key.Contains(a.Ordinal));

    /// <summary>The stored columns of the keys of stages before and at the window; none: one state for all rows; null: not told.</summary>
    public static IEnumerable<(string Name, int[]? Key)> Keys(BoundChain chain)
    {
        foreach (BoundModule module in chain.Leading.Concat(chain.Before).Where(m => m.Module.Scope != Scope.Stateless))
        {
            yield return (module.Name, module.Module.Scope == Scope.Ordered ? [] : module.Module.Key?.Select(f => f.Ordinal).ToArray());
        }

        if (chain.Window is { } window)
        {
            yield return (chain.WindowName, [.. window.Key.Columns.ToArray().Select(c => c.Ordinal)]);
        }
    }
}
