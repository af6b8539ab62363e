using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using HdrHistogram;

namespace DataStream.Bench;

/// <summary>
/// Latency inside a program and through pipes: L1 (1,000,000 events/s), L2 (10,000 events/s, the lane parked between), L3 (collections and allocations over L1)
/// and E8 (1,000 events/s through the command), each beside its peer in the same run. Several rounds in turn; the table has the median of each figure.
/// </summary>
internal sealed class LatencyJob(double seconds, int rounds)
{
    private const double WarmUp = 2;

    /// <summary>The job of these options, or null with a message.</summary>
    public static LatencyJob? Of(string[] options)
    {
        (double seconds, int rounds) = (5, 3);
        for (int i = 0; i + 1 < options.Length; i += 2)
        {
            bool isRead = options[i] == "--seconds" ? double.TryParse(options[i + 1], CultureInfo.InvariantCulture, out seconds) : options[i] == "--rounds" && int.TryParse(options[i + 1], out rounds);
            if (!isRead)
            {
                options = [""];
            }
        }

        if (options.Length % 2 == 0 && seconds > 0 && rounds > 0)
        {
            return new LatencyJob(seconds, rounds);
        }

        Console.Error.WriteLine("usage: bench/run.sh latency|quiet [--seconds N] [--rounds N]");
        return null;
    }

    public int Run()
    {
        var fast = new List<(LatencyRun Engine, LatencyRun Channel)>();
        var slow = new List<(LatencyRun Engine, LatencyRun Block, LatencyRun Channel, HistogramBase Futex)>();
        var pipes = new List<HistogramBase>();
        double shorter = Math.Min(seconds, 10);
        for (int round = 1; round <= rounds; round++)
        {
            fast.Add((LatencyRuns.Engine(Loop(1e6, seconds), "adaptive"), LatencyRuns.Channel(Loop(1e6, shorter))));
            slow.Add((LatencyRuns.Engine(Loop(1e4, shorter), "adaptive"), LatencyRuns.Engine(Loop(1e4, shorter), "block"), LatencyRuns.Channel(Loop(1e4, shorter)),
                FutexWake.Measure((int)(1e4 * shorter), pauseMicroseconds: 100)));
            pipes.Add(LatencyRuns.Pipe((int)(1000 * shorter)));
            Console.Error.WriteLine($"round {round}: L1 p50 {Value(fast[^1].Engine.Nanoseconds, 50)} ns (Channel {Value(fast[^1].Channel.Nanoseconds, 50)}), L2 p50 {Value(slow[^1].Engine.Nanoseconds, 50)} ns, E8 p50 {Value(pipes[^1], 50)} ns");
        }

        Write(fast, slow, pipes);
        return 0;
    }

    /// <summary>L3 alone: one long run of L1, its collections and allocations. They do not depend on what else the machine does; latencies do, and are only reported.</summary>
    public int Quiet()
    {
        Console.Error.WriteLine($"{seconds:N0} s at 1,000,000 events/s");
        long start = Stopwatch.GetTimestamp();
        LatencyRun run = LatencyRuns.Engine(Loop(1e6, seconds), "adaptive");
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Results.Keep("latency.md", "Latency inside a program, and through pipes", string.Create(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd}, commit {Machine.Commit}, L3

            {Machine.Description}. `bench/run.sh quiet --seconds {seconds}`: one run of L1, {run.Events:N0} events due at 1,000,000 a second, done after {took:N0} s. gen0 / gen1 / gen2 collections
            {run.Gen0} / {run.Gen1} / {run.Gen2}, allocated on lanes {run.AllocatedOnLanes:N0} bytes, in the whole process {run.AllocatedInAll:N0} bytes (start and end included); p50 {Value(run.Nanoseconds, 50):N0} ns, p99 {Value(run.Nanoseconds, 99):N0} ns.

            """));
        return run is { Gen0: 0, Gen1: 0, Gen2: 0, AllocatedOnLanes: 0 } ? 0 : 1;
    }

    private static OpenLoop Loop(double perSecond, double seconds) => new(perSecond, seconds, WarmUp);

    private void Write(List<(LatencyRun Engine, LatencyRun Channel)> fast, List<(LatencyRun Engine, LatencyRun Block, LatencyRun Channel, HistogramBase Futex)> slow, List<HistogramBase> pipes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd}, commit {Machine.Commit}

            {Machine.Description}. `bench/run.sh latency --seconds {seconds} --rounds {rounds}`: open loop, from when an event was due to when the callback (the reader of the pipe) has
            it; medians of {rounds} rounds, each after {WarmUp} s of warm-up.

            | ns | p50 | p99 | p99.9 | greatest |
            |---|---|---|---|---|
            {Row("L1: 1,000,000 events/s, Ingress → filter → map → callback, adaptive", fast.Select(f => f.Engine.Nanoseconds))}
            {Row("L1: the same in a loop over a Channel", fast.Select(f => f.Channel.Nanoseconds))}
            {Row("L2: 10,000 events/s, Ingress → filter → map → callback, adaptive", slow.Select(f => f.Engine.Nanoseconds))}
            {Row("L2: the same, block: parked at every event", slow.Select(f => f.Block.Nanoseconds))}
            {Row("L2: the same in a loop over a Channel", slow.Select(f => f.Channel.Nanoseconds))}
            {Row("L2: one futex wake-up every 100 µs", slow.Select(f => f.Futex))}
            {Row("E8: 1,000 events/s, one write each, through `datastream run`", pipes)}

            L3, over the {fast.Sum(f => f.Engine.Events):N0} events of L1: gen0 / gen1 / gen2 collections {fast.Sum(f => f.Engine.Gen0)} / {fast.Sum(f => f.Engine.Gen1)} / {fast.Sum(f => f.Engine.Gen2)},
            allocated on lanes {fast.Sum(f => f.Engine.AllocatedOnLanes):N0} bytes, in the whole process {fast.Sum(f => f.Engine.AllocatedInAll):N0} bytes (starts and ends included; Channel {fast.Sum(f => f.Channel.AllocatedInAll):N0}).

            """);
        Results.Keep("latency.md", "Latency inside a program, and through pipes", text.ToString());
    }

    private static string Row(string what, IEnumerable<HistogramBase> runs)
    {
        HistogramBase[] all = [.. runs];
        return string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(all, 50):N0} | {Median(all, 99):N0} | {Median(all, 99.9):N0} | {Median(all, 100):N0} |");
    }

    private static long Median(HistogramBase[] runs, double percentile)
    {
        long[] sorted = [.. runs.Select(r => Value(r, percentile)).Order()];
        return sorted[sorted.Length / 2];
    }

    private static long Value(HistogramBase run, double percentile) => run.GetValueAtPercentile(percentile);
}
