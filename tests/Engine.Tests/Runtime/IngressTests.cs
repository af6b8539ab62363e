using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Structs of a program as events: every kind of field, nulls, a full ring, the end.</summary>
public sealed class IngressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal enum Side : byte
    {
        Buy = 1,
        Sell = 2,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_kind_of_field_becomes_its_column()
    {
        await using var processor = DataStreamProcessor.Create(Memory("file:" + _folder.At("out.csv")));
        Ingress<Everything> orders = processor.OpenIngress<Everything>("orders");
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.True(orders.TryPublish(new Everything
        {
            A = sbyte.MinValue, B = byte.MaxValue, C = short.MinValue, D = ushort.MaxValue, E = int.MinValue, F = uint.MaxValue, G = long.MinValue, H = long.MaxValue,
            Single = 0.1f, Price = -0.1, IsOpen = true, Side = Side.Sell, At = new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), Stamp = new Timestamp(1_000_000),
        }));
        Assert.True(orders.TryPublish(new Everything { H = ulong.MaxValue, Single = float.PositiveInfinity, Price = double.NaN, At = DateTime.UnixEpoch }));
        orders.Complete();
        await run;
        Assert.Equal(
        [
            "a,b,c,d,e,f,g,h,single,price,is_open,side,at,stamp",
            "-128,255,-32768,65535,-2147483648,4294967295,-9223372036854775808,9223372036854775807,0.10000000149011612,-0.1,true,2,2026-01-02T03:04:05.678Z,1970-01-01T00:00:01.000Z",
            "0,0,0,0,0,0,0,,,,false,0,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.000Z",
        ], Made.Lines(_folder.At("out.csv")));
    }

    [Fact]
    public async Task Windows_close_when_the_ingress_completes()
    {
        PipelineConfig config = Memory("file:" + _folder.At("out.csv"), new ModuleConfig("all", "window")
        {
            Settings = new() { ["tumbling"] = "10s", ["key"] = new ConfigList { "side" }, ["aggregates"] = new ConfigMap { ["n"] = "count()", ["sum"] = "sum(price)" } },
        });
        config = config with { Stream = config.Stream with { EventTime = new EventTimeConfig("at") } };
        await using var processor = DataStreamProcessor.Create(config);
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders");
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        for (int i = 0; i < 30; i++)
        {
            trades.Publish(new Trade { At = DateTime.UnixEpoch.AddSeconds(i), Price = i, Side = i % 2 == 0 ? Side.Buy : Side.Sell });
        }

        trades.Complete();
        await run;
        string[] lines = Made.Lines(_folder.At("out.csv"));
        Assert.Equal(7, lines.Length);
        Assert.Equal("1970-01-01T00:00:20.000Z,1970-01-01T00:00:30.000Z,2,5,125", lines[^1]);
        Assert.False(trades.TryPublish(default));
        Assert.False(trades.Publish(default));
        Assert.Equal(30, processor.GetStatus().Ledger.Aggregated);
    }

    [Fact]
    public async Task A_full_ring_refuses_and_loses_nothing()
    {
        await using var processor = DataStreamProcessor.Create(Memory("null:"));
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders", capacity: 8);
        for (int i = 0; i < 8; i++)
        {
            Assert.True(trades.TryPublish(default));
        }

        Assert.False(trades.TryPublish(default)); // nobody takes yet
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.True(trades.Publish(default)); // waits for room
        trades.Complete();
        await run;
        Assert.Equal(9, processor.GetStatus().Ledger.Out);
    }

    [Fact]
    public async Task Publishing_allocates_nothing()
    {
        await using var processor = DataStreamProcessor.Create(Memory("null:"));
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders");
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        long published = 0;
        long allocated = await Task.Factory.StartNew(() =>
        {
            // All of it once before: loops are compiled anew while they run, and first uses and waits make what stays.
            Publish();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Publish();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        trades.Complete();
        RunReport report = await run;
        Assert.Equal(0, allocated);
        Assert.Equal(0, report.AllocatedBytesLanes);
        Assert.Equal(published, report.Ledger.Out);

        void Publish()
        {
            for (int i = 0; i < 300_000; i++)
            {
                var trade = new Trade { Price = i };
                published += trades.TryPublish(in trade) ? 1 : 0;
            }

            for (int i = 0; i < 300_000; i++)
            {
                var trade = new Trade { Price = i };
                published += trades.Publish(in trade) ? 1 : 0;
            }
        }
    }

    [Fact]
    public async Task What_was_accepted_around_a_stop_is_in_the_ledger()
    {
        for (int round = 0; round < 20; round++)
        {
            await using var processor = DataStreamProcessor.Create(Memory("null:"));
            Ingress<Trade> trades = processor.OpenIngress<Trade>("orders", capacity: 64);
            Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
            long accepted = 0;
            Task publisher = Task.Factory.StartNew(() =>
            {
                while (trades.Publish(default))
                {
                    accepted++;
                }
            }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Made.Until(processor, s => s.EventsRead > 100);
            processor.Stop();
            RunReport report = await run;
            await publisher;
            Assert.Equal(accepted, report.Ledger.In);
            Assert.Equal(accepted, report.Ledger.Out);
        }
    }

    [Fact]
    public async Task A_module_that_throws_leaves_every_struct_in_the_ledger()
    {
        await using var processor = DataStreamProcessor.Create(Memory("null:") with { Tuning = new PerformanceTuning { PartitionSize = 64 } });
        processor.RegisterModule("broken", schema =>
        {
            Column<double> price = schema.Float64("price");
            return (in Row row) => row[price] < 100 ? true : throw new InvalidOperationException("a bug of the program");
        });
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders");
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(trades.TryPublish(new Trade { Price = i }));
        }

        RunReport report = await processor.StartAsync(new RunRequest(), Cancellation);
        Assert.Equal(ExitCode.Internal, report.ExitCode);
        Assert.Equal((1000, 0), (report.Ledger.In, report.Ledger.Imbalance));
    }

    [Fact]
    public async Task A_schema_chooses_renames_and_forbids_nulls()
    {
        PipelineConfig config = Memory("file:" + _folder.At("out.csv"));
        config = config with { Stream = config.Stream with { Schema = [new("cost", "float64") { Sources = ["price"], Nullable = false }, new("side", "int64")] } };
        await using var processor = DataStreamProcessor.Create(config);
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders");
        trades.TryPublish(new Trade { Price = 2.5, Side = Side.Buy });
        trades.TryPublish(new Trade { Price = double.NaN, Side = Side.Sell });
        trades.Complete();
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["cost,side", "2.5,1"], Made.Lines(_folder.At("out.csv")));
        Assert.Equal(1, processor.GetStatus().Errors);
    }

    [Fact]
    public async Task What_does_not_fit_the_struct_is_told_at_the_start()
    {
        PipelineConfig config = Memory("null:");
        config = config with { Stream = config.Stream with { Schema = [new("prise", "float64"), new("side", "text")] } };
        await using var processor = DataStreamProcessor.Create(config);
        processor.OpenIngress<Trade>("orders");
        ConfigException mistakes = await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.Contains("did you mean 'price'", mistakes.Message, StringComparison.Ordinal);
        Assert.Contains("'side' is text in the schema and int64", mistakes.Message, StringComparison.Ordinal);

        await using var without = DataStreamProcessor.Create(Memory("null:"));
        Assert.Contains("OpenIngress", (await Assert.ThrowsAsync<ConfigException>(() => without.StartProcessingOnStreamAsync(Cancellation))).Message, StringComparison.Ordinal);

        PipelineConfig mixed = Memory("null:");
        mixed.Stream.Inputs.Add(new EndpointConfig("file:more.ndjson"));
        await using var beside = DataStreamProcessor.Create(mixed);
        beside.OpenIngress<Trade>("orders");
        Assert.Contains("not supported in this version", (await Assert.ThrowsAsync<ConfigException>(() => beside.StartProcessingOnStreamAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ingress_is_opened_once_and_before_the_start()
    {
        await using var processor = DataStreamProcessor.Create(Memory("null:"));
        Ingress<Trade> trades = processor.OpenIngress<Trade>("orders");
        Assert.Throws<InvalidOperationException>(() => processor.OpenIngress<Trade>("orders"));
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Throws<InvalidOperationException>(() => processor.OpenIngress<Trade>("more"));
        trades.Complete();
        await run;
    }

    internal static PipelineConfig Memory(string output, params ModuleConfig[] modules) => new()
    {
        Stream = new StreamSettings { Inputs = [new("memory:orders")], Outputs = [new("main", output) { Format = output.StartsWith("memory:", StringComparison.Ordinal) ? null : new("csv") }] },
        Modules = [.. modules],
        Tuning = new PerformanceTuning { CpuAffinity = [] },
    };

    internal struct Everything
    {
        public sbyte A;
        public byte B;
        public short C;
        public ushort D;
        public int E;
        public uint F;
        public long G;
        public ulong H;

        public float Single { get; set; }

        public double Price { get; set; }

        public bool IsOpen { get; set; }

        public Side Side { get; set; }

        public DateTime At { get; set; }

        public Timestamp Stamp { get; set; }
    }

    internal struct Trade
    {
        public DateTime At;
        public double Price;
        public Side Side;
    }
}
