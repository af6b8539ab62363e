using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using DataStream.Flow;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Allocation;

/// <summary>The memory of whole processes, as the system counts it, against memory_budget: keys without end, one hot key, an output that takes nothing.</summary>
public sealed class MemoryTests
{
    private const long Budget = 16L << 20;

    // The runtime with its code, stacks and heaps, where nothing of the budget is used.
    private const long Runtime = 72L << 20;

    private const string Tuning = "\nperformance_tuning: {threads: 1, memory_budget: 16MiB, payload_size: 64KiB}\n";

    [Theory]
    [InlineData("{module_name: keys, module_class: window, global: true, key: [k], aggregates: {n: count()}}", "'keys'")]
    [InlineData("{module_name: keys, module_class: window, global: true, key: [k], aggregates: {n: count()}, window_memory: 4MiB}", "window_memory")]
    [InlineData("{module_name: keys, module_class: fill, field: v, with: previous, key: [k], max_keys: 50000}", "max_keys")]
    public void Ten_million_keys_end_with_71_in_bounded_memory(string module, string named)
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", $"stream_settings: {{stream_input: stdin, stream_output: discard, input_format: csv, schema: {{k: text, v: int64}}}}\nmodules:\n  - {module}{Tuning}");
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "report.json", "--set", "performance_tuning.threads=1");
        int keys = Feed(command, 10_000_000);
        Outcome outcome = command.End();
        Assert.True(outcome.Code == ExitCode.Limit, outcome.Error);
        Assert.Contains(named, outcome.Error, StringComparison.Ordinal);
        Assert.InRange(keys, 10_000, 9_999_999);
        Assert.InRange(Peak(scratch), 1, Budget + Runtime);
    }

    /// <summary>Only a module has keys and windows: what else needs more is told what helps it.</summary>
    [Fact]
    public void A_spent_budget_says_what_helps()
    {
        var budget = new MemoryBudget(100);
        string module = Assert.Throws<StopException>(() => budget.OpenModule("w").Charge(101)).Message;
        Assert.EndsWith("raise performance_tuning.memory_budget, or give the module fewer keys or shorter windows", module, StringComparison.Ordinal);
        budget = new MemoryBudget(100);
        Assert.EndsWith("or pack it smaller", Assert.Throws<StopException>(() => budget.Open("packed", "pack it smaller").Charge(101)).Message, StringComparison.Ordinal);
        budget = new MemoryBudget(100);
        Assert.EndsWith("raise performance_tuning.memory_budget", Assert.Throws<StopException>(() => budget.Open("batches").Charge(101)).Message, StringComparison.Ordinal);
    }

    /// <summary>The exception of the lane that has no room reaches the lanes that asked it; that is no leak of theirs.</summary>
    [Fact]
    public void Lanes_that_stop_at_a_limit_are_not_said_to_allocate()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors?events=3000000&devices=1000000&seed=3\", stream_output: \"null:\"}\nmodules:\n"
            + "  - {module_name: spikes, module_class: outlier, field: temperature, key: [device], method: zscore, threshold: 9, action: drop}\nperformance_tuning: {threads: 2, memory_budget: 96MiB}\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.True(outcome.Code == ExitCode.Limit, outcome.Error);
        Assert.DoesNotContain("allocated", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_hot_key_takes_no_more_than_the_budget()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors?events=500000&devices=1&per_second=100000\", stream_output: \"file:out.csv\", event_time: {field: timestamp}}\nmodules:\n"
            + "  - {module_name: spikes, module_class: outlier, field: temperature, key: [device], method: mad, threshold: 9, action: drop}\n"
            + "  - {module_name: w, module_class: window, tumbling: 1h, key: [device], aggregates: {n: count(), p: \"quantile(temperature, 0.9)\", d: count_distinct(temperature), s: stddev(temperature)}}" + Tuning);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "report.json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.InRange(Peak(scratch), 1, Budget + Runtime);
    }

    [Fact]
    public void An_output_that_takes_nothing_holds_the_pipeline_within_its_memory()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors?seed=1\", stream_output: stdout}" + Tuning);
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml");
        Assert.Equal('{', command.Output.Read()); // it runs; nobody reads on
        double? share = 1;
        for (int second = 0; second < 30 && share > 0.05; second++)
        {
            share = command.ShareOfACore();
        }

        Assert.InRange(share ?? -1, 0, 0.05);
        string line = File.ReadLines($"/proc/{command.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Assert.InRange(long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024, 1, Budget + Runtime);
    }

    /// <summary>Writes lines with ever new keys until the process takes no more, and says how many.</summary>
    private static int Feed(Command command, int most)
    {
        int key = 0;
        try
        {
            command.Input.Write("k,v\n");
            var lines = new StringBuilder();
            while (key < most)
            {
                lines.Clear();
                for (int i = 0; i < 4096; i++, key++)
                {
                    lines.Append(CultureInfo.InvariantCulture, $"key{key},{key}\n");
                }

                command.Input.Write(lines);
            }

            command.Input.Close();
        }
        catch (IOException)
        {
            // Its end is looked at by the caller.
        }

        return key;
    }

    private static long Peak(Scratch scratch)
    {
        using var report = JsonDocument.Parse(scratch.Read("report.json"));
        return report.RootElement.GetProperty("peak_rss_bytes").GetInt64();
    }
}
