using System;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>Rows that a window emits: through the modules behind it and to the outputs.</summary>
internal sealed class ResultRows : WindowResults, IDisposable
{
    private readonly ModuleStage[] _modules;
    private readonly DeadPlan _deadPlan;
    private readonly DeadStage _dead;
    private readonly CountsLayout _layout;
    private readonly long[] _counts;
    private readonly Action<Batch> _encode;
    private readonly TextArena _arena;

    public ResultRows(ChainParts parts, DeadPlan deadPlan, DeadStage dead, CountsLayout layout, long[] counts, Action<Batch> encode)
    {
        (_modules, _deadPlan, _dead, _layout, _counts, _encode) = (parts.After, deadPlan, dead, layout, counts, encode);
        _arena = new TextArena(parts.ChargeText);
        Batch = new Batch(parts.ResultStorage, parts.PartitionSize, _arena);
        Batch.SetCount(Batch.Capacity);
    }

    public override Batch Batch { get; }

    /// <summary>Whether the modules behind the window count their managed allocations.</summary>
    public bool CountsAllocations { get; set; }

    /// <summary>A row was killed under <c>on_error: fail</c>: nothing follows it.</summary>
    public string? Failure { get; private set; }

    public override void Fault(int result) => _counts[_layout.Fault(result)]++;

    /// <summary>A batch without rows through everything behind the window.</summary>
    public void WarmUp()
    {
        Send(0);
        _counts.AsSpan().Clear();
    }

    public void Dispose()
    {
        Batch.Dispose();
        _arena.Dispose();
    }

    protected override void Send(int count)
    {
        if (Failure is null)
        {
            Batch.Truncate(count);
            _counts[CountsLayout.WindowRows] += count;
            foreach (ModuleStage stage in _modules)
            {
                stage.Run(Batch, CountsAllocations);
            }

            ReportDead();
            _encode(Batch);
        }

        Batch.SetCount(Batch.Capacity);
        _arena.Reset();
    }

    private void ReportDead()
    {
        for (int word = 0; word < Batch.Words; word++)
        {
            for (ulong dead = Batch.Dead[word]; dead != 0; dead &= dead - 1)
            {
                int row = (word * 64) + BitOperations.TrailingZeroCount(dead);
                (DeadReason reason, int stage, int column) = Batch.DeathOf(row);
                foreach (ModuleStage module in _modules)
                {
                    if (module.Number == stage)
                    {
                        _counts[_layout.Fault(module.FaultBase + reason.Id)]++;
                    }
                }

                if (_deadPlan.PolicyOf(stage) == OnError.Fail)
                {
                    Failure = $"a result of a window: {reason.Name} at {_deadPlan.StageNames[stage]}; on_error: fail ends the run at the first such row";
                    Batch.Truncate(row);
                    return;
                }

                _dead.ReportResult(reason, stage, column);
            }
        }
    }
}
