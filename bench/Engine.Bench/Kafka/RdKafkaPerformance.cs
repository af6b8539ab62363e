using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace DataStream.Bench.Kafka;

/// <summary>librdkafka's own benchmark, where it is built: RDKAFKA_PERFORMANCE names it, or it is on PATH.</summary>
internal static partial class RdKafkaPerformance
{
    private static int s_groups;

    public static string? Find() =>
        Environment.GetEnvironmentVariable("RDKAFKA_PERFORMANCE") is { Length: > 0 } named ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "rdkafka_performance")).FirstOrDefault(File.Exists);

    /// <summary>Thousand messages a second, in batches of a group.</summary>
    public static double Consume(string tool, string bootstrap, string topic, int messages)
    {
        string group = string.Create(CultureInfo.InvariantCulture, $"native-{s_groups++}");
        var start = new ProcessStartInfo(tool, ["-G", group, "-t", topic, "-b", bootstrap, "-c", messages.ToString(CultureInfo.InvariantCulture), "-B", "1000",
            "-X", "auto.offset.reset=earliest", "-X", "fetch.queue.backoff.ms=5", "-X", "queued.max.messages.kbytes=65536"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Match rate = Rate().Matches(text).LastOrDefault() ?? throw new InvalidOperationException($"{tool} said:\n{text}");
        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture) / 1e3;
    }

    [GeneratedRegex(@"(\d+) msgs/s")]
    private static partial Regex Rate();
}
