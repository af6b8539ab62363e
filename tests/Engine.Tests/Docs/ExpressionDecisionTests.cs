using System;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Tests.Expressions;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What docs/CONFIG.md decides about expressions, where the contract is silent.</summary>
public sealed class ExpressionDecisionTests
{
    [Theory]
    [InlineData("9223372036854775808 - 1", "9223372036854776000")]
    [InlineData("d == 1.10", "true")]
    [InlineData("d == 1.1", "true")]
    [InlineData("f == 1.1", "true")]
    [InlineData("d < 1.1000000000000000000001", "true")]
    [InlineData("1s + 500ms", "1500000")]
    [InlineData("1s * 3 % 2s", "1000000")]
    [InlineData("at + i * 1h", "2026-01-01T07:00:00.000Z")]
    [InlineData("at + (10s - 3s) % 4s", "2026-01-01T00:00:03.000Z")]
    [InlineData("truncate(at + 90m, 1h)", "2026-01-01T01:00:00.000Z")]
    [InlineData("truncate(at + 90m, 30m + 30m)", "2026-01-01T01:00:00.000Z")]
    [InlineData("at - 800000d", "†bad_arithmetic")]
    [InlineData("-d", "-1.1")]
    [InlineData("abs(d)", "1.1")]
    [InlineData("floor(d)", "1")]
    [InlineData("ceil(d)", "2")]
    [InlineData("round(d, 1)", "1.10")]
    [InlineData("ceil(i)", "7")]
    [InlineData("floor(9007199254740993)", "9007199254740993")]
    [InlineData("round(i, 22)", "7")]
    [InlineData("round(i, -22)", "0")]
    [InlineData("i between 9 and i % 0", "false")]
    [InlineData("i in (7, i % 0)", "true")]
    [InlineData("least(0 * -1.0, 0)", "-0")]
    [InlineData("least(0, 0 * -1.0)", "0")]
    [InlineData("greatest(0, 0 * -1.0)", "0")]
    [InlineData("concat(coalesce(null, 'x'), '!')", "x!")]
    [InlineData("null", "")]
    [InlineData("int64(i == 7) + float64(false)", "1")]
    [InlineData("timestamp(1767225600)", "2026-01-01T00:00:00.000Z")]
    [InlineData("i IS NOT NULL AND TRUE", "true")]
    public void A_value(string text, string expected)
    {
        using var table = new ExpressionTable("i: int64, d: decimal(2), f: float64, at: timestamp", "7,1.10,1.1,2026-01-01");
        table.Check(text, expected);
    }

    [Theory]
    [InlineData("And true", "5")]
    [InlineData("i == 1 And i == 2", "8")]
    [InlineData("ABS(i)", "1")]
    [InlineData("at + i", "6")]
    [InlineData("at + (at - at) / 2", "6")]
    [InlineData("truncate(at, 0s)", "14")]
    [InlineData("truncate(at, at - at)", "14")]
    [InlineData("round(f, 23)", "10")]
    [InlineData("round(f, -23)", "10")]
    [InlineData("int64(at)", "7")]
    [InlineData("float64(at)", "9")]
    public void A_mistake(string text, string column)
    {
        string answer = Decision.Check("schema: {i: int64, f: float64, at: timestamp}", $"modules: [{{module_name: m, module_class: map, set: {{x: \"{text}\"}}}}]");
        int at = int.Parse(column, CultureInfo.InvariantCulture) + "modules: [{module_name: m, module_class: map, set: {x: \"".Length;
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"6:{at}: error "), answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_size()
    {
        Assert.Equal("", Answer(new string('(', 240) + "i" + new string(')', 240)));
        Assert.Contains("deep", Answer(new string('(', 251) + "i" + new string(')', 251)), StringComparison.Ordinal);
        Assert.Equal("", Answer($"least({List("i", 100)})"));
        Assert.Contains("100", Answer($"least({List("i", 101)})"), StringComparison.Ordinal);
        Assert.Equal("", Answer("i > " + new string('1', 308)));
        Assert.Contains("400 characters", Answer("i > " + new string('1', 401)), StringComparison.Ordinal);
        Assert.Equal(50, Answer(string.Join(" + ", Enumerable.Repeat("j", 60))).Split("unknown_column").Length - 1);
    }

    [Fact]
    public async Task A_condition_of_an_output_whose_arithmetic_fails_does_not_match()
    {
        const string Settings = "stream_output: {main: \"file:{DIR}/out.ndjson\", dead: \"file:{DIR}/dead.ndjson\", odd: {uri: \"file:{DIR}/odd.ndjson\", where: \"7 % i == 1\"}}|schema: {i: int64}";
        using var folder = new Pipelines.ScratchFolder();
        folder.Write("in.csv", "i\n0\n2\n7\n");
        await Pipelines.PipelineTester.Run(folder, "stream_settings:\n  stream_input: \"file:{DIR}/in.csv\"\n  " + Settings.Replace("|", "\n  ", StringComparison.Ordinal) + "\n");
        Assert.Equal("{\"i\":0}\n{\"i\":2}\n{\"i\":7}\n", folder.Read("out.ndjson"));
        Assert.Equal("{\"i\":2}\n", folder.Read("odd.ndjson"));
        Assert.Equal("", folder.Read("dead.ndjson"));
    }

    private static string Answer(string text) => Decision.Check("schema: {i: int64}", $"modules: [{{module_name: m, module_class: map, set: {{x: \"{text}\"}}}}]");

    private static string List(string item, int count) => string.Join(", ", Enumerable.Repeat(item, count));
}
