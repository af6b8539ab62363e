using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Sources;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>What a plan takes whatever the data: known before start, refused when it does not fit.</summary>
internal static class FixedMemory
{
    // What sinks gather, and sources of packed files read and unpack: the libraries' windows as they are at their usual levels.
    private const long Gathered = 64 * 1024;
    private const long GzipState = 512 * 1024;
    private const long ZstdState = 10L << 20;

    /// <param name="config">The pipeline; its tuning may be another one than the plan's, to see what that would take.</param>
    /// <param name="chain">Batches are as wide as its columns.</param>
    /// <param name="keyed">Modules whose keys lanes share.</param>
    /// <param name="outputs">Each has a ring per lane.</param>
    /// <param name="lanes">How many.</param>
    /// <param name="ports">What the ends of a program take, by URI.</param>
    public static IReadOnlyList<(string What, long Bytes)> Of(PipelineConfig config, BoundChain chain, IReadOnlyList<KeyedStage> keyed, IReadOnlyList<OutputPlan> outputs, int lanes,
         IReadOnlyDictionary<string, long> ports)
    {
        PerformanceTuning tuning = config.Tuning;
        long slot = tuning.PayloadSize + 128;
        long counts = config.Errors.ErrorBudget is null ? 0 : 4L * tuning.PartitionSize / 8; // a bit per event, beside main's slots
        string[] inputs = [.. config.Stream.Inputs.Select(i => i.Uri)];
        List<(string, long)> parts = MemoryOutput.Is(inputs.FirstOrDefault("")) ? [] :
        [
            // Keys and headers of messages have as much room as their values.
            ("input rings", lanes * tuning.RingSize * (Connectors.Is(inputs.FirstOrDefault("")) ? slot + tuning.PayloadSize : slot)),
            ("reader buffers", Connectors.Is(inputs.FirstOrDefault("")) ? 0 : inputs.Length * 2L * tuning.PayloadSize),
        ];
        parts.Add(("output rings", lanes * tuning.RingSize * ((outputs.Count * slot) + counts)));
        parts.Add(("batches", lanes * Batches(config, chain, wholePayloads: keyed.Count > 0)));
        parts.AddRange(keyed.Select(k => ($"keys between lanes ({k.Name})", lanes * k.Bytes(tuning.PartitionSize, lanes))));
        parts.Add(("connector buffers", inputs.Sum(Connector) + outputs.Sum(o => MemoryOutput.Is(o.Uri) ? 0 : Gathered + Connector(o.Uri))));
        foreach (string uri in inputs.Concat(outputs.Select(o => o.Uri)).Distinct())
        {
            if (ports.TryGetValue(uri, out long bytes))
            {
                parts.Add((uri, bytes));
            }
        }

        if (ports.TryGetValue(Connectors.FirstHalf, out long half))
        {
            parts.Add((Connectors.FirstHalf, half));
        }

        return parts;
    }

    private static long Connector(string uri) =>
        uri.StartsWith("generator:", StringComparison.Ordinal) ? EndpointUri.TryParseInput(uri, out EndpointUri generator, out _) && GeneratorSettings.TryParse(generator, out GeneratorSettings settings, out _) ? settings.Bytes : 0
        : uri.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? GzipState : uri.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? ZstdState : 0;

    /// <summary>Bytes of one lane's batches.</summary>
    public static long Batches(PipelineConfig config, BoundChain chain, bool wholePayloads)
    {
        int batches = config.Stream.EventTime is null && !wholePayloads ? 1 : 4;
        long row = chain.Schema.Storage.Sum(Bytes) + 44;
        long resultRow = chain.Results is null ? 0 : chain.Results.Storage.Sum(Bytes) + 44;
        return config.Tuning.PartitionSize * ((batches * row) + resultRow);
    }

    /// <summary>Bytes of one value and its validity bit.</summary>
    private static long Bytes(ColumnType type) => type.Size + 1;
}
