using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>What a plan takes whatever the data: known before start, refused when it does not fit.</summary>
internal static class FixedMemory
{
    public static IReadOnlyList<(string What, long Bytes)> Of(PipelineConfig config, BoundChain chain, IReadOnlyList<KeyedStage> keyed, int outputs, int lanes)
    {
        PerformanceTuning tuning = config.Tuning;
        long ring = (long)tuning.RingSize * (tuning.PayloadSize + 128);
        List<(string, long)> parts =
        [
            ("input rings", lanes * ring),
            ("output rings", lanes * outputs * ring),
            ("reader buffers", config.Stream.Inputs.Count * 2L * tuning.PayloadSize),
            ("batches", lanes * Batches(config, chain, wholePayloads: keyed.Count > 0)),
        ];
        if (keyed.Count > 0)
        {
            parts.Add(("keys between lanes", lanes * keyed.Sum(k => k.Bytes(tuning.PartitionSize, lanes))));
        }

        return parts;
    }

    /// <summary>Bytes of one lane's batches.</summary>
    public static long Batches(PipelineConfig config, BoundChain chain, bool wholePayloads)
    {
        int batches = config.Stream.EventTime is null && !wholePayloads ? 1 : 4;
        long row = chain.Schema.Storage.Sum(Bytes) + 44;
        long resultRow = chain.Results is null ? 0 : chain.Results.Storage.Sum(Bytes) + 44;
        return config.Tuning.PartitionSize * ((batches * row) + resultRow);
    }

    /// <summary>Charges the fixed parts; an error at <c>memory_budget</c> when they do not fit, with what would.</summary>
    public static bool Fits(Plan plan, ConfigErrors errors)
    {
        long total = plan.FixedMemory.Sum(part => part.Bytes);
        if (total > plan.Budget.Limit)
        {
            string parts = string.Join(", ", plan.FixedMemory.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.What} {p.Bytes:N0}")));
            errors.Add(plan.Config.PlaceOf("performance_tuning.memory_budget"), "over_budget", string.Create(CultureInfo.InvariantCulture,
                $"memory_budget is {plan.Budget.Limit:N0} bytes and {Counted.Of(plan.Lanes, "lane")} {(plan.Lanes == 1 ? "needs" : "need")} {total:N0} before the first event ({parts}); raise it, or lower threads, ring_size or payload_size"));
            return false;
        }

        plan.Budget.Open("fixed").Charge(total);
        return true;
    }

    /// <summary>Bytes of one value and its validity bit.</summary>
    private static long Bytes(ColumnType type) => type.Size + 1;
}
