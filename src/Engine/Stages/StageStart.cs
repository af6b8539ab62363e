using System.Diagnostics;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Where a stage begins: when, and behind how many allocated bytes.</summary>
/// <param name="Ticks">The time; nothing where it is not asked for.</param>
/// <param name="Stands">For how many batches like this one the time stands; 0: it is not asked for.</param>
/// <param name="Allocations">The lane's, where the stage's are asked for; else null.</param>
/// <param name="Bytes"><see cref="LaneAllocations.Unattributed"/> there.</param>
public readonly record struct StageStart(long Ticks, int Stands, LaneAllocations? Allocations, long Bytes)
{
    /// <summary>Here.</summary>
    public static StageStart Now(bool countsBytes, int stands = 1)
    {
        LaneAllocations? allocations = countsBytes ? LaneAllocations.OfThread : null;
        return new(stands == 0 ? 0 : Stopwatch.GetTimestamp(), stands, allocations, allocations?.Unattributed() ?? 0);
    }
}
