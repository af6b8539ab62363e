using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace DataStream.Bench;

/// <summary>
/// Sensor events in CSV → filter → 10 s tumbling window by device → CSV: the engine on one lane and on all, and File.ReadLines with LINQ, in
/// turn, medians of the rounds. The input is made once by the engine's generator and is in the page cache for all of them; the first round warms.
/// </summary>
internal sealed class SensorsJob(long events, int rounds)
{
    private const string Folder = "artifacts/bench";
    private const string Pipeline = "bench/scenarios/sensors_filter-window_csv/pipeline.yaml";
    private const string EngineOutput = Folder + "/sensors-engine.csv";
    private const string PeerOutput = Folder + "/sensors-linq.csv";

    private readonly string _input = $"{Folder}/sensors-{events}.csv";

    public int Run()
    {
        Directory.CreateDirectory(Folder);
        MakeInput();
        var one = new List<EngineRun>();
        var all = new List<EngineRun>();
        var peer = new List<double>();
        for (int round = 0; round <= rounds; round++)
        {
            EngineRun single = Engine("1");
            EngineRun every = Engine("auto");
            double seconds = Peer();
            if (round == 0)
            {
                int different = Differences();
                if (different > 0)
                {
                    throw new InvalidOperationException($"the engine and its peer differ in {different} rows: {EngineOutput}, {PeerOutput}");
                }

                continue;
            }

            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"round {round}: one lane {single.EventsPerSecond / 1e6:F2} M events/s, {every.Lanes} lanes {every.EventsPerSecond / 1e6:F2} M, LINQ {events / seconds / 1e6:F2} M"));
            one.Add(single);
            all.Add(every);
            peer.Add(events / seconds);
        }

        Write(one, all, Results.Median(peer));
        return 0;
    }

    private void MakeInput()
    {
        if (File.Exists(_input))
        {
            return;
        }

        Console.Error.WriteLine($"Making {_input} with generator:sensors.");
        string partial = _input + ".partial";
        EngineRun.Of("run", "bench/scenarios/sensors_filter-window_csv/load.yaml", "--stream-input", FormattableString.Invariant($"generator:sensors?events={events}&devices=10000&per_second=10000&seed=7"),
            "--stream-output", "file:" + partial);
        File.Move(partial, _input);
    }

    private EngineRun Engine(string lanes) =>
        EngineRun.Of("run", Pipeline, "--stream-input", "file:" + _input, "--stream-output", "file:" + EngineOutput, "--threads", lanes);

    private double Peer()
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        LinqPeer.Run(_input, PeerOutput);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Rows that differ by more than the last digits of a mean, which LINQ sums in plain doubles.</summary>
    private static int Differences()
    {
        using IEnumerator<string> engine = File.ReadLines(EngineOutput).GetEnumerator();
        using IEnumerator<string> peer = File.ReadLines(PeerOutput).GetEnumerator();
        int different = 0;
        while (true)
        {
            bool more = engine.MoveNext();
            if (more != peer.MoveNext())
            {
                return different + 1;
            }

            if (!more)
            {
                return different;
            }

            different += Same(engine.Current, peer.Current) ? 0 : 1;
        }
    }

    private static bool Same(string left, string right)
    {
        if (left == right)
        {
            return true;
        }

        string[] a = left.Split(','), b = right.Split(',');
        return a.Length == b.Length && a.Zip(b).All(f => f.First == f.Second
            || (double.TryParse(f.First, CultureInfo.InvariantCulture, out double x) && double.TryParse(f.Second, CultureInfo.InvariantCulture, out double y)
                && Math.Abs(x - y) <= 1e-9 * Math.Max(1, Math.Abs(x))));
    }

    private void Write(List<EngineRun> one, List<EngineRun> all, double peer)
    {
        double single = Results.Median(one.Select(r => r.EventsPerSecond)), every = Results.Median(all.Select(r => r.EventsPerSecond));
        double wholeProcess = events / Results.Median(one.Select(r => r.Seconds));
        string text = string.Create(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd}, commit {Machine.Commit}

            {Machine.Description}. `bench/run.sh sensors {events} {rounds}`: {events:N0} events ({new FileInfo(_input).Length / 1e6:F0} MB of CSV in the page cache), filter, 10 s
            tumbling window by device (count, min, max, mean), {File.ReadLines(EngineOutput).Count() - 1:N0} result rows to CSV; interleaved, medians of {rounds} rounds after one that warms.

            | | M events/s | ratio |
            |---|---|---|
            | `File.ReadLines` + LINQ | {peer / 1e6:F2} | 1 |
            | datastream, 1 lane (`--report`) | {single / 1e6:F2} | {single / peer:F1} |
            | datastream, 1 lane, whole process with its start | {wholeProcess / 1e6:F2} | {wholeProcess / peer:F1} |
            | datastream, {all[0].Lanes} lanes (`threads: auto`, `--report`) | {every / 1e6:F2} | {every / peer:F1} |

            Peak memory {Results.Median(one.Select(r => (double)r.PeakBytes)) / (1 << 20):F0} MiB (1 lane); allocated on lanes: {one.Max(r => r.AllocatedOnLanes)} bytes.

            """);
        Results.Keep("sensors-csv.md", "Sensor events in CSV → filter → window by device → CSV", text);
    }
}
