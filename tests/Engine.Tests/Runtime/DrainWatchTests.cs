using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Sinks;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>A run that was asked to end does not wait for ever for an output that takes nothing.</summary>
public sealed class DrainWatchTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(25);

    private struct Reading
    {
        public double Temperature { get; set; }
    }

    [Fact]
    public async Task A_stuck_output_ends_the_drain_with_130_its_name_and_a_balanced_ledger()
    {
        PipelineConfig config = Made.Config("generator:sensors", "memory:results") with { Stream = new StreamSettings { Inputs = [new("generator:sensors")], Outputs = [new("main", "memory:results")] } };
        await using var processor = DataStreamProcessor.Create(config);
        using Egress<Reading> nobodyReads = processor.OpenEgress<Reading>("results", capacity: 1);
        Task<RunReport> run = processor.StartAsync(new RunRequest { Patience = TimeSpan.FromMilliseconds(100) }, TestContext.Current.CancellationToken);
        Assert.True(await nobodyReads.Reader.WaitToReadAsync(TestContext.Current.CancellationToken)); // the channel is full from here on
        processor.Stop();
        RunReport report = await run;
        Assert.Equal(ExitCode.Interrupted, report.ExitCode);
        Assert.Contains("the output 'main' took nothing for 0.1 s", report.Message, StringComparison.Ordinal);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.InRange(report.Ledger.InFlight, 1, long.MaxValue);
    }

    [Fact]
    public void One_call_that_lasts_is_stuck_and_many_short_ones_are_not()
    {
        var state = new RunState();
        var sink = new Watched();
        Writer[] writers = [Writer(sink, state)];
        using var watch = new DrainWatch(state, () => writers);
        sink.Calls.Enqueue(() =>
        {
            watch.Look(TimeSpan.FromSeconds(0), s_patience);
            watch.Look(TimeSpan.FromSeconds(24.9), s_patience);
        });
        sink.Calls.Enqueue(() =>
        {
            watch.Look(TimeSpan.FromSeconds(30), s_patience); // another call than before
            watch.Look(TimeSpan.FromSeconds(54.9), s_patience);
            Assert.Null(state.Failure);
            watch.Look(TimeSpan.FromSeconds(55), s_patience);
        });
        writers[0].Run();
        Assert.Equal((ExitCode.Interrupted, 0), (state.Failure?.Code, sink.Calls.Count));
    }

    [Fact]
    public void What_has_ended_is_not_stuck()
    {
        var state = new RunState();
        Writer writer = Writer(new Watched(), state);
        writer.Run();
        using var watch = new DrainWatch(state, () => [writer]);
        watch.Look(TimeSpan.Zero, s_patience);
        watch.Look(TimeSpan.FromDays(1), s_patience);
        Assert.Null(state.Failure);
    }

    private static Writer Writer(Sink sink, RunState state)
    {
        var ring = new Ring<Payload>(2, WaitStrategy.Block);
        ring.Complete();
        return new Writer(new OutputPlan("main", OutputKind.Main, "null:", "null:", null, false, false), sink, [ring], state, null, null, []);
    }

    /// <summary>Each write, flush or completion does what the test wants to see done inside of it.</summary>
    private sealed class Watched : Sink
    {
        public Queue<Action> Calls { get; } = new();

        public override string Name => "watched";

        public override void Open()
        {
        }

        public override void Write(ReadOnlySpan<byte> bytes) => Next();

        public override void Flush() => Next();

        public override void Complete() => Next();

        private void Next()
        {
            if (Calls.TryDequeue(out Action? call))
            {
                call();
            }
        }
    }
}
