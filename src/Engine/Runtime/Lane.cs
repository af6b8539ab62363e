using System;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>The loop of one lane's thread: takes payloads, runs the chain, releases. Nothing is allocated between take and release.</summary>
internal sealed class Lane(int index, LaneInput input, Chain chain, OutputLane[] outputs, RunState state, string allocations)
{
    private const int WarmUpPayloads = 10;
    private long _allocated;

    public int Index => index;

    public Chain Chain => chain;

    /// <summary>Managed bytes allocated between taking and releasing payloads, from the eleventh on.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    public void Run()
    {
        WarmUp();
        int payloads = 0;
        while (input.Wait())
        {
            ref Payload payload = ref input.Item;
            chain.CountsAllocations = payloads >= WarmUpPayloads && allocations != "ignore";
            long before = GC.GetAllocatedBytesForCurrentThread();
            Work(in payload);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            input.Release();
            if (payloads++ >= WarmUpPayloads && allocated > 0)
            {
                _allocated += allocated;
                if (allocations == "fail")
                {
                    state.Fail(new Fault(ExitCode.Limit, $"allocations: fail: lane {index} allocated {allocated} managed bytes on one payload; explain the stage with allocations: warn"));
                }
            }
        }

        foreach (OutputLane output in outputs)
        {
            output.Finish();
        }
    }

    private void WarmUp()
    {
        try
        {
            chain.WarmUp();
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"lane {index}, before the first payload: {unexpected.GetType().Name}: {unexpected.Message}", unexpected));
        }
    }

    private void Work(in Payload payload)
    {
        try
        {
            chain.Process(in payload);
        }
        catch (StopException stop)
        {
            BreakOff(new Fault(stop.Code, stop.Message), in payload);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Fail closed: nothing of this payload is written, and the run ends.
            BreakOff(new Fault(ExitCode.Internal, $"lane {index}, payload {payload.Number}: {unexpected.GetType().Name}: {unexpected.Message}", unexpected), in payload);
        }
    }

    private void BreakOff(Fault fault, in Payload payload)
    {
        state.Fail(fault);
        try
        {
            chain.Abandon(in payload);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Counting what is in flight met the same fault; the first one is reported.
            chain.Release(payload.Number);
        }
    }
}
