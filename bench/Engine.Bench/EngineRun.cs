using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;

namespace DataStream.Bench;

/// <summary>One run of the published command; its figures come from its own <c>--report</c> and from the clock outside.</summary>
internal sealed record EngineRun(long Events, double EventsPerSecond, int Lanes, long AllocatedOnLanes, long PeakBytes, double Seconds)
{
    private const string Report = "artifacts/bench/report.json";

    public static string Executable { get; } = Path.Combine("artifacts", "publish", "datastream", OperatingSystem.IsWindows() ? "datastream.exe" : "datastream");

    public static EngineRun Of(params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(Executable, [.. arguments, "--report", Report, "--no-progress"]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"datastream {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }

        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Report));
        JsonElement root = report.RootElement;
        return new EngineRun(
            root.GetProperty("events_in").GetInt64(),
            root.GetProperty("events_per_second").GetDouble(),
            root.GetProperty("threads").GetInt32(),
            root.GetProperty("allocated_bytes_lanes").GetInt64(),
            root.GetProperty("peak_rss_bytes").GetInt64(),
            seconds);
    }
}
