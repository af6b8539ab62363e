using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Stages;
using DataStream.Stages.Keys;

namespace DataStream.Runtime;

/// <summary>The loop of one lane's thread: takes payloads, runs the chain, releases. Nothing is allocated between take and release.</summary>
internal sealed class Lane(int index, LaneInput input, Chain first, OutputLane[] outputs, RunState state, string allocations, LaneExchange? exchange) : IDisposable
{
    private const int WarmUpPayloads = 10;
    private readonly ConcurrentQueue<LaneTurn> _turns = new();
    private Chain _chain = first;
    private Chain _working = first;
    private int _generation;
    private long _allocated;

    public int Index => index;

    /// <summary>Its end of the output <c>main</c>.</summary>
    public OutputLane Main => outputs[0];

    /// <summary>The chains of partitions; null where the lane has one chain for all that comes.</summary>
    public LaneTasks? Tasks { get; init; }

    /// <summary>Events that had their effect. Any thread.</summary>
    public long EventsDone => Volatile.Read(ref _chain).EventsDone + (Tasks?.EventsDone ?? 0);

    /// <summary>Managed bytes allocated between taking and releasing payloads, from the eleventh on.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    public void Run()
    {
        Debts<Native>.Begin();
        WarmUp();
        int payloads = 0;
        long owedSince = 0;
        LaneAllocations own = LaneAllocations.OfThread;
        long before = own.Total();
        while (input.Wait())
        {
            ref Payload payload = ref input.Item;
            if (payload.Generation != _generation)
            {
                Turn(payload.Generation);
                payloads = 0; // the new chain warms up
            }

            _working = ChainOf(in payload, ref payloads);
            bool counts = payloads >= WarmUpPayloads && allocations != "ignore";
            _working.CountsAllocations = counts;
            if (exchange is null)
            {
                before = own.Total();
            }
            else
            {
                exchange.CountsAllocations = counts; // a lane that asks and answers also works while it waits for a payload
            }

            bool isWhole = Work(in payload);
            long allocated = own.Total() - before;
            input.Release();
            Debts<Native>.PayOld(ref owedSince);
            if (payloads++ >= WarmUpPayloads && allocated > 0 && isWhole && state.Failure is null) // the exception that ended the run is no leak, here or in an answer to another lane
            {
                _allocated += allocated;
                if (allocations == "fail")
                {
                    state.Fail(new Fault(ExitCode.Limit, "allocations: fail: " + AllocationWarnings.Of([_chain.Clocks], allocated).First()));
                }
            }

            before = exchange is null ? before : own.Total();
        }

        foreach (OutputLane output in outputs)
        {
            output.Finish();
        }

        exchange?.Finish();
        Debts<Native>.Pay();
    }

    /// <summary>Any thread: what the lane turns to when a payload of that generation comes. Before any such payload is made.</summary>
    public void Prepare(LaneTurn turn) => _turns.Enqueue(turn);

    /// <summary>Frees the chains, when the thread has ended.</summary>
    public void Dispose()
    {
        while (_turns.TryDequeue(out LaneTurn? turn))
        {
            _chain.Retire();
            _chain = turn.Chain;
        }

        Tasks?.Dispose();
        _chain.Dispose();
    }

    /// <summary>The chain that works on the payload, and how many payloads with records it has worked on: a partition's warms up by itself.</summary>
    private Chain ChainOf(in Payload payload, ref int payloads)
    {
        if (Tasks is null)
        {
            return _chain;
        }

        try
        {
            Chain chain = Tasks.Of(in payload);
            payloads = Tasks.CountOf(in payload);
            return chain;
        }
        catch (StopException stop)
        {
            state.Fail(Fault.Of(stop));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"lane {index}, a new partition: {unexpected.GetType().Name}: {unexpected.Message}", unexpected));
        }

        return _chain; // what comes behind a failure is counted alone
    }

    private void Turn(int generation)
    {
        while (_generation != generation && _turns.TryDequeue(out LaneTurn? turn))
        {
            turn.Chain.Follow(_chain);
            _chain.Retire();
            turn.Retired();
            Liveness.Tell(turn.Bound, turn.Needed);
            Volatile.Write(ref _chain, turn.Chain);
            _generation = turn.Generation;
            WarmUp();
        }
    }

    private void WarmUp()
    {
        try
        {
            _chain.WarmUp();
            exchange?.WarmUp();
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"lane {index}, before its first payload: {unexpected.GetType().Name}: {unexpected.Message}", unexpected));
        }
    }

    /// <summary>False where the payload broke the run off.</summary>
    private bool Work(in Payload payload)
    {
        try
        {
            _working.Process(in payload);
            return true;
        }
        catch (StopException stop)
        {
            BreakOff(Fault.Of(stop), in payload);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Fail closed: nothing of this payload is written, and the run ends.
            BreakOff(new Fault(ExitCode.Internal, $"lane {index}, payload {payload.Number}: {unexpected.GetType().Name}: {unexpected.Message}", unexpected), in payload);
        }

        return false;
    }

    private void BreakOff(Fault fault, in Payload payload)
    {
        state.Fail(fault);
        try
        {
            _working.Abandon(in payload);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Counting what is in flight met the same fault; the first one is reported.
            _working.Release(payload.Number);
        }
    }
}
