using System.Diagnostics;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Where a stage begins: when, and behind how many allocated bytes.</summary>
/// <param name="Ticks">The time; nothing where it is not asked for.</param>
/// <param name="Stands">For how many batches like this one the time stands; 0: it is not asked for.</param>
/// <param name="CountsBytes">Whether the stage's allocations are asked for.</param>
/// <param name="Bytes"><see cref="LaneAllocations.Unattributed"/>, where they are.</param>
public readonly record struct StageStart(long Ticks, int Stands, bool CountsBytes, long Bytes)
{
    /// <summary>Here.</summary>
    public static StageStart Now(bool countsBytes, int stands = 1) =>
        new(stands == 0 ? 0 : Stopwatch.GetTimestamp(), stands, countsBytes, countsBytes ? LaneAllocations.Unattributed() : 0);
}
