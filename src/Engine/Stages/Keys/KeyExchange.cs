using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Flow;
using DataStream.Rings;

namespace DataStream.Stages.Keys;

/// <summary>Where lanes ask each other about keys: ask, do not move. State of a key lives with one lane, its owner; rows, raw bytes and order stay where they are.</summary>
/// <remarks>All room is made at the start: one question for each lane and stage, since a lane works on one payload at a time.</remarks>
internal sealed class KeyExchange : IDisposable
{
    private readonly Question[][] _questions; // by stage and lane
    private readonly LaneExchange[] _lanes;
    private readonly Progress[] _finished;

    public KeyExchange(IReadOnlyList<KeyedStage> stages, int lanes, int partitionSize, WaitStrategy strategy, RunState state, MemoryBudget.Account memory)
    {
        (Stages, State) = (stages, state);
        _questions = [.. stages.Select(s => Enumerable.Range(0, lanes).Select(lane => new Question(s, lane, lanes, partitionSize, strategy, memory.Charge)).ToArray())];
        _lanes = [.. Enumerable.Range(0, lanes).Select(lane => new LaneExchange(this, lane, [.. _questions.Select(q => q[lane])], memory.Charge))];
        _finished = [.. Enumerable.Range(0, lanes).Select(_ => new Progress(strategy))];
    }

    public IReadOnlyList<KeyedStage> Stages { get; }

    public RunState State { get; }

    /// <summary>The lanes' waits, for rings and orders.</summary>
    public Meanwhile[] Meanwhile => [.. _lanes];

    public LaneExchange Lane(int index) => _lanes[index];

    /// <summary>Where the lane of a payload says what it asks at a stage.</summary>
    public Question QuestionOf(int stage, long payload) => _questions[stage][payload % _lanes.Length];

    /// <summary>Wakes every lane that is parked.</summary>
    public void Wake()
    {
        foreach (LaneExchange lane in _lanes)
        {
            lane.Wake();
        }
    }

    /// <summary>A lane has no payloads left, and waits until no lane has.</summary>
    public void Finish(int index, Meanwhile lane)
    {
        _finished[index].Set(1);
        Wake();
        foreach (Progress finished in _finished)
        {
            finished.WaitFor(1, lane);
        }
    }

    public void Dispose()
    {
        foreach (LaneExchange lane in _lanes)
        {
            lane.Dispose();
        }
    }
}
