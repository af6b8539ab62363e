using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>Waits until a run's threads have ended, and counts what did not leave.</summary>
/// <remarks>
/// A writer can be blocked for ever in a write to a pipe that nobody reads. While the run is well that is back-pressure; after a failure nothing
/// is waited for that long: the writer is left where it is, and what it had not written is in flight.
/// </remarks>
internal sealed class Drain(RunState state, Accountant accountant)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly List<Writer> _left = [];

    /// <summary>Writers that did not end. Their sinks and rings are theirs for ever.</summary>
    public IReadOnlyList<Writer> Left => _left;

    /// <summary>Waits for the threads; <paramref name="writers"/> that do not run on lanes have theirs in the same order.</summary>
    public void Join(IEnumerable<PinnedThread> threads, IReadOnlyList<Writer> writers, IReadOnlyList<PinnedThread> writerThreads)
    {
        foreach (PinnedThread thread in threads)
        {
            thread.Join();
        }

        long failed = 0;
        for (int i = 0; i < writers.Count; i++)
        {
            while (!writerThreads[i].Join(s_look))
            {
                failed = failed == 0 && state.Failure is not null ? Stopwatch.GetTimestamp() : failed;
                if (failed != 0 && Stopwatch.GetElapsedTime(failed) > s_grace)
                {
                    _left.Add(writers[i]);
                    break;
                }
            }
        }

        if (_left.Any(w => w.Plan.Kind == OutputKind.Main))
        {
            state.AddInFlight(accountant.Close());
        }
    }

    /// <summary>Payloads that lanes handed over and the writer of <c>main</c> did not write are in flight, and so are those that it shed without telling their counts.</summary>
    public void Sweep(PayloadRing[] main, IEnumerable<OutputLane> lanes)
    {
        if (state.Failure is null)
        {
            return;
        }

        state.AddInFlight(lanes.Sum(lane => lane.Undelivered));
        foreach (Ring<Payload> ring in main.Select(r => r.Ring))
        {
            // Not taken from the ring: a writer that was left may be in the middle of the first one.
            for (long position = ring.Taken; position < ring.Published; position++)
            {
                ref Payload slot = ref ring[(int)(position % ring.Capacity)];
                if (!slot.Has(PayloadMarks.More) && slot.Number != accountant.Last)
                {
                    state.AddInFlight(slot.CountsOf(accountant.Layout.Length)[CountsLayout.Events]);
                }
            }
        }
    }

    /// <summary>The fault, with the outputs that were left.</summary>
    public Fault? Tell(Fault? fault) => fault is null || _left.Count == 0 ? fault
        : fault with { Message = fault.Message + string.Concat(_left.Select(w => $"; the output '{w.Plan.Name}' was left behind, since nobody reads '{w.Sink.Name}'")) };
}
