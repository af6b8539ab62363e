using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Stages.Keys;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>One lane's own instances of everything the plan says, bound and ready.</summary>
public sealed record ChainParts
{
    public required IReadOnlyList<ColumnType> Storage { get; init; }

    public required int PartitionSize { get; init; }

    /// <summary>Charges the growth of text arenas.</summary>
    public required Action<long> ChargeText { get; init; }

    public required Decoder Decoder { get; init; }

    /// <summary>Columns of texts that a program's decoder fills: where it says that they lie is looked at, since they are read without a check.</summary>
    internal int[] DecodedTexts { get; init; } = [];

    public required StageClock DecodeClock { get; init; }

    /// <summary>fix_time modules before the event time is final.</summary>
    public required ModuleStage[] Leading { get; init; }

    public EventTimeStage? EventTime { get; init; }

    /// <summary>Modules before the window, or all.</summary>
    public required ModuleStage[] Modules { get; init; }

    public WindowOperator? Window { get; init; }

    /// <summary>The window's state lives with the keys' owner lanes, and this lane asks them; null: it folds at home.</summary>
    internal KeyedStage? WindowAsks { get; init; }

    public StageClock? WindowClock { get; init; }

    /// <summary>What a result batch stores; empty without a window.</summary>
    public IReadOnlyList<ColumnType> ResultStorage { get; init; } = [];

    /// <summary>Modules behind the window.</summary>
    public ModuleStage[] After { get; init; } = [];

    /// <summary><c>main</c> first, then the additional outputs.</summary>
    public required OutputStage[] Outputs { get; init; }

    public OutputStage? Late { get; init; }

    /// <summary>Frees what the conditions of outputs hold.</summary>
    public void FreeConditions()
    {
        foreach (OutputStage output in Outputs)
        {
            output.Where?.Dispose();
        }
    }

    /// <summary>What keeps state, in the order of the chain.</summary>
    public IEnumerable<IStateful> Stateful
    {
        get
        {
            foreach (ModuleStage stage in (ModuleStage[])[.. Leading, .. Modules])
            {
                if (stage.Module is IStateful state && stage.Module.Scope != Scope.Stateless)
                {
                    yield return state;
                }
            }

            if (Window is not null)
            {
                yield return Window;
            }

            foreach (ModuleStage stage in After)
            {
                if (stage.Module is IStateful state && stage.Module.Scope != Scope.Stateless)
                {
                    yield return state;
                }
            }
        }
    }

    /// <summary>Frees what modules and the window hold.</summary>
    public void FreeState()
    {
        Window?.Dispose();
        foreach (ModuleStage stage in (ModuleStage[])[.. Leading, .. Modules, .. After])
        {
            (stage.Module as IDisposable)?.Dispose();
        }
    }

    /// <summary>The clocks of all stages in order.</summary>
    public IEnumerable<StageClock> Clocks
    {
        get
        {
            List<StageClock> clocks = [DecodeClock, .. Leading.Select(m => m.Clock), .. Modules.Select(m => m.Clock)];
            if (WindowClock is not null)
            {
                clocks.Add(WindowClock);
            }

            clocks.AddRange(After.Select(m => m.Clock));
            clocks.AddRange(Outputs.Select(o => o.Clock));
            if (Late is not null)
            {
                clocks.Add(Late.Clock);
            }

            return clocks;
        }
    }
}
