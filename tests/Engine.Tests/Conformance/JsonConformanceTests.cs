using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Formats.Json;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Conformance;

/// <summary>Each document as the value of <c>v</c> in a one-line object, through whole runs: valid ones come out with their values, invalid ones are dead, nothing crashes.</summary>
public sealed class JsonConformanceTests
{
    [Fact]
    public void The_documents_are_what_the_class_library_says_they_are()
    {
        Assert.True(JsonDocuments.Valid.Count + JsonDocuments.Invalid.Count >= 500, $"{JsonDocuments.Valid.Count} and {JsonDocuments.Invalid.Count}");
        Assert.All(JsonDocuments.Valid, document => Assert.True(IsJson(Line(0, document)), Encoding.Latin1.GetString(document)));
        Assert.All(JsonDocuments.Invalid, document => Assert.False(IsJson(Line(0, document)), Encoding.Latin1.GetString(document)));
    }

    [Theory]
    [InlineData("1", "256KiB", "")]
    [InlineData("3", "16KiB", "")]
    [InlineData("1", "64KiB", "input_format: {type: json, framing: values}")]
    public async Task Every_document_is_taken_or_dead(string threads, string payload, string format)
    {
        // Those that are not JSON would take what follows them along where nothing ends a value: each stands between sound ones, on a line.
        byte[][] documents = [.. JsonDocuments.Valid, .. format.Length == 0 ? JsonDocuments.Invalid : []];
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.ndjson"], [.. documents.SelectMany((d, i) => (byte[])[.. Line(i, d), (byte)'\n'])]);
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.ndjson"
              stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
              {{format}}
              schema: {id: int64, v: text}
            """, ("performance_tuning.threads", threads), ("performance_tuning.payload_size", payload), ("performance_tuning.max_record_size", "16KiB"));
        Assert.True(report.ExitCode == ExitCode.Done, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.Equal(JsonDocuments.Valid.Count, report.Ledger.Out);
        Assert.Equal(documents.Length - JsonDocuments.Valid.Count, report.Ledger.Dead);
        string[] rows = folder.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < rows.Length; i++)
        {
            using JsonDocument document = JsonDocument.Parse(JsonDocuments.Valid[i], new JsonDocumentOptions { MaxDepth = 256 });
            string value = JsonOracle.Show(document.RootElement) is { } text ? JsonOracle.Quote(text) : "null";
            Assert.Equal($"{{\"id\":{i},\"v\":{value}}}", rows[i]);
        }

        Assert.All(Dead(folder), dead => Assert.Equal("bad_json", dead.GetProperty("reason").GetString()));
        Assert.Equal(Enumerable.Range(JsonDocuments.Valid.Count, documents.Length - JsonDocuments.Valid.Count), Dead(folder).Select(d => (int)d.GetProperty("line").GetInt64() - 1));
    }

    [Fact]
    public async Task Numbers_are_correctly_rounded_or_named()
    {
        byte[][] numbers = [.. JsonDocuments.Valid.Where(d => d[0] is (byte)'-' or >= (byte)'0' and <= (byte)'9')];
        Assert.True(numbers.Length > 40);
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.ndjson"], [.. numbers.SelectMany((d, i) => (byte[])[.. Line(i, d), (byte)'\n'])]);
        foreach (string type in (string[])["float64", "int64"])
        {
            RunReport report = await PipelineTester.Run(folder, $$"""
                stream_settings:
                  stream_input: "file:{DIR}/in.ndjson"
                  stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
                  schema: {id: int64, v: {{type}}}
                """);
            Assert.Equal(0, report.Ledger.Imbalance);
            Dictionary<int, string> rows = folder.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => JsonDocument.Parse(r).RootElement)
                .ToDictionary(r => r.GetProperty("id").GetInt32(), r => r.GetProperty("v").GetRawText());
            Dictionary<long, string> dead = Dead(folder).ToDictionary(d => d.GetProperty("line").GetInt64() - 1, d => d.GetProperty("reason").GetString()!);
            for (int i = 0; i < numbers.Length; i++)
            {
                string text = Encoding.ASCII.GetString(numbers[i]).Trim();
                bool isWhole = text.All(c => c == '-' || char.IsAsciiDigit(c));
                if (type == "float64")
                {
                    double expected = double.Parse(text, CultureInfo.InvariantCulture);
                    Assert.True(double.IsFinite(expected) ? double.Parse(rows[i], CultureInfo.InvariantCulture).Equals(expected) : rows[i] == "null", $"{text}: {rows[i]}");
                }
                else if (isWhole && long.TryParse(text, CultureInfo.InvariantCulture, out long whole))
                {
                    Assert.Equal(whole.ToString(CultureInfo.InvariantCulture), rows[i]);
                }
                else
                {
                    Assert.Equal(isWhole ? "out_of_range" : "bad_number", dead[i]);
                }
            }
        }
    }

    private static List<JsonElement> Dead(ScratchFolder folder) =>
        [.. folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static byte[] Line(int id, byte[] document) => [.. Encoding.ASCII.GetBytes($"{{\"id\":{id},\"v\":"), .. document, (byte)'}'];

    private static bool IsJson(byte[] line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            return Utf8.IsValid(line);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
