using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Formats.Infer;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Files that are not plain: <c>infer</c> proposes what they need, says why, and the block as it stands reads them whole.</summary>
public sealed class InferredRunTests
{
    private static readonly string[] s_levels = ["INFO", "WARN", "ERROR"];

    public static TheoryData<string, string, byte[], string, string, string> Files => new()
    {
        { "german", "a.csv", Encoding.Latin1.GetBytes(Lines("Datum;Ort;Grad;Druck\n", i => $"{i + 1:00}.02.2026;K\u00F6ln;{i},5;1.0{i + 10},25\n")), "delimiter: \";\", header: true, decimal: \",\", thousands: \".\", encoding: latin-1", "numbers have a decimal comma", "2026-02-01T00:00:00.000Z,K\u00F6ln,0.5,1010.25" },
        { "euro", "a.csv", Windows(Lines("id,price\n", i => $"{i},\u20AC {i}\n")), "encoding: windows-1252", "are no UTF-8", "0,\u20AC 0" },
        { "utf-16", "a.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Lines("id,name\n", i => $"{i},\u4E2D{i}\n"))], "encoding: utf-16", "byte-order mark", "0,\u4E2D0" },
        { "utf-16 without a mark", "a.csv", Encoding.BigEndianUnicode.GetBytes(Lines("id,name\n", i => $"{i},x{i}\n")), "encoding: utf-16", "every other byte is zero", "0,x0" },
        { "thousands", "a.csv", Encoding.UTF8.GetBytes(Lines("id,amount\n", i => $"{i},\"1,{i + 100}.50\"\n")), "thousands: \",\"", "signs between thousands", "0,1100.5" },
        { "escapes", "a.csv", Encoding.UTF8.GetBytes(Lines("id,text,n\n", i => $"{i},\"say \\\"a, b\\\"\",7\n")), "escape: \"\\\\\"", "backslash", "0,\"say \"\"a, b\"\"\",7" },
        { "a report's head", "a.csv", Encoding.UTF8.GetBytes("Station;7\nFrom;To\n\n" + Lines("time;wind;gust\n", i => $"2026-01-01T00:00:{i:00}Z;{i};{i + 1}\n")), "header: find", "first line with all these names", "2026-01-01T00:00:00.000Z,0,1" },
        { "access log", "access.log", Encoding.UTF8.GetBytes(Lines("", i => $"10.0.0.{i} - - [01/Feb/2026:10:00:{i:00} +0100] \"GET /{i} HTTP/1.1\" 200 {(i % 3 == 0 ? "-" : "12")} \"-\" \"curl/8\"\n")), "pattern: ", "an access log", "10.0.0.0,-,-,2026-02-01T09:00:00.000Z,GET /0 HTTP/1.1,200,,-,curl/8" },
        { "log", "app.log", Encoding.UTF8.GetBytes(Lines("", i => $"2026-02-01 10:00:{i:00},123 {s_levels[i % 3]} started, {i} of 9\n")), "{level} {message}", "begin with a time", "2026-02-01T10:00:00.123Z,INFO,\"started, 0 of 9\"" },
        { "fixed widths", "stations.txt", Encoding.UTF8.GetBytes(Lines("", i => $"2026-02-{i + 1:00} {(i % 3 == 0 ? "K\u00F6ln" : i % 3 == 1 ? "Bad Ems" : "Bremen am Weg"),-14}{i * 10.5,7:F1}  {i,3}\n")), "widths: {c1: 11, c2: 13, c3: 8, c4: 5}", "fixed places", "2026-02-01T00:00:00.000Z,K\u00F6ln,0,0" },
        { "entries with lines that begin with numbers", "app.log", Encoding.UTF8.GetBytes(Lines("", i => $"2026-02-01T10:00:{i:00}Z INFO done\n{i} rows\n42 columns\n")), "entry_starts: \"{time:timestamp \\\"yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK\\\"} \"", "several lines", "2026-02-01T10:00:00.000Z,INFO,\"done\n0 rows\n42 columns\"" },
        { "stack traces", "app.log", Encoding.UTF8.GetBytes(Lines("", i => $"2026-02-01T10:00:{i:00}Z failed\n  at a\n  at b\n")), "entry_starts: \"{time:timestamp} \"", "several lines", "2026-02-01T10:00:00.000Z,\"failed\n  at a\n  at b\"" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_that_needs_options_gets_them(string what, string name, byte[] bytes, string option, string reason, string row)
    {
        using var folder = new ScratchFolder();
        string path = Path.Join(folder.FullPath, name);
        File.WriteAllBytes(path, bytes);
        string yaml = FormatInference.Infer(bytes, path, isWhole: true);
        Assert.Contains(option, yaml, StringComparison.Ordinal);
        Assert.Contains(reason, yaml, StringComparison.Ordinal);
        string changed = yaml.Replace("stream_output: stdout", "stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\"}", StringComparison.Ordinal);
        RunReport report = await PipelineTester.Run(folder, changed);
        Assert.True(report.ExitCode == 0 && report.Ledger.Dead == 0 && report.Ledger.In == 20, $"{what}: {report.ExitCode} {report.Message} {report.Ledger}\n{yaml}\n{folder.Read("dead.ndjson")}");
        string written = folder.Read("out.csv");
        Assert.StartsWith(row + "\n", written[(written.IndexOf('\n', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("It was the best of times, it was\nthe worst of times, it was the\nage of wisdom, it was the age of\nfoolishness, it was the epoch\n")]
    [InlineData("a b c\nd e f\ng h i\nj k l\n")]
    [InlineData("one\ntwo\nthree\nfour\nfive\n")]
    public void Prose_has_no_widths(string text) => Assert.DoesNotContain("widths", FormatInference.Infer(Encoding.UTF8.GetBytes(text), "a.txt", isWhole: true), StringComparison.Ordinal);

    [Fact]
    public void A_table_with_names_on_top_gets_them()
    {
        string yaml = FormatInference.Infer("station   temp    day\nBremen     1.5      1\nKiel      12.5      2\nUlm       -3.0     13\n"u8, "a.txt", isWhole: true);
        Assert.Contains("widths: {station: 7, temp: 7, day: 7}", yaml, StringComparison.Ordinal);
        Assert.Contains("the first line has the names", yaml, StringComparison.Ordinal);
        Assert.Contains("day: int64", yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,phone\n1,555 123\n2,555 124\n")]
    [InlineData("id,v\n1,1.5\n2,2.25\n")]
    [InlineData("id,path\n1,\"C:\\temp\"\n2,\"D:\\x\"\n")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("id,name\n1,\u00E6\u00F8\n2,x\n")]
    public void A_plain_file_gets_none(string text)
    {
        string yaml = FormatInference.Infer(Encoding.UTF8.GetBytes(text), "a.csv", isWhole: true);
        Assert.Contains("input_format: {type: csv, header: true}", yaml, StringComparison.Ordinal);
    }

    /// <summary>What real files have: the delimiter beside a decimal comma, dates and times apart, units, broken records, a delimiter too many, a word of Excel's.</summary>
    [Theory]
    [InlineData("two columns with a decimal comma", "Zeit;Wert\n|04.07.2013 {0:00}:00;{1},83\n", "delimiter: \";\", header: true, decimal: \",\"", "2013-07-04T00:00:00.000Z,0.83", 0)]
    [InlineData("and without a header", "|04.07.2013 {0:00}:00;{1},83\n", "delimiter: \";\", header: false, decimal: \",\"", "2013-07-04T00:00:00.000Z,0.83", 0)]
    [InlineData("and with thousandths", "Zeit;Wert\n|04.07.2013 {0:00}:00;{1},835\n", "decimal: \",\"", "2013-07-04T00:00:00.000Z,0.835", 0)]
    [InlineData("fractions of seconds behind a comma", "t;v\n|2013-07-04 00:00:{0:00},250;{1}.5\n", "format: \"yyyy-MM-dd HH:mm:ss,FFFFFFF\"", "2013-07-04T00:00:00.250Z,0.5", 0)]
    [InlineData("date and time", "Date,Time,Value\n|2013-07-04,{0:00}:00:00,{1}\n", "timestamp: {type: timestamp, source: [Date, Time]}", "2013-07-04T00:00:00.000Z,0", 0)]
    [InlineData("date and time by a format", "Date;Time;Value\n|04.07.2013;{0:00}:30;{1}\n", "source: [Date, Time], format: \"dd.MM.yyyy HH:mm\"", "2013-07-04T00:30:00.000Z,0", 0)]
    [InlineData("date and time without names", "|2013-07-04,{0:00}:00:00,{1}\n", "source: [column_1, column_2]", "2013-07-04T00:00:00.000Z,0", 0)]
    [InlineData("units", "time,value,n\nUTC,degC,-\n|2013-07-04T{0:00}:00:00Z,{1}.5,{0}\n", "skip_after_header: 1", "2013-07-04T00:00:00.000Z,0.5,0", 0)]
    [InlineData("delimiters at the end", "time,value\n|2013-07-04T{0:00}:00:00Z,{1},\n", "input_format: {type: csv, header: true}", "2013-07-04T00:00:00.000Z,0", 0)]
    [InlineData("Excel", "sep=;\nid;value\n|{0};{1}\n", "delimiter: \";\", header: true, skip_lines: 1", "0,0", 0)]
    [InlineData("a sum at the end", "time,value\n|2013-07-04T{0:00}:00:00Z,{1}.5\n|Total rows: 20\n", "value: float64", "2013-07-04T00:00:00.000Z,0.5", 1)]
    [InlineData("a broken number", "id,value\n|{0},{1}\n|20,ERR\n", "value: int64", "0,0", 1)]
    [InlineData("a broken time", "time,value\n|2013-07-04T{0:00}:00:00Z,{1}\n|2013-07-O4,1\n", "event_time: {field: time", "2013-07-04T00:00:00.000Z,0", 1)]
    public async Task A_file_as_people_make_them_is_read_whole(string what, string text, string option, string row, int dead)
    {
        string[] parts = text.Split('|');
        byte[] bytes = Encoding.UTF8.GetBytes(parts[0] + string.Concat(Enumerable.Range(0, 20).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, parts[1], i, i * 7))) + string.Concat(parts[2..]));
        using var folder = new ScratchFolder();
        string path = Path.Join(folder.FullPath, "a.csv");
        File.WriteAllBytes(path, bytes);
        string yaml = FormatInference.Infer(bytes, path, isWhole: true);
        Assert.Contains(option, yaml, StringComparison.Ordinal);
        Assert.Equal(dead > 0, yaml.Contains(": dead", StringComparison.Ordinal));
        string changed = yaml.Replace("stream_output: stdout", "stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\"}", StringComparison.Ordinal);
        RunReport report = await PipelineTester.Run(folder, changed);
        Assert.True(report.ExitCode == 0 && report.Ledger.Dead == dead && report.Ledger.Out == 20, $"{what}: {report.ExitCode} {report.Message} {report.Ledger}\n{yaml}\n{folder.Read("dead.ndjson")}");
        string written = folder.Read("out.csv");
        Assert.StartsWith(row + "\n", written[(written.IndexOf('\n', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_values_of_JSON_do_not_make_texts_of_all_others()
    {
        string lines = Lines("", i => $"{{\"time\":\"2026-01-01T00:00:{i:00}Z\",\"value\":{i}.5}}\n") + "{\"time\":\"yesterday\",\"value\":\"bad\"}\n";
        string yaml = FormatInference.Infer(Encoding.UTF8.GetBytes(lines), "a.ndjson", isWhole: true);
        Assert.Contains("input_format: json\n", yaml, StringComparison.Ordinal);
        Assert.Contains("1 value of 21 is no timestamp: dead", yaml, StringComparison.Ordinal);
        Assert.Contains("1 value of 21 is no float64: dead", yaml, StringComparison.Ordinal);
        Assert.Contains("event_time: {field: time", yaml, StringComparison.Ordinal);
    }

    /// <summary>What many values are no numbers is text: none of it shall die.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Codes_that_are_mostly_digits_are_text(int every)
    {
        string yaml = FormatInference.Infer(Encoding.UTF8.GetBytes("id,code\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i}{(i % 13 < every ? "a" : "")}\n"))), "a.csv", isWhole: true);
        Assert.Contains("code: text", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_end_in_CR_are_refused_by_name()
    {
        DataStream.Flow.StopException refusal = Assert.Throws<DataStream.Flow.StopException>(() => FormatInference.Infer("a,b\r1,2\r3,4\r"u8, "a.csv", isWhole: true));
        Assert.Equal(65, refusal.Code);
        Assert.Contains("CRs but no LF", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_of_Avro_tells_its_columns()
    {
        string yaml = FormatInference.Infer(File.ReadAllBytes(House.Repository.PathOf("samples/avro/input.avro")), "in.avro", isWhole: true);
        Assert.Contains("input_format: avro\n", yaml, StringComparison.Ordinal);
        Assert.Contains("temperature: float64", yaml, StringComparison.Ordinal);
    }

    private static string Lines(string head, Func<int, string> line) => head + string.Concat(Enumerable.Range(0, 20).Select(line));

    private static byte[] Windows(string text) => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text);
}
