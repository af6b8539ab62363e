using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>The chains of the partitions that a lane works on: each has modules, windows and event time of its own, and is made when its first payload comes. Lane thread only.</summary>
/// <param name="plan">What each is made of.</param>
/// <param name="links">What they share with the lane's first chain.</param>
/// <param name="beside">The lane's first chain, which works on no partition.</param>
/// <param name="parts">Its parts, whose clocks count for all.</param>
/// <param name="positions">Where it is told what may be committed.</param>
/// <param name="states">Where copies of their states go and come from; null: nothing is kept.</param>
/// <param name="newDecoder">A decoder for a chain.</param>
internal sealed class LaneTasks(Plan plan, LaneLinks links, Chain beside, ChainParts parts, TaskPositions positions, TaskStates? states, Func<BoundChain, Decoder> newDecoder) : IDisposable
{
    private static readonly Lock s_gate = new(); // lanes make theirs one after the other: what plans are made of is not for many threads

    private readonly MemoryBudget.Account _memory = plan.Budget.Open("batches and positions of partitions");
    private readonly SortedDictionary<int, Chain> _chains = [];
    private readonly long _bytes = FixedMemory.Batches(plan.Config, plan.First, wholePayloads: true) + (plan.HoldsPositions ? HeldPositions.Bytes + WindowHold.Bytes : 0);
    private readonly Dictionary<int, int> _worked = []; // payloads with records, by task
    private Chain? _last;
    private int _lastTask = -1;
    private long _eventsBefore; // of chains that are gone

    /// <summary>Events that had their effect. Any thread.</summary>
    public long EventsDone => Interlocked.Read(ref _eventsBefore) + beside.Tasks.Sum(t => t.EventsDone);

    /// <summary>The chain of the payload's partition, made where it is not there yet.</summary>
    /// <exception cref="StopException">The budget is spent: 71.</exception>
    public Chain Of(in Payload payload)
    {
        if (payload.Task < 0)
        {
            return beside;
        }

        if (payload.Has(PayloadMarks.Forget))
        {
            Forget(payload.Task);
            return beside;
        }

        if (payload.Task != _lastTask)
        {
            if (!_chains.TryGetValue(payload.Task, out _last))
            {
                _last = Make(payload.Task);
            }

            _lastTask = payload.Task;
        }

        if (payload.Has(PayloadMarks.Resume))
        {
            _last!.Resume(payload.ToldTime);
        }

        if (payload.Has(PayloadMarks.Load))
        {
            Load(_last!, payload.Task);
        }

        return _last!;
    }

    /// <summary>How many payloads with records the partition's chain has worked on before this one; 0 where it is no partition's.</summary>
    public int CountOf(in Payload payload)
    {
        if (payload.Task < 0 || !_worked.TryGetValue(payload.Task, out int count))
        {
            return 0;
        }

        _worked[payload.Task] = payload.Messages > 0 ? count + 1 : count;
        return count;
    }

    public void Dispose()
    {
        foreach (Chain chain in _chains.Values)
        {
            chain.Dispose();
        }

        _chains.Clear();
        _last = null;
        _lastTask = -1;
    }

    private void Load(Chain chain, int task)
    {
        StateImage?[] kept = states!.Take(task);
        try
        {
            chain.Load(kept);
        }
        catch (StateException damage)
        {
            throw new StopException(ExitCode.InputOutput, $"the state of a partition that was kept does not fit this pipeline: {damage.Message}");
        }
        finally
        {
            Array.ForEach(kept, image => image?.Dispose());
        }
    }

    private Chain Make(int task)
    {
        _memory.Charge(_bytes);
        Chain chain;
        lock (s_gate)
        {
            BoundChain bound = plan.NewChain();
            chain = new Chain(ChainAssembly.Assemble(plan, bound, newDecoder(bound), beside: parts),
                links with { IsTask = true, Held = plan.HoldsPositions ? positions.Begin(task) : null, Clock = positions.BeginClock(task), Images = states?.Of(task) }, plan.Dead, plan.DeadOutput);
        }

        chain.WarmUp();
        _chains.Add(task, chain);
        _worked[task] = 0;
        beside.Tasks = [.. _chains.Values];
        return chain;
    }

    private void Forget(int task)
    {
        states?.Forget(task);
        _worked.Remove(task);
        if (_chains.Remove(task, out Chain? chain))
        {
            Interlocked.Add(ref _eventsBefore, chain.EventsDone);
            beside.Tasks = [.. _chains.Values];
            chain.Dispose();
            _memory.Charge(-_bytes);
        }

        (_last, _lastTask) = (null, -1);
    }
}
