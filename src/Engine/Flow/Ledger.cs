using System;

namespace DataStream.Flow;

/// <summary>Every input record in exactly one bucket: in = out + aggregated + filtered + deduplicated + late + dead + shed + in_flight.</summary>
public sealed record Ledger(
    long In, long Out, long Aggregated, long Filtered, long Deduplicated, long Late, long Dead, long Shed, long InFlight)
{
    /// <summary>0, or the engine has lost or invented records.</summary>
    public long Imbalance => In - Out - Aggregated - Filtered - Deduplicated - Late - Dead - Shed - InFlight;

    /// <summary>The ledger of summed counts, and of records that were read and not written.</summary>
    public static Ledger From(ReadOnlySpan<long> totals, long inFlight) => new(
        totals[CountsLayout.Events] + inFlight,
        totals[CountsLayout.Of(Bucket.Out)],
        totals[CountsLayout.Of(Bucket.Aggregated)],
        totals[CountsLayout.Of(Bucket.Filtered)],
        totals[CountsLayout.Of(Bucket.Deduplicated)],
        totals[CountsLayout.Of(Bucket.Late)],
        totals[CountsLayout.Of(Bucket.Dead)],
        totals[CountsLayout.Of(Bucket.Shed)],
        inFlight);
}
