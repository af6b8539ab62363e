using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>
/// The output bytes are the same for any number of lanes, rows in a batch, bytes in a payload and kind of processor.
/// <c>tests/identity.sh</c> runs the full product over many seeds.
/// </summary>
public sealed class IdentityTests
{
    private static readonly string[] s_threads = ["1", "2", "3", "4", "7"];
    private static readonly string[] s_partitions = ["64", "2048", "8192"];
    private static readonly string[] s_payloads = ["4KiB", "256KiB"];
    private static readonly string[] s_processors = ["", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];
    private static readonly Lock s_gate = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("DATASTREAM_IDENTITY_SEEDS") ?? "24", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Output_does_not_depend_on_lanes_batches_and_payloads(int seed)
    {
        string? difference = await FirstDifference(new RandomPipeline(seed));
        Assert.True(difference is null, $"seed {seed}, {difference}");
    }

    /// <summary>
    /// The command on other processors: without AVX-512, without AVX2, without any vectors; each with every number of lanes, partition and payload size in some pipeline.
    /// </summary>
    [Theory]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1004)]
    [InlineData(1005)]
    public void Output_does_not_depend_on_the_processor(int seed)
    {
        var pipeline = new RandomPipeline(seed, scale: 4);
        Dictionary<string, string>? expected = null;
        foreach ((int number, string missing) in s_processors.Index())
        {
            int variant = number + seed;
            using var folder = new ScratchFolder();
            Write(pipeline, folder);
            folder.Write("pipeline.yaml", pipeline.Yaml.Replace("{DIR}", folder.FullPath, StringComparison.Ordinal));
            Outcome outcome = Command.RunWith(folder.FullPath, missing.Length == 0 ? null : new Dictionary<string, string> { [missing] = "0" },
                "run", "pipeline.yaml", "--no-progress", "--set", "performance_tuning.max_record_size=4KiB", "--threads", s_threads[variant % s_threads.Length],
                "--set", "performance_tuning.partition_size=" + s_partitions[variant % s_partitions.Length],
                "--set", "performance_tuning.payload_size=" + s_payloads[variant % s_payloads.Length]);
            Assert.True(outcome.Code is 0 or 65, $"seed {seed}: {outcome.Error}");
            Dictionary<string, string> actual = Texts(pipeline, folder);
            actual["exit"] = outcome.Code.ToString(CultureInfo.InvariantCulture);
            expected ??= actual;
            string? difference = Difference(expected, actual);
            Assert.True(difference is null, $"seed {seed}, {missing}=0: {difference}\n{pipeline.Yaml}");
        }
    }

    /// <summary>A module that says it looks at rows one by one, and counts them.</summary>
    [Fact]
    public async Task A_module_that_wrongly_keeps_state_is_found()
    {
        // One that runs on several lanes: without state that belongs to one.
        RandomPipeline pipeline = Enumerable.Range(1, 100).Select(seed => new RandomPipeline(seed)).First(p => ((string[])["deduplicate", "outlier", "previous", "session", "count: 7"])
            .All(word => !p.Yaml.Contains(word, StringComparison.Ordinal)));
        string? difference = await FirstDifference(pipeline, pipeline.Yaml.Replace("modules:\n", "modules:\n  - {module_name: counting, module_class: counting}\n", StringComparison.Ordinal),
            processor => processor.RegisterModule("counting", schema =>
            {
                int seen = 0;
                return (in Row row) => ++seen % 7 != 0;
            }));
        Assert.NotNull(difference);
    }

    /// <summary>Which variant first differs from the first one, and where; null: all are the same.</summary>
    private static async Task<string?> FirstDifference(RandomPipeline pipeline, string? yaml = null, Action<DataStreamProcessor>? prepare = null)
    {
        Dictionary<string, string>? expected = null;
        foreach ((string threads, string partition, string payload) in Variants())
        {
            using var folder = new ScratchFolder();
            Write(pipeline, folder);
            RunReport report = await PipelineTester.Run(folder, yaml ?? pipeline.Yaml, prepare, ("performance_tuning.threads", threads), ("performance_tuning.partition_size", partition),
                ("performance_tuning.payload_size", payload), ("performance_tuning.max_record_size", "4KiB"));
            Assert.True(report.ExitCode is 0 or 65, $"{report.Message}\n{report.Cause}\n{pipeline.Yaml}");
            Assert.Equal(0, report.Ledger.Imbalance);
            Dictionary<string, string> actual = Texts(pipeline, folder);
            actual["ledger"] = (report.Ledger with { InFlight = 0 }).ToString();
            actual["exit"] = report.ExitCode.ToString(CultureInfo.InvariantCulture);
            expected ??= actual;
            if (Difference(expected, actual) is { } difference)
            {
                return $"threads {threads}, partition_size {partition}, payload_size {payload}: {difference}\n{pipeline.Yaml}";
            }
        }

        Keep(pipeline, expected!);
        return null;
    }

    /// <summary>All pairs of values in half of the runs, or the full product of thirty.</summary>
    private static IEnumerable<(string Threads, string Partition, string Payload)> Variants() =>
        from t in Enumerable.Range(0, s_threads.Length)
        from p in Enumerable.Range(0, 3)
        from b in Enumerable.Range(0, 2)
        where Environment.GetEnvironmentVariable("DATASTREAM_IDENTITY") == "full" || (t + p + b) % 2 == 0 || (t == 1 && p == 1)
        select (s_threads[t], s_partitions[p], s_payloads[b]);

    private static void Write(RandomPipeline pipeline, ScratchFolder folder)
    {
        foreach ((string name, byte[] bytes) in pipeline.Files)
        {
            File.WriteAllBytes(folder[name], bytes);
        }
    }

    private static Dictionary<string, string> Texts(RandomPipeline pipeline, ScratchFolder folder) =>
        pipeline.Outputs.ToDictionary(name => name, name => folder.Read(name).Replace(folder.FullPath, "", StringComparison.Ordinal));

    /// <summary>For comparing runs of this process on other processors: a line per pipeline in the file that the environment names.</summary>
    private static void Keep(RandomPipeline pipeline, Dictionary<string, string> outcome)
    {
        if (Environment.GetEnvironmentVariable("DATASTREAM_IDENTITY_DIGESTS") is { Length: > 0 } path)
        {
            string line = $"seed {pipeline.Seed}:" + string.Concat(outcome.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $" {o.Key} {Digest(o.Value)}")) + "\n";
            lock (s_gate)
            {
                File.AppendAllText(path, line);
            }
        }

        static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    private static string? Difference(Dictionary<string, string> expected, Dictionary<string, string> actual)
    {
        foreach ((string name, string text) in expected.Where(e => e.Value != actual[e.Key]))
        {
            string[] left = text.Split('\n');
            string[] right = actual[name].Split('\n');
            int line = Enumerable.Range(0, Math.Max(left.Length, right.Length)).First(i => i >= left.Length || i >= right.Length || left[i] != right[i]);
            return $"{name} differs in line {line + 1}:\n- {left.ElementAtOrDefault(line)}\n+ {right.ElementAtOrDefault(line)}\n({left.Length} and {right.Length} lines)";
        }

        return null;
    }
}
