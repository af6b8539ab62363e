using System;
using System.Collections.Generic;
using System.IO;
using DataStream.Flow;
using DataStream.Host.Terminal;
using DataStream.Runtime;
using Spectre.Console;
using Xunit;

namespace DataStream.Tests.Host;

public sealed class SummaryTests
{
    private static readonly RunReport s_report = new()
    {
        ElapsedSeconds = 2,
        BytesIn = 5_000_000,
        EventsPerSecond = 500_000,
        Threads = 2,
        Ledger = new Ledger(1_000_000, 0, 900_000, 50_000, 9_000, 40_000, 1_000, 0, 0),
        DeadByReason = new Dictionary<string, long> { ["bad_number"] = 999, ["bad_quote"] = 1 },
        DeadExamples = [new DeadExample("bad_number", "in.csv", 17, "a,\u001b[31m,x"), new DeadExample("bad_quote", "in.msgpack", 0, "x") { Offset = 1234 }],
        RowsOut = new Dictionary<string, long> { ["main"] = 1_200, ["alarms"] = 3 },
        RowsShed = new Dictionary<string, long> { ["alarms"] = 2 },
        ResultFaults = new Dictionary<string, long> { ["w.sum"] = 4 },
        WindowRows = 1_200,
        GreatestDisorder = TimeSpan.FromSeconds(95),
        FarFuture = 7,
        ReplacedSequences = 6,
        EvictedKeys = new Dictionary<string, long> { ["spikes"] = 12 },
        Affinity = [[0], [2, 3, 4, 7]],
        PeakRssBytes = 100 << 20,
        Stages = [new StageReport("decode", 1_000_000, 31.5, 0), new StageReport("hot", 3, 0.42, 0)],
    };

    private static readonly string[] s_parts =
        ["1,000,000 events", "500 k events/s", "2.5 MB/s", "900,000", "50,000", "9,000", "40,000", "bad_number", "in.csv:17", "in.msgpack, byte 1234", @"\x1b[31m", "1,200", "(shed 2)", "w.sum",
            "4.0 % of the events were late", "1.6 min", "7 events were more than a day ahead", "6 sequences that are not UTF-8 were written as U+FFFD", "100 MiB", "spikes forgot 12 keys", "on cores 0 | 2-4,7"];

    [Fact]
    public void The_line_has_everything_and_stays_one()
    {
        string line = Summary.Line(s_report);
        Assert.All([.. s_parts, "ns/event: decode 31.5, hot 0.4"], part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Fact]
    public void The_tables_have_everything_and_the_stages()
    {
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 160;
        Summary.Show(s_report, console);
        Assert.All([.. s_parts, "decode", "31.5", "2 lanes", "90.0 %"], part => Assert.Contains(part, text.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void One_of_a_thing_is_not_called_many()
    {
        string line = Summary.Line(new RunReport { Ledger = new Ledger(1, 1, 0, 0, 0, 0, 0, 0, 0), RowsOut = new Dictionary<string, long> { ["main"] = 1 }, FarFuture = 1, ReplacedSequences = 1 });
        Assert.All(["datastream: 1 event in", "1 event was more than a day", "1 sequence that is not UTF-8 was written"], part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.StartsWith("1 event in", ProgressDisplay.Describe(new PipelineStatus(), new PipelineStatus { EventsRead = 1 }, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_gives_rates_since_the_status_before()
    {
        var before = new PipelineStatus { EventsRead = 1_000_000, BytesIn = 10_000_000 };
        var now = new PipelineStatus { EventsRead = 3_000_000, BytesIn = 50_000_000, Elapsed = TimeSpan.FromSeconds(3), Ledger = new Ledger(2_900_000, 2_000_000, 0, 900_000, 0, 0, 0, 0, 0) };
        string text = ProgressDisplay.Describe(before, now, 0.5);
        Assert.All(["3,000,000 events in 3 s", "4 M events/s", "80 MB/s", "lag 100,000", "out 2,000,000", "filtered 900,000"], part => Assert.Contains(part, text, StringComparison.Ordinal));
    }
}
