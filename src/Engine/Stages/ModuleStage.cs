using System;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Stages.Keys;

namespace DataStream.Stages;

/// <summary>A module in a chain: its number (1 is the first; 0 is <c>decode</c>) and, behind a window, where its kills are counted.</summary>
public sealed record ModuleStage(Module Module, int Number, StageClock Clock, int FaultBase = -1)
{
    /// <summary>Its state lives with the keys' owner lanes, and this lane asks them; null: it runs at home.</summary>
    internal KeyedStage? Asks { get; init; }

    /// <summary>Columns of texts that a program's module adds: where it says that they lie is looked at, since they are read without a check.</summary>
    internal int[] AddedTexts { get; init; } = [];

    /// <summary>Runs the module on a batch, under its number and its clock.</summary>
    public void Run(Batch batch, bool countsAllocations) => Run(batch, StageStart.Now(countsAllocations));

    /// <summary>The same behind another stage.</summary>
    /// <returns>Where it ended.</returns>
    internal StageStart Run(Batch batch, in StageStart start)
    {
        batch.Stage = Number;
        int rows = batch.Count;
        try
        {
            Module.Process(batch);
        }
        catch (StopException stop) when (stop.Code == ExitCode.Limit && !stop.Message.Contains($"'{Clock.Name}'", StringComparison.Ordinal))
        {
            // The texts that expressions make are one account of the lane: the message names the module that spent it.
            throw new StopException(stop.Code, $"'{Clock.Name}': {stop.Message}", stop);
        }
        catch (Exception theirs) when (theirs is not (StopException or OutOfMemoryException))
        {
            throw StageFault.Of(Clock, theirs);
        }

        if (batch.Count != rows)
        {
            throw StageFault.OfRows(Clock, rows, batch.Count);
        }

        if (AddedTexts.Length > 0)
        {
            StageFault.CheckTexts(Clock, batch, AddedTexts);
        }

        return Clock.Add(in start, batch.Count);
    }
}
