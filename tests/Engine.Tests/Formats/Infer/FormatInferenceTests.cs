using System;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Formats.Infer;
using Xunit;

namespace DataStream.Tests.Formats.Infer;

public sealed class FormatInferenceTests
{
    [Fact]
    public void A_plain_CSV_file_gives_a_block_to_paste()
    {
        var file = new InferredFile("in.csv", "id,celsius\n1,20.5\n2,21.5\n");

        Assert.Equal(
            """
            # csv: commas, a header; guessed from the first 2 records
            stream_settings:
              stream_input: file:in.csv
              stream_output: stdout
              input_format: {type: csv, header: true}
              output_format: csv
              schema:
                id: int64
                celsius: float64

            """,
            file.Yaml);
        Assert.Equal(2, file.Read());
    }

    [Theory]
    [InlineData(",", "{type: csv, header: true}")]
    [InlineData(";", "{type: csv, delimiter: \";\", header: true}")]
    [InlineData("\t", "{type: csv, delimiter: tab, header: true}")]
    [InlineData("|", "{type: csv, delimiter: \"|\", header: true}")]
    public void The_delimiter_is_found(string delimiter, string format)
    {
        string[] rows = ["time,device,ok,value", "2026-01-01T00:00:00Z,\"a, b; c\",true,1", "2026-01-01T00:00:01Z,b,FALSE,2.5", "2026-01-01T00:00:02Z,\"say \"\"x\"\"\nand more\",true,-3e2"];
        string text = string.Join("\r\n", rows.Select((r, i) => i is 1 or 3 ? r.Replace(",\"", delimiter + "\"", StringComparison.Ordinal).Replace("\",", "\"" + delimiter, StringComparison.Ordinal).Replace(",1", delimiter + "1", StringComparison.Ordinal).Replace("true,", "true" + delimiter, StringComparison.Ordinal) : r.Replace(",", delimiter, StringComparison.Ordinal))) + "\r\n";
        var file = new InferredFile("in.txt", text);

        Assert.Contains("  input_format: " + format + "\n", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(["time: timestamp", "device: text", "ok: bool", "value: float64"], file.Fields);
        Assert.Contains("event_time: {field: time, max_out_of_orderness: 0s}", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(3, file.Read());
    }

    [Fact]
    public void Without_a_header_columns_are_numbered()
    {
        var file = new InferredFile("in.csv", "1,a,2.5\n2,b,3\n3,a,4\n");

        Assert.Contains("header: false", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(["column_1: int64", "column_2: text", "column_3: float64"], file.Fields);
        Assert.Equal(3, file.Read());
    }

    [Fact]
    public void Words_for_null_are_listed_where_they_do_no_harm()
    {
        var file = new InferredFile("in.csv", "a,b,c,d\n1,NA,x,\n,2.5,NA,q\n-,3,y,NULL\n4,NaN,z,r\n");

        Assert.Contains("null_values: [\"\", \"-\"]", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(["a: int64", "b: {type: float64, null_values: [\"NA\"]}", "c: text", "d: text"], file.Fields);
        Assert.DoesNotContain("event_time", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(4, file.Read());
    }

    [Fact]
    public void Keys_without_a_name_are_left_out_with_a_word()
    {
        string yaml = FormatInference.Infer("{\"a\":1,\"\":2,\"b\":{\"\":3,\"c\":4}}\n{\"a\":2,\"\":3}\n"u8, "in.ndjson", isWhole: true);

        Assert.Contains("# left out: a key that has no name", yaml, StringComparison.Ordinal);
        Assert.Contains("# left out: a key of b that has no name", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_names_are_quoted_and_nameless_and_double_columns_left_out()
    {
        var file = new InferredFile("in.csv", "\"a: b\",\"x, y\",no,a#b,,\"q\"\"r\",é,no,- z,\" s \",\"two\nlines\",null,{x},1a\n" + string.Join(',', Enumerable.Range(0, 14)) + "\n");

        Assert.Equal(
            ["\"a: b\": int64", "\"x, y\": int64", "\"a#b\": int64", "\"q\\\"r\": int64", "\"é\": int64", "\"- z\": int64", "\" s \": int64", "\"two\\nlines\": int64", "\"null\": int64", "\"{x}\": int64", "\"1a\": int64"],
            file.Fields);
        Assert.Contains("# left out: 'no', the name of several columns", file.Yaml, StringComparison.Ordinal);
        Assert.Contains("# left out: column 5, which has no name", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(1, file.Read());
    }

    [Theory]
    [InlineData("31/12/2026 23:59,01/01/2027 00:10", "dd/MM/yyyy HH:mm")]
    [InlineData("12/31/2026 23:59,01/01/2027 00:10", "MM/dd/yyyy HH:mm")]
    [InlineData("1/2/2026 9:05,2/2/2026 10:15,3/2/2026 9:00", "d/M/yyyy H:mm")]
    [InlineData("11/1/2026 9:05,12/1/2026 10:15,1/2/2026 9:00", "d/M/yyyy H:mm")]
    [InlineData("1/2/2026 9:05 AM,1/12/2026 12:15 PM,1/30/2026 1:00 PM", "M/d/yyyy h:mm tt")]
    [InlineData("2026/01/02 03:04:05,2026/01/02 03:04:05.25", "yyyy/MM/dd HH:mm:ss.FFFFFFF")]
    [InlineData("02.01.2026 03:04,13.01.2026 03:04", "dd.MM.yyyy HH:mm")]
    [InlineData("2026-01-02 03:04,2026-01-02 03:05", "yyyy-MM-dd HH:mm")]
    [InlineData("02/Jan/2026:03:04:05 +0100,02/Jan/2026:03:04:06 +0100", "dd/MMM/yyyy:HH:mm:ss zzz")]
    [InlineData("20260102,20260103", "yyyyMMdd")]
    public void Common_forms_of_time_get_a_format(string values, string format)
    {
        var file = new InferredFile("in.csv", "time;value\n" + string.Concat(values.Split(',').Select(v => v + ";1\n")));

        Assert.Equal([$"time: {{type: timestamp, format: \"{format}\"}}", "value: int64"], file.Fields);
        Assert.Equal(values.Split(',').Length, file.Read());
    }

    [Theory]
    [InlineData("time", "1767225600,1767225601", "timestamp")]
    [InlineData("created_at", "1767225600123,1767225601123", "timestamp")]
    [InlineData("ts", "1767225600.5,1767225601", "timestamp")]
    [InlineData("device", "1767225600,1767225601", "int64")]
    [InlineData("time", "5,6", "int64")]
    [InlineData("zip", "01234,04321", "text")]
    [InlineData("phone", "0,07", "text")]
    [InlineData("big", "9223372036854775808,1", "float64")]
    [InlineData("flag", "True,false", "bool")]
    [InlineData("flag", "1,0", "int64")]
    [InlineData("when", "2026-01-01,2026-01-02", "timestamp")]
    [InlineData("nothing", ",", "text")]
    public void Types_are_told_from_values_and_epochs_from_names_too(string name, string values, string type)
    {
        var file = new InferredFile("in.csv", $"n;{name}\n" + string.Concat(values.Split(',').Select(v => $"1;{v}\n")));

        Assert.Equal($"{name}: {type}", file.Fields[1]);
        Assert.Equal(2, file.Read());
    }

    [Fact]
    public void The_greatest_disorder_is_the_bound_and_no_order_is_unbounded()
    {
        var late = new InferredFile("in.csv", "t,v\n" + string.Concat(Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddSeconds(i == 50 ? 47 : i):s}Z,1\n"))));
        Assert.Contains("event_time: {field: t, max_out_of_orderness: 2s}", late.Yaml, StringComparison.Ordinal);

        var wild = new InferredFile("in.csv", "t,v\n2026-01-02,1\n2026-01-01,1\n2026-01-03,1\n2025-01-03,1\n");
        Assert.Contains("max_out_of_orderness: unbounded", wild.Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_lines_before_the_header_and_other_quotes_are_options()
    {
        var commented = new InferredFile("in.csv", "# made by a machine\n# unit: C\na,b\n1,2\n# between\n3,4\n");
        Assert.Contains("comment: \"#\"", commented.Yaml, StringComparison.Ordinal);
        Assert.Equal(["a: int64", "b: int64"], commented.Fields);
        Assert.Equal(2, commented.Read());

        var preamble = new InferredFile("in.csv", "Report of the plant\nJanuary\na,b\n1,2\n3,4\n" + string.Concat(Enumerable.Repeat("5,6\n", 30)));
        Assert.Contains("skip_lines: 2", preamble.Yaml, StringComparison.Ordinal);
        Assert.Equal(32, preamble.Read());

        var hash = new InferredFile("in.csv", "#id,name\n1,x\n2,y\n");
        Assert.Equal(["\"#id\": int64", "name: text"], hash.Fields);

        var single = new InferredFile("in.csv", "'a','b'\n'x, y','1'\n'z','2'\n");
        Assert.Contains("quote: \"'\"", single.Yaml, StringComparison.Ordinal);
        Assert.Equal(2, single.Read());
    }

    [Fact]
    public void JSON_lines_give_types_paths_and_event_time()
    {
        var file = new InferredFile("in.ndjson",
            """
            {"id":1,"at":"2026-01-01T00:00:00Z","v":1,"ok":true,"s":"x","place":{"city":"Oslo","geo.x":{"lat":1.5}},"tags":["a"],"mixed":1}
            {"id":2,"at":"2026-01-01T00:00:05Z","v":2.5,"ok":null,"s":"NaN","place":{"city":"Rome","geo.x":{"lat":2}},"tags":[],"mixed":"x"}

            {"id":3,"at":"2026-01-01T00:00:03Z","v":1e3,"place_city":"kept","extra":null,"when":1767225600}
            """ + "\n");

        Assert.Equal(
            [
                "id: int64", "at: timestamp", "v: float64", "ok: bool", "s: text", "place_city_2: {type: text, path: \"place.city\"}",
                "place_geo.x_lat: {type: float64, path: \"place.\\\"geo.x\\\".lat\"}", "tags: text", "mixed: text", "place_city: text", "extra: text", "when: timestamp",
            ],
            file.Fields.Select(f => f.Replace("\"place_geo.x_lat\"", "place_geo.x_lat", StringComparison.Ordinal)));
        Assert.Contains("event_time: {field: at, max_out_of_orderness: 2s}", file.Yaml, StringComparison.Ordinal);
        Assert.Contains("input_format: json\n", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(3, file.Read());
    }

    [Theory]
    [InlineData("[\n{\"a\":1},\n{\"a\":2}\n]\n", "{type: json, records: \".\"}", "the elements of an array", 2)]
    [InlineData("[{\"a\":1},{\"a\":2},{\"a\":3}]", "{type: json, records: \".\"}", "the elements of an array", 3)]
    [InlineData("{\"n\":[{\"x\":1}],\"data\":{\"my.items\":[{\"a\":1},{\"a\":2}]},\"next\":null}\n", "{type: json, records: \"data.\\\"my.items\\\"\"}", "in an envelope", 2)]
    [InlineData("{\n  \"items\": [\n    {\"a\": 1}\n  ]\n}\n", "{type: json, framing: values}", "do not stand one a line", 1)]
    [InlineData("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", "{type: json, framing: values}", "do not stand one a line", 2)]
    [InlineData("{\"a\":1}{\"a\":2}{\"a\":3}", "{type: json, framing: values}", "do not stand one a line", 3)]
    [InlineData("{\"a\":1,\"tags\":[{\"t\":1}]}\n", "json", "one object per line", 1)]
    [InlineData("{\"a\":1,\"tags\":[{\"t\":1},{\"t\":2}]}\n{\"a\":1,\"tags\":[{\"t\":1},{\"t\":2}]}\n", "json", "one object per line", 2)]
    public void JSON_that_does_not_stand_one_object_a_line_gets_the_option_that_reads_it(string text, string format, string reason, int records)
    {
        var file = new InferredFile("in.json", text);

        Assert.Contains($"input_format: {format}\n", file.Yaml, StringComparison.Ordinal);
        Assert.Contains(reason, file.Yaml, StringComparison.Ordinal);
        Assert.Equal(records, file.Read());
    }

    [Fact]
    public void An_array_longer_than_the_sample_is_judged_by_its_front()
    {
        string head = "{\"data\":[" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{{\"a\":{i}}},")) + "{\"a\":";

        Assert.Contains("records: \"data\"", FormatInference.Infer(Encoding.UTF8.GetBytes(head), "in.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_and_bools_in_strings_are_coerced_and_codes_are_not()
    {
        var file = new InferredFile("in.ndjson", "{\"price\":\"1.50\",\"m\":\"12\",\"open\":\"true\",\"zip\":\"0150\",\"mixed\":1}\n{\"price\":\"\",\"m\":\"n/a\",\"open\":\"false\",\"zip\":\"2100\",\"mixed\":\"2\"}\n");

        Assert.Equal(["price: float64", "m: {type: int64, null_values: [\"n/a\"]}", "open: bool", "zip: text", "mixed: int64"], file.Fields);
        Assert.Contains("{type: json, coerce: true}", file.Yaml, StringComparison.Ordinal);
        Assert.Contains("numbers or bools stand in strings, which coerce reads: price, m, open, mixed", file.Yaml, StringComparison.Ordinal);
        Assert.Equal(2, file.Read());
    }

    [Fact]
    public void Anything_else_is_lines_of_text()
    {
        Assert.Contains("input_format: text\n", new InferredFile("server.log", "all is well\nnothing happened\n").Yaml, StringComparison.Ordinal);
        Assert.Contains("looks like JSON", new InferredFile("in.json", "[\n[1],\n[2]\n]\n").Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_with_odd_signs_is_quoted()
    {
        string yaml = FormatInference.Infer("a,b\n1,2\n"u8, "da ta/#1, \"x\".csv");

        Assert.Contains("stream_input: \"file:da ta/#1, \\\"x\\\".csv\"\n", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_last_line_without_an_end_is_left_out_of_a_head_but_not_of_a_whole_file()
    {
        byte[] head = "a,b\n1,2\n3,4.5"u8.ToArray();

        Assert.Contains("b: int64", FormatInference.Infer(head, "in.csv"), StringComparison.Ordinal);
        Assert.Contains("b: float64", FormatInference.Infer(head, "in.csv", isWhole: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"\n")]
    [InlineData("\n\"\"")]
    [InlineData("sep=;\n\"\"\n")]
    public void Records_without_anything_in_them_are_no_CSV(string text) => Assert.Contains("input_format: ", new InferredFile("in.csv", text).Yaml, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_text_is_refused()
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("a");
        }

        Assert.Equal(ExitCode.BadData, Assert.Throws<StopException>(() => FormatInference.Infer(packed.ToArray(), "a.zip")).Code);
    }

    [Fact]
    public void Any_bytes_give_a_block_or_a_reason()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] pieces = [",", ";", "\n", "\r\n", "\"", "'", "#", "{", "}", "\"a\":", "1", "x", "2026-01-01", " ", "NA", "\\", "|", "\t", "é", ":", "[", "]"];
        for (int round = 0; round < 300; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => pieces[random.Next(pieces.Length)]));
            string name = random.Next(3) switch { 0 => "a.csv", 1 => "a.json", _ => "a" };
            try
            {
                _ = new InferredFile(name, text);
            }
            catch (StopException e) when (e.Code == ExitCode.BadData && (string.IsNullOrWhiteSpace(text) || e.Message.Contains("no column in it", StringComparison.Ordinal)))
            {
                // There is nothing to guess from, or nothing that could have a name.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {text}", e);
            }
        }
    }
}
