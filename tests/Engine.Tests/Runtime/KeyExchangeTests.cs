using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Lanes that ask each other about keys: they end, whatever is full or breaks, and the plan says what they do.</summary>
public sealed class KeyExchangeTests : IDisposable
{
    private const int Events = 6000;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, "block")]
    [InlineData(4, "adaptive")]
    [InlineData(7, "block")]
    public async Task An_output_that_is_read_byte_by_byte_stalls_all_and_stops_none(int lanes, string wait)
    {
        string expected = await RunToFile(1, "adaptive");
        string fifo = _folder.MakeFifo("slow");
        await using var processor = DataStreamProcessor.Create(Pipeline(lanes, wait, "file:" + fifo));
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        var text = new MemoryStream();
        await using (var output = new FileStream(fifo, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0))
        {
            byte[] few = new byte[97];
            for (int read = output.Read(few); read > 0; read = output.Read(few))
            {
                text.Write(few, 0, read);
            }
        }

        RunReport report = await run;
        Assert.Equal((0, lanes, 0), (report.ExitCode, report.Threads, report.Ledger.Imbalance));
        Assert.Equal(expected, Encoding.UTF8.GetString(text.ToArray()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2999)]
    [InlineData(Events + 1)]
    public async Task A_run_of_some_events_is_the_same_on_many_lanes(int most)
    {
        string one = await RunToFile(1, "adaptive", most);
        Assert.Equal(one, await RunToFile(5, "block", most));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task A_module_that_throws_ends_the_run_on_all_lanes(int lanes)
    {
        PipelineConfig config = Pipeline(lanes, "block", "file:" + _folder.At("out.csv"));
        config.Modules.Insert(1, new ModuleConfig("broken", "broken"));
        await using var processor = DataStreamProcessor.Create(config);
        Assert.True(processor.RegisterModule("broken", _ => new Breaking()));
        RunReport report = await processor.StartAsync(new RunRequest(), Cancellation);
        Assert.Equal(ExitCode.Internal, report.ExitCode);
        Assert.Contains("on purpose", report.Message, StringComparison.Ordinal);
        Assert.Equal(0, report.Ledger.Imbalance);
    }

    [Fact]
    public void The_plan_says_whose_keys_are_whose_and_counts_the_room()
    {
        using var processor = new Disposing(DataStreamProcessor.Create(Pipeline(3, "adaptive", "null:")));
        Plan plan = processor.Item.BuildPlan(new RunRequest());
        Assert.Equal(3, plan.Lanes);
        string text = Explain.Text(plan);
        Assert.Contains("keys     once: each lane owns some of them, and answers the others in order of arrival; by id\n", text, StringComparison.Ordinal);
        Assert.Contains("keys     gaps: ", text, StringComparison.Ordinal);
        Assert.Contains(plan.FixedMemory, part => part.What.StartsWith("keys between lanes (", StringComparison.Ordinal) && part.Bytes > 0);
        Assert.Equal(plan.Keyed.Count, plan.FixedMemory.Count(part => part.What.StartsWith("keys between lanes (", StringComparison.Ordinal))); // a line for each
    }

    [Theory]
    [InlineData("session")]
    [InlineData("count")]
    public void Windows_whose_state_does_not_merge_share_the_keys_too(string kind)
    {
        PipelineConfig config = Pipeline(3, "adaptive", "null:");
        config.Modules.Add(new("w", "window")
        {
            Settings = new()
            {
                [kind] = kind == "count" ? "7" : new ConfigMap { ["gap"] = "5s" },
                ["key"] = new ConfigList { "id" },
                ["aggregates"] = new ConfigMap { ["n"] = "count()" },
            },
        });
        using var processor = new Disposing(DataStreamProcessor.Create(config));
        Plan plan = processor.Item.BuildPlan(new RunRequest());
        Assert.Equal(3, plan.Lanes);
        Assert.Contains("keys     w: each lane owns some of them, and answers the others in order of arrival; by id\n", Explain.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_does_not_tell_its_key_takes_one_lane_and_the_plan_says_so()
    {
        PipelineConfig config = Pipeline(3, "adaptive", "null:");
        config.Modules.Insert(0, new ModuleConfig("silent", "silent"));
        using var processor = new Disposing(DataStreamProcessor.Create(config));
        Assert.True(processor.Item.RegisterModule("silent", _ => new Silent()));
        Plan plan = processor.Item.BuildPlan(new RunRequest());
        Assert.Equal((1, "'silent' (silent) keeps state per key and does not tell the key: such a plan runs on one lane"), (plan.Lanes, plan.LanesReason));
    }

    private async Task<string> RunToFile(int lanes, string wait, long most = long.MaxValue)
    {
        string path = _folder.At(string.Create(CultureInfo.InvariantCulture, $"out{lanes}.csv"));
        await using var processor = DataStreamProcessor.Create(Pipeline(lanes, wait, "file:" + path));
        RunReport report = await processor.StartAsync(new RunRequest { MaxEvents = most }, Cancellation);
        Assert.Equal((0, 0), (report.ExitCode, report.Ledger.Imbalance));
        return await File.ReadAllTextAsync(path, Cancellation);
    }

    private PipelineConfig Pipeline(int lanes, string wait, string output)
    {
        string input = _folder.At("in.csv");
        if (!File.Exists(input))
        {
            var random = new Random(5);
            File.WriteAllLines(input, Enumerable.Range(0, Events).Select(i => $"{i / 10},{random.Next(400)},{(random.Next(3) == 0 ? "" : i.ToString(CultureInfo.InvariantCulture))}").Prepend("at,id,value"));
        }

        return new PipelineConfig
        {
            Stream = new StreamSettings
            {
                Inputs = [new("file:" + input)],
                InputFormat = new("csv"),
                Outputs = [new("main", output) { Format = new("csv") }],
                Schema = [new("at", "timestamp"), new("id", "int64"), new("value", "int64")],
                EventTime = new EventTimeConfig("at"),
            },
            Modules =
            [
                new("once", "deduplicate") { Settings = new() { ["key"] = new ConfigList { "id" }, ["within"] = "20s" } },
                new("gaps", "fill") { Settings = new() { ["field"] = "value", ["key"] = new ConfigList { "id" }, ["with"] = "previous" } },
            ],
            Tuning = new PerformanceTuning { Threads = lanes, CpuAffinity = [], PayloadSize = 4096, PartitionSize = 64, RingSize = 2, WaitStrategy = wait },
        };
    }

    private sealed class Disposing(DataStreamProcessor processor) : IDisposable
    {
        public DataStreamProcessor Item => processor;

        public void Dispose() => processor.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Throws after some hundred rows of its keys.</summary>
    private sealed class Breaking : Module
    {
        private IReadOnlyList<Field>? _key;
        private int _rows;

        public override Scope Scope => Scope.Keyed;

        public override IReadOnlyList<Field>? Key => _key;

        public override void Bind(Schema schema) => _key = [schema.Read("id")];

        public override void Process(Batch batch)
        {
            _rows += batch.CountLive();
            if (_rows > 500)
            {
                throw new InvalidOperationException("on purpose");
            }
        }
    }

    private sealed class Silent : Module
    {
        public override Scope Scope => Scope.Keyed;

        public override void Bind(Schema schema)
        {
        }

        public override void Process(Batch batch)
        {
        }
    }
}
