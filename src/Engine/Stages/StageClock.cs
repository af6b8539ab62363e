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

    /// <summary>The stage ends.</summary>
    /// <param name="start">Where it began.</param>
    /// <param name="events">How many events it had.</param>
    /// <returns>Where the next stage begins: here, for asking is not free.</returns>
    public StageStart Add(in StageStart start, int events)
    {
        _events += events;
        if (start.Allocations is { } allocations)
        {
            _allocated += allocations.Attribute(start.Bytes); // what is left is what it was at the beginning
            _weighed += events;
        }

        if (start.Stands == 0)
        {
            return start;
        }

        long now = Stopwatch.GetTimestamp();
        _ticks += (now - start.Ticks) * start.Stands;
        return start with { Ticks = now };
    }
}
