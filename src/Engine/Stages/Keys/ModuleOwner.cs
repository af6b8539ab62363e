using System;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Stages.Keys;

/// <summary>The keys that one lane owns of a module: the lane's instance of it works on the rows of all lanes, in a batch of its own.</summary>
internal sealed class ModuleOwner : KeyOwner
{
    private readonly ModuleStage _module;
    private readonly TextArena _arena;
    private readonly Batch _batch;

    public ModuleOwner(KeyedStage stage, ModuleStage module, int partitionSize, Action<long> chargeText)
    {
        _module = module;
        _arena = new TextArena(chargeText);
        _batch = new Batch(stage.Storage, partitionSize, _arena, stage.Stores);
    }

    public override void WarmUp()
    {
        _batch.SetCount(0);
        _module.Run(_batch, countsAllocations: false);
    }

    public override void Answer(Question question, int owner)
    {
        int begin = question.BeginOf(owner);
        int end = begin + question.CountOf(owner);
        question.TextsOf(owner).Reset();
        for (int at = begin; at < end; at += _batch.Capacity)
        {
            _arena.Reset();
            question.Load(_batch, at, Math.Min(_batch.Capacity, end - at));
            _batch.FirstOrdinal = at - begin;
            _module.Run(_batch, CountsAllocations);
            question.Store(_batch, owner, at);
        }
    }

    public override void Dispose()
    {
        _batch.Dispose();
        _arena.Dispose();
    }
}
