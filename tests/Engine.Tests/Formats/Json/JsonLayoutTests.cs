using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Formats;
using Xunit;
using static DataStream.Tests.Formats.Json.JsonRig;

namespace DataStream.Tests.Formats.Json;

/// <summary>Records of a layout that was learned, and flat ones, are read as any other: each is compared with what the walk over every byte says, which a payload that is no UTF-8 gets.</summary>
public sealed class JsonLayoutTests : IDisposable
{
    private static readonly DecodeField[] s_fields =
    [
        Field("id", "int64"), Field("v", "float64"), Field("t", "timestamp"), Field("s", "text"), Field("ok", "bool"), Field("d", "decimal(2)"),
        Field("deep", "text") with { Path = "o.p[1]" }, Field("raw", "text") with { Path = "o.q" }, Field("must", "int64") with { Nullable = false, Path = "id" },
        Field("u", "timestamp") with { TimeFormats = ["dd/MM/yyyy"] },
    ];

    private readonly JsonRig _rig = new(s_fields, capacity: 128);
    private readonly Dictionary<string, (string Rows, List<Death> Deaths)> _known = [];

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Records_of_changing_layouts_are_read_as_by_a_decoder_that_knows_none()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            // A few layouts that take turns: now and then a record of none of them.
            var layouts = Enumerable.Range(0, random.Next(1, 7)).Select(_ => (Order: Shuffled(random), Space: random.Next(4) == 0 ? " " : "")).ToList();
            int change = random.Next(1, 30);
            var lines = new List<string>();
            for (int i = 0, layout = 0; i < 60; i++)
            {
                layout = random.Next(change) == 0 ? random.Next(layouts.Count) : layout;
                lines.Add(Line(random, layouts[layout].Order, layouts[layout].Space, isOdd: random.Next(12) == 0));
            }

            Check(lines, random.Next(3) == 0 ? "\r\n" : "\n", $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Flat_records_of_any_order_are_read_as_by_the_walk_over_every_byte()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 12; round++)
        {
            var lines = new List<string>();
            int odd = random.Next(3, 40);
            string colon = random.Next(2) == 0 ? ": " : ":";
            for (int i = 0; i < 100; i++)
            {
                string[] keys = [.. Shuffled(random).Where(k => k != "o")];
                string comma = random.Next(2) == 0 ? ", " : ",";
                lines.Add($"{{{string.Join(comma, keys.Select(k => $"\"{k}\"{(random.Next(odd) == 0 ? " :  " : colon)}{Value(random, k, random.Next(odd) == 0)}"))}}}");
            }

            Check(lines, random.Next(3) == 0 ? "\r\n" : "\n", $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void One_damaged_byte_is_found_wherever_it_is()
    {
        var random = new Random(20261126);
        string sound = "{\"id\":12,\"v\":-1.25,\"t\":\"2026-01-01T00:00:00.5Z\",\"s\":\"abc\",\"ok\":true,\"d\":1.50,\"o\":{\"p\":[1,\"x\"],\"q\":null},\"n\":[0.5,false]}";
        byte[] signs = "{}[]\":,\\ 09.-+eEtfn\x01\r\u007f"u8.ToArray();
        for (int at = 0; at < sound.Length; at++)
        {
            byte[] damaged = Encoding.UTF8.GetBytes(sound);
            damaged[at] = signs[random.Next(signs.Length)];
            var lines = new List<string> { sound, sound, Encoding.UTF8.GetString(damaged), sound, sound.Remove(at, 1), sound, sound.Insert(at, "\""), sound, sound.Insert(at, "0"), sound };
            Check(lines, "\n", $"at {at}");
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.5.5")]
    [InlineData("1e5")]
    [InlineData("1E+2")]
    [InlineData("123456789012345")]
    [InlineData("1234567890123456")]
    [InlineData("12345678901234567890")]
    [InlineData("0.123456789012345")]
    [InlineData("0.1234567890123456")]
    [InlineData("-0.00000000000000000001")]
    [InlineData("1 ")]
    [InlineData("NaN")]
    [InlineData("true")]
    [InlineData("truE")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("nul")]
    [InlineData("\"\"")]
    [InlineData("\"\\\"\"")]
    [InlineData("\"\\")]
    [InlineData("\"")]
    [InlineData("\"tab\there\"")]
    [InlineData("\"é€😀\"")]
    [InlineData("\"01234567890123456789012345678\"")]
    [InlineData("\"0123456789012345678901234567890\"")]
    [InlineData("\"01234567890123456789012345678901234567890123456789012345678901234567890\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    public void A_value_of_another_form_is_what_it_is(string value)
    {
        foreach (string usual in (string[])["1", "\"x\"", "true"])
        {
            string Of(string v) => $"{{\"id\":1,\"s\":{v},\"v\":{v}}}";
            Check([Of(usual), Of(usual), Of(value), Of(usual), Of(value), Of(value)], "\n", $"{value} among {usual}");
        }
    }

    [Fact]
    public void A_key_given_twice_counts_as_the_last_one_and_an_escaped_one_as_what_it_means()
    {
        string twice = "{\"id\":1,\"s\":\"a\",\"\\u0073\":\"b\",\"id\":2,\"o\":{\"p\":[1,2]},\"o\":{\"q\":3}}";

        Check([twice, twice.Replace("\"a\"", "\"c\"", StringComparison.Ordinal), twice, twice.Replace(":3", ":4", StringComparison.Ordinal)], "\n", "twice");
    }

    [Fact]
    public void Every_border_of_a_payload_gives_the_same_rows()
    {
        var random = new Random(7);
        string[] order = Shuffled(random);
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 12).Select(i => Line(random, order, "", i == 5) + "\n")));
        (string whole, _) = _rig.RunAgain(bytes);
        for (int border = 1; border < bytes.Length; border++)
        {
            // The reader cuts at line ends; what it cuts ends anywhere in a payload of noise.
            int end = bytes.AsSpan(0, border).LastIndexOf((byte)'\n') + 1;
            (string first, _) = end == 0 ? ("", []) : _rig.RunAgain(bytes[..end]);
            (string second, _) = _rig.RunAgain(bytes[end..]);
            Assert.Equal(whole, first + second);
            _rig.RunAgain(bytes[..border]); // cut off: no more than harmless
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_that_are_no_UTF8_are_found_in_records_of_a_known_layout_and_in_flat_ones(bool isKnown)
    {
        string[] texts = ["ab", "\u00FF", "é", new string('x', 40) + "\u00FE", new string('é', 30), "x", "\u00C3", "y"]; // what Latin-1 makes of these is no UTF-8, é is written as it is
        var lines = new List<byte[]>();
        for (int i = 0; i < 200; i++)
        {
            string text = texts[i % texts.Length];
            byte[] value = text.Contains('é', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text);
            lines.Add(isKnown || i % 2 == 0 ? [.. "{\"id\":1,\"s\":\""u8, .. value, .. "\",\"x\":\""u8, .. value, .. "\"}\n"u8] : [.. "{\"s\":\""u8, .. value, .. "\",\"id\":"u8, (byte)('0' + (i % 7)), .. "}\n"u8]);
        }

        // A stretch with bad bytes is read record by record, unless its layout is known from before.
        lines.InsertRange(0, Enumerable.Repeat("{\"id\":1,\"s\":\"\",\"x\":\"\"}\n"u8.ToArray(), 2000));
        (string rows, List<Death> deaths) = _rig.RunAgain([.. lines.SelectMany(l => l)]);

        Assert.Equal(2125, rows.Count(c => c == '\n'));
        Assert.Equal(Enumerable.Range(0, 200).Where(i => i % texts.Length is 1 or 3 or 6).Select(i => (2000 + i, "bad_json")), deaths.Select(d => (d.Row, d.Reason)));
    }

    [Fact]
    public void Records_longer_than_the_limit_are_dead_in_a_run_too()
    {
        using var rig = new JsonRig([Field("s", "text")], maxRecordSize: 20);
        (string rows, List<Death> deaths) = rig.RunAgain("{\"s\":\"1\"}\n{\"s\":\"2\"}\n{\"s\":\"0123456789ab\"}\n{\"s\":\"0123456789abc\"}\n{\"s\":\"3\"}\n"u8.ToArray());

        Assert.Equal("{\"s\":\"1\"}\n{\"s\":\"2\"}\n{\"s\":\"0123456789ab\"}\n{\"s\":\"3\"}\n", rows);
        Assert.Equal("record_too_long", Assert.Single(deaths).Reason);
    }

    private void Check(List<string> lines, string lineEnd, string shown)
    {
        (string rows, List<Death> deaths) = _rig.RunAgain(Encoding.UTF8.GetBytes(string.Join(lineEnd, lines) + lineEnd));
        var expectedRows = new StringBuilder();
        var expectedDeaths = new List<Death>();
        int row = 0;
        foreach (string line in lines)
        {
            if (!_known.TryGetValue(line + lineEnd, out (string Rows, List<Death> Deaths) one))
            {
                using var fresh = new JsonRig(s_fields, capacity: 64, room: 8192);
                one = fresh.RunAgain([.. Encoding.UTF8.GetBytes(line + lineEnd), 0xFF, (byte)'\n']);
                Assert.Equal(("bad_json", "\uFFFD"), (one.Deaths[^1].Reason, one.Deaths[^1].Raw));
                _known.Add(line + lineEnd, one = (one.Rows, [.. one.Deaths.SkipLast(1)]));
            }

            expectedRows.Append(one.Rows);
            expectedDeaths.AddRange(one.Deaths.Select(d => d with { Row = row }));
            row += one.Deaths.Count + one.Rows.Count(c => c == '\n');
        }

        Assert.True(expectedRows.ToString() == rows, $"{shown}:\n{string.Join('\n', lines)}\nexpected\n{expectedRows}\nnot\n{rows}");
        Assert.True(expectedDeaths.SequenceEqual(deaths), $"{shown}:\n{string.Join('\n', expectedDeaths)}\nnot\n{string.Join('\n', deaths)}");
    }

    private static string[] Shuffled(Random random)
    {
        string[] keys = ["id", "v", "t", "s", "ok", "d", "o", "u", "x", "y"];
        random.Shuffle(keys);
        return keys[..random.Next(1, keys.Length + 1)];
    }

    private static string Line(Random random, string[] keys, string space, bool isOdd) =>
        $"{space}{{{string.Join(',', keys.Select(k => $"{space}\"{k}\":{space}{Value(random, k, isOdd && random.Next(4) == 0)}"))}}}{space}";

    private static string Value(Random random, string key, bool isOdd)
    {
        if (isOdd)
        {
            string[] odd = ["null", "\"\"", "1e3", "\"\\u0041\\n\"", "[]", "{\"a\":[1]}", "123456789012345678901", "true", "\"é\"", "-1.5", "\"2026-02-30\"", "\"x\t\"", "nan", "01"];
            return odd[random.Next(odd.Length)];
        }

        int number = random.Next(100_000);
        return key switch
        {
            "id" => number.ToString(CultureInfo.InvariantCulture),
            "v" => (number / 1000.0 * (random.Next(2) == 0 ? -1 : 1)).ToString("R", CultureInfo.InvariantCulture),
            "t" => $"\"2026-01-{1 + (number % 28):00}T0{number % 10}:00:{number % 60:00}.{number % 1000:000}Z\"",
            "ok" => number % 2 == 0 ? "true" : "false",
            "d" => $"{number % 100}.{number % 90 + 10}",
            "o" => $"{{\"p\":[{number},\"b{number}\"],\"q\":{(number % 3 == 0 ? "null" : "false")}}}",
            "u" => $"\"{1 + (number % 28):00}/02/2026\"",
            _ => $"\"{new string('x', number % 40)}\"",
        };
    }
}
