using System;
using System.Diagnostics;
using System.Threading;

namespace DataStream.Stages;

/// <summary>Time, events and managed allocations of one stage on one lane. Written by the lane, read by anyone.</summary>
public sealed class StageClock(string name)
{
    private long _ticks;
    private long _events;
    private long _allocated;

    public string Name => name;

    public long Ticks => Volatile.Read(ref _ticks);

    public long Events => Volatile.Read(ref _events);

    /// <summary>Bytes since the lane counts them.</summary>
    public long Allocated => Volatile.Read(ref _allocated);

    public void Add(long startedTicks, long startedBytes, int events, bool countBytes)
    {
        _ticks += Stopwatch.GetTimestamp() - startedTicks;
        _events += events;
        if (countBytes)
        {
            _allocated += GC.GetAllocatedBytesForCurrentThread() - startedBytes;
        }
    }
}
