using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;
using Decoder = DataStream.Formats.Decoder;

namespace DataStream.Tests.Formats.Json;

/// <summary>Values on any lines, and the elements of an array: what is a record, where it stands, and what a broken one takes with it.</summary>
public sealed class JsonValuesTests
{
    private const int MaxRecordSize = 200;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("{\"a\":1}{\"a\":2}", "1 2")]
    [InlineData("\uFEFF{\"a\":1} \t{\"a\":2}\r\n\n{\"a\":3}\n", "1 2 3")]
    [InlineData("{\n  \"a\": 1,\n  \"x\": {\n    \"y\": [1,\n 2]\n  }\n}\n{\n  \"a\": 2\n}\n", "1 2")]
    [InlineData("", "")]
    [InlineData(" \n ", "")]
    [InlineData("{\"a\":\"}{[\\\"\"}{\"a\":\"\\\\\"}", "}{[\" \\")]
    [InlineData("1 \"x\" null[1] {\"a\":2}true", "not_object:1:0:1 not_object:1:2:\"x\" not_object:1:6:null not_object:1:10:[1] 2 not_object:1:21:true")]
    [InlineData("{\"a\":01}{\"a\":2}", "bad_json:1:0:{\"a\":01} 2")]
    [InlineData("{\"a\":1}}\n{\"a\":2}", "1 bad_json:1:7:} 2")]
    [InlineData("{\"a\":1},{\"a\":2}", "1 bad_json:1:7:, 2")]
    [InlineData("{\"a\":\"x}\n{\"a\":2}\n", "bad_json:1:0:{\"a\":\"x} 2")]
    [InlineData("{\"a\":{\"b\":1}\n{\"a\":2}\n", "bad_json:1:0:{\"a\":{\"b\":1} 2")]
    [InlineData("{\"a\" 1}{\"a\":2}\n{\"a\":3}", "bad_json:1:0:{\"a\" 1} 2 3")]
    [InlineData("{\n \"a\": 1\n \"b\": {\n  \"c\": 1 }\n}\n{\"a\":2}", "bad_json:1:0:{\n \"a\": 1\n \"b\": {\n  \"c\": 1 }\n} 2")]
    [InlineData("{\n \"a\": [1,\n {\"b\" 2},\n {\"b\":3}\n}\n{\"a\":2}", "bad_json:1:0:{\n \"a\": [1,\n {\"b\" 2},\n {\"b\":3}\n} 2")]
    [InlineData("{\"a\":1}\n{\"a\":", "1 bad_json:2:8:{\"a\":")]
    [InlineData("{\"a\":1}\n{\"a\":\"\\", "1 bad_json:2:8:{\"a\":\"\\")]
    [InlineData("{\"a\":tru}nul 1x {\"a\":2}", "bad_json:1:0:{\"a\":tru} bad_json:1:9:nul bad_json:1:13:1x 2")]
    public void Values_on_any_lines_are_records(string input, string expected) => Check(input, expected, values: true, records: null);

    [Theory]
    [InlineData("[{\"a\":1},{\"a\":2}]", ".", "1 2")]
    [InlineData("[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n", ".", "1 2")]
    [InlineData("[]", ".", "")]
    [InlineData("[{\"a\":1}]\n[{\"a\":2}] [{\"a\":3}]", ".", "1 2 3")]
    [InlineData("{\"meta\":{\"d\":[1]},\"d\":{\"e\":[{\"a\":1},{\"a\":2}],\"e2\":[{\"a\":9}]},\"n\":null}", "d.e", "1 2")]
    [InlineData("{\"\\u0064\":[{\"a\":1}]}", "d", "1")]
    [InlineData("{\"d\":[0,{\"e\":[{\"a\":1}]},{\"e\":[{\"a\":2}]}]}", "d[1].e", "1")]
    [InlineData("{\"d\":[]}\n{\"d\":[{\"a\":1}]}\n", "d", "1")]
    [InlineData("{\"d\":[{\"a\":1}],\"d\":[{\"a\":2}]}", "d", "1 2")]
    [InlineData("[1, {\"a\":2} ,\"x\"]", ".", "not_object:1:1:1 2 not_object:1:13:\"x\"")]
    [InlineData("[{\"a\":1},{\"a\":},{\"a\":3}]", ".", "1 bad_json:1:9:{\"a\":} 3")]
    [InlineData("[{\"a\":1},\n {\"a\":{\"b\":1},\n {\"a\":3}]", ".", "1 bad_json:2:11:{\"a\":{\"b\":1} 3")]
    [InlineData("[{\"a\":1}\n,{\"a\":\"2}\n,{\"a\":3}\n]", ".", "1 bad_json:2:10:{\"a\":\"2} 3")]
    [InlineData("[{\"a\":{\"b\":1]\n[{\"a\":2}]", ".", "bad_json:1:1:{\"a\":{\"b\":1 2")]
    [InlineData("[{\"a\":1} {\"a\":2},{\"a\":3}]", ".", "1 bad_json:1:9:{\"a\":2} 3")]
    [InlineData("[{\"a\":1},]", ".", "1 bad_json:1:9:]")]
    [InlineData("[{\"a\":1},,{\"a\":2}]", ".", "1 bad_json:1:9:, 2")]
    [InlineData("[{\"a\":1},}]", ".", "1 bad_json:1:9:}")]
    [InlineData("[{\"a\":1},\n{\"a\":2}\n", ".", "1 2 bad_json:2:17:")]
    [InlineData("[{\"a\":1},{\"a\":", ".", "1 bad_json:1:9:{\"a\":")]
    [InlineData("{\"x\":[{\"a\":1}]}\n{\"d\":[{\"a\":2}]}", "d", "bad_type:1:0:{\"x\":[{\"a\":1}]} 2")]
    [InlineData("{\"d\":{\"a\":1}} [] 7", "d", "bad_type:1:0:{\"d\":{\"a\":1}} bad_type:1:14:[] bad_type:1:17:7")]
    [InlineData("<html>\n<body>\n[{\"a\":1}]", ".", "bad_json:1:0:<html> bad_json:2:7:<body> 1")]
    [InlineData("{\"x\" 1, \"d\":[{\"a\":1}]}\n{\"d\":[{\"a\":2}]}", "d", "bad_json:1:0:{\"x\" 1, \"d\":[{\"a\":1}]} 2")]
    [InlineData("{\"d\":[{\"a\":1}] \"n\" 2}\n{\"d\":[{\"a\":2}]}", "d", "1 bad_json:1:15:\"n\" 2} 2")]
    [InlineData("{\"n\":1,\"d\":", "d", "bad_json:1:0:{\"n\":1,\"d\":")]
    public void Elements_of_an_array_are_records(string input, string path, string expected) =>
        Check(input, expected, values: false, path);

    [Fact]
    public void Deep_and_long_ones_and_bytes_that_are_no_UTF_8_are_dead_alone()
    {
        string deep = new string('[', 257);
        Check($"{{\"a\":{deep[1..]}{new string(']', 256)}}}{{\"a\":2}}", $"record_too_long:1:0:{("{\"a\":" + deep)[..201]} 2", true, null);
        Check($"{{\"a\":{deep[1..]}{new string(']', 256)}}}{{\"a\":2}}", $"too_deep:1:0:{{\"a\":{deep[1..]}{new string(']', 256)}}} 2", true, null, 4096);
        Check($"{{\"a\":{new string('[', 3000)}{new string(']', 3000)}}}\n{{\"a\":2}}", $"too_deep:1:0:{{\"a\":{new string('[', 3000)}{new string(']', 3000)}}} 2", true, null, 8192);
        string text = new('x', 300);
        Check($"[{{\"a\":1}},{{\"a\":\"{text}\"}},{{\"a\":3}}]", $"1 record_too_long:1:9:{($"{{\"a\":\"{text}")[..201]} 3", false, ".");
        Check($"{{\"a\":\"{text}\n\n{{\"a\":3}}", $"record_too_long:1:0:{($"{{\"a\":\"{text}")[..201]} 3", true, null);
        Check($"{{\"meta\":\"{text}\",\"d\":[{{\"a\":1}}],\"more\":\"{text}\"}}", "1", false, "d");
        Check($"{{\"{text}\":1,\"d\":[{{\"a\":1}}]}}", "1", false, "d");
        Check($"{{\"x\":\"{text}\"}}[]{{\"d\":[{{\"a\":1}}]}}", "bad_json:1:307:} bad_type:1:308:[] 1", false, "d");
        Check("{\"a\":\"\xFF\"}{\"a\":2}", "bad_json:1:0:{\"a\":\"\uFFFD\"} 2", true, null, latin: true);
    }

    [Theory]
    [InlineData("{\"n\":1,\"d\":[{\"a\":0,\n  \"x\":[\"yyyyyyyy\",{}]\n\n,\n {\"a\":1},\n {\"a\":2}],\"m\":[]}", "d")]
    [InlineData("{\"a\":0,\n  \"x\":[\"yyyyyyyy\",{}]\n\n,\n\t\n{\"a\":1}\n{\"a\":2}", null)]
    public void Where_a_value_that_is_too_long_and_broken_ends_does_not_follow_from_where_it_was_cut(string input, string? records)
    {
        // The border of what is kept stands at every place around the line that ends it.
        byte[] bytes = Encoding.UTF8.GetBytes(input);
        for (int max = 20; max < 60; max++)
        {
            List<string> whole = Read(bytes, records is null, records, () => bytes.Length, max, 1000);
            Assert.Equal(["1", "2"], whole[1..]);
            for (int step = 1; step < 40; step++)
            {
                Assert.Equal(whole, Read(bytes, records is null, records, () => step, max, 1000));
            }
        }
    }

    [Fact]
    public void Any_damage_leaves_the_reading_independent_of_where_the_bytes_are_cut()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] signs = "{}[]\":,\\ \n\n  1a"u8.ToArray();
        for (int round = 0; round < 150; round++)
        {
            string? path = (round % 3) switch { 0 => null, 1 => ".", _ => "d" };
            IEnumerable<string> values = Enumerable.Range(0, random.Next(1, 6)).Select(i => $"{{\"a\":{i},\n  \"x\":[\"{new string('y', random.Next(40))}\",{{}}]}}");
            string text = path is null ? string.Join('\n', values) : $"[{string.Join(",\n ", values)}]";
            byte[] bytes = Encoding.UTF8.GetBytes(path == "d" ? $"{{\"n\":1,\"d\":{text},\"m\":[]}}" : text);
            for (int damage = random.Next(0, 4); damage > 0; damage--)
            {
                bytes[random.Next(bytes.Length)] = signs[random.Next(signs.Length)];
            }

            int max = random.Next(20, 120);
            string whole = string.Join(' ', Read(bytes, path is null, path, () => bytes.Length, max, 1000));
            foreach (int step in (int[])[1, 2, 3, 7, 64])
            {
                string cut = string.Join(' ', Read(bytes, path is null, path, () => step, max, random.Next(1, 4)));
                Assert.True(whole == cut, $"seed {seed}, round {round}, step {step}, max {max}: {Encoding.UTF8.GetString(bytes)}\n{whole}\n{cut}");
            }
        }
    }

    [Fact]
    public void Sound_documents_are_read_as_the_oracle_reads_them()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            var rows = Enumerable.Range(0, random.Next(0, 20)).Select(i => new Dictionary<string, object?> { ["b"] = new object[] { 1, "}]", new { c = "\"\\" } }, ["a"] = $"{i}" }).ToList();
            bool isIndented = round % 2 == 0;
            byte[] document = JsonSerializer.SerializeToUtf8Bytes(new { n = new[] { "d" }, d = rows, z = (object?)null }, isIndented ? s_indented : null);
            int step = random.Next(1, 400);

            Assert.Equal(rows.Select(r => (string)r["a"]!), Read(document, false, "d", () => step, MaxRecordSize, random.Next(1, 9)));
        }
    }

    private static void Check(string input, string expected, bool values, string? records, int max = MaxRecordSize, bool latin = false)
    {
        byte[] bytes = latin ? Encoding.Latin1.GetBytes(input) : Encoding.UTF8.GetBytes(input);
        for (int step = 1; step <= bytes.Length + 1; step += step < 6 ? 1 : 61)
        {
            Assert.Equal(expected, string.Join(' ', Read(bytes, values, records, () => step, max, 1000)));
        }

        // Every place once as the only border.
        for (int first = 1; first < Math.Min(bytes.Length, 100); first++)
        {
            int read = 0;
            Assert.Equal(expected, string.Join(' ', Read(bytes, values, records, () => read++ == 0 ? first : bytes.Length, max, 1000)));
        }
    }

    /// <summary>The column <c>a</c> of each row; of a dead one reason, line, offset and raw.</summary>
    private static List<string> Read(byte[] file, bool values, string? records, Func<int> read, int max, int maxRecords)
    {
        var options = new ConfigMap();
        if (values)
        {
            options.Add("framing", "values");
        }

        if (records is not null)
        {
            options.Add("records", records);
        }

        var errors = new ConfigErrors();
        var format = new JsonFormat(new Settings("format 'json'", Place.Code, options, errors));
        Assert.Empty(errors.Sorted());
        FormatReading reading = format.CreateReading(new DecodePlan([new DecodeField("a", ColumnType.Text, 0)], max, KeepRecords: true));
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Text], 64, arena);
        Decoder decoder = reading.CreateDecoder();
        var found = new List<string>();
        long number = 0;
        foreach (CutStream.Piece piece in CutStream.Run(reading.CreateCutter(), file, read, max + 30, max, maxRecords, isAlone: true))
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            payload.Number = number++;
            batch.Attach(payload);
            arena.Reset();
            for (int offset = 0; offset < payload.Length;)
            {
                offset = decoder.Decode(payload, offset, batch);
                for (int row = 0; row < batch.Count; row++)
                {
                    int at = batch.Records[row].Offset;
                    string raw = Encoding.UTF8.GetString(batch.Bytes(batch.Records[row]));
                    found.Add(batch.IsLive(row)
                        ? Encoding.UTF8.GetString(batch.Bytes(batch.Values(new Column<Text>(0))[row]))
                        : string.Create(CultureInfo.InvariantCulture, $"{batch.DeathOf(row).Reason.Name}:{piece.Line + piece.Bytes.AsSpan(0, at).Count((byte)'\n')}:{piece.Offset + at}:{raw}"));
                }
            }
        }

        return found;
    }
}
