using System;
using System.Diagnostics;
using DataStream.Batches;
using DataStream.Modules;

namespace DataStream.Stages;

/// <summary>A module in a chain: its number (1 is the first; 0 is <c>decode</c>) and, behind a window, where its kills are counted.</summary>
public sealed record ModuleStage(Module Module, int Number, StageClock Clock, int FaultBase = -1)
{
    /// <summary>Runs the module on a batch, under its number and its clock.</summary>
    public void Run(Batch batch, bool countsAllocations)
    {
        long ticks = Stopwatch.GetTimestamp();
        long bytes = countsAllocations ? GC.GetAllocatedBytesForCurrentThread() : 0;
        batch.Stage = Number;
        Module.Process(batch);
        Clock.Add(ticks, bytes, batch.Count, countsAllocations);
    }
}
