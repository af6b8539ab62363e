using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Sources;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>The end of an input of messages, where lanes have no room for the word of it: the source stays alive meanwhile.</summary>
public sealed class MessageReaderTests
{
    private const int Limit = 60_000;
    private const int Slots = 2;

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_stays_while_lanes_have_no_room_for_its_end(bool isFaulty)
    {
        (FullSource source, RunState state) = await RunAsync(ring => new FullSource(ring, isFaulty ? new StopException(ExitCode.Unavailable, "first") : null, null), TestContext.Current.CancellationToken);
        Assert.Equal(isFaulty ? 6 : 3, source.Stays); // three turns for each slot
        Assert.Null(state.Failure);
        Assert.Equal((isFaulty, "first"), (source.Marks == PayloadMarks.Fault, isFaulty ? state.FaultAt(0).Message : "first"));
    }

    /// <summary>What the source meets there ends the run, unless it ends by something else already.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_that_it_meets_there_is_told(bool isFaulty)
    {
        (FullSource source, RunState state) = await RunAsync(ring => new FullSource(ring, isFaulty ? new StopException(ExitCode.Unavailable, "first") : null, new StopException(ExitCode.Unavailable, "second")), TestContext.Current.CancellationToken);
        Assert.Equal(isFaulty ? null : "second", state.Failure?.Message);
        Assert.Equal((isFaulty, "first"), (source.Marks == PayloadMarks.Fault, isFaulty ? state.FaultAt(0).Message : "first"));
    }

    private static async Task<(FullSource, RunState)> RunAsync(Func<Ring<Payload>, FullSource> create, CancellationToken stop)
    {
        PipelineConfig config = Loading.LoadGood("""
            stream_settings:
              stream_input: file:a.csv
              stream_output: file:b.csv
              schema: {id: int64}
            """);
        Plan plan = Planner.Build(config, new Catalog(), new PlanOptions(), new ConfigErrors())!;
        var state = new RunState();
        using var ring = new PayloadRing(Slots, 16 * 1024, 0, WaitStrategy.Block);
        using var port = new MessageDispatcher([ring.Ring], state, plan, null, new Generation(), new TaskPositions(), null, static () => (0, false));
        using FullSource source = create(ring.Ring);
        await Task.Run(new MessageReader(source, port, state).Run, stop);
        return (source, state);
    }

    /// <summary>Fills the ring; with each third turn that it stays, the lane is done with one payload.</summary>
    private sealed class FullSource(Ring<Payload> ring, StopException? ofReading, StopException? ofStaying) : MessageSource
    {
        public int Stays { get; private set; }

        /// <summary>Of the payload behind those that filled the ring.</summary>
        public PayloadMarks Marks => ring[0].Marks;

        public override long BytesIn => 0;

        public override bool IsInterrupted => false;

        public override bool HasEnded => false;

        public override void Interrupt()
        {
        }

        public override void Run(MessagePort port)
        {
            while (port.TryBegin(0, 0, 0))
            {
                port.End();
            }

            if (ofReading is not null)
            {
                throw ofReading;
            }
        }

        public override void Stay()
        {
            if (++Stays % 3 == 0)
            {
                Assert.True(ring.HasItem);
                ring.Release();
            }

            if (ofStaying is not null && Stays % 3 == 0)
            {
                throw ofStaying;
            }
        }

        public override void Settle(MessagePort port)
        {
        }
    }
}
