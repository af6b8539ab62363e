using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Runtime;

namespace DataStream.Bench;

/// <summary>
/// What a second lane brings, beside what a second core brings: one lane with all its threads on one core; two such processes at once, each with a core and the whole
/// work; one process with two lanes on both cores; DuckDB on one thread and on two. In turns, medians of the rounds after one that warms.
/// </summary>
/// <remarks>Two processes share nothing but caches, memory and, on virtual machines, perhaps the core: what they do together in a second is the most that lanes can.</remarks>
internal sealed class ScalingJob(int rounds)
{
    private const string Folder = "artifacts/bench";

    private readonly (int A, int B) _cores = (CpuSet.Allowed()[0], CpuSet.Allowed()[^1]);

    public int Brc(long rows)
    {
        if (!OperatingSystem.IsLinux() || _cores.A == _cores.B)
        {
            Console.Error.WriteLine("scaling: two cores of a Linux machine are needed");
            return 2;
        }

        string input = BrcData.Make(Folder, rows, 413);
        string sql = BrcData.Sql(input, Folder);
        Func<double>[] turns =
        [
            () => Timed(Start(input, "a", 1, _cores.A)),
            () => Timed(Start(input, "a", 1, _cores.A), Start(input, "b", 1, _cores.B)),
            () => Timed(Start(input, "a", 2, _cores.A, _cores.B)),
            () => DuckPeer.Run(sql, 1).Seconds,
            () => DuckPeer.Run(sql, 2).Seconds,
        ];
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

        double[] medians = [.. seconds.Select(Results.Median)];
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}, load before it {Results.Load}; One Billion Row Challenge, {rows:N0} rows, 413 stations: a second lane and a second core; whole processes, {rounds} rounds in turns after one that warms, medians of seconds on the clock");
        report.AppendLine(CultureInfo.InvariantCulture, $"one lane, all on core {_cores.A}   {medians[0]:F2} s");
        report.AppendLine(CultureInfo.InvariantCulture, $"two such processes at once {medians[1]:F2} s for twice the work: two cores give {2 * medians[0] / medians[1]:F2} times one");
        report.AppendLine(CultureInfo.InvariantCulture, $"two lanes on both cores    {medians[2]:F2} s: {medians[0] / medians[2]:F2} times one lane on one core, {medians[1] / 2 / medians[2]:P0} of what two processes do in a second");
        if (!double.IsNaN(medians[3]))
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"DuckDB                     one thread {medians[3]:F2} s, two {medians[4]:F2} s: {medians[3] / medians[4]:F2} times");
        }

        Results.Keep("scaling.txt", report);
        return 0;
    }

    private static Func<Process> Start(string input, string tag, int lanes, params int[] cores) => () => Process.Start(new ProcessStartInfo("taskset",
    [
        "-c", string.Join(',', cores), EngineRun.Executable, "run", "bench/scenarios/brc_window_csv/pipeline.yaml", "--stream-input", "file:" + input,
        "--set", $"stream_settings.stream_output.main.uri=file:{Folder}/out-{tag}.csv", "--threads", lanes.ToString(CultureInfo.InvariantCulture), "--no-progress",
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
