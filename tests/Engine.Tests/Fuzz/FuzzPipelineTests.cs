using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Host;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Fuzz;

/// <summary>Mutants through whole runs: the ledger balances, and output is what the formats alone make of the same files, whatever lanes, payloads and processor.</summary>
public sealed class FuzzPipelineTests
{
    private const int Mutants = 50;

    public static TheoryData<string> Formats => [.. FuzzSubject.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Whole_runs_make_of_mutants_what_the_format_makes_of_them(string format)
    {
        FuzzSubject subject = FuzzSubject.Of(format);
        using var folder = new ScratchFolder();
        (string main, List<string> dead) = Write(subject, folder, seed: 7);
        foreach ((string threads, string payload) in new[] { ("1", "4KiB"), ("3", "256KiB") })
        {
            RunReport report = await PipelineTester.Run(folder, subject.Yaml, ("performance_tuning.threads", threads), ("performance_tuning.payload_size", payload));
            Assert.True(report.ExitCode is ExitCode.Done or ExitCode.BadData, $"{report.Message}\n{report.Cause}");
            Assert.Equal(0, report.Ledger.Imbalance);
            Assert.Equal(report.Ledger.Dead, dead.Count);
            Assert.Equal(main, folder.Read("out.ndjson"));
            Assert.Equal(dead, Reasons(folder));
        }
    }

    /// <summary>The formats that use the processor's vectors most.</summary>
    [Theory]
    [InlineData("csv", "AVX2")]
    [InlineData("csv", "HWIntrinsic")]
    [InlineData("json", "AVX2")]
    [InlineData("msgpack", "HWIntrinsic")]
    public void Processors_make_the_same_of_mutants(string format, string missing)
    {
        FuzzSubject subject = FuzzSubject.Of(format);
        using var folder = new ScratchFolder();
        (string main, List<string> dead) = Write(subject, folder, seed: 11);
        folder.Write("pipeline.yaml", subject.Yaml.Replace("{DIR}", folder.FullPath, StringComparison.Ordinal));
        Outcome outcome = Command.RunWith(folder.FullPath, new Dictionary<string, string> { [$"DOTNET_Enable{missing}"] = "0" }, "run", "pipeline.yaml", "--no-progress");
        Assert.True(outcome.Code is 0 or 65, outcome.Error);
        Assert.Equal(main, folder.Read("out.ndjson"));
        Assert.Equal(dead, Reasons(folder));
    }

    /// <summary>A damaged archive gives its whole records, then the run ends; how it was read changes nothing.</summary>
    [Theory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    public async Task Damaged_archives_end_the_run_after_their_whole_records(string ending)
    {
        FuzzSubject subject = FuzzSubject.Of("csv");
        byte[] plain = [.. Enumerable.Range(0, 300).SelectMany(i => Encoding.UTF8.GetBytes($"row {i},{i},{i / 8.0},1,\"{i * 7919 % 1000}\"\n"))];
        byte[] packed = [.. Pack(plain, ending), .. Pack("last,1,2,0,x\n"u8.ToArray(), ending)];
        var random = new Random(3);
        int ended = 0;
        for (int round = 0; round < 25; round++)
        {
            byte[] file = round == 0 ? packed : Mutator.Mutate(packed, packed, subject, random);
            string? first = null;
            foreach (string payload in (string[])["4KiB", "64KiB"])
            {
                using var folder = new ScratchFolder();
                File.WriteAllBytes(folder["in.csv" + ending], file);
                RunReport report = await PipelineTester.Run(folder, subject.Yaml.Replace("in*.csv", "in*.csv" + ending, StringComparison.Ordinal), ("performance_tuning.payload_size", payload));
                Assert.True(report.ExitCode is ExitCode.Done or ExitCode.BadData or ExitCode.InputOutput, $"round {round}: {report.ExitCode} {report.Message}\n{report.Cause}\n{Convert.ToHexString(file)}");
                Assert.Equal(0, report.Ledger.Imbalance);
                string result = $"{report.ExitCode}\n{folder.Read("out.ndjson")}\n{string.Join(' ', Reasons(folder))}";
                first ??= result;
                Assert.True(first == result, $"round {round}, {payload}: {Convert.ToHexString(file)}\n{first}\n{result}");
                ended += report.ExitCode == 0 ? 0 : 1;
            }
        }

        Assert.InRange(ended, 10, 49);
    }

    private static byte[] Pack(byte[] bytes, string ending)
    {
        if (ending == ".zst")
        {
            using var compressor = new ZstdSharp.Compressor(3);
            return compressor.Wrap(bytes).ToArray();
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Mutants that can be read to their end, as files; the rows of all of them, and the reasons of the dead.</summary>
    private static (string Main, List<string> Dead) Write(FuzzSubject subject, ScratchFolder folder, int seed)
    {
        using var run = new FuzzRun(subject, seed);
        while (run.Tried < Mutants)
        {
            Assert.Null(run.Next());
        }

        folder.Write("schema.avsc", FuzzSubject.AvroSchema);
        var main = new StringBuilder();
        var dead = new List<string>();
        foreach ((int number, (byte[] file, List<FuzzRecord> records)) in run.Sound.Index())
        {
            File.WriteAllBytes(folder[$"in{number:D3}.{subject.Extension}"], file);
            foreach (string row in records.Select(r => r.Row))
            {
                if (row.StartsWith('†'))
                {
                    dead.Add(row[1..].Split(' ')[0]);
                }
                else
                {
                    main.Append(row).Append('\n');
                }
            }
        }

        Assert.NotEmpty(run.Sound);
        return (main.ToString(), dead);
    }

    private static List<string> Reasons(ScratchFolder folder) =>
        [.. folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()!)];
}
