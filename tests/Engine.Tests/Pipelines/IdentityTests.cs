using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>The output bytes are the same for any number of lanes, rows in a batch and bytes in a payload. <c>tests/identity.sh</c> runs the full product.</summary>
public sealed class IdentityTests
{
    private static readonly string[] s_threads = ["1", "2", "3"];
    private static readonly string[] s_partitions = ["64", "2048", "8192"];
    private static readonly string[] s_payloads = ["4KiB", "256KiB"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("DATASTREAM_IDENTITY_SEEDS") ?? "24", System.Globalization.CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Output_does_not_depend_on_lanes_batches_and_payloads(int seed)
    {
        var pipeline = new RandomPipeline(seed);
        Dictionary<string, string>? expected = null;
        foreach ((string threads, string partition, string payload) in Variants())
        {
            using var folder = new ScratchFolder();
            File.WriteAllBytes(folder[pipeline.InputName], pipeline.Data);
            RunReport report = await PipelineTester.Run(folder, pipeline.Yaml, ("performance_tuning.threads", threads), ("performance_tuning.partition_size", partition),
                ("performance_tuning.payload_size", payload), ("performance_tuning.max_record_size", "4KiB"));
            Dictionary<string, string> actual = Outcome(folder, report);
            expected ??= actual;
            foreach ((string name, string text) in expected)
            {
                if (text != actual[name])
                {
                    Assert.Fail($"seed {seed}, threads {threads}, partition_size {partition}, payload_size {payload}: {name} differs\n{pipeline.Yaml}\n{Difference(text, actual[name])}");
                }
            }
        }
    }

    /// <summary>All pairs of values in nine runs, or the full product of eighteen.</summary>
    private static IEnumerable<(string Threads, string Partition, string Payload)> Variants() =>
        from t in Enumerable.Range(0, 3)
        from p in Enumerable.Range(0, 3)
        from b in Enumerable.Range(0, 2)
        where Environment.GetEnvironmentVariable("DATASTREAM_IDENTITY") == "full" || (t + p + b) % 2 == 0 || (t == 1 && p == 1)
        select (s_threads[t], s_partitions[p], s_payloads[b]);

    private static Dictionary<string, string> Outcome(ScratchFolder folder, RunReport report)
    {
        Assert.True(report.ExitCode is 0 or 65, $"{report.Message}\n{report.Cause}");
        Assert.Equal(0, report.Ledger.Imbalance);
        var outcome = new Dictionary<string, string> { ["ledger"] = report.Ledger.ToString(), ["exit"] = report.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        foreach (string name in (string[])["out.csv", "dead.ndjson", "late.csv"])
        {
            outcome[name] = folder.Read(name).Replace(folder.FullPath, "", StringComparison.Ordinal);
        }

        return outcome;
    }

    private static string Difference(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = Enumerable.Range(0, Math.Max(left.Length, right.Length)).First(i => i >= left.Length || i >= right.Length || left[i] != right[i]);
        return $"line {line + 1}:\n- {left.ElementAtOrDefault(line)}\n+ {right.ElementAtOrDefault(line)}\n({left.Length} and {right.Length} lines)";
    }
}
