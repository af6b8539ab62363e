using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>State by key gives the same bytes, ledger, dead letters and late rows on any number of lanes: its owners see the rows of their keys in order of arrival.</summary>
public sealed class KeyedIdentityTests
{
    private static readonly string[] s_threads = ["1", "2", "3", "4", "7"];
    private static readonly string[] s_partitions = ["64", "192", "2048"];
    private static readonly string[] s_payloads = ["4KiB", "64KiB"];
    private static readonly string[] s_waits = ["adaptive", "block", "yield"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("DATASTREAM_KEYED_SEEDS") ?? "12", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Output_does_not_depend_on_lanes_batches_and_payloads(int seed)
    {
        string? difference = await FirstDifference(seed, hasTime => new Streaks(hasTime));
        Assert.True(difference is null, $"seed {seed}, {difference}");
    }

    /// <summary>A module that names a key and keeps one state for all keys.</summary>
    [Fact]
    public async Task A_module_that_names_a_wrong_key_is_found()
    {
        int seed = Enumerable.Range(1, 100).First(s => new KeyedPipeline(s).Yaml.Contains("streaks", StringComparison.Ordinal));
        Assert.NotNull(await FirstDifference(seed, hasTime => new Streaks(hasTime, isWrong: true)));
    }

    private static async Task<string?> FirstDifference(int seed, Func<bool, Streaks> streaks)
    {
        var pipeline = new KeyedPipeline(seed);
        Dictionary<string, string>? expected = null;
        int number = 0;
        foreach ((string threads, string partition, string payload) in Variants())
        {
            using var folder = new ScratchFolder();
            foreach ((string name, byte[] bytes) in pipeline.Files)
            {
                File.WriteAllBytes(folder[name], bytes);
            }

            RunReport report = await PipelineTester.Run(folder, pipeline.Yaml, p => Register(p, pipeline, streaks),
                ("performance_tuning.threads", threads), ("performance_tuning.partition_size", partition), ("performance_tuning.payload_size", payload),
                ("performance_tuning.max_record_size", "4KiB"), ("performance_tuning.ring_size", number % 2 == 0 ? "2" : "8"), ("performance_tuning.wait_strategy", s_waits[number % 3]));
            number++;
            Assert.True(report.ExitCode is 0 or 65, $"seed {seed}: {report.Message}\n{report.Cause}\n{pipeline.Yaml}");
            Assert.Equal(0, report.Ledger.Imbalance);
            Assert.Equal(threads, report.Threads.ToString(CultureInfo.InvariantCulture));
            Dictionary<string, string> actual = Told(report, folder);
            expected ??= actual;
            foreach ((string name, string text) in expected.Where(e => e.Value != actual[e.Key]))
            {
                return $"threads {threads}, partition_size {partition}, payload_size {payload}: {name} differs: {Lines(text, actual[name])}\n{pipeline.Yaml}";
            }
        }

        return null;
    }

    /// <summary>What no configuration names would run all the same.</summary>
    private static void Register(DataStreamProcessor processor, KeyedPipeline pipeline, Func<bool, Streaks> streaks)
    {
        if (pipeline.Yaml.Contains("streaks", StringComparison.Ordinal))
        {
            Assert.True(processor.RegisterModule("streaks", context => streaks(context.HasEventTime)));
        }
    }

    private static IEnumerable<(string Threads, string Partition, string Payload)> Variants() =>
        from t in Enumerable.Range(0, s_threads.Length)
        from p in Enumerable.Range(0, s_partitions.Length)
        from b in Enumerable.Range(0, s_payloads.Length)
        where (t + p + b) % 2 == 0
        select (s_threads[t], s_partitions[p], s_payloads[b]);

    private static Dictionary<string, string> Told(RunReport report, ScratchFolder folder)
    {
        Dictionary<string, string> told = KeyedPipeline.Outputs.ToDictionary(name => name, name => folder.Read(name).Replace(folder.FullPath, "", StringComparison.Ordinal));
        told["ledger"] = (report.Ledger with { InFlight = 0 }).ToString();
        told["exit"] = $"{report.ExitCode} {report.Message.Replace(folder.FullPath, "", StringComparison.Ordinal)}";
        told["reasons"] = Text(report.DeadByReason);
        told["faults"] = Text(report.ResultFaults);
        told["rows"] = Text(report.RowsOut);
        return told;
    }

    private static string Text(IReadOnlyDictionary<string, long> counts) => string.Join(' ', counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}"));

    private static string Lines(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = Enumerable.Range(0, Math.Max(left.Length, right.Length)).First(i => i >= left.Length || i >= right.Length || left[i] != right[i]);
        return $"line {line + 1} of {left.Length} and {right.Length}:\n- {left.ElementAtOrDefault(line)}\n+ {right.ElementAtOrDefault(line)}";
    }
}
