using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using Xunit;
using static DataStream.Tests.Formats.Json.JsonRig;

namespace DataStream.Tests.Formats.Json;

public sealed class JsonDecoderTests
{
    [Fact]
    public void Objects_are_read_in_any_key_order_with_spaces_nulls_and_missing_keys()
    {
        (string rows, List<Death> deaths) = Run(
            "{\"id\":1,\"v\":1.5,\"ok\":true,\"t\":\"2026-01-01T00:00:00Z\",\"s\":\"x\"}\n"
            + " { \"s\" : \"\" , \"more\":[1,{\"id\":7}], \"t\":1767225601, \"ok\":false, \"v\":-2e1, \"id\":-2 }\r\n"
            + "{\"id\":3,\"v\":null,\"ok\":null,\"t\":null,\"s\":null}\n \t\r\n\n{\"id\":4}\n{}\n{\"id\":\"x\"}",
            Field("id", "int64"), Field("v", "float64"), Field("ok", "bool"), Field("t", "timestamp"), Field("s", "text"));

        Assert.Equal(
            """
            {"id":1,"v":1.5,"ok":true,"t":"2026-01-01T00:00:00.000Z","s":"x"}
            {"id":-2,"v":-20,"ok":false,"t":"2026-01-01T00:00:01.000Z","s":""}
            {"id":3,"v":null,"ok":null,"t":null,"s":null}
            {"id":4,"v":null,"ok":null,"t":null,"s":null}
            {"id":null,"v":null,"ok":null,"t":null,"s":null}

            """,
            rows);
        Assert.Equal([new Death(5, "bad_type", "id", "{\"id\":\"x\"}")], deaths);
    }

    [Theory]
    [InlineData("{\"id\":2,\"x\":0,}")]
    [InlineData("{\"id\":3,\"x\":01}")]
    [InlineData("{\"id\":4,\"x\":+1}")]
    [InlineData("{\"id\":5,\"x\":.5}")]
    [InlineData("{\"id\":6,\"x\":5.}")]
    [InlineData("{\"id\":7,'x':0}")]
    [InlineData("{\"id\":8,\"x\":\"\\q\"}")]
    [InlineData("{\"id\":9,\"x\":\"a\tb\"}")]
    [InlineData("{\"id\":10,\"x\":\"}")]
    [InlineData("{\"id\":11,\"x\":0}}")]
    [InlineData("{\"id\":12}{\"id\":12}")]
    [InlineData("{\"id\":13,\"x\":tru}")]
    [InlineData("{\"id\":14 \"x\":0}")]
    [InlineData("{\"id\":15,\"x\":[1,]}")]
    [InlineData("{\"id\":16,\"x\":\"\\u12g4\"}")]
    [InlineData("{\"id\":17")]
    [InlineData("{\"id\":19,\"x\":NaN}")]
    [InlineData("{\"id\":20,\"x\":Infinity}")]
    [InlineData("{\"id\":20} x")]
    [InlineData("{\"id\":21,\"x\":-}")]
    [InlineData("{\"id\":22,\"x\":1e}")]
    [InlineData("{\"id\":23,\"x\":[}")]
    [InlineData("{\"id\":24,\"x\":{]}")]
    [InlineData("{\"id\":25,\"x\":{\"a\"}}")]
    [InlineData("{\"id\":26,,}")]
    [InlineData("{,\"id\":27}")]
    [InlineData("{\"id\"}")]
    [InlineData("{\"id\":}")]
    [InlineData("{\"id\":1,\"x\":\"\u0001\"}")]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("x")]
    [InlineData("12 13")]
    [InlineData("\"open")]
    [InlineData("nul")]
    [InlineData("\uFEFF{\"id\":1}")]
    public void A_line_that_is_no_JSON_text_is_dead(string line)
    {
        (string rows, List<Death> deaths) = Run($"{{\"id\":1,\"x\":0}}\n{line}\n{{\"id\":18,\"x\":-0.0e-0}}\n", Field("id", "int64"));

        Assert.Equal("{\"id\":1}\n{\"id\":18}\n", rows);
        Assert.Equal([new Death(1, "bad_json", null, line)], deaths);
    }

    [Theory]
    [InlineData("[{\"id\":11}]")]
    [InlineData("12")]
    [InlineData(" null ")]
    [InlineData("\"text\"")]
    [InlineData("true")]
    [InlineData("[]")]
    public void A_whole_value_that_is_no_object_is_dead_as_such(string line)
    {
        (string rows, List<Death> deaths) = Run(line + "\n", Field("id", "int64"));

        Assert.Empty(rows);
        Assert.Equal([new Death(0, "not_object", null, line)], deaths);
    }

    [Fact]
    public void Of_a_key_given_twice_the_last_value_counts_and_only_it_is_checked()
    {
        DecodeField nested = Field("v", "int64") with { Path = "a.v" };

        (string rows, List<Death> deaths) = Run(
            "{\"id\":1,\"a\":{\"v\":1},\"id\":2}\n{\"id\":3,\"a\":{\"v\":1,\"v\":2}}\n{\"id\":\"bad\",\"id\":4,\"a\":{\"v\":7},\"a\":{}}\n"
            + "{\"id\":5,\"a\":{\"v\":7},\"a\":6}\n{\"a\":{\"v\":\"bad\"},\"a\":{\"v\":8},\"id\":6}\n{\"id\":7,\"id\":null}\n{\"id\":8,\"id\":\"bad\"}\n",
            Field("id", "int64"), nested);

        Assert.Equal(
            """
            {"id":2,"v":1}
            {"id":3,"v":2}
            {"id":4,"v":null}
            {"id":5,"v":null}
            {"id":6,"v":8}
            {"id":null,"v":null}

            """,
            rows);
        Assert.Equal([new Death(6, "bad_type", "id", "{\"id\":8,\"id\":\"bad\"}")], deaths);
    }

    [Fact]
    public void Paths_go_into_objects_and_arrays_and_end_in_null_where_they_lead_nowhere()
    {
        (string rows, _) = Run(
            """
            {"id":1,"place":{"city":"Oslo"},"a":{"b.c":[{"d":1},{"d":2}]}}
            {"a":{"b.c":[{"d":3}]},"id":2,"place":{"town":"Rome"}}
            {"id":3,"a":{"b":{"c":[0,{"d":4}]}}}
            {"id":4,"place.city":"Bonn","a":{"b.c":[{},{"x":[9],"d":-5}]}}
            {"id":5,"place":"Bonn","a":[1,2,3]}
            {"id":6,"place":{"city":["Bonn"]},"a":{"b.c":{"1":{"d":8}}}}
            """,
            Field("id", "int64"),
            Field("city", "text") with { Path = "place.city" },
            Field("d", "int64") with { Path = "a.\"b.c\"[1].d" },
            Field("place", "text"),
            Field("first", "text") with { Path = "a.\"b.c\"[0]" });

        Assert.Equal(
            """
            {"id":1,"city":"Oslo","d":2,"place":"{\"city\":\"Oslo\"}","first":"{\"d\":1}"}
            {"id":2,"city":null,"d":null,"place":"{\"town\":\"Rome\"}","first":"{\"d\":3}"}
            {"id":3,"city":null,"d":null,"place":null,"first":null}
            {"id":4,"city":null,"d":-5,"place":null,"first":"{}"}
            {"id":5,"city":null,"d":null,"place":"Bonn","first":null}
            {"id":6,"city":"[\"Bonn\"]","d":null,"place":"{\"city\":[\"Bonn\"]}","first":null}

            """,
            rows);
    }

    [Fact]
    public void Text_takes_strings_decoded_and_everything_else_as_it_stands()
    {
        (string rows, _) = Run(
            """
            {"t":"a\tb"}
            {"t":1.50}
            {"t":true}
            {"t":{"a": [1, 2],  "b":"\u0041"}}
            {"t":[ ]}
            {"t":null}
            {}
            {"t":"\u00e9\u20ac"}
            {"t":"\ud83d\ude00"}
            {"t":"a\ud83dz"}
            {"t":"a\ude00z"}
            {"t":"\ud83d\ud83d\ude00\ud83d"}
            {"t":"\/\"\\\b\f\n\r\t"}
            {"\u0074":"\u0041"}
            {"t":"é😀"}
            """,
            Field("t", "text"));

        Assert.Equal(
            """
            {"t":"a\tb"}
            {"t":"1.50"}
            {"t":"true"}
            {"t":"{\"a\": [1, 2],  \"b\":\"\\u0041\"}"}
            {"t":"[ ]"}
            {"t":null}
            {"t":null}
            {"t":"é€"}
            {"t":"😀"}
            {"t":"a�z"}
            {"t":"a�z"}
            {"t":"�😀�"}
            {"t":"/\"\\\b\f\n\r\t"}
            {"t":"A"}
            {"t":"é😀"}

            """,
            rows);
    }

    [Theory]
    [InlineData("{\"id\":\"2\"}", "bad_type", "id")]
    [InlineData("{\"id\":1.0}", "bad_number", "id")]
    [InlineData("{\"id\":1e1}", "bad_number", "id")]
    [InlineData("{\"id\":9223372036854775808}", "out_of_range", "id")]
    [InlineData("{\"id\":-9223372036854775809}", "out_of_range", "id")]
    [InlineData("{\"v\":\"1.5\"}", "bad_type", "v")]
    [InlineData("{\"v\":[1]}", "bad_type", "v")]
    [InlineData("{\"v\":{\"v\":1}}", "bad_type", "v")]
    [InlineData("{\"v\":true}", "bad_type", "v")]
    [InlineData("{\"v\":\"NaN\"}", "bad_type", "v")]
    [InlineData("{\"ok\":\"true\"}", "bad_type", "ok")]
    [InlineData("{\"ok\":1}", "bad_type", "ok")]
    [InlineData("{\"d\":1.255}", "out_of_range", "d")]
    [InlineData("{\"d\":\"1\"}", "bad_type", "d")]
    [InlineData("{\"t\":true}", "bad_type", "t")]
    [InlineData("{\"t\":[]}", "bad_type", "t")]
    [InlineData("{\"t\":\"yesterday\"}", "bad_timestamp", "t")]
    [InlineData("{\"t\":\"\"}", "bad_timestamp", "t")]
    [InlineData("{\"t\":1e9}", "bad_timestamp", "t")]
    [InlineData("{\"must\":null}", "null_field", "must")]
    [InlineData("{\"must\":1e400}", "null_field", "must")]
    [InlineData("{\"must\":\"x\",\"t\":true,\"id\":1.5}", "bad_number", "id")]
    public void A_value_of_another_type_kills_the_record_for_the_first_bad_field_in_the_schemas_order(string line, string reason, string field)
    {
        string filled = line.Contains("must", StringComparison.Ordinal) ? line : line[..^1] + ",\"must\":1}";

        (_, List<Death> deaths) = Run(filled,
            Field("id", "int64"), Field("v", "float64"), Field("ok", "bool"), Field("d", "decimal(2)"), Field("t", "timestamp"), Field("must", "float64") with { Nullable = false });

        Assert.Equal([new Death(0, reason, field, filled)], deaths);
    }

    [Fact]
    public void Numbers_and_timestamps_have_every_form_of_the_contract()
    {
        (string rows, List<Death> deaths) = Run(
            """
            {"id":-9223372036854775808,"v":-0,"d":1.2500,"t":"1767225600123"}
            {"id":-0,"v":1.5E+3,"d":-5e-2,"t":1767225600.25}
            {"id":7,"v":1e400,"d":0,"t":"2026-01-01"}
            {"id":8,"v":9007199254740993,"d":92233720368547758.07,"t":"\u0032026-01-01 00:00:00+01:00"}
            """,
            Field("id", "int64"), Field("v", "float64"), Field("d", "decimal(2)"), Field("t", "timestamp"));

        Assert.Empty(deaths);
        Assert.Equal(
            """
            {"id":-9223372036854775808,"v":-0,"d":1.25,"t":"2026-01-01T00:00:00.123Z"}
            {"id":0,"v":1500,"d":-0.05,"t":"2026-01-01T00:00:00.250Z"}
            {"id":7,"v":null,"d":0.00,"t":"2026-01-01T00:00:00.000Z"}
            {"id":8,"v":9007199254740992,"d":92233720368547758.07,"t":"2025-12-31T23:00:00.000Z"}

            """,
            rows);
    }

    [Fact]
    public void A_timestamp_of_two_keys_is_joined_with_a_space()
    {
        (string rows, List<Death> deaths) = Run(
            """
            {"Date":"2026-01-02","Time":"03:04:05"}
            {"Time":"03:04:05"}
            {"Date":"2026-01-\u00302","Time":true}
            """,
            Field("t", "timestamp") with { Sources = ["Date", "Time"] });

        Assert.Equal("{\"t\":\"2026-01-02T03:04:05.000Z\"}\n{\"t\":null}\n", rows);
        Assert.Equal("bad_type", Assert.Single(deaths).Reason);
    }

    [Theory]
    [InlineData(255, "[", "]", true)]
    [InlineData(256, "[", "]", false)]
    [InlineData(255, "{\"a\":", "}", true)]
    [InlineData(256, "{\"a\":", "}", false)]
    [InlineData(10_000, "[", "]", false)]
    [InlineData(9_000, "{\"id\":", "}", false)]
    public void Depth_256_is_data_and_one_more_kills(int levels, string open, string close, bool isData)
    {
        string nested = string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));
        foreach (string key in (string[])["x", "p"])
        {
            (_, List<Death> deaths) = Run($"{{\"id\":1,\"{key}\":{nested}}}\n{{\"id\":2}}", Field("id", "int64"), Field("p", "int64") with { Path = "p[0][0].a.b" });

            Assert.Equal(isData ? [] : ["too_deep"], deaths.Select(d => d.Reason));
        }
    }

    [Fact]
    public void A_path_of_300_steps_ends_in_a_record_that_is_too_deep()
    {
        string path = string.Join('.', Enumerable.Repeat("a", 300));
        string nested = string.Concat(Enumerable.Repeat("{\"a\":", 300)) + "1" + new string('}', 300);

        (_, List<Death> deaths) = Run(nested, Field("v", "int64") with { Path = path });

        Assert.Equal("too_deep", Assert.Single(deaths).Reason);
    }

    [Fact]
    public void Of_several_faults_in_the_structure_the_first_from_the_left_is_named()
    {
        string deep = new('[', 300);
        byte[] broken = [.. "{\"id\":1,\"x\":\""u8, 0xFF, .. "\",\"y\":"u8, .. Encoding.ASCII.GetBytes(deep), (byte)'\n'];
        byte[] brokenLater = [.. "{\"id\":1,\"y\":"u8, .. Encoding.ASCII.GetBytes(deep), 0xFF, (byte)'\n'];
        byte[] invalid = [.. "{\"id\":\"bad\",\"x\":\"caf"u8, 0xE9, .. "\"}\n"u8];
        byte[] surrogate = [.. "{\"id\":1,\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}\n"u8];
        byte[] array = [.. "[\""u8, 0xC0, .. "\"]\n"u8];

        (string rows, List<Death> deaths) = Run([.. "{\"id\":1}\n"u8, .. broken, .. brokenLater, .. invalid, .. surrogate, .. array, .. "{\"id\":2}"u8], Field("id", "int64"));

        Assert.Equal("{\"id\":1}\n{\"id\":2}\n", rows);
        Assert.Equal(["bad_json", "too_deep", "bad_json", "bad_json", "bad_json"], deaths.Select(d => d.Reason));
    }

    [Fact]
    public void Fields_that_nobody_needs_are_neither_decoded_nor_checked()
    {
        DecodeField idle = Field("v", "int64") with { Nullable = false };
        idle.IsNeeded = false;

        (string rows, List<Death> deaths) = Run("{\"id\":1,\"v\":\"x\"}\n{\"id\":2}\n{\"id\":3,\"v\":01}", Field("id", "int64"), idle);

        Assert.Equal("{\"id\":1}\n{\"id\":2}\n", rows);
        Assert.Equal("bad_json", Assert.Single(deaths).Reason);
    }

    [Fact]
    public void Without_any_needed_field_the_records_are_still_checked()
    {
        DecodeField idle = Field("v", "int64");
        idle.IsNeeded = false;

        (string rows, List<Death> deaths) = Run("{\"v\":1}\n{}\n[]\n{", idle);

        Assert.Equal("{}\n{}\n", rows);
        Assert.Equal(["not_object", "bad_json"], deaths.Select(d => d.Reason));
    }

    [Fact]
    public void A_record_over_the_limit_is_dead_and_one_of_the_limit_is_not()
    {
        using var rig = new JsonRig([Field("id", "int64")], maxRecordSize: 16);
        rig.Load("{\"id\":1,\"x\":123}\r\n{\"id\":2,\"x\":1234}\n{\"id\":3}\n{\"id\":4,\"x\":\"cut "u8);

        Assert.Equal(4, rig.DecodeAll());
        Assert.Equal("{\"id\":1}\n{\"id\":3}\n", rig.Output.Text);
        Assert.Equal(["record_too_long", "record_too_long"], rig.Deaths.Select(d => d.Reason));
    }

    [Fact]
    public void Rows_go_over_into_the_next_batch_and_blank_lines_behind_a_full_one_make_none()
    {
        using var rig = new JsonRig([Field("id", "int64")], capacity: 64);
        rig.Load(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 64).Select(i => $"{{\"id\":{i}}}\n\n")) + " \n"));
        Assert.Equal((64 * 2) + 2 + Enumerable.Range(0, 64).Sum(i => $"{{\"id\":{i}}}".Length), rig.Decode(0));
        Assert.Equal(64, rig.Batch.Count);

        rig.Load(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150).Select(i => i % 3 == 0 ? "x\n" : $"{{\"id\":{i}}}\n"))));
        Assert.Equal(150, rig.DecodeAll());
        Assert.Equal(50, rig.Deaths.Count);
        Assert.Equal(100, rig.Output.Rows);
    }

    [Fact]
    public void Keys_that_change_their_order_and_company_are_found_all_the_same()
    {
        var random = new Random(7);
        string[] names = [.. Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? $"k\"{i}" : $"key{i}")];
        var input = new StringBuilder();
        var expected = new StringBuilder();
        for (int record = 0; record < 500; record++)
        {
            string[] order = [.. names];
            random.Shuffle(order);
            List<string> members = [.. order.Where(_ => random.Next(10) > 0).Select((n, i) => $"\"{Escape(n)}\"{Space(random)}:{Space(random)}{Array.IndexOf(names, n)}")];
            members.InsertRange(random.Next(members.Count + 1), Enumerable.Range(0, random.Next(5)).Select(i => $"\"other{random.Next(200)}\":[{i}]"));
            input.Append('{').AppendJoin(',', members).Append("}\n");
            expected.Append('{').AppendJoin(',', names.Select(n => $"\"{Escape(n)}\":{(members.Exists(m => m.StartsWith($"\"{Escape(n)}\"", StringComparison.Ordinal)) ? Array.IndexOf(names, n) : "null")}")).Append("}\n");
        }

        (string rows, _) = Run(input.ToString(), [.. names.Select(n => Field(n, "int64"))]);

        Assert.Equal(expected.ToString(), rows);

        static string Escape(string name) => name.Replace("\"", "\\\"", StringComparison.Ordinal);

        static string Space(Random random) => random.Next(4) == 0 ? " " : "";
    }
}
