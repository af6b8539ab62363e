using System.Diagnostics;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Time, events and managed allocations of one stage on one lane. Written by the lane, read by anyone.</summary>
public sealed class StageClock(string name, Place place)
{
    private long _ticks;
    private long _events;
    private long _allocated;
    private long _weighed;

    public string Name => name;

    /// <summary>Where the configuration asks for the stage.</summary>
    public Place Place => place;

    public long Ticks => Volatile.Read(ref _ticks);

    public long Events => Volatile.Read(ref _events);

    /// <summary>Bytes since the lane counts them, without those of stages that this one runs.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    /// <summary>Events since the lane counts bytes.</summary>
    public long Weighed => Volatile.Read(ref _weighed);

    /// <param name="startedTicks">The time at the beginning.</param>
    /// <param name="startedBytes"><see cref="LaneAllocations.Unattributed"/> at the beginning.</param>
    /// <param name="events">How many events it had.</param>
    /// <param name="countBytes">Whether the bytes were asked for.</param>
    /// <returns>The time: the next stage begins where this one ends, and asking for it is not free.</returns>
    public long Add(long startedTicks, long startedBytes, int events, bool countBytes)
    {
        long now = Stopwatch.GetTimestamp();
        _ticks += now - startedTicks;
        _events += events;
        if (countBytes)
        {
            _allocated += LaneAllocations.Attribute(startedBytes);
            _weighed += events;
        }

        return now;
    }
}
