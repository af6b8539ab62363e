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

    /// <summary>As a member of a group, by batches of 1,000 from one queue. Nothing is copied: it counts.</summary>
    public static Measured ByGroup(string tool, string bootstrap, string topic, int messages) =>
        Run(tool, bootstrap, topic, messages, ["-G", string.Create(CultureInfo.InvariantCulture, $"native-{s_groups++}"), "-B", "1000", "-X", "auto.offset.reset=earliest"]);

    /// <summary>Without a group, by a callback for each message of one queue.</summary>
    public static Measured ByCallback(string tool, string bootstrap, string topic, int messages) =>
        Run(tool, bootstrap, topic, messages, ["-C", "-o", "beginning", .. Enumerable.Range(0, Cluster.Partitions).SelectMany(partition => new[] { "-p", partition.ToString(CultureInfo.InvariantCulture) })]);

    private static Measured Run(string tool, string bootstrap, string topic, int messages, string[] mode)
    {
        var start = new ProcessStartInfo(tool, [.. mode, "-t", topic, "-b", bootstrap, "-c", messages.ToString(CultureInfo.InvariantCulture),
            "-X", "fetch.queue.backoff.ms=5", "-X", "queued.max.messages.kbytes=65536"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Match rate = Rate().Matches(text).LastOrDefault() ?? throw new InvalidOperationException($"{tool} said:\n{text}");
        return new Measured(messages, messages / double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), double.NaN, 0);
    }

    [GeneratedRegex(@"(\d+) msgs/s")]
    private static partial Regex Rate();
}
