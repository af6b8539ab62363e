using System;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What docs/CONFIG.md decides about endpoints and the course of a run, where the contract is silent.</summary>
public sealed class RunDecisionTests
{
    [Theory]
    [InlineData("log")]
    [InlineData("txt")]
    [InlineData("tsv")]
    [InlineData("CSV.bak")]
    public async Task What_is_not_csv_by_its_name_is_json(string extension) =>
        Assert.Equal("{\"n\":1}", await Decision.Run(extension, "schema: {n: int64}", "{\"n\":1}~"));

    [Fact]
    public async Task A_generator_alone_is_csv_whatever_the_input_format()
    {
        string rows = await Decision.Run("csv", "stream_input: \"generator:sensors?events=3\"|input_format: json", "", "modules: [{module_name: s, module_class: select, fields: [device]}]");
        Assert.Equal(3, rows.Split('|').Length);
        Assert.All(rows.Split('|'), row => Assert.StartsWith("{\"device\":\"device-", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_file_is_told_when_its_turn_comes()
    {
        string outcome = await Decision.Run("csv", "stream_input: [\"file:{DIR}/in.csv\", \"file:{DIR}/missing.csv\"]|schema: {n: int64}", "n~1~");
        Assert.StartsWith("{\"n\":1}!74 ", outcome, StringComparison.Ordinal);
        Assert.Contains("missing.csv", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:/dev/stdout")]
    [InlineData("file:/dev/fd/1")]
    [InlineData("file:/proc/self/fd/1")]
    public void Its_device_files_are_the_standard_output(string uri)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such files");
        Assert.True(EndpointUri.TryParseOutput(uri, out EndpointUri parsed, out _));
        Assert.Equal("stdout", parsed.Scheme);
    }

    [Fact]
    public async Task Broken_sequences_written_as_replacement_characters_are_counted()
    {
        using var folder = new ScratchFolder();
        System.IO.File.WriteAllBytes(folder["in.csv"], [.. "t\n"u8, .. "caf"u8, 0xE9, (byte)'\n', 0xFF, 0xC3, (byte)'\n', .. "good\n"u8]);
        RunReport report = await PipelineTester.Run(folder, """
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: "file:{DIR}/out.ndjson", copy: {uri: "file:{DIR}/copy.csv", where: "true"}}
              schema: {t: text}
            """);
        Assert.Equal(3, report.ReplacedSequences);
        Assert.Equal("{\"t\":\"caf\uFFFD\"}\n{\"t\":\"\uFFFD\uFFFD\"}\n{\"t\":\"good\"}\n", folder.Read("out.ndjson"));
    }

    [Theory]
    [InlineData(1, "error_handling: {on_error: fail}")]
    [InlineData(3, "error_handling: {on_error: fail}")]
    [InlineData(3, "error_handling: {error_budget: 0.001%}")]
    public async Task A_stage_has_the_events_that_count(int lanes, string errors)
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "t,n\n" + string.Concat(Enumerable.Range(0, 60_000).Select(i => i == 9_000 ? "1,x\n" : "1,1\n")));
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: "file:{DIR}/out.csv", some: {uri: "file:{DIR}/some.csv", where: "n == 1"} }
              schema: {t: timestamp, n: int64}
              event_time: {field: t}
            modules: [{module_name: all, module_class: filter, where: "n > 0"}]
            {{errors}}
            performance_tuning: {threads: {{lanes}}, payload_size: 4KiB, partition_size: 64}
            """);
        Assert.Equal(65, report.ExitCode);
        Assert.InRange(report.EventsIn, 9_001, 12_000);
        Assert.Equal([report.EventsIn, report.EventsIn, report.RowsOut["main"], report.RowsOut["some"]], report.Stages.Select(s => s.Events));
    }

    /// <summary>A budget orders the outputs, and the letters of one payload are more than the ring of <c>dead</c> has room for: the lane waits there, and its payload is judged behind it.</summary>
    [Theory]
    [InlineData(1, "block")]
    [InlineData(3, "block")]
    [InlineData(1, "shed")]
    [InlineData(3, "shed")]
    public async Task A_payload_may_have_more_dead_letters_than_a_ring_has_room_for(int lanes, string whenFull)
    {
        const int Letters = 60_000;
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "n\n" + string.Concat(Enumerable.Repeat("1\n", 10_000)) + string.Concat(Enumerable.Repeat("x\n", Letters)));
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: {uri: "file:{DIR}/out.csv", when_full: {{whenFull}}}, dead: "file:{DIR}/dead.ndjson"}
              schema: {n: int64}
            error_handling: {error_budget: 90%}
            performance_tuning: {threads: {{lanes}}, payload_size: 4KiB, ring_size: 2}
            """).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Equal(0, report.ExitCode);
        Assert.Equal(Letters, report.Ledger.Dead);
        Assert.Equal(10_000, report.Ledger.Out + report.Ledger.Shed);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.Equal(Letters, folder.Read("dead.ndjson").Count(c => c == '\n'));
    }

    /// <summary>Results of windows that die behind it have their letters in the same place, whether one lane's windows give them in the midst of a payload or other lanes' behind it.</summary>
    [Theory]
    [InlineData("count: 3", "")]
    [InlineData("count: 3", "event_time: {field: t}")]
    [InlineData("session: {gap: 2s}", "event_time: {field: t}")]
    public async Task Letters_of_records_and_of_results_have_one_order(string window, string eventTime)
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "t,k,v\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i},{(char)('a' + (i * 7 % 5))},{(i % 11 == 0 ? "x" : i)}\n")));
        string? first = null;
        foreach (int lanes in (int[])[1, 2, 3])
        {
            RunReport report = await PipelineTester.Run(folder, $$"""
                stream_settings:
                  stream_input: "file:{DIR}/in.csv"
                  stream_output: {main: "file:{DIR}/out.csv", dead: "file:{DIR}/dead.ndjson"}
                  schema: {t: timestamp, k: text, v: int64}
                  {{eventTime}}
                modules:
                  - {module_name: w, module_class: window, {{window}}, key: [k], aggregates: {s: sum(v)} }
                  - {module_name: killer, module_class: map, set: {m: "100 % (s % 5)"} }
                performance_tuning: {threads: {{lanes}}, payload_size: 4KiB, partition_size: 64}
                """);
            Assert.Equal(0, report.ExitCode);
            string letters = folder.Read("dead.ndjson");
            Assert.Contains("killer", letters, StringComparison.Ordinal);
            Assert.Equal(first ??= letters, letters);
        }
    }

    [Fact]
    public async Task A_spent_budget_ends_the_run_behind_the_payload_in_which_it_was_spent()
    {
        const int Records = 30_000;
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "n\n" + string.Concat(Enumerable.Range(0, Records).Select(i => i % 2 == 0 ? "1\n" : "x\n")));
        RunReport report = await PipelineTester.Run(folder, """
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: "file:{DIR}/out.csv", dead: "file:{DIR}/dead.ndjson"}
              schema: {n: int64}
            error_handling: {error_budget: 10%}
            performance_tuning: {payload_size: 4KiB, partition_size: 64}
            """);
        Assert.Equal(65, report.ExitCode);

        // A payload has 4 × 64 records: the one with the 10,000th is written whole, and nothing behind it.
        Assert.InRange(report.Ledger.Out + report.Ledger.Dead, 10_000, 10_000 + 255);
        Assert.Equal(report.Ledger.Out, folder.Read("out.csv").Count(c => c == '\n') - 1);
        Assert.Equal(report.Ledger.Dead, folder.Read("dead.ndjson").Count(c => c == '\n'));
        Assert.Equal(0, report.Ledger.Imbalance);
    }
}
