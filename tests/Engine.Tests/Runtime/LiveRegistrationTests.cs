using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>A module registered while the pipeline runs works on what comes afterwards, on all lanes, and everything else goes on as it was.</summary>
public sealed class LiveRegistrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Structs_published_afterwards_go_through_it_and_none_before()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("file:" + _folder.At("out.csv")) with { Tuning = new PerformanceTuning { PartitionSize = 64, CpuAffinity = [] } });
        Ingress<Reading> readings = processor.OpenIngress<Reading>("orders");
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        Publish(readings, 0, 1000);
        await Made.Until(processor, s => s.EventsRead == 1000);
        Assert.True(processor.RegisterModule("even", Even("id")));
        Publish(readings, 1000, 2000);
        Assert.False(processor.RegisterModule("even", Even("id")));
        readings.Complete();
        RunReport report = await run;
        Assert.Equal(Enumerable.Range(0, 1000).Concat(Enumerable.Range(1000, 1000).Where(i => i % 2 == 0)), Ids());
        Assert.Equal((2000, 1500, 500, 0), (report.Ledger.In, report.Ledger.Out, report.Ledger.Filtered, report.Ledger.Imbalance));
        Assert.Contains(report.Stages, s => s is { Name: "even", Events: 1000 });
        Assert.Equal(0, report.AllocatedBytesLanes);
    }

    [Fact]
    public async Task Nothing_published_after_it_returned_escapes_it()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("file:" + _folder.At("out.csv")));
        Ingress<Reading> readings = processor.OpenIngress<Reading>("orders");
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        Publish(readings, 0, 10_000); // most of them still wait: whether they are filtered is open
        Assert.True(processor.RegisterModule("even", Even("id")));
        Publish(readings, 10_000, 20_000);
        readings.Complete();
        RunReport report = await run;
        Assert.Equal(Enumerable.Range(10_000, 10_000).Where(i => i % 2 == 0), Ids().Where(i => i >= 10_000));
        Assert.Equal(20_000, report.Ledger.Out + report.Ledger.Filtered);
    }

    [Fact]
    public async Task Several_ones_follow_each_other()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("file:" + _folder.At("out.csv")));
        Ingress<Reading> readings = processor.OpenIngress<Reading>("orders");
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        int from = 0;
        foreach (int divisor in (int[])[2, 3, 5])
        {
            Assert.True(processor.RegisterModule($"by_{divisor}", Divisible("id", divisor)));
            Publish(readings, from, from += 60);
            await Made.Until(processor, s => s.EventsRead == from);
        }

        readings.Complete();
        RunReport report = await run;
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 2 == 0).Concat(Enumerable.Range(60, 60).Where(i => i % 6 == 0)).Concat(Enumerable.Range(120, 60).Where(i => i % 30 == 0)), Ids());
        Assert.Equal(["decode", "by_2", "by_3", "by_5", "encode main"], report.Stages.Select(s => s.Name));
    }

    [Theory]
    [InlineData("csv", 1)]
    [InlineData("csv", 3)]
    [InlineData("json", 3)]
    public async Task Windows_go_on_and_columns_that_nobody_read_are_decoded_from_then_on(string format, int lanes)
    {
        string fifo = _folder.MakeFifo("in");
        PipelineConfig config = Events(fifo, format, lanes,
            new ModuleConfig("derived", "map") { Settings = new() { ["set"] = new ConfigMap { ["doubled"] = "status * 2" } } }, // nobody needs it at first
            new ModuleConfig("hourly", "window") { Settings = new() { ["tumbling"] = "1000s", ["key"] = new ConfigList { "device" }, ["aggregates"] = new ConfigMap { ["n"] = "count()", ["sum"] = "sum(temperature)" } } });
        await using var processor = DataStreamProcessor.Create(config);
        Assert.False(processor.BuildPlan(new RunRequest()).Decode.Fields.Single(f => f.Name == "status").IsNeeded);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        await using (var input = new StreamWriter(new FileStream(fifo, FileMode.Open, FileAccess.Write)))
        {
            Write(input, format, 0, 500);
            await Made.Until(processor, s => s.EventsRead == 500);
            Assert.True(processor.RegisterModule("fine", schema =>
            {
                Column<long> doubled = schema.Int64("doubled");
                return (in Row row) => row[doubled] == 0;
            }));
            Write(input, format, 500, 2500);
        }

        RunReport report = await run;
        Assert.Equal(0, report.ExitCode);
        IEnumerable<int> kept = Enumerable.Range(0, 500).Concat(Enumerable.Range(500, 2000).Where(i => i % 4 == 0));
        string[] expected = [.. kept.GroupBy(i => (Window: i / 1000, Device: i % 3)).OrderBy(g => g.Key).Select(g => $"d{g.Key.Device},{g.Count()},{g.Sum()}")];
        Assert.Equal(expected, Made.Lines(_folder.At("out.csv")).Skip(1).Select(l => l.Split(',', 3)[2]));
        Assert.Equal((2500, 1000, 1500, 0), (report.Ledger.In, report.Ledger.Aggregated, report.Ledger.Filtered, report.Ledger.Imbalance));
    }

    [Fact]
    public async Task Modules_keep_their_state()
    {
        string fifo = _folder.MakeFifo("in");
        PipelineConfig config = Events(fifo, "csv", 1, new ModuleConfig("once", "deduplicate") { Settings = new() { ["key"] = new ConfigList { "temperature" }, ["within"] = "1d" } });
        await using var processor = DataStreamProcessor.Create(config);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        await using (var input = new StreamWriter(new FileStream(fifo, FileMode.Open, FileAccess.Write)))
        {
            Write(input, "csv", 0, 100);
            await Made.Until(processor, s => s.EventsRead == 100);
            Assert.True(processor.RegisterModule("even", schema =>
            {
                Column<double> temperature = schema.Float64("temperature");
                return (in Row row) => row[temperature] % 2 == 0;
            }));
            await input.WriteAsync(string.Concat(Enumerable.Range(50, 100).Select(i => Line(i))));
        }

        RunReport report = await run;
        Assert.Equal((200, 50, 25, 125, 0), (report.Ledger.In, report.Ledger.Deduplicated, report.Ledger.Filtered, report.Ledger.Out, report.Ledger.Imbalance));
    }

    [Fact]
    public async Task What_the_run_could_not_go_on_with_is_refused_and_changes_nothing()
    {
        string fifo = _folder.MakeFifo("in");
        PipelineConfig config = Events(fifo, "csv", 2, new ModuleConfig("all", "window") { Settings = new() { ["global"] = true, ["aggregates"] = new ConfigMap { ["n"] = "count()", ["sum"] = "sum(temperature)" } } });
        config.Stream.Schema!.Add(new SchemaField("not_there", "int64"));
        await using var processor = DataStreamProcessor.Create(config);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        await using (var input = new StreamWriter(new FileStream(fifo, FileMode.Open, FileAccess.Write)))
        {
            Write(input, "csv", 0, 100);
            await Made.Until(processor, s => s.EventsRead == 100);
            Assert.False(processor.RegisterModule("x", Even("unknown")));
            Assert.False(processor.RegisterModule("x", Even("device"))); // text
            Assert.False(processor.RegisterModule("x", Even("not_there"))); // in the schema, not in the header
            Assert.False(processor.RegisterModule("x", _ => new Changing(Scope.Keyed, null)));
            Assert.False(processor.RegisterModule("x", _ => new Changing(Scope.Stateless, "temperature"))); // the window reads it
            Assert.False(processor.RegisterModule("all", Even("status")));
            Func<ModuleContext, Module> broken = _ => throw new InvalidOperationException("a bug");
            Assert.False(processor.RegisterModule("x", broken)); // the log says what it threw
            Assert.True(processor.RegisterModule("x", _ => new Changing(Scope.Stateless, "more")));
            Write(input, "csv", 100, 200);
        }

        RunReport report = await run;
        Assert.Equal(["n,sum", "200,19900"], Made.Lines(_folder.At("out.csv")));
        Assert.Equal((200, 0), (report.Ledger.Aggregated, report.Ledger.Imbalance));
        Assert.False(processor.RegisterModule("y", Even("status"))); // it has ended
    }

    [Fact]
    public async Task Columns_of_an_output_do_not_change_below_its_first_rows()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("file:" + _folder.At("out.csv")));
        Ingress<Reading> readings = processor.OpenIngress<Reading>("orders");
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        Publish(readings, 0, 3);
        await Made.Until(processor, s => s.EventsRead == 3);
        Assert.False(processor.RegisterModule("wider", _ => new Changing(Scope.Stateless, "more")));
        Assert.True(processor.RegisterModule("ordered", _ => new Changing(Scope.Ordered, "id"))); // one lane runs; the column has its place and type
        Publish(readings, 3, 5);
        readings.Complete();
        await run;
        Assert.Equal(["0", "1", "2", "-1", "-1"], Made.Lines(_folder.At("out.csv")).Skip(1));
    }

    [Fact]
    public async Task A_module_registered_at_once_after_the_start_finds_the_lanes()
    {
        for (int round = 0; round < 10; round++)
        {
            await using var processor = DataStreamProcessor.Create(IngressTests.Memory("null:"));
            Ingress<Reading> readings = processor.OpenIngress<Reading>("orders");
            Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
            Assert.True(processor.RegisterModule("even", Even("id")));
            Publish(readings, 0, 100);
            readings.Complete();
            Assert.Equal(50, (await run).Ledger.Filtered);
        }
    }

    private static PipelineConfig Events(string fifo, string format, int lanes, params ModuleConfig[] modules) => new()
    {
        Stream = new StreamSettings
        {
            Inputs = [new("file:" + fifo)],
            InputFormat = new(format),
            Outputs = [new("main", "file:" + Path.Join(Path.GetDirectoryName(fifo), "out.csv"))],
            Schema = [new("at", "timestamp"), new("device", "text"), new("temperature", "float64"), new("status", "int64")],
            EventTime = new EventTimeConfig("at"),
        },
        Modules = [.. modules],
        Tuning = new PerformanceTuning { Threads = lanes, CpuAffinity = [], PayloadSize = 4096, PartitionSize = 64 },
    };

    private static void Write(StreamWriter input, string format, int from, int to)
    {
        if (from == 0 && format == "csv")
        {
            input.Write("at,device,temperature,status\n");
        }

        for (int i = from; i < to; i++)
        {
            input.Write(format == "csv" ? Line(i) : $"{{\"at\":{i},\"device\":\"d{i % 3}\",\"temperature\":{i},\"status\":{i % 4}}}\n");
        }

        input.Flush();
    }

    private static string Line(int i) => $"{i},d{i % 3},{i},{i % 4}\n";

    private static void Publish(Ingress<Reading> readings, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            Assert.True(readings.Publish(new Reading { Id = i }));
        }
    }

    private static RowBinding Even(string column) => Divisible(column, 2);

    private static RowBinding Divisible(string column, int divisor) => schema =>
    {
        Column<long> value = schema.Int64(column);
        return (in Row row) => row[value] % divisor == 0;
    };

    private int[] Ids() => [.. Made.Lines(_folder.At("out.csv")).Skip(1).Select(l => int.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];

    internal struct Reading
    {
        public long Id;
    }

    /// <summary>Adds, or replaces, a column that is always −1.</summary>
    private sealed class Changing(Scope scope, string? column) : Module
    {
        private Column<long> _column;

        public override Scope Scope => scope;

        public override void Bind(Schema schema)
        {
            if (column is not null)
            {
                _column = schema.AddInt64(column);
            }
        }

        public override void Process(Batch batch)
        {
            if (column is not null)
            {
                batch.Values(_column).Fill(-1);
                batch.Validity(_column.Ordinal).Fill(ulong.MaxValue);
            }
        }
    }
}
