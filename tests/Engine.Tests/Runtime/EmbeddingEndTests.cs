using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using Xunit;
using static DataStream.Tests.Runtime.EgressRows;

namespace DataStream.Tests.Runtime;

/// <summary>What a program learns of the end, what it may throw then, and producers and observers that leave.</summary>
public sealed class EmbeddingEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_exception_of_the_program_is_behind_the_one_of_the_run()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Number> numbers = processor.OpenIngress<Number>("orders");
        processor.OnRows("results", (ReadOnlySpan<Number> rows) => throw new InvalidDataException("theirs"));
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        numbers.Publish(default);
        StopException stop = await Assert.ThrowsAsync<StopException>(() => run);
        Assert.Equal((ExitCode.Internal, "theirs"), (stop.Code, Assert.IsType<InvalidDataException>(stop.InnerException).Message));
    }

    [Fact]
    public async Task What_is_thrown_at_the_end_ends_the_run_with_70_and_keeps_nobody_from_being_told()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Number> numbers = processor.OpenIngress<Number>("orders");
        ObservableEgress<Number> results = processor.Observe<Number>("results");
        var told = new Observer();
        results.Subscribe(new Throwing());
        results.Subscribe(told);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        numbers.Publish(new Number { N = 3 });
        numbers.Complete();
        RunReport report = await run;
        Assert.Equal(["3", "completed"], told.Told);
        Assert.Equal((ExitCode.Internal, "theirs", 1), (report.ExitCode, report.Cause?.Message, report.Ledger.Out));
        Assert.Contains("theirs", report.Message, StringComparison.Ordinal);
        Assert.Equal(PipelineState.Failed, processor.GetStatus().State);
    }

    [Fact]
    public async Task A_subscription_that_is_disposed_of_twice_takes_no_other_one_away()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Number> numbers = processor.OpenIngress<Number>("orders");
        ObservableEgress<Number> results = processor.Observe<Number>("results");
        var told = new Observer();
        IDisposable first = results.Subscribe(told);
        using IDisposable second = results.Subscribe(told);
        first.Dispose();
        first.Dispose();
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        numbers.Publish(new Number { N = 3 });
        numbers.Complete();
        await run;
        Assert.Equal(["3", "completed"], told.Told);
    }

    [Fact]
    public async Task A_producer_that_leaves_makes_room_for_the_next()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Number> numbers = processor.OpenIngress<Number>("orders", capacity: 256);
        var seen = new Numbers();
        processor.OnRows("results", seen);
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        long bytes = 0;
        for (int i = 0; i < 1_000; i++)
        {
            using IngressProducer<Number> producer = numbers.AddProducer();
            Assert.True(producer.Publish(new Number { N = i }));
            bytes = bytes == 0 ? numbers.Bytes : bytes;
        }

        Assert.Equal(bytes, numbers.Bytes);
        IngressProducer<Number> gone = numbers.AddProducer();
        gone.Dispose();
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gone.Publish(default));
        IngressProducer<Number> one = numbers.AddProducer(), other = numbers.AddProducer(); // two, though it was disposed of twice
        Assert.True(one.Publish(new Number { N = 1_000 }));
        Assert.Equal(2 * bytes, numbers.Bytes + (bytes / 2));
        Assert.True(other.TryPublish(new Number { N = -1 }));
        numbers.Complete();
        await run;
        Assert.True(seen.Seen.Remove(-1));
        Assert.Equal(1_001, seen.Seen.Count);
        Assert.True(seen.Seen.TrueForAll(n => seen.Seen[(int)n] == n), "one thread's events, by one producer after the other, keep their order");
    }

    [Fact]
    public void A_ring_that_is_no_power_of_two_is_refused_by_the_name_of_its_capacity()
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(IngressTests.Memory("null:"));
        Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => processor.OpenIngress<Number>("orders", 100)).ParamName);
    }

    [Fact]
    public async Task Who_watches_until_a_token_asks_for_the_end_goes_on_to_the_drain()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("null:"));
        processor.OpenIngress<Number>("orders");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task run = processor.StartProcessingOnStreamAsync(CancellationToken.None);
        var states = new List<PipelineState>();
        await foreach (MonitoringSnapshot snapshot in processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(1), stopping.Token))
        {
            states.Add(snapshot.Status.State);
            await stopping.CancelAsync();
        }

        Assert.Equal([PipelineState.Running], states);
        processor.Stop();
        await run;
    }

    private sealed class Throwing : IObserver<Number>
    {
        public void OnCompleted() => throw new InvalidDataException("theirs");

        public void OnError(Exception error) => throw new InvalidDataException("theirs");

        public void OnNext(Number value)
        {
        }
    }
}
