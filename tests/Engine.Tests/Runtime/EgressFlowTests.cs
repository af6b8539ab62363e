using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;
using static DataStream.Tests.Runtime.EgressRows;

namespace DataStream.Tests.Runtime;

/// <summary>Rows that go to the embedding program: the end, faults, full consumers, many producers, no allocations.</summary>
public sealed class EgressFlowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_channel_and_the_observers_see_all_rows_and_the_end()
    {
        PipelineConfig config = IngressTests.Memory("memory:results");
        config.Stream.Outputs.Add(new OutputConfig("large", "memory:large") { Where = new ConfigScalar("n >= 3") });
        await using var processor = DataStreamProcessor.Create(config);
        Ingress<Number> input = processor.OpenIngress<Number>("orders");
        Egress<Number> results = processor.OpenEgress<Number>("results", capacity: 2);
        ObservableEgress<Number> large = processor.Observe<Number>("large");
        var seen = new Observer();
        IDisposable subscription = large.Subscribe(seen);
        large.Subscribe(new Observer()).Dispose();
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(input.Publish(new Number { N = i }));
        }

        input.Complete();
        var taken = new List<long>();
        await foreach (Number number in results.Reader.ReadAllAsync(Cancellation))
        {
            taken.Add(number.N);
        }

        await run;
        Assert.Equal([0, 1, 2, 3, 4, 5], taken);
        Assert.Equal(["3", "4", "5", "completed"], seen.Told);
        var late = new Observer();
        large.Subscribe(late).Dispose();
        subscription.Dispose();
        Assert.Equal(["completed"], late.Told);
    }

    [Fact]
    public async Task A_callback_that_throws_ends_the_run_and_every_event_has_its_bucket()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results") with { Tuning = new PerformanceTuning { PartitionSize = 64, CpuAffinity = [] } });
        Ingress<Number> input = processor.OpenIngress<Number>("orders");
        long taken = 0;
        processor.OnRows("results", (ReadOnlySpan<Number> some) => taken += some[0].N < 500 ? some.Length : throw new InvalidOperationException("a bug of the program"));
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(input.TryPublish(new Number { N = i }));
        }

        RunReport report = await processor.StartAsync(new RunRequest(), Cancellation);
        Assert.Equal(ExitCode.Internal, report.ExitCode);
        Assert.Contains("memory:results", report.Message, StringComparison.Ordinal);
        Assert.Contains("a bug of the program", report.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(report.Cause);
        Assert.Equal(512, taken);
        Assert.Equal((1000, 512, 488, 0), (report.Ledger.In, report.Ledger.Out, report.Ledger.InFlight, report.Ledger.Imbalance));
        Assert.False(input.TryPublish(default));
    }

    [Fact]
    public async Task A_fault_reaches_every_consumer()
    {
        PipelineConfig config = FromFile(_folder.Write("in.csv", "n\n1\n2\nx\n4\n"), new SchemaField("n", "int64")) with { Errors = new ErrorHandling { OnError = OnError.Fail } };
        config.Stream.Outputs.Add(new OutputConfig("more", "memory:more"));
        config.Stream.Outputs.Add(new OutputConfig("seen", "memory:seen"));
        await using var processor = DataStreamProcessor.Create(config);
        var numbers = new Numbers();
        processor.OnRows("results", numbers);
        Egress<Number> more = processor.OpenEgress<Number>("more");
        var observer = new Observer();
        processor.Observe<Number>("seen").Subscribe(observer);
        StopException stop = await Assert.ThrowsAsync<StopException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.Equal([1, 2], numbers.Seen);
        Assert.Equal(stop.Message, Assert.IsType<StopException>(Assert.Single(numbers.Ends)).Message);
        Assert.Equal(["1", "2", stop.Message], observer.Told);
        var taken = new List<long>();
        StopException theirs = await Assert.ThrowsAsync<StopException>(async () =>
        {
            await foreach (Number number in more)
            {
                taken.Add(number.N);
            }
        });
        Assert.Equal((ExitCode.BadData, stop.Message), (theirs.Code, theirs.Message));
        Assert.Equal([1, 2], taken);
    }

    [Fact]
    public async Task A_consumer_that_takes_nothing_holds_the_pipeline_and_loses_nothing()
    {
        await using var processor = DataStreamProcessor.Create(Small("block"));
        Ingress<Number> input = processor.OpenIngress<Number>("orders", capacity: 64);
        Egress<Number> results = processor.OpenEgress<Number>("results", capacity: 4);
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        long published = 0;
        while (published < 1_000_000 && input.TryPublish(new Number { N = published }))
        {
            published++;
            await Task.Yield();
        }

        Assert.InRange(published, 64, 999_999); // the channel, the rings and the ingress are full, and nothing more is taken
        input.Complete();
        long taken = 0;
        await foreach (Number number in results.Reader.ReadAllAsync(Cancellation))
        {
            Assert.Equal(taken++, number.N);
        }

        await run;
        Assert.Equal(published, taken);
        Assert.Equal(published, processor.GetStatus().Ledger.Out);
    }

    [Fact]
    public async Task An_output_that_sheds_stalls_nobody_and_counts()
    {
        await using var processor = DataStreamProcessor.Create(Small("shed"));
        Ingress<Number> input = processor.OpenIngress<Number>("orders", capacity: 64);
        Egress<Number> results = processor.OpenEgress<Number>("results", capacity: 4);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(input.Publish(new Number { N = i })); // nobody takes a row, and it goes on
        }

        input.Complete();
        List<long> taken = [];
        await foreach (Number number in results)
        {
            taken.Add(number.N);
        }

        RunReport report = await run;
        Assert.Equal((20_000, 0), (report.Ledger.In, report.Ledger.Imbalance));
        Assert.True(report.Ledger.Shed > 0);
        Assert.Equal(report.Ledger.Out, taken.Count);
        Assert.Equal(taken.Order(), taken);
    }

    [Fact]
    public async Task A_consumer_that_leaves_ends_the_run_quietly()
    {
        await using var processor = DataStreamProcessor.Create(Small("block"));
        Ingress<Number> input = processor.OpenIngress<Number>("orders");
        Egress<Number> results = processor.OpenEgress<Number>("results", capacity: 4);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        for (int i = 0; i < 10_000; i++)
        {
            input.TryPublish(new Number { N = i });
        }

        await foreach (Number number in results)
        {
            if (number.N == 2)
            {
                break;
            }
        }

        RunReport report = await run;
        Assert.Equal((0, 0), (report.ExitCode, report.Ledger.Imbalance));
        Assert.True(report.Ledger.InFlight > 0);
        Assert.Equal(10_000, report.Ledger.In);
    }

    [Fact]
    public async Task Many_producers_keep_their_order_and_lose_nothing()
    {
        const int Producers = 4;
        const int Each = 20_000;
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Number> input = processor.OpenIngress<Number>("orders", capacity: 256);
        var last = new long[Producers];
        long wrong = 0;
        processor.OnRows("results", (ReadOnlySpan<Number> some) =>
        {
            foreach (Number number in some)
            {
                int producer = (int)(number.N % Producers);
                wrong += number.N / Producers == last[producer]++ ? 0 : 1;
            }
        });
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        Task[] producers = [.. Enumerable.Range(0, Producers).Select(p => Task.Factory.StartNew(() =>
        {
            IngressProducer<Number> producer = input.AddProducer();
            for (int i = 0; i < Each; i++)
            {
                Assert.True(producer.Publish(new Number { N = ((long)i * Producers) + p }));
            }
        }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(producers);
        input.Complete();
        RunReport report = await run;
        Assert.Equal((Producers * Each, 0L), (report.Ledger.Out, wrong));
        Assert.All(last, count => Assert.Equal(Each, count));
        Assert.False(input.AddProducer().TryPublish(default));
    }

    [Fact]
    public async Task The_way_from_the_producer_to_the_callback_allocates_nothing()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results", Made.Filter("some", "n % 3 <> 0")));
        Ingress<Number> input = processor.OpenIngress<Number>("orders");
        var sum = new Summing();
        processor.OnRows("results", sum);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        long allocated = await Task.Factory.StartNew(() =>
        {
            IngressProducer<Number> second = input.AddProducer();
            long before = 0;
            for (int i = 0; i < 300_000; i++)
            {
                before = i == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
                var number = new Number { N = i };
                Assert.True(i % 2 == 0 ? input.Publish(in number) : second.Publish(in number));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        input.Complete();
        RunReport report = await run;
        Assert.Equal(0, allocated);
        Assert.Equal(0, report.AllocatedBytesLanes);
        Assert.Equal((200_000, 100_000), (report.Ledger.Out, report.Ledger.Filtered));
        Assert.Equal(Enumerable.Range(0, 300_000).Where(i => i % 3 != 0).Sum(i => (long)i), sum.Total);
    }

    private static PipelineConfig Small(string whenFull)
    {
        PipelineConfig config = IngressTests.Memory("null:") with { Tuning = new PerformanceTuning { CpuAffinity = [], PartitionSize = 64, PayloadSize = 4096, RingSize = 2 } };
        config.Stream.Outputs[0] = new OutputConfig("main", "memory:results") { WhenFull = whenFull };
        return config;
    }
}
