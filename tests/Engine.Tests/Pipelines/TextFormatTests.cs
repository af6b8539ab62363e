using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using DataStream.Runtime;
using DataStream.Tests.Docs;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Patterns, widths and entries through whole pipelines.</summary>
public sealed class TextFormatTests
{
    private const string Log = "input_format: {type: text, pattern: '{ip} - - [{time:timestamp \"dd/MMM/yyyy:HH:mm:ss zzz\"}] \"{request}\" {status:int64} {bytes:int64}'}";

    [Theory]
    [InlineData("an access log", Log + "|schema: {time: timestamp, status: int64, bytes: {type: int64, null_values: [\"-\"]}, path: {type: text, source: request}}",
        "1.2.3.4 - - [01/Feb/2026:10:00:00 +0100] \"GET /a\" 200 12~1.2.3.4 - - [01/Feb/2026:10:00:00 +0100] \"\" 304 -~x~1.2.3.4 - - [31/Feb/2026:10:00:00 +0100] \"\" 304 -~1.2.3.4 - - [01/Feb/2026:10:00:00 +0100] \"a\" 99999999999999999999 1~",
        "{\"time\":\"2026-02-01T09:00:00.000Z\",\"status\":200,\"bytes\":12,\"path\":\"GET /a\"}|{\"time\":\"2026-02-01T09:00:00.000Z\",\"status\":304,\"bytes\":null,\"path\":\"\"}†no_match†bad_timestamp†out_of_range")]
    [InlineData("untyped fields are read as the schema's types", "input_format: {type: text, pattern: \"{a};{b};{c}\"}|schema: {a: int64, b: {type: float64, nullable: false}, c: bool}", "1;2.5;true~;1;~1;;0~ 7 ;1;1~x;1;1~1;2;yes~",
        "{\"a\":1,\"b\":2.5,\"c\":true}|{\"a\":null,\"b\":1,\"c\":null}|{\"a\":7,\"b\":1,\"c\":true}†null_field†bad_number†bad_bool")]
    [InlineData("a column of the pattern that nobody needs is not checked", "input_format: {type: text, pattern: \"{a:int64} {b:int64}\"}|schema: {a: int64}", "1 99999999999999999999~1 x~", "{\"a\":1}†no_match")]
    [InlineData("a timestamp joined of several fields", "input_format: {type: text, pattern: \"{d} {x} {t}\"}|schema: {at: {type: timestamp, source: [d, t], format: \"dd.MM.yyyy HH:mm\"}}", "01.02.2026 x 10:30~01.02.2026 x 10:3~", "{\"at\":\"2026-02-01T10:30:00.000Z\"}†bad_timestamp")]
    [InlineData("the schema's format serves the pattern", "input_format: {type: text, pattern: \"{t:timestamp} {x}\"}|schema: {t: {type: timestamp, format: \"yyyy-MM-dd HH:mm\"}, x: text}", "2026-02-01 10:30 a b~2026-02-01 a~", "{\"t\":\"2026-02-01T10:30:00.000Z\",\"x\":\"a b\"}†no_match")]
    [InlineData("widths go by the schema's order", "input_format: {type: text, widths: [4, 3, 5]}|schema: {id: int64, name: text, v: {type: float64, null_values: [\"-99\"]}}", "   1abc 2.50~  12 x    -9~3   y~4     zz~5~12345678901234~  6  \u00E6\u00F8\u00E5 7  ~   7abc  -99  ~",
        "{\"id\":1,\"name\":\"abc\",\"v\":2.5}|{\"id\":12,\"name\":\"x\",\"v\":-9}|{\"id\":3,\"name\":\"y\",\"v\":null}|{\"id\":5,\"name\":null,\"v\":null}|{\"id\":7,\"name\":\"abc\",\"v\":null}†bad_number†no_match†bad_number")]
    [InlineData("widths count code points", "input_format: {type: text, widths: [2, 2]}|schema: {a: text, n: int64}", "\u00E6\u00F812~\U0001F6001 3~", "{\"a\":\"\u00E6\u00F8\",\"n\":12}|{\"a\":\"\U0001F6001\",\"n\":3}")]
    [InlineData("widths with names", "input_format: {type: text, widths: {skip: 2, n: 3}}|schema: {n: int64}", "xx 12~", "{\"n\":12}")]
    [InlineData("entries of several lines", "input_format: {type: text, entry_starts: \"{t:timestamp} \"}", "before~2026-01-01 a~  at b~~2026-01-01T00:00:00Z c~~~", "{\"line\":\"before\"}|{\"line\":\"2026-01-01 a\\n  at b\"}|{\"line\":\"2026-01-01T00:00:00Z c\"}")]
    [InlineData("entries with a pattern", "input_format: {type: text, entry_starts: \"{t:timestamp} \", pattern: \"{t:timestamp} {text}\"}|schema: {t: timestamp, text: text}", "before~2026-01-01 a~  at b~2026-01-02 c~",
        "{\"t\":\"2026-01-01T00:00:00.000Z\",\"text\":\"a\\n  at b\"}|{\"t\":\"2026-01-02T00:00:00.000Z\",\"text\":\"c\"}†no_match")]
    public async Task A_text_is_read(string what, string settings, string input, string expected) => Assert.Equal($"{what}: {expected}", $"{what}: {await Decision.Run("log", settings, input)}");

    [Theory]
    [InlineData("input_format: {type: text, pattern: \"{a} {b}\"}", "needs 'schema'")]
    [InlineData("input_format: {type: text, widths: [2]}", "needs 'schema'")]
    [InlineData("input_format: {type: text, widths: [2, 3]}|schema: {a: text}", "2 widths, and the schema 1 columns")]
    [InlineData("input_format: {type: text, pattern: \"{a} {bc}\"}|schema: {a: text, bd: text}", "no field 'bd'; did you mean 'bc'?")]
    [InlineData("input_format: {type: text, pattern: \"{a:int64}\"}|schema: {a: text}", "text here and int64 in the pattern")]
    [InlineData("input_format: {type: text, pattern: \"{a:timestamp 'yyyy'}\"}|schema: {a: {type: timestamp, format: yyyy-MM}}", "another format")]
    [InlineData("input_format: {type: text, pattern: \"{a}\", widths: [1]}|schema: {a: text}", "one of them")]
    [InlineData("input_format: {type: text, entry_starts: \"{a:int64}\", widths: [1]}|schema: {a: text}", "are for lines")]
    [InlineData("input_format: {type: text, pattern: \"{a}\"}|schema: {a: {type: text, path: x}}", "'path' is for json")]
    public void Mistakes_are_told(string settings, string part) =>
        Assert.Contains(part, Decision.Check(settings, "", "log"), StringComparison.Ordinal);

    [Theory]
    [InlineData("escape: \"!\"")]
    [InlineData("header: find")]
    [InlineData("decimal: \",\"")]
    [InlineData("encoding: latin-1")]
    public void Options_of_inputs_are_errors_on_an_output(string option)
    {
        using var scratch = new Scratch();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string path = scratch.Write("config.yaml", $"stream_settings:\n  stream_input: file:in.csv\n  stream_output: stdout\n  output_format: {{type: csv, {option}}}\n  schema: {{a: text}}\n");
        Assert.Equal(2, DataStream.Host.Program.Execute(["check", path], output, error));
        Assert.Contains($"{path}:4:30: error bad_value: '{option.Split(':')[0]}' of format 'csv' is for inputs", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lanes_and_payloads_change_nothing()
    {
        using var folder = new ScratchFolder();
        var random = new Random(9);
        var log = new StringBuilder();
        for (int i = 0; i < 6000; i++)
        {
            log.Append(CultureInfo.InvariantCulture, $"2026-01-01T00:{i / 100 % 60:00}:{i % 60:00}Z {(random.Next(9) == 0 ? "oops" : i.ToString(CultureInfo.InvariantCulture))} [{new string('m', random.Next(30))}]\n");
            for (int line = random.Next(8); line > 5; line--)
            {
                log.Append("  at frame\n");
            }
        }

        folder.Write("in.log", log.ToString());
        string yaml = "stream_settings:\n  stream_input: \"file:{DIR}/in.log\"\n  stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\"}\n"
            + "  input_format: {type: text, entry_starts: \"{t:timestamp} \", pattern: \"{t:timestamp} {n:int64} [{m}]{rest}\"}\n  schema: {t: timestamp, n: int64, m: text, rest: text}\n  event_time: {field: t}\n"
            + "modules:\n  - {module_name: w, module_class: window, tumbling: 10s, aggregates: {n: count(), s: sum(n), last: last(m)}}\n";
        (string, string)? first = null;
        foreach (string threads in (string[])["1", "2", "3"])
        {
            foreach ((string payload, string rows) in new[] { ("4KiB", "64"), ("16KiB", "2048"), ("1MiB", "256") })
            {
                RunReport report = await PipelineTester.Run(folder, yaml, ("performance_tuning.threads", threads), ("performance_tuning.payload_size", payload), ("performance_tuning.partition_size", rows), ("performance_tuning.max_record_size", "4KiB"));
                Assert.Equal((0, 6000L, 0L), (report.ExitCode, report.Ledger.In, report.AllocatedBytesLanes));
                (string, string) written = (folder.Read("out.csv"), folder.Read("dead.ndjson"));
                Assert.Equal(first ??= written, written);
                Assert.Contains("no_match", written.Item2, StringComparison.Ordinal);
            }
        }
    }
}
