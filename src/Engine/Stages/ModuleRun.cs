using System;
using System.Runtime.CompilerServices;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Stages.Keys;

namespace DataStream.Stages;

/// <summary>The modules before the window, or all, and where they leave each row. Lane thread only.</summary>
/// <remarks>Without keyed stages a batch goes through all of them and on; with some, the whole payload goes through one after the other, so that a lane asks once per payload and stage.</remarks>
internal sealed class ModuleRun
{
    private readonly ModuleStage[] _modules;
    private readonly int _partitionSize;
    private RowFates[] _fates;

    public ModuleRun(ChainParts parts, int batches)
    {
        (_modules, _partitionSize) = (parts.Modules, parts.PartitionSize);
        _fates = new RowFates[batches];
        for (int i = 0; i < batches; i++)
        {
            _fates[i] = new RowFates(_partitionSize);
        }
    }

    /// <summary>Where the rows of a batch were left, by its place in the payload; a batch that went through alone has the first place.</summary>
    public RowFates this[int batch] => _fates[batch];

    /// <summary>One batch through all modules.</summary>
    /// <returns>Where it was through.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // as DecodeStage.Next
    public StageStart Run(Batch batch, StageStart start)
    {
        RowFates fates = _fates[0];
        fates.Begin(batch);
        foreach (ModuleStage stage in _modules)
        {
            fates.Note(batch);
            start = stage.Run(batch, in start);
            fates.Take(batch, stage.Module.Drops);
        }

        return start;
    }

    /// <summary>Owners' windows fold the rows and close; what comes back dropped was late. False when there was nothing to ask.</summary>
    public bool AskWindow(LaneExchange exchange, KeyedStage window, DecodeStage batches, int count, in Payload payload, TextArena texts, StageClock clock, long closesUntil)
    {
        for (int i = 0; i < count; i++)
        {
            _fates[i].Note(batches[i]);
        }

        bool asked = exchange.Ask(window, batches, count, in payload, texts, clock, 0, closesUntil);
        for (int i = 0; i < count; i++)
        {
            _fates[i].Take(batches[i], Bucket.Late);
        }

        return asked;
    }

    /// <summary>All batches of a payload through one module after the other.</summary>
    public void RunAll(LaneExchange exchange, DecodeStage batches, int count, in Payload payload, TextArena texts, bool countsAllocations)
    {
        while (_fates.Length < count)
        {
            Array.Resize(ref _fates, _fates.Length + 1); // a user's format cuts more batches
            _fates[^1] = new RowFates(_partitionSize);
        }

        for (int i = 0; i < count; i++)
        {
            _fates[i].Begin(batches[i]);
        }

        foreach (ModuleStage stage in _modules)
        {
            for (int i = 0; i < count; i++)
            {
                _fates[i].Note(batches[i]);
            }

            if (stage.Asks is { } keyed)
            {
                exchange.Ask(keyed, batches, count, in payload, texts, stage.Clock, stage.Number);
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    stage.Run(batches[i], countsAllocations);
                }
            }

            for (int i = 0; i < count; i++)
            {
                _fates[i].Take(batches[i], stage.Module.Drops);
            }
        }
    }
}
