using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Tests.Config;
using DataStream.Tests.Host;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What docs/CONFIG.md decides about mistakes, warnings and what is counted, where the contract is silent.</summary>
public sealed class MistakeDecisionTests
{
    [Theory]
    [InlineData("header: True")]
    [InlineData("header: TRUE")]
    public async Task Booleans_are_those_of_the_core_schema(string header) =>
        Assert.Equal("{\"n\":1}", await Decision.Run("csv", $"input_format: {{type: csv, {header}}}|schema: {{n: int64}}", "n~1~"));

    [Theory]
    [InlineData("filter, where: \"null\"", "is always null: no row would be kept")]
    [InlineData("map, set: {b: \"truncate(t, 0s)\"}", "truncate(…) takes a duration longer than nothing here, such as 1h")]
    [InlineData("map, set: {b: \"truncate(t, 5)\"}", "truncate(…) takes a duration such as 1h, written out, here, and this is int64")]
    [InlineData("map, set: {}", "7:46: error bad_value: 'set' of module 'm' needs at least one column")]
    [InlineData("map, set: {\"\": \"1\"}", "error bad_key: a column that module 'm' sets has a name")]
    [InlineData("window, global: true, aggregates: {\"\": count()}", "error bad_key: an aggregate of module 'm' has a name")]
    public void A_mistake_of_a_module(string module, string told) =>
        Assert.Contains(told, Assert.Single(Decision.Check("schema: {t: timestamp}", $"modules:|  - {{module_name: m, module_class: {module}}}").Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void A_field_has_a_name() =>
        Assert.Contains("error bad_key: a field's name must not be empty", Assert.Single(Decision.Check("schema: {\"\": text, a: text}").Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void A_window_too_many_tells_its_other_mistakes_too()
    {
        string told = Decision.Check("schema: {a: int64}",
            "modules:|  - {module_name: v, module_class: window, global: true, aggregates: {n: count()}}|  - {module_name: w, module_class: window, count: 0, key: [gone], agregates: {m: sum(n)}}");
        Assert.Equal(["second_window", "bad_value", "unknown_column", "unknown_key"], told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2].TrimEnd(':')));
    }

    [Fact]
    public async Task A_bound_of_a_window_outside_the_years_is_counted()
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "t,k\n9999-12-31T23:59:59Z,a\n9999-12-31T23:59:58Z,b\n");
        foreach ((string window, int lanes) in new[] { ("tumbling: 10s", 1), ("session: { gap: 10s }", 1), ("session: { gap: 10s }", 3) })
        {
            RunReport report = await PipelineTester.Run(folder, $$"""
                stream_settings:
                  stream_input: "file:{DIR}/in.csv"
                  stream_output: discard
                  output_format: csv
                  schema: {t: timestamp, k: text}
                  event_time: {field: t, max_out_of_orderness: 10s}
                modules:
                  - {module_name: w, module_class: window, {{window}}, key: [k], aggregates: {n: count()} }
                  - {module_name: f, module_class: filter, where: "n > 0"}
                performance_tuning: {threads: {{lanes}} }
                """);
            Assert.Equal([("w.window_end", 2L)], report.ResultFaults.Where(f => f.Value > 0).Select(f => (f.Key, f.Value)));
        }
    }

    [Theory]
    [InlineData("delivery: at_least_once", "'delivery' is of topics, and no input is one: without effect")]
    [InlineData("commit_interval: 1s\n  delivery: at_least_once", "'delivery' and 'commit_interval' are of topics, and no input is one: without effect")]
    public void Keys_of_topics_are_warned_of_elsewhere(string keys, string told)
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good.TrimEnd('\n') + $"\n  {keys}\n");
        Assert.Contains(told, DataStreamProcessor.Create(config).BuildPlan(new RunRequest()).Warnings);
        Assert.DoesNotContain(DataStreamProcessor.Create(Loading.LoadGood(Loading.Good)).BuildPlan(new RunRequest()).Warnings, w => w.Contains("topics", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void The_generators_devices_are_in_the_budget(int devices)
    {
        Plan plan = DataStreamProcessor.Create(new PipelineConfig
        {
            Stream = new() { Inputs = [new($"generator:sensors?devices={devices}")], Outputs = [new("main", "null:")] },
        }).BuildPlan(new RunRequest());
        Assert.Equal((28L * devices) + (64 << 10), plan.FixedMemory.Single(m => m.What == "connector buffers").Bytes);
    }

    [Fact]
    public void A_report_in_the_place_of_a_folder_tells_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such numbers");
        using var folder = new ScratchFolder();
        StopException fault = InputOutputFault.Of("write", folder.FullPath, Assert.ThrowsAny<UnauthorizedAccessException>(() => File.Create(folder.FullPath)));
        Assert.Contains("(errno 21)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exception_of_a_limit_is_no_allocation_of_a_lane()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors?devices=50000&seed=3\", stream_output: discard}\n"
            + "modules: [{module_name: keys, module_class: fill, field: temperature, with: previous, key: [device], max_keys: 20000}]\nperformance_tuning: {threads: 1, payload_size: 16KiB}\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        Assert.Equal(ExitCode.Limit, outcome.Code);
        Assert.Contains("\"allocated_bytes_lanes\": 0,", scratch.Read("r.json"), StringComparison.Ordinal);
    }
}
