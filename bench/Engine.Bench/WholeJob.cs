using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace DataStream.Bench;

/// <summary>
/// A pipeline of <c>bench/scenarios</c> over a file, whole processes with their start, beside one statement of DuckDB that reads and writes the same files on as many
/// threads; in turns, medians of the rounds after one that warms the page cache.
/// </summary>
internal sealed class WholeJob(int rounds)
{
    private readonly StringBuilder _report = new();

    /// <summary>1BRC at a number of rows; with several numbers of stations growth.</summary>
    public int Brc(long rows, params int[] stations)
    {
        Begin($"One Billion Row Challenge, {rows:N0} rows");
        foreach (int count in stations)
        {
            Measure(WholeScenario.Brc(rows, count));
        }

        return End("brc.txt");
    }

    /// <summary>Six statistics of devices in ten seconds.</summary>
    public int Statistics(long events)
    {
        Begin($"sensor events, {events:N0}: filter, six statistics of 10,000 devices in 10 s");
        Measure(WholeScenario.Statistics(events));
        return End("statistics.txt");
    }

    /// <summary>State by keys that lanes ask each other for.</summary>
    public int Exchange(long events)
    {
        Begin($"sensor events, {events:N0}: one of each device and second, then sessions of 10,000 devices");
        Measure(WholeScenario.Exchange(events));
        return End("exchange.txt");
    }

    /// <summary>A filter and a computed column.</summary>
    public int Plain(long events)
    {
        Begin($"plain work, {events:N0} sensor events: filter and temperature_f, order kept");
        Measure(WholeScenario.Plain(events, isJson: true));
        Measure(WholeScenario.Plain(events, isJson: false));
        return End("plain.txt");
    }

    /// <summary>From the start of the process to its end over a file of a thousand events.</summary>
    public int Start()
    {
        Begin("start: a whole process over a file of 1,000 events");
        Measure(WholeScenario.Start());
        return End("start.txt");
    }

    private void Begin(string what)
    {
        _report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}, load before it {Results.Load}; {what}; whole processes, {rounds} rounds in turns after one that warms, medians of seconds on the clock");
    }

    private int End(string name)
    {
        Results.Keep(name, _report);
        return 0;
    }

    private void Measure(WholeScenario scenario)
    {
        var engine = new List<EngineRun>();
        var oneLane = new List<EngineRun>();
        var duck = new List<double>();
        string version = "";
        for (int round = 0; round <= rounds; round++)
        {
            string[] command = scenario.Arguments("out");
            EngineRun run = EngineRun.Of(command);
            EngineRun one = EngineRun.Of([.. command, "--threads", "1"]);
            (double seconds, version) = scenario.Sql is null ? (double.NaN, "") : DuckPeer.Run(scenario.Sql, Environment.ProcessorCount);
            if (round > 0)
            {
                engine.Add(run);
                oneLane.Add(one);
                duck.Add(seconds);
            }
        }

        EngineRun last = engine[^1];
        double ours = Results.Median(engine.Select(r => r.Seconds));
        double theirs = Results.Median(duck);
        string peer = double.IsNaN(theirs) ? "" : string.Create(CultureInfo.InvariantCulture, $"; DuckDB {version} {theirs:F2} s, ratio {theirs / ours:F1}");
        double single = Results.Median(oneLane.Select(r => r.Seconds));
        string ratio = double.IsNaN(theirs) ? "" : string.Create(CultureInfo.InvariantCulture, $", ratio {theirs / single:F1}");
        _report.AppendLine(CultureInfo.InvariantCulture, $"{scenario.What,-24} {new FileInfo(scenario.Input).Length / 1e6:F0} MB: datastream, {last.Lanes} lanes, {ours:F2} s ({last.Events / ours / 1e6:F2} M events/s, peak {last.PeakBytes / 1048576.0:F0} MiB, {engine.Max(r => r.AllocatedOnLanes)} B allocated on lanes){peer}");
        _report.AppendLine(CultureInfo.InvariantCulture, $"  on one lane            {single:F2} s ({last.Events / single / 1e6:F2} M events/s, peak {oneLane.Max(r => r.PeakBytes) / 1048576.0:F0} MiB{ratio}); {last.Lanes} lanes are {single / ours:F2} times as fast");
    }
}
