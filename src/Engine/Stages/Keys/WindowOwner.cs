using System;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Windows;

namespace DataStream.Stages.Keys;

/// <summary>The keys that one lane owns of a session or count window: its operator folds the rows of all lanes, and gives finished rows to the payload that caused them.</summary>
internal sealed class WindowOwner : KeyOwner
{
    private readonly WindowOperator _window;
    private readonly StageClock _clock;
    private readonly TextArena _arena;
    private readonly Batch _batch;
    private readonly OwnedResults _results;
    private readonly ulong[] _late;
    private readonly WindowOperator[] _alone;

    public WindowOwner(KeyedStage stage, WindowOperator window, StageClock clock, int partitionSize, Action<long> chargeText)
    {
        (_window, _clock) = (window, clock);
        _alone = [window];
        _arena = new TextArena(chargeText);
        _batch = new Batch(stage.Storage, partitionSize, _arena, stage.Stores);
        _results = new OwnedResults(stage.Window!, partitionSize, chargeText);
        _late = new ulong[partitionSize / Batch.BlockLength];
    }

    public override void WarmUp()
    {
    }

    public override void Answer(Question question, int owner)
    {
        StageStart start = StageStart.Now(CountsAllocations);
        int begin = question.BeginOf(owner);
        int end = begin + question.CountOf(owner);
        _results.Begin(question, question.ResultsOf(owner));
        for (int at = begin; at < end; at += _batch.Capacity)
        {
            _arena.Reset();
            question.Load(_batch, at, Math.Min(_batch.Capacity, end - at));
            _batch.FirstOrdinal = at - begin;
            _results.FirstPlace = at;
            _late.AsSpan().Clear();
            _window.Fold(_batch, _late.AsSpan(0, _batch.Words), _results);
            question.Store(_batch, owner, at);
        }

        if (question.ClosesUntil != long.MinValue)
        {
            _window.Close(_alone, question.ClosesUntil, _results);
        }

        _clock.Add(in start, end - begin);
    }

    public override void Dispose()
    {
        _batch.Dispose();
        _arena.Dispose();
        _results.Dispose();
    }

    /// <summary>Takes the operator's rows to the store of the payload that is asked about.</summary>
    private sealed class OwnedResults : WindowResults, IDisposable
    {
        private readonly TextArena _arena;
        private Question? _question;
        private ResultStore? _store;
        private long _cause;

        public OwnedResults(WindowStage window, int partitionSize, Action<long> chargeText)
        {
            _arena = new TextArena(chargeText);
            Batch = new Batch(window.Results, partitionSize, _arena);
            Batch.SetCount(Batch.Capacity);
        }

        public override Batch Batch { get; }

        /// <summary>The place of the batch's first row in the question.</summary>
        public int FirstPlace { private get; set; }

        public void Begin(Question question, ResultStore store)
        {
            (_question, _store, _cause) = (question, store, 0);
            store.Begin();
        }

        public override void CausedBy(int row)
        {
            Pass();
            _cause = row < 0 ? long.MaxValue : _question!.ArrivalOf(FirstPlace + row);
        }

        public override void Fault(int result) => _store!.Fault(result);

        public void Dispose()
        {
            Batch.Dispose();
            _arena.Dispose();
        }

        protected override void Send(int count)
        {
            _store!.Add(Batch, count, _cause);
            _arena.Reset();
        }
    }
}
