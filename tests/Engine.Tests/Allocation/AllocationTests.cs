using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Host;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Allocation;

/// <summary>From each lane's eleventh payload on nothing managed is allocated: whole pipelines, in processes of their own, which start cold.</summary>
public sealed class AllocationTests
{
    private const int MinPayloads = 1000;
    private const int PayloadSize = 4096;

    private const string Outlier = "\n  - {module_name: spikes, module_class: outlier, field: value, key: [device], method: mad, threshold: 6, action: drop}";

    private const string Keyed = "\n  - {module_name: once, module_class: deduplicate, key: [time, device], within: 10ms}" + Outlier
        + "\n  - {module_name: gaps, module_class: fill, field: value, key: [device], with: previous}\n  - {module_name: notes, module_class: fill, field: note, key: [status], with: previous}";

    [Theory]
    [InlineData("csv", 1, "adaptive", Outlier)]
    [InlineData("json", 1, "adaptive", Outlier)]
    [InlineData("msgpack", 1, "adaptive", Outlier)]
    [InlineData("csv", 2, "adaptive", "")]
    [InlineData("json", 2, "adaptive", "")]
    [InlineData("csv", 2, "block", "")]
    [InlineData("csv", 3, "adaptive", Keyed)]
    [InlineData("json", 2, "block", Keyed)]
    [InlineData("csv", 3, "adaptive", "", "session: {gap: 3ms}")]
    [InlineData("csv", 2, "block", Keyed, "count: 5")]
    public void Lanes_allocate_nothing(string format, int lanes, string wait, string modules, string window = "tumbling: 10s")
    {
        using var scratch = new Scratch();
        byte[] data = format switch
        {
            "csv" => Encoding.UTF8.GetBytes(DirtyEvents.Csv(100_000, seed: 7)),
            "json" => Encoding.UTF8.GetBytes(DirtyEvents.Json(50_000, seed: 7)),
            _ => DirtyEvents.MessagePack(70_000, seed: 7),
        };
        Assert.True(data.Length > MinPayloads * (PayloadSize + 2), $"{data.Length} bytes are not {MinPayloads} payloads");
        File.WriteAllBytes(scratch.PathOf("in." + format), data);
        scratch.Write("config.yaml", Yaml(format, modules, window)
            + string.Create(CultureInfo.InvariantCulture, $"\nperformance_tuning: {{threads: {lanes}, payload_size: 4KiB, max_record_size: 4KiB, wait_strategy: {wait}}}\n"));
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "report.json");
        Assert.True(outcome.Code == 0, outcome.Error);
        using var report = JsonDocument.Parse(scratch.Read("report.json"));
        JsonElement root = report.RootElement;
        Assert.Equal(lanes, root.GetProperty("threads").GetInt32());
        Assert.All(["aggregated", "filtered", window.StartsWith("count", StringComparison.Ordinal) ? "deduplicated" : "late", "dead"], bucket => Assert.InRange(root.GetProperty("ledger").GetProperty(bucket).GetInt64(), 50, 100_000));
        Assert.True(root.GetProperty("rows_out").GetProperty("main").GetInt64() > 1000);
        Assert.Equal(File.ReadLines(scratch.PathOf("dead.ndjson")).LongCount(), root.GetProperty("ledger").GetProperty("dead").GetInt64());
        long allocated = root.GetProperty("allocated_bytes_lanes").GetInt64();
        Assert.True(allocated == 0, $"{allocated} bytes: {root.GetProperty("stages")}");
    }

    /// <summary>The middle between two doubles, which the first 19 digits do not decide, and hundreds of digits: nobody has met such a number before, and lanes are warm.</summary>
    [Fact]
    public void A_number_of_many_digits_allocates_nothing_where_it_comes_late()
    {
        const string Half = "1.00000000000000011102230246251565404236316680908203125"; // 1 + 2^-53
        using var scratch = new Scratch();
        var data = new StringBuilder("v\n");
        for (int i = 0; i < 50_000; i++)
        {
            data.Append("0.25\n");
        }

        string zeros = new('0', 900);
        data.Append(CultureInfo.InvariantCulture, $"{Half}\n{Half}{zeros}1\n9007199254740993.{zeros}1\n");
        scratch.Write("in.csv", data.ToString());
        scratch.Write("config.yaml", """
            stream_settings: {stream_input: file:in.csv, stream_output: file:out.csv, schema: {v: float64}}
            performance_tuning: {threads: 1, payload_size: 4KiB, max_record_size: 4KiB}
            """);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "report.json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["0.25", "1", "1.0000000000000002", "9007199254740994"], File.ReadLines(scratch.PathOf("out.csv")).TakeLast(4));
        using var report = JsonDocument.Parse(scratch.Read("report.json"));
        Assert.Equal(0, report.RootElement.GetProperty("allocated_bytes_lanes").GetInt64());
    }

    /// <summary>The same count, over a module that allocates once in a while.</summary>
    [Fact]
    public async Task A_module_that_allocates_is_found_and_named()
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", DirtyEvents.Csv(20_000, seed: 8));
        string yaml = Yaml("csv", "\n  - {module_name: leaky, module_class: leaky}").Replace("file:", $"file:{folder.FullPath}/", StringComparison.Ordinal);
        string path = folder.Write("pipeline.yaml", yaml + "\nperformance_tuning: {threads: 1, payload_size: 4KiB, max_record_size: 4KiB}\n");
        DataStreamProcessor processor = DataStreamProcessor.Create(DataStream.Config.Config.Load(path));
        await using (processor)
        {
            Assert.True(processor.RegisterModule("leaky", _ => new LeakyModule()));
            RunReport report = await processor.StartAsync(new RunRequest(), TestContext.Current.CancellationToken);
            Assert.Equal(0, report.ExitCode);
            Assert.True(report.AllocatedBytesLanes >= 32, $"{report.AllocatedBytesLanes} bytes");
            Assert.Equal("leaky", report.Stages.MaxBy(s => s.AllocatedBytes)!.Name);
        }
    }

    /// <summary>What <c>warn</c> says and <c>fail</c> stops with: the stage, where the configuration asks for it, and bytes per event.</summary>
    [Theory]
    [InlineData("warn", "{module_name: leaky, module_class: leaky}", "'leaky' ({0}:13:5) allocated 32 managed bytes, 0.0")]
    [InlineData("warn", "{module_name: boxes, module_class: boxes}", "'boxes' ({0}:13:5) allocated ")]
    [InlineData("fail", "{module_name: leaky, module_class: leaky}", "'leaky' ({0}:13:5) allocated 32 managed bytes, 0.0")]
    [InlineData("fail", "{module_name: boxes, module_class: boxes}", "'boxes' ({0}:13:5) allocated ")]
    [InlineData("ignore", "{module_name: leaky, module_class: leaky}", null)]
    public async Task What_a_stage_allocates_is_told_with_its_place(string allocations, string module, string? said)
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", DirtyEvents.Csv(20_000, seed: 8));
        string yaml = Yaml("csv", "", "tumbling: 2s").Replace("file:", $"file:{folder.FullPath}/", StringComparison.Ordinal);
        string path = folder.Write("pipeline.yaml", yaml + $"\n  - {module}\nperformance_tuning: {{threads: 1, payload_size: 4KiB, max_record_size: 4KiB, allocations: {allocations}}}\n");
        var log = new ListLog();
        DataStreamProcessor processor = DataStreamProcessor.Create(DataStream.Config.Config.Load(path), log);
        await using (processor)
        {
            Assert.True(module.Contains("leaky", StringComparison.Ordinal)
                ? processor.RegisterModule("leaky", _ => new LeakyModule())
                : processor.RegisterModule("boxes", schema =>
                {
                    Column<long> count = schema.Int64("count");
                    return (in Row row) => (s_box = row[count]) is long;
                }));
            RunReport report = await processor.StartAsync(new RunRequest(), TestContext.Current.CancellationToken);
            string found = allocations == "fail" ? report.Message : string.Join('\n', log.Lines);
            Assert.Equal(allocations == "fail" ? ExitCode.Limit : ExitCode.Done, report.ExitCode);
            Assert.Equal(allocations == "warn" ? 1 : 0, log.Lines.Count(l => l.Contains("managed byte", StringComparison.Ordinal))); // said once
            if (said is null)
            {
                Assert.DoesNotContain("managed byte", found, StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(string.Format(CultureInfo.InvariantCulture, said, path), found, StringComparison.Ordinal);
                Assert.DoesNotContain("per_device", found, StringComparison.Ordinal); // which ran the module, and is not to blame
            }
        }
    }

    private static object? s_box; // kept, or the compiler may do without it once the code is hot

    private static string Yaml(string format, string modules, string window = "tumbling: 10s") => $$"""
        stream_settings:
          stream_input: file:in.{{format}}
          stream_output: {main: file:out.{{format}}, dead: file:dead.ndjson}
          schema: {time: timestamp, device: text, value: float64, status: int64, note: text}
          event_time: {field: time, max_out_of_orderness: 1s}
        modules:
          - {module_name: valid, module_class: filter, where: "status == 0 and (value is null or value >= 0) and note != 'none'"}{{modules}}
          - module_name: per_device
            module_class: window
            {{window}}
            key: [device]
            aggregates: {count: count(), min: min(value), max: max(value), mean: mean(value), stddev: stddev(value), p95: "quantile(value, 0.95)"}
        """;

    /// <summary>Allocates 32 bytes with its fiftieth batch.</summary>
    private sealed class LeakyModule : Module
    {
        private int _batches;
        private byte[]? _leak;

        public override void Bind(Schema schema)
        {
        }

        public override void Process(Batch batch)
        {
            if (++_batches == 50)
            {
                _leak = new byte[8 + (_leak?.Length ?? 0)];
            }
        }
    }
}
