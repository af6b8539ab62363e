using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Runtime;

namespace DataStream.Bench;

/// <summary>
/// What more lanes bring, beside what more cores bring: 1, 2, 4 … lanes on as many cores, which their reader and writer share; two such processes of one lane at once,
/// each with a core and the whole work; DuckDB on one thread and on two. In turns, medians of the rounds after one that warms.
/// </summary>
/// <remarks>Two processes share nothing but caches, memory and, on virtual machines, perhaps the core: what they do together in a second is the most that two lanes can.</remarks>
internal sealed class ScalingJob(int rounds)
{
    private readonly int[] _cores = [.. CpuSet.Allowed()];

    public int Run()
    {
        if (!OperatingSystem.IsLinux() || _cores.Length < 2)
        {
            Console.Error.WriteLine("scaling: two cores of a Linux machine are needed");
            return 2;
        }

        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}, load before it {Results.Load}; lanes on as many cores; whole processes, {rounds} rounds in turns after one that warms, medians of seconds on the clock");
        Measure("One Billion Row Challenge, 100,000,000 rows", WholeScenario.Brc(100_000_000, 413), report);
        Measure("six statistics of 10,000 devices, 10,000,000 events", WholeScenario.Statistics(10_000_000), report);
        Measure("one of each device and second, then sessions, 10,000,000 events", WholeScenario.Exchange(10_000_000), report);
        Results.Keep("scaling.txt", report);
        return 0;
    }

    private void Measure(string what, WholeScenario scenario, StringBuilder report)
    {
        int[] lanes = [.. Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(n => n < _cores.Length), _cores.Length];
        Func<double>[] turns =
        [
            .. lanes.Select(n => (Func<double>)(() => Timed(Start(scenario, "out-a", n, _cores[..n])))),
            () => Timed(Start(scenario, "out-a", 1, _cores[0]), Start(scenario, "out-b", 1, _cores[1])),
            () => Duck(scenario, 1),
            () => Duck(scenario, 2),
        ];
        double[] medians = InTurns(turns);
        report.AppendLine(what);
        for (int i = 0; i < lanes.Length; i++)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"  {lanes[i],2} {(lanes[i] == 1 ? "lane" : "lanes")}: {medians[i]:F2} s, {medians[0] / medians[i]:F2} times one");
        }

        double together = medians[lanes.Length], twoLanes = medians[1];
        report.AppendLine(CultureInfo.InvariantCulture, $"  two processes at once: {together:F2} s for twice the work, {2 * medians[0] / together:F2} times one; two lanes do {together / 2 / twoLanes:P0} of what they do");
        if (!double.IsNaN(medians[^1]))
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"  DuckDB: one thread {medians[^2]:F2} s, two {medians[^1]:F2} s, {medians[^2] / medians[^1]:F2} times; two lanes are {medians[^1] / twoLanes:F1} times as fast as its two");
        }
    }

    private double[] InTurns(Func<double>[] turns)
    {
        List<double>[] seconds = [.. turns.Select(_ => new List<double>())];
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < turns.Length; i++)
            {
                int turn = (i + round) % turns.Length;
                double took = turns[turn]();
                if (round > 0)
                {
                    seconds[turn].Add(took);
                }
            }
        }

        return [.. seconds.Select(Results.Median)];
    }

    private static double Duck(WholeScenario scenario, int threads) => scenario.Sql is null ? double.NaN : DuckPeer.Run(scenario.Sql, threads).Seconds;

    private static Func<Process> Start(WholeScenario scenario, string tag, int lanes, params int[] cores) => () => Process.Start(new ProcessStartInfo("taskset",
    [
        "-c", string.Join(',', cores), EngineRun.Executable, .. scenario.Arguments(tag), "--threads", lanes.ToString(CultureInfo.InvariantCulture), "--no-progress",
    ])
    { RedirectStandardError = true })!;

    /// <summary>Seconds from the first start to the last end.</summary>
    private static double Timed(params Func<Process>[] starts)
    {
        long began = Stopwatch.GetTimestamp();
        Process[] running = [.. starts.Select(start => start())];
        string[] errors = [.. running.Select(process => process.StandardError.ReadToEnd())];
        foreach (Process process in running)
        {
            process.WaitForExit();
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        for (int i = 0; i < running.Length; i++)
        {
            int code = running[i].ExitCode;
            running[i].Dispose();
            if (code != 0)
            {
                throw new InvalidOperationException($"datastream ended with {code}: {errors[i]}");
            }
        }

        return seconds;
    }
}
