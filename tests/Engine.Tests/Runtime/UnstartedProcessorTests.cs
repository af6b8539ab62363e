using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Modules;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>A processor that is disposed of before its start leaves nobody waiting, and does nothing any more.</summary>
public sealed class UnstartedProcessorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private struct Tick
    {
        public double Value { get; set; }
    }

    [Fact]
    public async Task A_producer_that_waits_for_room_is_told()
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Made.Config("memory:ticks", "null:"));
        Ingress<Tick> ticks = processor.OpenIngress<Tick>("ticks", capacity: 2);
        IngressProducer<Tick> other = ticks.AddProducer();
        Assert.True(ticks.Publish(default) && ticks.Publish(default) && other.Publish(default) && other.Publish(default));
        using var begun = new CountdownEvent(2);
        Task<bool> first = Publish(() => ticks.Publish(default), begun);
        Task<bool> second = Publish(() => other.Publish(default), begun);
        begun.Wait(Cancellation);
        await processor.DisposeAsync();
        Assert.False(await first);
        Assert.False(await second);
        Assert.False(ticks.TryPublish(default));
        Assert.False(ticks.AddProducer().Publish(default));
    }

    [Fact]
    public async Task Who_watches_it_sees_its_end()
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Made.Config("stdin:", "null:"));
        IAsyncEnumerator<MonitoringSnapshot> snapshots = processor.PipelineMonitoringAsync(TimeSpan.FromHours(1), Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = snapshots.MoveNextAsync();
        await processor.DisposeAsync();
        Assert.True(await next);
        Assert.Equal(PipelineState.Created, snapshots.Current.Status.State);
        Assert.False(await snapshots.MoveNextAsync());
    }

    [Fact]
    public async Task Who_watches_it_sees_its_end_where_a_consumer_throws_at_it()
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Made.Config("stdin:", "memory:results"));
        processor.OnRows("results", new Ending(_ => throw new InvalidOperationException("theirs")));
        IAsyncEnumerator<MonitoringSnapshot> snapshots = processor.PipelineMonitoringAsync(TimeSpan.FromHours(1), Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = snapshots.MoveNextAsync();
        Assert.Equal("theirs", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await processor.DisposeAsync())).Message);
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.False(await snapshots.MoveNextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_start_tells_everybody_once_and_is_the_last_one(bool consumerThrows)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Made.Config("memory:ticks", "memory:results", Made.Filter("warm", "temprature > 3")));
        Ingress<Tick> ticks = processor.OpenIngress<Tick>("ticks", capacity: 2);
        Assert.True(ticks.Publish(default) && ticks.Publish(default));
        var ends = new List<Exception?>();
        processor.OnRows("results", new Ending(end =>
        {
            ends.Add(end);
            if (consumerThrows)
            {
                throw new InvalidOperationException("theirs");
            }
        }));
        using var begun = new CountdownEvent(1);
        Task<bool> waiting = Publish(() => ticks.Publish(default), begun);
        IAsyncEnumerator<MonitoringSnapshot> snapshots = processor.PipelineMonitoringAsync(TimeSpan.FromHours(1), Cancellation).GetAsyncEnumerator(Cancellation);
        ValueTask<bool> next = snapshots.MoveNextAsync();
        begun.Wait(Cancellation);
        ConfigException mistakes = await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.False(await waiting.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.False(await snapshots.MoveNextAsync());

        Assert.Contains("failed", (await Assert.ThrowsAsync<InvalidOperationException>(() => processor.StartProcessingOnStreamAsync(Cancellation))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => processor.OpenIngress<Tick>("more"));
        Assert.Throws<InvalidOperationException>(() => processor.OpenEgress<Tick>("more"));
        Assert.False(processor.RegisterModule("mine", schema => (in Row row) => true));
        Assert.False(processor.RegisterFormat("mine", _ => throw new InvalidOperationException()));
        await processor.DisposeAsync();
        Assert.Equal([mistakes], ends);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_registered_opened_or_started_behind_it(bool ran)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Made.Config("generator:sensors?events=3", "null:") with
        {
            Stream = new() { Inputs = [new("generator:sensors?events=3")], Outputs = [new("main", "null:")] },
        });
        if (ran)
        {
            await processor.StartProcessingOnStreamAsync(Cancellation);
        }

        await processor.DisposeAsync();
        await processor.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => processor.RegisterModule("mine", schema => (in Row row) => true));
        Assert.Throws<ObjectDisposedException>(() => processor.RegisterFormat("mine", _ => throw new InvalidOperationException()));
        Assert.Throws<ObjectDisposedException>(() => processor.OpenIngress<Tick>("ticks"));
        Assert.Throws<ObjectDisposedException>(() => processor.OpenEgress<Tick>("ticks"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        processor.Stop();
        Assert.Equal(ran ? PipelineState.Completed : PipelineState.Created, processor.GetStatus().State);
    }

    private sealed class Ending(Action<Exception?> end) : IRowConsumer<Tick>
    {
        public void OnRows(ReadOnlySpan<Tick> rows)
        {
        }

        public void OnEnd(Exception? fault) => end(fault);
    }

    private static Task<bool> Publish(Func<bool> publish, CountdownEvent begun) => Task.Factory.StartNew(() =>
    {
        begun.Signal();
        return publish();
    }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
