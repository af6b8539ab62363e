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
            ("reader buffers", Connectors.Is(inputs.FirstOrDefault("")) ? 0 : inputs.Length * ((2L * tuning.PayloadSize) + slot)),
        ];
        parts.Add(("output rings", lanes * tuning.RingSize * ((outputs.Count * slot) + counts)));
        parts.Add(("batches", lanes * Batches(config, chain, wholePayloads: keyed.Count > 0)));
        foreach (KeyedStage stage in keyed)
        {
            parts.Add(($"keys between lanes ({stage.Name})", lanes * stage.Bytes(tuning.PartitionSize, lanes)));
        }

        long buffers = 0;
        foreach (string input in inputs)
        {
            buffers += Connector(input);
        }

        foreach (OutputPlan output in outputs)
        {
            buffers += MemoryOutput.Is(output.Uri) ? 0 : Gathered + Connector(output.Uri);
        }

        parts.Add(("connector buffers", buffers));
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
        long row = Row(chain.Schema.Storage);
        long resultRow = chain.Results is null ? 0 : Row(chain.Results.Storage);
        return config.Tuning.PartitionSize * ((batches * row) + resultRow);
    }

    /// <summary>Bytes of all parts.</summary>
    public static long Sum(IReadOnlyList<(string What, long Bytes)> parts)
    {
        long sum = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            sum += Math.Max(0, parts[i].Bytes);
        }

        return sum;
    }

    /// <summary>Bytes of a row: each value and its validity bit, and what is beside the columns.</summary>
    private static long Row(IReadOnlyList<ColumnType> columns)
    {
        long bytes = 44;
        for (int i = 0; i < columns.Count; i++)
        {
            bytes += columns[i].Size + 1;
        }

        return bytes;
    }
}
