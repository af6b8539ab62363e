using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Whole pipelines, from the bytes of a file to the bytes of a file, against <see cref="NaivePipeline"/>.</summary>
public sealed class NaivePipelineTests
{
    [Property(MaxTest = 60)]
    public async Task Pipelines_agree_with_lists_and_linq(DoNotSize<int> any)
    {
        int seed = any.Item;
        var naive = new NaivePipeline(seed);
        (string csv, List<Reading> readings, int dead) = MakeData(new Random(~seed));
        using var folder = new ScratchFolder();
        folder.Write("in.csv", csv);
        string yaml = $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: "file:{DIR}/out.csv"
              schema: {t: timestamp, k: text, v: float64, n: int64}
              event_time: {field: t, max_out_of_orderness: {{naive.Disorder}}ms, allowed_lateness: {{naive.Lateness}}ms}
            performance_tuning: {threads: 2, partition_size: 64, payload_size: 4KiB}
            modules:
            {{naive.Modules}}
            """;
        RunReport report = await PipelineTester.Run(folder, yaml);
        Assert.True(report.ExitCode == 0, $"seed {seed}: {report.Message}\n{yaml}");
        List<object?[]> expected = naive.Run(readings);
        string[] lines = folder.Read("out.csv").Split('\n')[1..^1];
        for (int row = 0; row < Math.Max(expected.Count, lines.Length); row++)
        {
            string wanted = row < expected.Count ? string.Join(',', expected[row].Select(v => string.Create(CultureInfo.InvariantCulture, $"{v}"))) : "nothing";
            Assert.True(row < expected.Count && row < lines.Length && IsSame(lines[row].Split(','), expected[row]),
                $"seed {seed}, row {row} of {expected.Count}:\n  {(row < lines.Length ? lines[row] : "nothing")}\n  {wanted}\n{yaml}");
        }

        Ledger ledger = report.Ledger;
        Assert.Equal($"{naive.Ledger}, dead {dead}",
            $"out {ledger.Out}, aggregated {ledger.Aggregated}, filtered {ledger.Filtered}, deduplicated {ledger.Deduplicated}, late {ledger.Late}, dead {ledger.Dead}");
    }

    [Fact]
    public void The_comparison_tells_values_apart()
    {
        Assert.True(IsSame(["a", "", "0.1", "7"], ["a", null, 0.1, 7L]));
        Assert.True(IsSame(["\"\""], [""]));
        Assert.False(IsSame(["a"], ["b"]));
        Assert.False(IsSame(["0"], [null]));
        Assert.False(IsSame(["0.1"], [Math.BitIncrement(0.1)]));
        Assert.False(IsSame(["7.0"], [7L]));
        Assert.False(IsSame(["7"], [7L, 1L]));
    }

    /// <summary>Quarters and small whole numbers: sums, products with small numbers and halves of them are exact in a double.</summary>
    private static (string Csv, List<Reading> Readings, int Dead) MakeData(Random random)
    {
        var csv = new StringBuilder("k,n,t,v\n");
        var readings = new List<Reading>();
        string[] keys = ["a", "b", "pump 2", "ключ", ""];
        long now = 1_767_225_600_000;
        long? highest = null;
        int dead = 0;
        for (int i = random.Next(100, 500); i > 0; i--)
        {
            now += random.Next(600);
            long time = random.Next(5) == 0 ? now - random.Next(8000) : now;
            string key = keys[random.Next(keys.Length)];
            long? number = random.Next(8) == 0 ? null : random.Next(-4, 9);
            double? value = random.Next(8) == 0 ? null : random.Next(12) == 0 ? random.Next(-4000, 4000) / 4.0 : random.Next(0, 80) / 4.0;
            bool isBroken = random.Next(30) == 0;
            dead += isBroken ? 1 : 0;
            csv.Append(CultureInfo.InvariantCulture, $"{key},{number},{NaivePipeline.Stamp(time)},{(isBroken ? "broken" : $"{value}")}\n");
            if (!isBroken)
            {
                readings.Add(new Reading(time, key, value, number, highest, readings.Count));
                highest = Math.Max(highest ?? time, time);
            }
        }

        return (csv.ToString(), readings, dead);
    }

    private static bool IsSame(string[] fields, object?[] values) => fields.Length == values.Length && fields.Zip(values).All(pair => pair.Second switch
    {
        null => pair.First.Length == 0,
        "" => pair.First == "\"\"",
        double d => double.TryParse(pair.First, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && read == d,
        var other => pair.First == string.Create(CultureInfo.InvariantCulture, $"{other}"),
    });
}
