using System;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Rings;
using DataStream.Windows;

namespace DataStream.Stages.Keys;

/// <summary>One lane's end of the exchange: it asks the owners of its rows' keys, and answers for the keys that are its own. Lane thread only.</summary>
/// <remarks>
/// For each stage the owner takes payload after payload, whether a lane asks about it or says that it does not. It does so whenever its
/// lane waits, for whatever: so the oldest payload that is not done is always answered, and no one waits for ever.
/// </remarks>
internal sealed class LaneExchange : Meanwhile, IDisposable
{
    private readonly KeyExchange _all;
    private readonly int _index;
    private readonly Question[] _questions;
    private readonly FoldScratch[] _scratch;
    private readonly KeyOwner?[] _owners;
    private readonly long[] _next;

    public LaneExchange(KeyExchange all, int index, Question[] questions, Action<long> charge)
    {
        (_all, _index, _questions) = (all, index, questions);
        _scratch = Array.ConvertAll(questions, q => new FoldScratch(charge, all.Stages[Array.IndexOf(questions, q)].Key));
        _owners = new KeyOwner?[questions.Length];
        _next = new long[questions.Length];
    }

    /// <summary>Managed bytes allocated while serving, as long as they are counted.</summary>
    public bool CountsAllocations
    {
        set
        {
            foreach (KeyOwner? owner in _owners)
            {
                owner!.CountsAllocations = value;
            }
        }
    }

    /// <summary>Before the lane runs: what answers for the lane's keys.</summary>
    public void Own(int stage, KeyOwner owner) => _owners[stage] = owner;

    public void WarmUp()
    {
        foreach (KeyOwner? owner in _owners)
        {
            owner!.WarmUp();
        }
    }

    /// <summary>Answers the next question of some stage.</summary>
    public override bool Serve()
    {
        for (int stage = 0; stage < _next.Length; stage++)
        {
            long number = _next[stage];
            Question question = _all.QuestionOf(stage, number);
            if (!question.IsPublished(number))
            {
                continue;
            }

            if (question.Asks(number))
            {
                Answer(_owners[stage]!, question, number);
                question.Answer(_index, number);
                _all.Lane(question.Lane).Wake();
            }

            _next[stage]++;
            return true;
        }

        return false;
    }

    /// <summary>A stage of a payload: asks about the live rows of its batches, waits for the answers and puts them into the batches.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="batches">The payload's rows.</param>
    /// <param name="count">How many batches there are.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="texts">Its texts that are made.</param>
    /// <param name="clock">The stage's clock on this lane.</param>
    /// <param name="number">The stage's number, for those that it kills.</param>
    /// <param name="closesUntil">A window's: what it closes at, behind the rows.</param>
    /// <returns>Whether owners were asked.</returns>
    public bool Ask(KeyedStage stage, DecodeStage batches, int count, in Payload payload, TextArena texts, StageClock clock, int number, long closesUntil = long.MinValue)
    {
        StageStart start = StageStart.Now(countsBytes: false);
        Question question = _questions[stage.Index];
        FoldScratch scratch = _scratch[stage.Index];
        question.Begin(in payload, texts);
        question.ClosesUntil = closesUntil;
        int rows = 0;
        for (int i = 0; i < count; i++)
        {
            rows += batches[i].Count;
            question.Add(scratch.Read(batches[i], stage.Key), scratch.Hashes.Items);
        }

        if (question.Count > 0)
        {
            question.Place();
            for (int i = 0; i < count; i++)
            {
                question.Gather(batches[i], i);
            }
        }

        clock.Add(in start, rows - question.Count);
        bool asks = question.Count > 0 || closesUntil != long.MinValue;
        Publish(question, payload.Number, asks);
        if (!asks)
        {
            return false;
        }

        question.WaitForAnswers(payload.Number, this);
        start = StageStart.Now(countsBytes: false);
        bool isOver = _all.State.Failure is not null || payload.Number > _all.State.StopAfter; // then nobody may have answered
        for (int i = 0; i < count && !isOver; i++)
        {
            batches[i].Stage = number;
            question.Apply(batches[i], i);
        }

        clock.Add(in start, 0);
        return true;
    }

    /// <summary>What the owners' windows gave to the payload that was asked about last.</summary>
    public void TakeResults(KeyedStage stage, WindowResults results) => _questions[stage.Index].TakeResults(results);

    /// <summary>The lane does not ask about a payload, or not at the stages that it did not come to: the owners go on.</summary>
    public void Skip(long number)
    {
        foreach (Question question in _questions)
        {
            if (!question.IsPublished(number))
            {
                Publish(question, number, asks: false);
            }
        }
    }

    /// <summary>The lane has no payloads left: it serves until no lane has.</summary>
    public void Finish() => _all.Finish(_index, this);

    public void Dispose()
    {
        foreach (KeyOwner? owner in _owners)
        {
            owner?.Dispose();
        }

        for (int i = 0; i < _questions.Length; i++)
        {
            _questions[i].Dispose();
            _scratch[i].Dispose();
        }
    }

    private void Publish(Question question, long number, bool asks)
    {
        question.Publish(number, asks);
        _all.Wake();
    }

    /// <summary>A question is always answered, for its lane waits; where the run broke off nobody looks at the answer.</summary>
    private void Answer(KeyOwner owner, Question question, long number)
    {
        if (_all.State.Failure is not null || number > _all.State.StopAfter)
        {
            return;
        }

        try
        {
            owner.Answer(question, _index);
        }
        catch (StopException stop)
        {
            _all.State.Fail(Fault.Of(stop));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            _all.State.Fail(new Fault(ExitCode.Internal, $"lane {_index}, asked about payload {number}: {unexpected.GetType().Name}: {unexpected.Message}", unexpected));
        }
    }
}
