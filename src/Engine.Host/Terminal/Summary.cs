using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using DataStream.Flow;
using DataStream.Runtime;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DataStream.Host.Terminal;

/// <summary>What a run did, for people: tables on a terminal, one line elsewhere.</summary>
internal static class Summary
{
    /// <summary>Everything on one line; a log keeps it whole.</summary>
    public static string Line(RunReport report)
    {
        List<string> parts =
        [
            $"{Counted.Of(report.EventsIn, "event")} in {Printable.Seconds(report.ElapsedSeconds)} ({Printable.Rate(report.EventsPerSecond)} events/s, {Megabytes(report)} MB/s)",
        ];
        foreach ((string name, long count) in Buckets(report.Ledger))
        {
            if (count > 0)
            {
                parts.Add($"{name} {Printable.Count(count)}{Detail(name, report)}");
            }
        }

        if (report.ResultFaults.Count > 0)
        {
            parts.AddRange(report.ResultFaults.Where(f => f.Value > 0).Select(f => $"result fault {f.Key} {Printable.Count(f.Value)}"));
        }

        parts.Add("rows " + string.Join(" ", report.RowsOut.Keys.Select(output => $"{output} {Printable.Count(report.RowsOut[output])}{Shed(output, report)}")));
        if (report.WindowRows > 0)
        {
            parts.Add($"windows {Printable.Count(report.WindowRows)}");
        }

        parts.AddRange(Remarks(report));
        if (report.Stages.Count > 0)
        {
            parts.Add("ns/event: " + string.Join(", ", report.Stages.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.NanosecondsPerEvent:0.0}"))));
        }

        if (report.Affinity.Any(cores => cores.Count > 0))
        {
            parts.Add("lanes on cores " + Cores(report));
        }

        parts.Add($"peak memory {Printable.Mebibytes(report.PeakRssBytes)}");
        parts.Add(Collections(report));
        return "datastream: " + Printable.Line(string.Join("; ", parts));
    }

    /// <summary>Tables in the width of the terminal.</summary>
    public static void Show(RunReport report, IAnsiConsole console)
    {
        console.WriteLine();
        console.Write(new Text(
            $"{Counted.Of(report.EventsIn, "event")} in {Printable.Seconds(report.ElapsedSeconds)}: {Printable.Rate(report.EventsPerSecond)} events/s, "
            + $"{Megabytes(report)} MB/s, {Counted.Of(report.Threads, "lane")}{(report.Affinity.Any(cores => cores.Count > 0) ? " on cores " + Cores(report) : "")}, peak memory {Printable.Mebibytes(report.PeakRssBytes)}, {Collections(report)}\n",
            new Style(decoration: Decoration.Bold)));

        Table events = Frame("events", "", "share");
        foreach ((string name, long count) in Buckets(report.Ledger).Where(b => b.Count > 0))
        {
            Row(events, name, Printable.Count(count), Printable.Share(count, report.EventsIn));
        }

        Table rows = Frame("rows", "");
        foreach ((string output, long count) in report.RowsOut)
        {
            Row(rows, output, Printable.Count(count) + Shed(output, report));
        }

        if (report.WindowRows > 0)
        {
            Row(rows, "windows emitted", Printable.Count(report.WindowRows));
        }

        foreach ((string fault, long count) in report.ResultFaults.Where(f => f.Value > 0))
        {
            Row(rows, $"fault {fault}", Printable.Count(count));
        }

        Table stages = Frame("stage", "events", "ns/event");
        foreach (StageReport stage in report.Stages)
        {
            Row(stages, stage.Name, Printable.Count(stage.Events), stage.NanosecondsPerEvent.ToString("0.0", CultureInfo.InvariantCulture));
        }

        console.Write(new Columns(new List<IRenderable> { events, rows, stages }) { Expand = false });
        ShowDead(report, console);
        foreach (string remark in Remarks(report))
        {
            console.Write(new Text(remark + "\n", new Style(Color.Yellow)));
        }
    }

    /// <summary>The summary in the form that fits where stderr goes.</summary>
    public static void Write(RunReport report, TextWriter error, IAnsiConsole? terminal)
    {
        if (terminal is null)
        {
            error.WriteLine(Line(report));
        }
        else
        {
            Show(report, terminal);
        }
    }

    private static void ShowDead(RunReport report, IAnsiConsole console)
    {
        if (report.Ledger.Dead == 0)
        {
            return;
        }

        Table dead = Frame("dead because", "", "for example");
        foreach ((string reason, long count) in report.DeadByReason.OrderByDescending(r => r.Value))
        {
            DeadExample? example = report.DeadExamples.FirstOrDefault(e => e.Reason == reason);
            Row(dead, reason, Printable.Count(count), example is null ? "" : $"{Place(example)}  {example.Raw}");
        }

        console.Write(dead);
    }

    /// <summary>Formats without lines have bytes.</summary>
    private static string Place(DeadExample example) =>
        string.Create(CultureInfo.InvariantCulture, $"{example.Source}{(example.Line > 0 ? ":" : ", byte ")}{(example.Line > 0 ? example.Line : example.Offset)}");

    private static (string Name, long Count)[] Buckets(Ledger ledger) =>
    [
        ("out", ledger.Out), ("aggregated", ledger.Aggregated), ("filtered", ledger.Filtered), ("deduplicated", ledger.Deduplicated),
        ("late", ledger.Late), ("dead", ledger.Dead), ("shed", ledger.Shed), ("in flight", ledger.InFlight), ("imbalance", Math.Abs(ledger.Imbalance)),
    ];

    private static string Detail(string bucket, RunReport report)
    {
        if (bucket != "dead")
        {
            return "";
        }

        return " (" + string.Join(", ", report.DeadByReason.OrderByDescending(r => r.Value).Select(r =>
        {
            DeadExample? example = report.DeadExamples.FirstOrDefault(e => e.Reason == r.Key);
            return $"{r.Key} {Printable.Count(r.Value)}{(example is null ? "" : $" such as {Place(example)} '{example.Raw}'")}";
        })) + ")";
    }

    /// <summary>Collections of generation 0, 1 and 2, and how long they stopped the process.</summary>
    private static string Collections(RunReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"GC {report.Gen0}/{report.Gen1}/{report.Gen2} in {report.GcPause.TotalMilliseconds:0.0} ms");

    private static IEnumerable<string> Remarks(RunReport report)
    {
        Ledger ledger = report.Ledger;
        if (report.Lag is { Records: > 0 } lag)
        {
            yield return $"lag {Counted.Of(lag.Records, "message")}, {Printable.Seconds(lag.Seconds)}";
        }

        if (ledger.Late > 0)
        {
            // More than 1 % points at a watermark that is too eager for this input.
            yield return ledger.Late * 100 > ledger.In
                ? $"{Printable.Share(ledger.Late, ledger.In)} of the events were late; the greatest disorder met was {Printable.Duration(report.GreatestDisorder)}: raise event_time.max_out_of_orderness"
                : $"greatest disorder {Printable.Duration(report.GreatestDisorder)}";
        }

        foreach ((string module, long keys) in report.EvictedKeys)
        {
            yield return $"{module} forgot {Counted.Of(keys, "key")} to make room for others (max_keys)";
        }

        if (report.FarFuture > 0)
        {
            yield return $"{Counted.Of(report.FarFuture, "event")} {(report.FarFuture == 1 ? "was" : "were")} more than a day ahead of the clock, first {Printable.Line(report.FirstFarFuture)}";
        }

        if (report.ReplacedSequences > 0)
        {
            yield return $"{Counted.Of(report.ReplacedSequences, "sequence")} that {(report.ReplacedSequences == 1 ? "is" : "are")} not UTF-8 {(report.ReplacedSequences == 1 ? "was" : "were")} written as U+FFFD";
        }
    }

    /// <summary>Where the system says that each lane may run: <c>0 | 1</c>, or <c>0-3</c> for one lane that may run on four.</summary>
    private static string Cores(RunReport report) => string.Join(" | ", report.Affinity.Select(Ranges));

    private static string Ranges(IReadOnlyList<int> cores)
    {
        var ranges = new List<string>();
        for (int first = 0, i = 0; i < cores.Count; i++)
        {
            if (i + 1 == cores.Count || cores[i + 1] != cores[i] + 1)
            {
                ranges.Add(first == i ? Number(cores[i]) : $"{Number(cores[first])}-{Number(cores[i])}");
                first = i + 1;
            }
        }

        return ranges.Count == 0 ? "?" : string.Join(",", ranges);

        static string Number(int core) => core.ToString(CultureInfo.InvariantCulture);
    }

    private static string Shed(string output, RunReport report) =>
        report.RowsShed.TryGetValue(output, out long shed) && shed > 0 ? $" (shed {Printable.Count(shed)})" : "";

    private static string Megabytes(RunReport report) =>
        Printable.Millions(report.ElapsedSeconds > 0 ? report.BytesIn / report.ElapsedSeconds : 0);

    private static Table Frame(params string[] headings)
    {
        var table = new Table { Border = TableBorder.Rounded };
        for (int i = 0; i < headings.Length; i++)
        {
            var column = new TableColumn(new Text(headings[i]));
            table.AddColumn(i == 0 || headings[i] == "for example" ? column : column.RightAligned());
        }

        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(c => new Text(Printable.Line(c))));
}
