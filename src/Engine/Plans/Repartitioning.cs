using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Plans;

/// <summary>
/// <c>partitioned_by: repartition</c>: rows of one key come from several partitions, so that the run has two halves. The first finds each record's key by what stands before the
/// first stage with state, and sends the record as it came through a topic by that key; the second reads it there, and is the whole plan.
/// </summary>
/// <param name="Stage">The first stage with a key: the topic is named after it.</param>
/// <param name="Columns">The columns that are in the keys of all of them.</param>
/// <param name="Before">How many modules stand before the first stage with state.</param>
internal sealed record Repartitioning(string Stage, IReadOnlyList<string> Columns, int Before)
{
    private const long LeastShared = 128L << 20;

    /// <summary>What the plan needs; null: every key has the message's, or there is none.</summary>
    public static Repartitioning? Of(PipelineConfig config, BoundChain chain, ConfigErrors errors)
    {
        List<(string Name, int[]? Key)> keys = [.. Partitioning.Keys(chain).Where(k => k.Key is not [])];
        if (keys.All(k => Partitioning.HasMessageKey(chain, k.Key)))
        {
            return null;
        }

        List<ModuleConfig> modules = [.. config.DataCleaning, .. config.Modules];
        string stage = keys[0].Name;
        int[] shared = [.. keys.Select(k => k.Key ?? []).Aggregate(IEnumerable<int> (sum, next) => sum.Intersect(next))];
        int before = modules.FindIndex(m => Partitioning.Keys(chain).Any(k => k.Name == m.Name));
        if (shared.Length == 0 || before < 0)
        {
            errors.Add(modules.Find(m => m.Name == stage) is { } at ? config.PlaceOf(at.Path + ".module_class") : Place.Code, "partitioning",
                $"one topic is keyed by one key, and the keys of {string.Join(" and ", keys.Select(k => $"'{k.Name}'"))} have no column in common that is the same in all of them: split the pipeline in two");
            return null;
        }

        return new Repartitioning(stage, [.. shared.Select(o => chain.Schema.StorageNames[o])], before);
    }

    /// <summary>The first half: what stands before the state, and the key's columns alone.</summary>
    public PipelineConfig First(PipelineConfig config, string uri)
    {
        EndpointConfig input = config.Stream.Inputs[0];
        var options = new ConfigMap();
        foreach (ConfigEntry entry in input.Options.Where(o => o.Key is not ("partitioned_by" or "on_error" or "until")))
        {
            options.Add(entry);
        }

        var sent = new OutputConfig("main", uri);
        OutputConfig? main = config.Stream.Outputs.FirstOrDefault(o => o.Name == "main" && Connectors.Is(o.Uri));
        if (main?.Options.Find("options") is { } tuned)
        {
            sent.Options.Add(tuned);
        }

        var fields = new ConfigList { Place = Place.Code };
        foreach (string column in Columns)
        {
            fields.Add(new ConfigScalar(column) { Place = Place.Code });
        }

        IEnumerable<ModuleConfig> modules = config.DataCleaning.Concat(config.Modules).Take(Before).Select(m => m with { OnError = null });
        var key = new ModuleConfig("key of " + Stage, "select") { Settings = new ConfigMap { ["fields"] = fields } };
        return config with
        {
            Stream = config.Stream with { Inputs = [input with { Options = options, OnError = null }], Outputs = [sent], OutputFormat = new FormatConfig("json") },
            DataCleaning = [],
            Modules = [.. modules, key],
            Errors = config.Errors with { OnError = OnError.Skip, ErrorBudget = null },
            // The clients of both halves share what those of one have.
            Tuning = config.Tuning with { MemoryBudget = Math.Max(Math.Min(config.Tuning.MemoryBudget, LeastShared), config.Tuning.MemoryBudget / 2), CpuAffinity = [], WaitStrategy = "adaptive", Allocations = "ignore" },
        };
    }
}
