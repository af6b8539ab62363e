using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Runtime;
using FsCheck.Xunit;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Aggregates of whole runs against LINQ; FsCheck makes the data, shrinks what fails and prints the seed that makes it again.</summary>
public sealed class AggregateProperties
{
    [Property(MaxTest = 25)]
    public async Task Integer_aggregates_are_those_of_LINQ(int[] values)
    {
        string[] row = await Run("int64", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
        if (values.Length == 0)
        {
            Assert.Empty(row);
            return;
        }

        long[] sorted = [.. values.Select(v => (long)v).Order()];
        string Text(double value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(values.Length.ToString(CultureInfo.InvariantCulture), row[0]);
        Assert.Equal(sorted.Sum().ToString(CultureInfo.InvariantCulture), row[1]);
        Assert.Equal(sorted[0].ToString(CultureInfo.InvariantCulture), row[2]);
        Assert.Equal(sorted[^1].ToString(CultureInfo.InvariantCulture), row[3]);
        Assert.Equal(values[0].ToString(CultureInfo.InvariantCulture), row[4]);
        Assert.Equal(values[^1].ToString(CultureInfo.InvariantCulture), row[5]);
        Assert.Equal(values.Distinct().Count().ToString(CultureInfo.InvariantCulture), row[6]);
        double middle = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
        Assert.Equal(Text(middle), Text(double.Parse(row[7], CultureInfo.InvariantCulture)));
    }

    [Property(MaxTest = 25)]
    public async Task Doubles_sum_to_the_same_bits_in_any_order(double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        string[] forth = await Run("float64", finite.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        string[] back = await Run("float64", finite.Reverse().Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(forth.Take(4), back.Take(4));
        Assert.Equal(forth.Skip(6), back.Skip(6));
    }

    private static async Task<string[]> Run(string type, System.Collections.Generic.IEnumerable<string> values)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["in.csv"], "v\n" + string.Concat(values.Select(v => v + "\n")));
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: "file:{DIR}/out.csv"
              schema: {v: {{type}}}
            modules:
              - {module_name: w, module_class: window, global: true, aggregates: {n: count(), s: sum(v), lo: min(v), hi: max(v), f: first(v), l: last(v), d: count_distinct(v), m: "quantile(v, 0.5)"} }
            """);
        Assert.Equal(0, report.ExitCode);
        string[] lines = folder.Read("out.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length < 2 ? [] : lines[1].Split(',');
    }
}
