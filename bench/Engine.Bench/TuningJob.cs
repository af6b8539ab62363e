using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace DataStream.Bench;

/// <summary>
/// What each key of performance_tuning costs: the sensors job with one key changed at a time, in turn, medians. Events per second are the machine's; processor
/// time per event is the engine's, and says something beside other work, too.
/// </summary>
internal sealed class TuningJob(long events, int rounds)
{
    private const string Folder = "artifacts/bench";
    private const string Scenario = "bench/scenarios/sensors_filter-window_csv/";

    private static readonly string[] s_changes =
    [
        "", "partition_size=64", "partition_size=512", "partition_size=8192", "partition_size=65536", "payload_size=16KiB", "payload_size=64KiB", "payload_size=1MiB",
        "ring_size=2", "ring_size=4", "ring_size=64", "wait_strategy=block", "wait_strategy=yield", "cpu_affinity=none", "threads=2",
    ];

    public int Run()
    {
        Directory.CreateDirectory(Folder);
        string input = $"{Folder}/tuning-{events}.csv";
        if (!File.Exists(input))
        {
            EngineRun.Of("run", Scenario + "load.yaml", "--stream-input", FormattableString.Invariant($"generator:sensors?events={events}&devices=10000&per_second=10000&seed=7"), "--stream-output", "file:" + input);
        }

        Dictionary<string, List<(EngineRun Run, double Cpu)>> runs = s_changes.ToDictionary(c => c, _ => new List<(EngineRun, double)>());
        for (int round = 0; round <= rounds; round++)
        {
            foreach (string change in s_changes)
            {
                string threads = change.StartsWith("threads=", StringComparison.Ordinal) ? change["threads=".Length..] : "1";
                string[] set = change.Length == 0 || change.StartsWith("threads=", StringComparison.Ordinal) ? [] : ["--set", "performance_tuning." + change];
                double before = ChildrenSeconds();
                var run = EngineRun.Of(["run", Scenario + "pipeline.yaml", "--stream-input", "file:" + input, "--stream-output", "discard", "--threads", threads, .. set]);
                if (round > 0)
                {
                    runs[change].Add((run, ChildrenSeconds() - before));
                }
            }
        }

        Write(runs);
        return 0;
    }

    private void Write(Dictionary<string, List<(EngineRun Run, double Cpu)>> runs)
    {
        double norm = Results.Median(runs[""].Select(r => r.Run.EventsPerSecond));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd}, commit {Machine.Commit}

            {Machine.Description}. `bench/run.sh tuning {events} {rounds}`: {events:N0} sensor events, CSV → filter → window by 10,000 devices, one lane, one key changed at a time; medians of
            {rounds} rounds after one that warms. Processor time is the whole process's, its start (about 0.2 s) included. Load average at the end: {Results.Load}; above the number of cores the rates say little.

            | performance_tuning | M events/s | ratio | processor ns/event | peak MiB |
            |---|---|---|---|---|

            """);
        foreach ((string change, List<(EngineRun Run, double Cpu)> all) in runs)
        {
            double rate = Results.Median(all.Select(r => r.Run.EventsPerSecond));
            text.Append(CultureInfo.InvariantCulture, $"| {(change.Length == 0 ? "as it is" : $"`{change.Replace("=", ": ", StringComparison.Ordinal)}`")} | {rate / 1e6:F2} | {rate / norm:F2} | {Results.Median(all.Select(r => r.Cpu)) / events * 1e9:F0} | {Results.Median(all.Select(r => (double)r.Run.PeakBytes)) / (1 << 20):F0} |\n");
        }

        Results.Keep("tuning.md", "What the keys of performance_tuning cost", text.ToString());
    }

    /// <summary>Processor seconds of all processes that were waited for; 0 where the system does not say.</summary>
    private static double ChildrenSeconds()
    {
        const int Children = -1;
        var usage = new long[18]; // user and system time as seconds and microseconds come first
        return OperatingSystem.IsLinux() && GetUsage(Children, usage) == 0 ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6) : 0;
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
