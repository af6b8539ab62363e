using System;
using System.Collections.Generic;
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

/// <summary>Avro through whole pipelines.</summary>
public sealed class AvroPipelineTests
{
    private const string Sensors = "time,device,value,count,price,ok\n";

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("zstandard")]
    [InlineData("snappy")]
    public async Task What_is_written_is_read_back(string codec)
    {
        using var folder = new ScratchFolder();
        string csv = Csv(5000);
        folder.Write("in.csv", csv);
        await Run(folder, $"{{main: {{uri: 'file:{{DIR}}/out.avro', codec: {codec}}}}}", "file:{DIR}/in.csv", Columns);
        await Run(folder, "file:{DIR}/back.csv", "file:{DIR}/out.avro", "");
        Assert.Equal(csv, File.ReadAllText(folder["back.csv"]));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public async Task What_is_written_is_read_by_others(string codec)
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", Csv(3000));
        await Run(folder, $"{{main: {{uri: 'file:{{DIR}}/out.avro', format: {{type: avro, codec: {codec}}}}}}}", "file:{DIR}/in.csv", Columns);
        List<GenericRecord> records = ApacheFile.Read(File.ReadAllBytes(folder["out.avro"]));
        Assert.Equal(3000, records.Count);
        string[] lines = Csv(3000).Split('\n')[1..^1];
        for (int i = 0; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            GenericRecord record = records[i];
            Assert.Equal(DateTime.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal), record["time"]);
            Assert.Equal(cells[1], record["device"]);
            Assert.Equal(cells[2].Length == 0 ? null : double.Parse(cells[2], CultureInfo.InvariantCulture), record["value"]);
            Assert.Equal(long.Parse(cells[3], CultureInfo.InvariantCulture), record["count"]);
            Assert.Equal(decimal.Parse(cells[4], CultureInfo.InvariantCulture), (decimal)(Avro.AvroDecimal)record["price"]);
            Assert.Equal(cells[5] == "true", record["ok"]);
        }
    }

    [Fact]
    public async Task Bytes_do_not_depend_on_lanes_batches_and_payloads()
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", Csv(20_000));
        await Run(folder, "{main: {uri: 'file:{DIR}/in.avro', codec: snappy}}", "file:{DIR}/in.csv", Columns);
        byte[] damaged = File.ReadAllBytes(folder["in.avro"]);
        damaged[damaged.Length / 2] ^= 0x40;
        File.WriteAllBytes(folder["in.avro"], damaged);
        string? expected = null;
        foreach ((string threads, string rows, string payload) in new[] { ("1", "2048", "256KiB"), ("2", "64", "4KiB"), ("3", "256", "64KiB") })
        {
            RunReport report = await PipelineTester.Run(folder, $$$"""
                stream_settings:
                  stream_input: file:{DIR}/in.avro
                  stream_output: {main: {uri: 'file:{DIR}/out.avro', codec: deflate}, dead: 'file:{DIR}/dead.ndjson'}
                  event_time: {field: time, max_out_of_orderness: 5s}
                modules:
                  - {module_name: w, module_class: window, tumbling: 10s, key: [device], aggregates: {n: count(), m: mean(value)}}
                performance_tuning: {threads: {{{threads}}}, partition_size: {{{rows}}}, payload_size: {{{payload}}}, max_record_size: 1KiB, cpu_affinity: none}
                """);
            Assert.Equal(0, report.ExitCode);
            Assert.Equal(1, report.Ledger.Dead);
            string actual = Convert.ToHexString(File.ReadAllBytes(folder["out.avro"])) + File.ReadAllText(folder["dead.ndjson"]);
            expected ??= actual;
            Assert.True(expected == actual, $"{threads} lanes, {rows} rows, {payload}");
        }

        Assert.Contains("\"reason\":\"bad_avro\",\"stage\":\"decode\"", expected, StringComparison.Ordinal);
        Assert.Contains("\"line\":null,\"offset\":", expected, StringComparison.Ordinal);
    }

    private const string Columns = "schema: {time: timestamp, device: text, value: float64, count: int64, price: decimal(2), ok: bool}";

    private static async Task Run(ScratchFolder folder, string output, string input, string more)
    {
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: {{input}}
              stream_output: {{output}}
              {{more}}
            """);
        Assert.True(report.ExitCode == 0, report.Message);
    }

    private static string Csv(int rows)
    {
        var csv = new StringBuilder(Sensors);
        for (int i = 0; i < rows; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"2026-01-01T00:{i / 60 % 60:00}:{i % 60:00}.{i % 1000:000}Z,device-{i % 7},{(i % 5 == 0 ? "" : $"{i}.5")},{i * 1000 - 7},{i - 3}.25,{(i % 2 == 0 ? "true" : "false")}\n");
        }

        return csv.ToString();
    }
}
