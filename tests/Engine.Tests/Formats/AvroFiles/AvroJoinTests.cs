using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Avro.Generic;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>A timestamp that is joined of several fields, in Avro and in fixed layouts, as it is in every other format.</summary>
public sealed class AvroJoinTests
{
    /// <summary>Day and time in any order and form, among other columns of the same fields.</summary>
    [Theory]
    [InlineData("\"string\"", "\"string\"", "", "2026-01-02T03:04:05.000Z")]
    [InlineData("\"bytes\"", "\"string\"", "", "2026-01-02T03:04:05.000Z")]
    [InlineData("[\"null\",\"string\"]", "[\"string\",\"null\"]", "", "2026-01-02T03:04:05.000Z")]
    [InlineData("[\"null\",\"string\"]", "[\"int\",\"string\",\"null\"]", "", "2026-01-02T03:04:05.000Z")]
    [InlineData("\"int\"", "\"string\"", "format: \"yyyyMMdd HH:mm:ss\"", "2026-01-02T03:04:05.000Z")]
    public async Task Parts_stand_anywhere(string day, string time, string format, string expected)
    {
        foreach (bool isTurned in (bool[])[false, true])
        {
            string[] fields = [$"{{\"name\":\"day\",\"type\":{day}}}", "{\"name\":\"n\",\"type\":\"long\"}", $"{{\"name\":\"time\",\"type\":{time}}}"];
            var schema = (Avro.RecordSchema)Avro.Schema.Parse($"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{string.Join(',', isTurned ? fields.Reverse() : fields)}]}}");
            using var folder = new ScratchFolder();
            File.WriteAllBytes(folder["in.avro"], ApacheFile.Write(schema, Enumerable.Range(0, 500).Select(i =>
            {
                var record = new GenericRecord(schema);
                record.Add("day", day == "\"int\"" ? 20260102 : day == "\"bytes\"" ? "2026-01-02"u8.ToArray() : "2026-01-02");
                record.Add("time", i % 5 == 4 ? "nonsense" : i % 5 == 3 && time.Contains("null", StringComparison.Ordinal) ? null : "03:04:05");
                record.Add("n", (long)i);
                return record;
            }), "deflate", new Random(1)));
            RunReport report = await PipelineTester.Run(folder, Yaml("file:{DIR}/in.avro", "avro", format, ", time: text"));
            int nulls = time.Contains("null", StringComparison.Ordinal) ? 100 : 0;
            Assert.Equal((0, 400L, 100L), (report.ExitCode, report.Ledger.Out, report.Ledger.Dead));
            string[] rows = folder.Read("out.ndjson").Split('\n')[..^1];
            Assert.Equal(400 - nulls, rows.Count(row => row.Contains($"\"t\":\"{expected}\"", StringComparison.Ordinal) && row.EndsWith("\"time\":\"03:04:05\"}", StringComparison.Ordinal)));
            Assert.Equal(nulls, rows.Count(row => row.Contains("\"t\":null", StringComparison.Ordinal)));
            Assert.Equal(Enumerable.Range(0, 500).Where(i => i % 5 != 4).Select(i => $"{{\"n\":{i},"), rows.Select(row => row[..(row.IndexOf(',', StringComparison.Ordinal) + 1)]));
            Assert.All(folder.Read("dead.ndjson").Split('\n')[..^1], dead => Assert.Contains("\"reason\":\"bad_timestamp\",\"stage\":\"decode\"", dead, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("\"double\"", 1.5, "bad_type")]
    [InlineData("\"boolean\"", true, "bad_type")]
    public async Task Other_types_are_not_joined(string type, object value, string reason)
    {
        var schema = (Avro.RecordSchema)Avro.Schema.Parse($"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{{\"name\":\"n\",\"type\":\"long\"}},{{\"name\":\"day\",\"type\":\"string\"}},{{\"name\":\"time\",\"type\":{type}}}]}}");
        var record = new GenericRecord(schema);
        record.Add("n", 1L);
        record.Add("day", "2026-01-02");
        record.Add("time", value);
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.avro"], ApacheFile.Write(schema, [record], "null", new Random(1)));
        RunReport report = await PipelineTester.Run(folder, Yaml("file:{DIR}/in.avro", "avro", "", ""));
        Assert.Equal(1, report.Ledger.Dead);
        Assert.Contains($"\"reason\":\"{reason}\"", folder.Read("dead.ndjson"), StringComparison.Ordinal);
        Assert.Contains("\"field\":\"t\"", folder.Read("dead.ndjson"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_the_writer_lacks_has_its_default_and_one_that_nobody_has_is_named()
    {
        var schema = (Avro.RecordSchema)Avro.Schema.Parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"day\",\"type\":\"string\"}]}");
        var record = new GenericRecord(schema);
        record.Add("n", 1L);
        record.Add("day", "2026-01-02");
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.avro"], ApacheFile.Write(schema, [record], "null", new Random(1)));
        folder.Write("r.avsc", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"time\",\"type\":\"string\",\"default\":\"03:04:05\"},{\"name\":\"day\",\"type\":\"string\"}]}");
        RunReport report = await PipelineTester.Run(folder, Yaml("file:{DIR}/in.avro", "{type: avro, schema_file: \"{DIR}/r.avsc\"}", "", ""));
        Assert.Equal(0, report.ExitCode);
        Assert.Equal("{\"n\":1,\"t\":\"2026-01-02T03:04:05.000Z\"}\n", folder.Read("out.ndjson"));

        report = await PipelineTester.Run(folder, Yaml("file:{DIR}/in.avro", "avro", "", ""));
        Assert.Equal(65, report.ExitCode);
        Assert.Contains("no field 'time'", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_a_fixed_layout_are_joined_too()
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.bin"], [.. Enumerable.Range(0, 300).SelectMany(i => (byte[])
            [.. BitConverter.GetBytes((long)i), .. Encoding.UTF8.GetBytes(i % 3 == 2 ? "25:00\0\0\0" : "03:04:05"), .. BitConverter.GetBytes(20260102)])]);
        RunReport report = await PipelineTester.Run(folder, Yaml("file:{DIR}/in.bin", "{type: binary, fields: {n: {offset: 0, type: int64}, time: {offset: 8, type: text(8)}, day: {offset: 16, type: int32}}}", "format: \"yyyyMMdd HH:mm:ss\"", ", time: text"));
        Assert.Equal((0, 200L, 100L), (report.ExitCode, report.Ledger.Out, report.Ledger.Dead));
        Assert.StartsWith("{\"n\":0,\"t\":\"2026-01-02T03:04:05.000Z\",\"time\":\"03:04:05\"}\n{\"n\":1,", folder.Read("out.ndjson"), StringComparison.Ordinal);
        Assert.StartsWith("{\"reason\":\"bad_timestamp\",\"stage\":\"decode\"", folder.Read("dead.ndjson"), StringComparison.Ordinal);
    }

    private static string Yaml(string input, string inputFormat, string format, string more) => string.Create(CultureInfo.InvariantCulture, $$"""
        stream_settings:
          stream_input: "{{input}}"
          stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
          input_format: {{inputFormat}}
          schema: {n: int64, t: {type: timestamp, source: [day, time]{{(format.Length > 0 ? ", " + format : "")}}}{{more}}}
        performance_tuning: {threads: 2, partition_size: 64, payload_size: 4KiB}
        """);
}
