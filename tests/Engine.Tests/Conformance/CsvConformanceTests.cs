using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Conformance;

/// <summary>What RFC 4180 says and what its readers trip over, each as a file of its own through whole runs; <c>~</c> is a line feed, <c>^</c> a carriage return.</summary>
public sealed class CsvConformanceTests
{
    [Theory]
    [InlineData("records end with CRLF", "a,b^~1,2^~3,4^~", "1|2 3|4", "")]
    [InlineData("the last record needs no line end", "a,b^~1,2^~3,4", "1|2 3|4", "")]
    [InlineData("with a line end of each kind", "a,b~1,2^~3,4~5,6^~", "1|2 3|4 5|6", "")]
    [InlineData("fields may be quoted", "\"a\",\"b\"~\"1\",\"2\"~", "1|2", "")]
    [InlineData("a comma in quotes", "a,b~\"1,5\",2~", "1,5|2", "")]
    [InlineData("line ends in quotes", "a,b~\"once~upon\",2~\"a^~time\",3~", "once~upon|2 a^~time|3", "")]
    [InlineData("quotes in quotes", "a,b~\"a \"\"b\"\" c\",\"\"\"\"~", "a \"b\" c|\"", "")]
    [InlineData("quotes at both ends", "a,b~\"\"\"x\"\"\",2~", "\"x\"|2", "")]
    [InlineData("JSON in a field", "a,b~1,\"{\"\"t\"\": [1, \"\"x\"\"]}\"~", "1|{\"t\": [1, \"x\"]}", "")]
    [InlineData("spaces belong to a field", "a,b~ 1 , 2~", " 1 | 2", "")]
    [InlineData("a quote behind a space is a character", "a,b~ \"1\",2~", " \"1\"|2", "")]
    [InlineData("empty fields", "a,b~,~\"\",\"\"~1,~,2~", "| | 1| |2", "")]
    [InlineData("only line ends", "a,b~~^~~", "", "")]
    [InlineData("one column", "a~x~~\"\"~", "x  ", "")]
    [InlineData("only a header", "a,b~", "", "")]
    [InlineData("only a header without an end", "a,b", "", "")]
    [InlineData("no bytes", "", "", "")]
    [InlineData("a mark before the header", "\u00EF\u00BB\u00BFa,b~1,2~", "1|2", "")]
    [InlineData("a mark before a quote", "\u00EF\u00BB\u00BF\"a\",b~1,2~", "1|2", "")]
    [InlineData("text that is not ASCII", "a,b~\u00E2\u0082\u00AC,\u00F0\u009F\u0098\u0080~", "\u20AC|\U0001F600", "")]
    [InlineData("columns in another order", "b,x,a~2,9,1~", "1|2", "")]
    [InlineData("a quote in the middle is a character", "a,b~x\"y\"z,2~", "x\"y\"z|2", "")]
    [InlineData("a carriage return alone is a character", "a,b~1^2,3~", "1^2|3", "")]
    [InlineData("a carriage return at a field's end", "a,b~1^,3~", "1^|3", "")]
    [InlineData("bytes behind a closing quote", "a,b~\"1\"x,2~3,4~", "3|4", "bad_quote")]
    [InlineData("a space behind a closing quote", "a,b~\"1\" ,2~3,4~", "3|4", "bad_quote")]
    [InlineData("a quote that is never closed", "a,b~\"1,2~3,4~5,6~", "3|4 5|6", "bad_quote")]
    [InlineData("a quote opens at the end", "a,b~1,2~3,\"", "1|2", "bad_quote")]
    [InlineData("a quote that closes at the end", "a,b~1,\"2\"", "1|2", "")]
    [InlineData("a doubled quote at the end", "a,b~1,\"2\"\"", "", "bad_quote")]
    [InlineData("too many fields", "a,b~1,2,3~4,5~", "4|5", "too_many_fields")]
    [InlineData("too many that are empty", "a,b~1,2,,,~", "1|2", "")]
    [InlineData("too few fields", "a,b~1~2,3~", "1|null 2|3", "")]
    [InlineData("NUL is a character", "a,b~1\0,2~", "1\0|2", "")]
    public async Task A_file_is_read(string what, string file, string rows, string reasons)
    {
        foreach (string payload in (string[])["4KiB", "256KiB"])
        {
            using var folder = new ScratchFolder();
            bool isOne = file.StartsWith("a~", StringComparison.Ordinal);
            File.WriteAllBytes(folder["in.csv"], Encoding.Latin1.GetBytes(Ends(file)));
            RunReport report = await PipelineTester.Run(folder, $$"""
                stream_settings:
                  stream_input: "file:{DIR}/in.csv"
                  stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
                  output_format: json
                  schema: {{(isOne ? "{a: text}" : "{a: text, b: text}")}}
                """, ("performance_tuning.payload_size", payload), ("performance_tuning.max_record_size", "1KiB"));
            Assert.True(report.ExitCode is ExitCode.Done or ExitCode.BadData, $"{what}: {report.Message}");
            Assert.Equal(0, report.Ledger.Imbalance);
            string[] found = [.. folder.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => string.Join('|', JsonDocument.Parse(line).RootElement.EnumerateObject().Select(p => p.Value.GetString() ?? "null")))];
            string[] dead = [.. folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("reason").GetString()!)];
            Assert.Equal($"{what}: {Ends(rows)} †{reasons}", $"{what}: {string.Join(' ', found)}{(isOne && found.Length > 1 ? " " : "")} †{string.Join(' ', dead)}");
        }
    }

    private static string Ends(string text) => text.Replace('~', '\n').Replace('^', '\r');
}
