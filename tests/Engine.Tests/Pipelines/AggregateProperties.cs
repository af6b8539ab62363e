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

    /// <summary>Exact to the last bit; squares of what is drawn stay within range.</summary>
    [Property(MaxTest = 25)]
    public async Task Moments_of_doubles_are_those_of_exact_arithmetic(double[] values, int offset)
    {
        // Half of them close together and far from zero, where naive variances lose everything.
        double[] finite = [.. values.Where(v => double.IsFinite(v) && Math.Abs(v) < 1e150).SelectMany(v => (double[])[v, offset + (Math.IEEERemainder(v, 1) / 1024)])];
        string[] row = await Run("float64", finite.Select(v => v.ToString("R", CultureInfo.InvariantCulture)), "s: sum(v), m: mean(v), v: variance(v), d: stddev(v)");
        if (finite.Length == 0)
        {
            Assert.Empty(row);
            return;
        }

        (double sum, double mean, double? variance, double? deviation) = ExactMoments.Of(finite);
        Assert.Equal([sum, mean, variance, deviation], row.Select(cell => cell.Length == 0 ? (double?)null : double.Parse(cell, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_oracle_of_moments_knows_the_textbook()
    {
        Assert.Equal((40.0, 5.0, 32.0 / 7, Math.Sqrt(32.0 / 7)), ExactMoments.Of([2, 4, 4, 4, 5, 5, 7, 9]));
        Assert.Equal((0.1 + 0.2, (0.1 + 0.2) / 2, 0.005000000000000001, Math.Sqrt(0.005000000000000001)), ExactMoments.Of([0.1, 0.2]));
        Assert.Equal((double.Epsilon * 3, double.Epsilon * 2, 0.0, 0.0), ExactMoments.Of([double.Epsilon, double.Epsilon * 2]));
        Assert.Equal((0.1, 0.1, null, null), ExactMoments.Of([0.1]));
    }

    private static async Task<string[]> Run(string type, System.Collections.Generic.IEnumerable<string> values,
        string aggregates = "n: count(), s: sum(v), lo: min(v), hi: max(v), f: first(v), l: last(v), d: count_distinct(v), m: \"quantile(v, 0.5)\"")
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["in.csv"], "v\n" + string.Concat(values.Select(v => v + "\n")));
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: "file:{DIR}/out.csv"
              schema: {v: {{type}}}
            modules:
              - {module_name: w, module_class: window, global: true, aggregates: { {{aggregates}} } }
            """);
        Assert.Equal(0, report.ExitCode);
        string[] lines = folder.Read("out.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length < 2 ? [] : lines[1].Split(',');
    }
}
