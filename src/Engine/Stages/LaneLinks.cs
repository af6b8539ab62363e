using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Stages.Keys;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>What a chain shares with the other lanes and the writers of its run.</summary>
/// <param name="Index">The lane's number.</param>
/// <param name="Outputs">This lane's ends of all outputs, by index.</param>
/// <param name="Operators">All lanes' window operators; empty without a window.</param>
/// <param name="MaxEvents">The run takes this many events, in input order.</param>
public sealed record LaneLinks(int Index, RunState State, PayloadOrder Order, CountsLayout Layout, OutputLane[] Outputs, WindowOperator[] Operators, long MaxEvents)
{
    /// <summary>The input has partitions: its end closes windows only where it says so (<see cref="PayloadMarks.Close"/>).</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>Partitions have chains of their own: no chain waits for other lanes' event times.</summary>
    public bool HasTasks { get; init; }

    /// <summary>Of a partition with windows: where it is told what may be committed.</summary>
    public HeldPositions? Held { get; init; }

    /// <summary>Of a partition: where it tells its event time.</summary>
    public TaskClock? Clock { get; init; }

    /// <summary>Of a partition whose state is kept: where copies of it go, in the order of <see cref="ChainParts.Stateful"/>.</summary>
    public StateImage[]? Images { get; init; }

    /// <summary>How far the event time must be ahead of an event for all its windows to be closed.</summary>
    public long Reach { get; init; }

    /// <summary>The chain works on one partition alone: its event time is its own, and so are its windows.</summary>
    public bool IsTask { get; init; }

    /// <summary>The partition's event time is told: its records do not move it.</summary>
    public bool TimeIsTold { get; init; }

    /// <summary>The columns of the key by which records are sent on as they came; null: rows are encoded.</summary>
    public IReadOnlyList<Field>? Forwards { get; init; }

    /// <summary>The lane's end of the exchange; null where no stage asks other lanes.</summary>
    internal LaneExchange? Exchange { get; init; }

    /// <summary>Ends a payload at every output. Where none has a row of it the writers may sleep on for now.</summary>
    public void EndPayload(long number, PayloadMarks marks, int fault, ReadOnlySpan<long> counts)
    {
        bool isQuiet = marks == PayloadMarks.None;
        foreach (OutputLane output in Outputs)
        {
            isQuiet &= output.Rows == 0;
        }

        foreach (OutputLane output in Outputs)
        {
            output.EndPayload(number, marks, fault, counts, isQuiet);
        }
    }
}
