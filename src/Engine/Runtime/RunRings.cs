using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Stages.Keys;

namespace DataStream.Runtime;

/// <summary>The rings of one run: of each input or place, and of each output and lane. Made before the threads start, and freed when they have ended.</summary>
internal sealed class RunRings(Plan plan, CountsLayout layout, KeyExchange? exchange)
{
    private readonly int _size = plan.Config.Tuning.RingSize;
    private PayloadRing[] _inputs = [];

    /// <summary>Who has which payload where lanes take them as they are free: where windows fold and close, which takes one of them long, and nothing binds a payload to a lane. Outputs that shed do: what they left out is told with the lane's next payload. Else null.</summary>
    public PayloadTakers? Takers { get; } = plan is { Lanes: > 1, Ingress: null, Messages: null, Keyed.Count: 0, First.Window: not null } && !plan.Outputs.Any(output => output.MayShed)
        ? new PayloadTakers(plan.Lanes, plan.Lanes * plan.Config.Tuning.RingSize, Waiting.Of(plan), Waiting.BesideLanes(plan)) : null;

    /// <summary>Memory for messages that no slot of an input has room for; null: the input has no messages.</summary>
    public LargerSlots? Larger { get; } = plan.Messages is null ? null : new LargerSlots(plan.Budget.Lent.TryTake, plan.Budget.Lent.Return);

    /// <summary>By output and lane.</summary>
    public PayloadRing[][] Outputs { get; private set; } = [];

    public void MakeOutputs() => Outputs = [.. plan.Outputs.Select((_, index) => NewOutputs(index == 0 ? layout.Length : 0))];

    /// <summary>The rings between readers and lanes: one for each lane, or for each place.</summary>
    public Ring<Payload>[] MakeInputs()
    {
        int block = PayloadRing.BlockSize(plan.Config.Tuning.PayloadSize) + (plan.Messages is not null ? plan.Config.Tuning.PayloadSize : 0);
        int slots = Takers is null ? _size : 1;
        _inputs = [.. Enumerable.Range(0, Takers?.Places ?? plan.Lanes).Select(i =>
            new PayloadRing(slots, block, 0, Waiting.BesideLanes(plan), consumer: exchange?.Lane(i), taking: Waiting.Of(plan)))];
        return [.. _inputs.Select(r => r.Ring)];
    }

    /// <summary>Where a lane's payloads come from.</summary>
    public LaneInput InputOf(int lane, Ring<Payload>[] inputs) => Takers is null ? new RingInput(inputs[lane], Larger) : new SharedInput(inputs, Takers, lane);

    /// <summary>Any thread: writers, and lanes that wait for them, go on.</summary>
    public void Poison()
    {
        Takers?.Poison();
        foreach (PayloadRing[] rings in Outputs)
        {
            Array.ForEach(rings, r => r.Ring.Poison());
        }
    }

    /// <summary>Frees all but what is still in use.</summary>
    public void DisposeExcept(List<PayloadRing> inUse)
    {
        foreach (PayloadRing ring in _inputs.Concat(Outputs.SelectMany(o => o)).Except(inUse))
        {
            ring.Dispose();
        }
    }

    private PayloadRing[] NewOutputs(int counts) => [.. Enumerable.Range(0, plan.Lanes).Select(lane =>
        new PayloadRing(_size, PayloadRing.BlockSize(plan.Config.Tuning.PayloadSize), counts, Waiting.Of(plan), producer: exchange?.Lane(lane), taking: Waiting.BesideLanes(plan)))];
}
