using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>The same pipeline over files.</summary>
public sealed class BatchProcessorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_and_globs_take_the_place_of_the_input_in_the_order_given()
    {
        _folder.Write("2026-02.csv", "device,temperature\nb,2\n");
        _folder.Write("2026-01.csv", "temperature,device\n1,a\n"); // a header of its own
        string last = _folder.Write("last.csv", "device,temperature\nc,3\n");
        PipelineConfig config = Made.Config("stdin:", "file:" + _folder.At("out.csv"));
        config = config with { Stream = config.Stream with { InputFormat = new("csv") } };
        BatchReport report = await BatchProcessor.RunAsync(config, [_folder.At("2026-*.csv"), last], stopping: Cancellation);
        Assert.Equal((0, 3, 3, 0), (report.ExitCode, report.EventsIn, report.Ledger.Out, report.Ledger.Imbalance));
        Assert.Equal(["device,temperature", "a,1", "b,2", "c,3"], Made.Lines(_folder.At("out.csv")));
    }

    [Fact]
    public async Task The_format_follows_the_files_where_none_is_named()
    {
        string file = _folder.Write("a.csv", "device,temperature\na,1\n");
        BatchReport report = await BatchProcessor.RunAsync(Made.Config("stdin:", "null:"), [file], stopping: Cancellation);
        Assert.Equal((0, 1), (report.ExitCode, report.Ledger.Out));
    }

    [Fact]
    public async Task A_glob_without_a_match_is_74_with_the_path()
    {
        BatchReport report = await BatchProcessor.RunAsync(Made.Config("stdin:", "null:"), [_folder.At("*.csv")], stopping: Cancellation);
        Assert.Equal(ExitCode.InputOutput, report.ExitCode);
        Assert.Contains(_folder.At("*.csv"), report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_files_are_a_mistake() =>
        Assert.Contains("stream_input", (await Assert.ThrowsAsync<ConfigException>(() => BatchProcessor.RunAsync(Made.Config("stdin:", "null:"), [], stopping: Cancellation))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Without_a_file_there_is_no_batch()
    {
        // Also where the plan would look at the first input.
        PipelineConfig config = Made.Config("stdin:", "null:") with { Modules = [new("big", "filter") { Settings = new() { ["where"] = "amount > 100" } }] };
        ConfigException refused = await Assert.ThrowsAsync<ConfigException>(() => BatchProcessor.RunAsync(config, [], stopping: Cancellation));
        Assert.Contains("at least one file", refused.Message, StringComparison.Ordinal);
    }
}
