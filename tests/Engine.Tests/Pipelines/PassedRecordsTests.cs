using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Records that pass as they came are the rows that are written where none may, whatever the records look like.</summary>
public sealed class PassedRecordsTests
{
    private static readonly string[] s_doubles = ["0", "-0", "-0.5", "1.50", "5.", "0.1234567", "00.5", "1e3", "123456789012345", "1234567890123456", "0.000001", "0.0000001", ".5", "-7", "+7", "", "100", "NaN", "72.98599999999999"];
    private static readonly string[] s_integers = ["0", "-0", "007", "-5", "+5", "9223372036854775807", "99999999999999999999", "5.0", "", "x"];
    private static readonly string[] s_times =
    [
        "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123000Z", "2026-01-01T23:59:60.000Z", "2026-01-01T24:00:00.000Z", "2026-02-30T00:00:00.000Z", "2026-01-01t00:00:00.000z", "2026-01-01T00:00:00.000+02:00",
        "0000-01-01T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-04-31T00:00:00.000Z", "2025-02-29T00:00:00.000Z", "2026-01-01T00:00:00.1Z", "1767225600", "",
    ];

    [Theory]
    [InlineData("csv", "")]
    [InlineData("csv", "null_values: [\"-5\", \"100\"], ")]
    [InlineData("csv", "delimiter: \";\", ")]
    [InlineData("csv", "header: false, ")]
    [InlineData("csv", "escape: \"\\\\\", ")]
    [InlineData("json", "")]
    [InlineData("json", "coerce: true, ")]
    public async Task Rows_are_the_same_as_without(string type, string options)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 4; round++)
        {
            using var folder = new ScratchFolder();
            folder.Write("in", Records(random, type, options));
            string columns = random.Next(3) == 0 ? "" : "\n  - {module_name: more, module_class: map, set: {w: \"v * 1.8 + 32\", u: \"k\"}}";
            string yaml = $$"""
                stream_settings:
                  stream_input: "file:{DIR}/in"
                  stream_output: "file:{DIR}/out"
                  input_format: { type: {{type}}, {{options}} }
                  output_format: {{type}}
                  schema: {t: timestamp, k: text, v: float64, n: int64}
                performance_tuning: {threads: 2, partition_size: {{(random.Next(2) == 0 ? 64 : 2048)}}, payload_size: {{(random.Next(2) == 0 ? 4 : 64)}}KiB}
                modules:
                  - {module_name: some, module_class: filter, where: "n is null or n != 3"}{{columns}}
                """;
            RunReport report = await PipelineTester.Run(folder, yaml);
            string rows = folder.Read("out");

            // A column that is made anew, of the same values, keeps records from passing.
            RunReport other = await PipelineTester.Run(folder, yaml.Replace("modules:", "modules:\n  - {module_name: anew, module_class: map, set: {n: \"n\"}}", StringComparison.Ordinal));
            Assert.True(report.ExitCode == 0 && other.ExitCode == 0, $"seed {seed}: {report.Message} {other.Message}");
            Assert.True(rows == folder.Read("out"), $"seed {seed}, round {round}\n{yaml}");
            Assert.Equal(other.Ledger.Dead, report.Ledger.Dead);
            Assert.True(rows.Length > 10_000);
        }
    }

    [Fact]
    public async Task Columns_that_are_exchanged_in_the_file_or_by_names_do_not_pass()
    {
        using var folder = new ScratchFolder();
        folder.Write("in", "b,a\n1,2\n");
        string yaml = """
            stream_settings:
              stream_input: "file:{DIR}/in"
              stream_output: "file:{DIR}/out"
              input_format: csv
              output_format: csv
              schema: {a: int64, b: int64}
            modules: []
            """;
        await PipelineTester.Run(folder, yaml);
        Assert.Equal("a,b\n2,1\n", folder.Read("out"));

        folder.Write("in", "{\"a\":1,\"b\":2}\n");
        yaml = yaml.Replace("csv", "json", StringComparison.Ordinal).Replace("{a: int64, b: int64}", "{a: {type: int64, source: b}, b: {type: int64, source: a}}", StringComparison.Ordinal);
        await PipelineTester.Run(folder, yaml);
        Assert.Equal("{\"a\":2,\"b\":1}\n", folder.Read("out"));
    }

    /// <summary>Mostly records as they would be written, whole stretches of them; some with values, or a form, that would be written in another way.</summary>
    private static string Records(Random random, string type, string options)
    {
        bool isCsv = type == "csv";
        char delimiter = options.Contains(';', StringComparison.Ordinal) ? ';' : ',';
        var text = new StringBuilder(isCsv && !options.Contains("header", StringComparison.Ordinal) ? $"t{delimiter}k{delimiter}v{delimiter}n\n" : "");
        int odds = 0;
        for (int record = 0; record < 6_000; record++)
        {
            if (record % 300 == 0)
            {
                odds = random.Next(4) switch { 0 => 5, 1 => 200, _ => int.MaxValue };
            }

            DateTime time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(random.Next(100_000_000)).AddMicroseconds(random.Next(2) == 0 ? random.Next(1, 1000) : 0);
            string t = IsOdd() ? Of(s_times) : time.ToString(time.Microsecond == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            string k = IsOdd() ? Of(isCsv ? ["", "\"q\"", "\"a\"\"b\"", "a\"b", "ключ", new string('k', 31), new string('k', 32), "a\tb", "a\\\"b", "\"a\\\"b\""] : ["", "\\u0041", "\\n", "ключ", new string('k', 31), new string('k', 32), "\\\"", "a/b"])
                : "device-" + random.Next(10_000).ToString("D4", CultureInfo.InvariantCulture);
            string v = IsOdd() ? Of(s_doubles) : ((random.Next(100_000) - 20_000) / 100m / 1.0000000m).ToString("0.######", CultureInfo.InvariantCulture);
            string n = IsOdd() ? Of(s_integers) : random.Next(9).ToString(CultureInfo.InvariantCulture);
            if (isCsv)
            {
                text.Append(IsOdd() ? $"\"{t}\"" : t).Append(delimiter).Append(k).Append(delimiter).Append(v).Append(delimiter).Append(n).Append(IsOdd() ? $"{delimiter}1" : "").Append(IsOdd() ? "\r\n" : "\n");
                continue;
            }

            string form = !IsOdd() ? "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":{3}}}"
                : Of(["{{ \"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":{3}}}", "{{\"t\":\"{0}\",\"k\":\"{1}\",\"n\":{3},\"v\":{2}}}", "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":{3},\"v\":7.5}}", "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":{3}}} ",
                    "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":\"{3}\"}}", "{{\"t\":\"{0}\",\"k\":null,\"v\":{2},\"n\":null}}", "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2} ,\"n\":{3}}}", "{{\"t\":\"{0}\",\"k\":\"{1}\",\"v\":{2},\"n\":{3},\"more\":1}}"]);
            text.AppendFormat(CultureInfo.InvariantCulture, form, t, k, v, n).Append(IsOdd() ? "\r\n" : "\n");
        }

        return text.ToString();

        bool IsOdd() => odds != int.MaxValue && random.Next(odds) == 0;

        string Of(string[] texts) => texts[random.Next(texts.Length)];
    }
}
