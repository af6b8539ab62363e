using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>The processor as an embedding program sees it: configuration in code or from a file, registered modules, status, stop and failure.</summary>
public sealed class ProcessorTests : IDisposable
{
    private const string Rows = "device,temperature\na,1\nb,20\na,30\nc,4\n";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_configuration_made_in_code_runs_without_a_file()
    {
        var config = new PipelineConfig
        {
            Stream = new StreamSettings
            {
                Inputs = [new("file:" + _folder.Write("in.csv", Rows))],
                Outputs = [new("main", "file:" + _folder.At("out.csv"))],
                Schema = [new("device", "text"), new("temperature", "float64")],
            },
            DataCleaning = [new("warm", "filter") { Settings = new() { ["where"] = "temperature > 3" } }],
            Modules = [new("per_device", "window") { Settings = new() { ["global"] = true, ["key"] = new ConfigList { "device" }, ["aggregates"] = new ConfigMap { ["n"] = "count()", ["sum"] = "sum(temperature)" } } }],
        };
        await using var processor = DataStreamProcessor.Create(config);
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["device,n,sum", "a,1,30", "b,1,20", "c,1,4"], Made.Lines(_folder.At("out.csv")));
        Assert.Equal((4, 3, 1, 0), (processor.GetStatus().Ledger.In, processor.GetStatus().Ledger.Aggregated, processor.GetStatus().Ledger.Filtered, processor.GetStatus().Ledger.Imbalance));
    }

    [Fact]
    public async Task A_file_is_loaded_and_a_registered_name_runs_where_modules_names_it()
    {
        string yaml = _folder.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: "file:{{{_folder.Write("in.csv", Rows)}}}"
              stream_output: "file:{{{_folder.At("out.csv")}}}"
              schema: {device: text, temperature: float64}
            modules:
              - {module_name: doubled, module_class: map, set: {temperature: "temperature * 2"}}
              - {module_name: hot, module_class: above, limit: 39}
              - {module_name: halved, module_class: map, set: {temperature: "temperature / 2"}}
            """);
        await using var processor = DataStreamProcessor.Create(DataStream.Config.Config.Load(yaml));
        Assert.True(processor.RegisterModule("above", context => new Above(context)));
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["device,temperature", "b,20", "a,30"], Made.Lines(_folder.At("out.csv")));
        Assert.Contains("hot", processor.GetStatus().Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task An_unnamed_module_runs_before_the_first_window()
    {
        PipelineConfig config = Made.Config("file:" + _folder.Write("in.csv", Rows), "file:" + _folder.At("out.csv"),
            new ModuleConfig("doubled", "map") { Settings = new() { ["set"] = new ConfigMap { ["temperature"] = "temperature * 2" } } },
            new ModuleConfig("all", "window") { Settings = new() { ["global"] = true, ["aggregates"] = new ConfigMap { ["n"] = "count()" } } });
        await using var processor = DataStreamProcessor.Create(config);
        Assert.True(processor.RegisterModule("hot", Hotter(39)));
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["n", "2"], Made.Lines(_folder.At("out.csv")));
        Assert.Equal(["decode", "doubled", "hot", "all", "encode main"], processor.GetStatus().Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task An_unnamed_module_without_a_window_runs_at_the_end()
    {
        PipelineConfig config = Made.Config("file:" + _folder.Write("in.csv", Rows), "file:" + _folder.At("out.csv"),
            new ModuleConfig("doubled", "map") { Settings = new() { ["set"] = new ConfigMap { ["temperature"] = "temperature * 2" } } });
        await using var processor = DataStreamProcessor.Create(config);
        Assert.True(processor.RegisterModule("hot", Hotter(39)));
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["device,temperature", "b,40", "a,60"], Made.Lines(_folder.At("out.csv")));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        await using var processor = DataStreamProcessor.Create(Made.Config("stdin:", "null:", Made.Filter("warm", "temperature > 3")));
        Assert.True(processor.RegisterModule("mine", Hotter(1)));
        Assert.False(processor.RegisterModule("mine", Hotter(2)));
        Assert.False(processor.RegisterModule("filter", Hotter(2)));
        Assert.False(processor.RegisterModule("window", Hotter(2)));
        Assert.False(processor.RegisterModule("warm", Hotter(2))); // would be the second module of this name
    }

    [Fact]
    public async Task What_does_not_bind_is_told_at_the_start_with_everything_else()
    {
        await using var processor = DataStreamProcessor.Create(Made.Config("file:in.csv", "null:", Made.Filter("warm", "temprature > 3")));
        Assert.True(processor.RegisterModule("other", schema => { Column<long> status = schema.Int64("status"); return (in Row row) => row[status] == 0; }));
        ConfigException mistakes = await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.Equal(2, mistakes.Errors.Count);
        Assert.Contains("temprature", mistakes.Message, StringComparison.Ordinal);
        Assert.Contains("there is no column 'status'", mistakes.Message, StringComparison.Ordinal);
        Assert.Equal(PipelineState.Created, processor.GetStatus().State);
    }

    [Fact]
    public async Task A_key_that_a_registered_module_does_not_know_is_a_mistake()
    {
        await using var processor = DataStreamProcessor.Create(Made.Config("file:in.csv", "null:",
            new ModuleConfig("hot", "above") { Settings = new() { ["limi"] = 3 } }, new ModuleConfig("hotter", "row") { Settings = new() { ["limit"] = 3 } }));
        processor.RegisterModule("above", context => new Above(context));
        processor.RegisterModule("row", Hotter(3));
        ConfigException mistakes = await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.Contains("module 'hot' has no key 'limi'; did you mean 'limit'", mistakes.Message, StringComparison.Ordinal);
        Assert.Contains("module 'hotter' has no key 'limit'", mistakes.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Scope.Keyed, 1)]
    [InlineData(Scope.Ordered, 1)]
    [InlineData(Scope.Stateless, 3)]
    public async Task The_scope_of_a_module_decides_the_lanes(Scope scope, int lanes)
    {
        PipelineConfig config = Made.Config("file:in.csv", "null:") with { Tuning = new PerformanceTuning { Threads = 3 } };
        await using var processor = DataStreamProcessor.Create(config);
        Assert.True(processor.RegisterModule("numbered", _ => new Numbered(scope)));
        DataStream.Plans.Plan plan = processor.BuildPlan(new RunRequest());
        Assert.Equal(lanes, plan.Lanes);
        Assert.Equal(scope != Scope.Stateless, plan.LanesReason.Contains("numbered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_factory_is_called_once_per_lane_and_modules_are_disposed_of_once()
    {
        int made = 0;
        var disposed = new List<int>();
        PipelineConfig config = Made.Config("file:" + _folder.Write("in.csv", Rows), "null:") with { Tuning = new PerformanceTuning { Threads = 3, CpuAffinity = [] } };
        var processor = DataStreamProcessor.Create(config);
        await using (processor)
        {
            processor.RegisterModule("counted", _ => new Counted(++made, disposed));
            await processor.StartProcessingOnStreamAsync(Cancellation);
            Assert.Equal(3, made);
            Assert.Empty(disposed);
        }

        await processor.DisposeAsync();
        Assert.Equal([1, 2, 3], disposed.Order());
    }

    [Fact]
    public async Task Cancellation_drains_and_ends_well()
    {
        using var stopping = new CancellationTokenSource();
        PipelineConfig config = Made.Config("generator:sensors?events=1000000000&rate=20000", "file:" + _folder.At("out.csv")) with { Errors = new ErrorHandling { OnError = OnError.Fail } };
        config = config with { Stream = config.Stream with { Schema = null } };
        await using var processor = DataStreamProcessor.Create(config);
        Task run = processor.StartProcessingOnStreamAsync(stopping.Token);
        PipelineStatus running = await Made.Until(processor, s => s.Ledger.Out > 100);
        Assert.Equal(PipelineState.Running, running.State);
        await stopping.CancelAsync();
        await run;
        PipelineStatus ended = processor.GetStatus();
        Made.Balances(ended);
        Assert.Equal((PipelineState.Completed, 0, 0), (ended.State, ended.Ledger.InFlight, ended.Lag));
        Assert.Equal(ended.Ledger.Out, Made.Lines(_folder.At("out.csv")).Length - 1);
        Assert.True(ended.BytesIn > 0 && ended.EventsPerSecond > 0);
    }

    [Fact]
    public async Task A_run_that_fails_ends_its_task_with_the_exit_code()
    {
        PipelineConfig config = Made.Config("file:" + _folder.Write("in.csv", "device,temperature\na,1\nb,hot\n"), "null:") with { Errors = new ErrorHandling { OnError = OnError.Fail } };
        await using var processor = DataStreamProcessor.Create(config);
        StopException stop = await Assert.ThrowsAsync<StopException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.Contains("in.csv:3: bad_number", stop.Message, StringComparison.Ordinal);
        Assert.Equal(PipelineState.Failed, processor.GetStatus().State);
        Made.Balances(processor.GetStatus());

        await using var missing = DataStreamProcessor.Create(Made.Config("file:" + _folder.At("no.csv"), "null:"));
        Assert.Equal(ExitCode.InputOutput, (await Assert.ThrowsAsync<StopException>(() => missing.StartProcessingOnStreamAsync(Cancellation))).Code);
    }

    [Fact]
    public async Task A_module_that_throws_ends_the_run_with_70_and_a_balanced_ledger()
    {
        await using var processor = DataStreamProcessor.Create(Made.Config("file:" + _folder.Write("in.csv", Rows), "null:"));
        processor.RegisterModule("broken", schema => (in Row row) => throw new InvalidOperationException("a bug of the program"));
        RunReport report = await processor.StartAsync(new RunRequest(), Cancellation);
        Assert.Equal(ExitCode.Internal, report.ExitCode);
        Assert.Contains("a bug of the program", report.Message, StringComparison.Ordinal);
        Assert.Equal((4, 4, 0), (report.Ledger.In, report.Ledger.InFlight, report.Ledger.Imbalance));
    }

    [Fact]
    public async Task A_processor_runs_once()
    {
        await using var processor = DataStreamProcessor.Create(Made.Config("file:" + _folder.Write("in.csv", Rows), "null:"));
        await processor.StartProcessingOnStreamAsync(Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => processor.StartProcessingOnStreamAsync(Cancellation));
        Assert.False(processor.RegisterModule("late", Hotter(1)));
    }

    [Fact]
    public async Task Monitoring_gives_snapshots_until_the_end_and_the_last_one_is_then()
    {
        PipelineConfig config = Made.Config("generator:sensors?events=20000&rate=100000", "null:");
        config = config with { Stream = config.Stream with { Schema = null } };
        await using var processor = DataStreamProcessor.Create(config);
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        var snapshots = new List<MonitoringSnapshot>();
        await foreach (MonitoringSnapshot snapshot in processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(20), Cancellation))
        {
            Made.Balances(snapshot.Status);
            snapshots.Add(snapshot);
        }

        await run;
        Assert.True(snapshots.Count > 2, $"{snapshots.Count} snapshots");
        Assert.Equal((PipelineState.Completed, 20_000), (snapshots[^1].Status.State, snapshots[^1].Status.Ledger.Out));
        Assert.Contains(snapshots, s => s.Status.State == PipelineState.Running && s.EventsPerSecond > 0 && s.BytesPerSecond > 0);
        Assert.True(snapshots.Zip(snapshots.Skip(1)).All(p => p.First.Status.Ledger.In <= p.Second.Status.Ledger.In && p.First.Time <= p.Second.Time));
    }

    [Fact]
    public async Task Disposal_ends_a_run()
    {
        PipelineConfig config = Made.Config("generator:sensors?events=1000000000&rate=1000", "null:");
        config = config with { Stream = config.Stream with { Schema = null } };
        var processor = DataStreamProcessor.Create(config);
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        await Made.Until(processor, s => s.EventsRead > 0);
        await processor.DisposeAsync();
        Assert.True(run.IsCompletedSuccessfully);
        Assert.Equal(PipelineState.Completed, processor.GetStatus().State);
    }

    private static RowBinding Hotter(double limit) => schema =>
    {
        Column<double> temperature = schema.Float64("temperature");
        return (in Row row) => row[temperature] > limit;
    };

    /// <summary>Keeps what is above its setting <c>limit</c>.</summary>
    private sealed class Above(ModuleContext context) : Module
    {
        private readonly double _limit = context.Settings.Number("limit") ?? 0;
        private Column<double> _temperature;

        public override void Bind(Schema schema) => _temperature = schema.Float64("temperature");

        public override void Process(Batch batch)
        {
            ReadOnlySpan<double> temperature = batch.Values(_temperature);
            foreach (int row in batch.Rows)
            {
                if (!(temperature[row] > _limit))
                {
                    batch.Drop(row);
                }
            }
        }
    }

    private sealed class Numbered(Scope scope) : Module
    {
        public override Scope Scope => scope;

        public override void Bind(Schema schema)
        {
        }

        public override void Process(Batch batch)
        {
        }
    }

    private sealed class Counted(int number, List<int> disposed) : Module, IDisposable
    {
        public override void Bind(Schema schema)
        {
        }

        public override void Process(Batch batch)
        {
        }

        public void Dispose() => disposed.Add(number);
    }
}
