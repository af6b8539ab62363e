using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Expressions;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>A module in a chain: its number (1 is the first; 0 is <c>decode</c>) and, behind a window, where its kills are counted.</summary>
public sealed record ModuleStage(Module Module, int Number, StageClock Clock, int FaultBase = -1);

/// <summary>What an output takes from a lane.</summary>
/// <param name="Index">Its place among the outputs.</param>
/// <param name="Encoder">This lane's encoder.</param>
/// <param name="Where">The condition of an additional output; null: all rows.</param>
/// <param name="Clock">Time of encoding.</param>
public sealed record OutputStage(int Index, Encoder Encoder, BoundExpression? Where, StageClock Clock);

/// <summary>One lane's own instances of everything the plan says, bound and ready.</summary>
public sealed record ChainParts
{
    public required IReadOnlyList<ColumnType> Storage { get; init; }

    public required int PartitionSize { get; init; }

    /// <summary>Charges the growth of text arenas.</summary>
    public required Action<long> ChargeText { get; init; }

    public required Decoder Decoder { get; init; }

    public required StageClock DecodeClock { get; init; }

    /// <summary>fix_time modules before the event time is final.</summary>
    public required ModuleStage[] Leading { get; init; }

    public EventTimeStage? EventTime { get; init; }

    /// <summary>Modules before the window, or all.</summary>
    public required ModuleStage[] Modules { get; init; }

    public WindowOperator? Window { get; init; }

    public StageClock? WindowClock { get; init; }

    /// <summary>What a result batch stores; empty without a window.</summary>
    public IReadOnlyList<ColumnType> ResultStorage { get; init; } = [];

    /// <summary>Modules behind the window.</summary>
    public ModuleStage[] After { get; init; } = [];

    /// <summary><c>main</c> first, then the additional outputs.</summary>
    public required OutputStage[] Outputs { get; init; }

    public OutputStage? Late { get; init; }
}

/// <summary>What a chain shares with the other lanes and the writers of its run.</summary>
/// <param name="Index">The lane's number.</param>
/// <param name="Outputs">This lane's ends of all outputs, by index.</param>
/// <param name="Operators">All lanes' window operators; empty without a window.</param>
/// <param name="MaxEvents">The run takes this many events, in input order.</param>
public sealed record LaneLinks(int Index, Flow.RunState State, PayloadOrder Order, Flow.CountsLayout Layout, OutputLane[] Outputs, WindowOperator[] Operators, long MaxEvents);
