using System;
using System.Collections.Generic;
using System.IO.Pipes;
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
    public async Task A_pipe_whose_reader_is_slow_is_waited_for_within_one_call_and_one_that_takes_nothing_is_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "descriptors are Unix's");
        await using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        using var sink = new StdoutSink((int)reader.ClientSafePipeHandle.DangerousGetHandle());
        var state = new RunState();
        var bytes = new byte[1 << 20];
        Writer writer = Writer(sink, state, bytes);
        using var watch = new DrainWatch(state, () => [writer]);
        Task run = Task.Factory.StartNew(writer.Run, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        TimeSpan now = TimeSpan.Zero;
        int taken = 0;
        for (int round = 0; round < 20; round++)
        {
            long before = sink.Moved;
            for (int room = 0; room < 8192;)
            {
                room += reader.Read(bytes, 0, 8192 - room);
            }

            taken += 8192;
            Assert.True(SpinWait.SpinUntil(() => sink.Moved != before, TimeSpan.FromMinutes(1)), "the writer is to go on");
            watch.Look(now += TimeSpan.FromSeconds(24), s_patience);
            Assert.Equal((null, 1), (state.Failure?.Message, writer.Calls));
        }

        // The pipe fills in a bounded number of pieces; then nothing moves.
        while (state.Failure is null)
        {
            watch.Look(now += s_patience, s_patience);
        }

        Assert.Equal((ExitCode.Interrupted, 1), (state.Failure.Code, writer.Calls));
        await reader.ReadExactlyAsync(bytes.AsMemory(taken), TestContext.Current.CancellationToken);
        await run;
    }

    [Fact]
    public async Task A_channel_whose_reader_is_slow_is_waited_for_within_one_call()
    {
        using var rows = new Egress<Reading>("results", 1);
        using Sink sink = rows.CreateSink();
        var state = new RunState();
        Writer writer = Writer(sink, state, new byte[30 * sizeof(double)]);
        using var watch = new DrainWatch(state, () => [writer]);
        Task run = Task.Factory.StartNew(writer.Run, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int taken = 1; taken < 30; taken++)
        {
            await rows.Reader.ReadAsync(TestContext.Current.CancellationToken);
            int there = taken + 1; // its room is filled again
            Assert.True(SpinWait.SpinUntil(() => sink.Moved == there, TimeSpan.FromMinutes(1)), "the writer is to go on");
            watch.Look(TimeSpan.FromSeconds(24 * taken), s_patience);
            Assert.Null(state.Failure);
        }

        await run;
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

    private static Writer Writer(Sink sink, RunState state, byte[]? header = null)
    {
        var ring = new Ring<Payload>(2, WaitStrategy.Block);
        ring.Complete();
        return new Writer(new OutputPlan("main", OutputKind.Main, "null:", "null:", null, false, false), sink, [ring], state, null, null, header ?? []);
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
