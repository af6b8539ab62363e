using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Several outputs and several inputs: copies by condition, outputs that shed, sources side by side.</summary>
public sealed class OutputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Additional_outputs_take_copies_where_their_condition_holds(int lanes)
    {
        PipelineConfig config = Made.Config("file:" + _folder.Write("in.csv", "device,temperature\na,1\nb,20\na,\nc,40\n"), "file:" + _folder.At("out.csv")) with { Tuning = new PerformanceTuning { Threads = lanes, CpuAffinity = [] } };
        config.Stream.Outputs.Add(new OutputConfig("hot", "file:" + _folder.At("hot.ndjson")) { Where = new ConfigScalar("temperature >= 20") });
        config.Stream.Outputs.Add(new OutputConfig("all", "file:" + _folder.At("all.csv")));
        await using var processor = DataStreamProcessor.Create(config);
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(["device,temperature", "a,1", "b,20", "a,", "c,40"], Made.Lines(_folder.At("out.csv")));
        Assert.Equal(["{\"device\":\"b\",\"temperature\":20}", "{\"device\":\"c\",\"temperature\":40}"], Made.Lines(_folder.At("hot.ndjson")));
        Assert.Equal(File.ReadAllText(_folder.At("out.csv")), File.ReadAllText(_folder.At("all.csv")));
        PipelineStatus status = processor.GetStatus();
        Assert.Equal((4, 4, 2, 4), (status.Ledger.Out, status.RowsOut["main"], status.RowsOut["hot"], status.RowsOut["all"]));
    }

    [Fact]
    public async Task A_slow_output_that_may_shed_stalls_nobody()
    {
        string fifo = _folder.MakeFifo("slow");
        PipelineConfig config = Sensors(200_000, "null:");
        config.Stream.Outputs.Add(new OutputConfig("slow", "file:" + fifo) { WhenFull = "shed", Format = new FormatConfig("csv") });
        (RunReport report, int lines) = await RunAgainst(fifo, config, 200_000);
        Assert.Equal((200_000, 0, 0), (report.Ledger.Out, report.Ledger.Shed, report.Ledger.Imbalance));
        Assert.Equal(200_000, report.RowsOut["slow"] + report.RowsShed["slow"]);
        Assert.True(report.RowsShed["slow"] > 0);
        Assert.Equal(report.RowsOut["slow"], lines - 1);
    }

    [Fact]
    public async Task What_main_sheds_is_in_the_ledger()
    {
        string fifo = _folder.MakeFifo("slow");
        PipelineConfig config = Sensors(200_000, "null:");
        config.Stream.Outputs[0] = new OutputConfig("main", "file:" + fifo) { WhenFull = "shed", Format = new FormatConfig("csv") };
        (RunReport report, int lines) = await RunAgainst(fifo, config, 200_000);
        Assert.True(report.Ledger.Shed > 0);
        Assert.Equal((200_000, 0), (report.Ledger.In, report.Ledger.Imbalance));
        Assert.Equal(200_000, report.Ledger.Out + report.Ledger.Shed);
        Assert.Equal((report.Ledger.Shed, report.Ledger.Out), (report.RowsShed["main"], report.RowsOut["main"]));
        Assert.Equal(report.Ledger.Out, lines - 1);
    }

    [Fact]
    public async Task Inputs_are_read_side_by_side()
    {
        string file = _folder.Write("more.csv", "timestamp,device,region,temperature,status\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"2026-01-01T00:00:00Z,mine,here,{i},0\n")));
        PipelineConfig config = Sensors(3000, "file:" + _folder.At("out.csv")) with { Tuning = new PerformanceTuning { Threads = 2, CpuAffinity = [] } };
        config.Stream.Inputs.Add(new EndpointConfig("file:" + file));
        config = config with { Stream = config.Stream with { InputFormat = new("csv"), Schema = [new("timestamp", "timestamp"), new("device", "text"), new("region", "text"), new("temperature", "float64"), new("status", "int64")] } };
        await using var processor = DataStreamProcessor.Create(config);
        await processor.StartProcessingOnStreamAsync(Cancellation);
        string[] lines = Made.Lines(_folder.At("out.csv"));
        Assert.Equal(3501, lines.Length);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), lines.Where(l => l.Contains(",mine,", StringComparison.Ordinal)).Select(l => l.Split(',')[3]));
        Made.Balances(processor.GetStatus());
    }

    private static PipelineConfig Sensors(int events, string output)
    {
        PipelineConfig config = Made.Config($"generator:sensors?events={events}", output);
        return config with { Stream = config.Stream with { Schema = null } };
    }

    /// <summary>Runs against a pipe that nobody empties before the lanes are done, then counts its lines.</summary>
    private static async Task<(RunReport Report, int Lines)> RunAgainst(string fifo, PipelineConfig config, long events)
    {
        await using var processor = DataStreamProcessor.Create(config);
        Task<RunReport> run = processor.StartAsync(new RunRequest(), Cancellation);
        using var reader = new StreamReader(new FileStream(fifo, FileMode.Open, FileAccess.Read));
        await Made.Until(processor, s => s.EventsRead == events);
        Assert.False(run.IsCompleted);
        int lines = 0;
        while (await reader.ReadLineAsync(Cancellation) is not null)
        {
            lines++;
        }

        return (await run, lines);
    }
}
