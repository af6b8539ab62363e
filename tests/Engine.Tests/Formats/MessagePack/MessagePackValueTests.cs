using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using Xunit;
using static DataStream.Tests.Formats.MessagePack.MessagePackRig;
using static DataStream.Tests.Formats.MessagePack.Pack;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>What every value of MessagePack is in a column of every type.</summary>
public sealed class MessagePackValueTests
{
    [Theory]
    [InlineData("00", "int64", "0")]
    [InlineData("7f", "int64", "127")]
    [InlineData("ff", "int64", "-1")]
    [InlineData("e0", "int64", "-32")]
    [InlineData("cc80", "int64", "128")]
    [InlineData("cdffff", "int64", "65535")]
    [InlineData("ceffffffff", "int64", "4294967295")]
    [InlineData("cf7fffffffffffffff", "int64", "9223372036854775807")]
    [InlineData("cf8000000000000000", "int64", "†out_of_range v")]
    [InlineData("d080", "int64", "-128")]
    [InlineData("d18000", "int64", "-32768")]
    [InlineData("d280000000", "int64", "-2147483648")]
    [InlineData("d38000000000000000", "int64", "-9223372036854775808")]
    [InlineData("cb3ff0000000000000", "int64", "†bad_number v")]
    [InlineData("ca7fc00000", "int64", "null")]
    [InlineData("a131", "int64", "†bad_type v")]
    [InlineData("c3", "int64", "†bad_type v")]
    [InlineData("c0", "int64", "null")]
    [InlineData("ca3fc00000", "float64", "1.5")]
    [InlineData("cbc000000000000000", "float64", "-2")]
    [InlineData("cfffffffffffffffff", "float64", "18446744073709552000")]
    [InlineData("d38000000000000000", "float64", "-9223372036854776000")]
    [InlineData("05", "float64", "5")]
    [InlineData("cb7ff0000000000000", "float64", "null")]
    [InlineData("cbfff8000000000000", "float64", "null")]
    [InlineData("90", "float64", "†bad_type v")]
    [InlineData("05", "decimal(2)", "5.00")]
    [InlineData("cb3ff4000000000000", "decimal(2)", "1.25")]
    [InlineData("ca3dcccccd", "decimal(2)", "0.10")]
    [InlineData("cb3fb999999999999a", "decimal(2)", "0.10")]
    [InlineData("cb3ff2000000000000", "decimal(2)", "†out_of_range v")]
    [InlineData("cf7fffffffffffffff", "decimal(2)", "†out_of_range v")]
    [InlineData("a52d312e3235", "decimal(2)", "-1.25")]
    [InlineData("a22b31", "decimal(2)", "†bad_number v")]
    [InlineData("a0", "decimal(2)", "†bad_number v")]
    [InlineData("c2", "bool", "false")]
    [InlineData("c3", "bool", "true")]
    [InlineData("01", "bool", "†bad_type v")]
    [InlineData("d6ff00000001", "timestamp", "\"1970-01-01T00:00:01.000Z\"")]
    [InlineData("d7ff0000000000000001", "timestamp", "\"1970-01-01T00:00:01.000Z\"")]
    [InlineData("d7ffee6b27fc00000001", "timestamp", "\"1970-01-01T00:00:01.999999Z\"")]
    [InlineData("d7ffee6b280000000001", "timestamp", "†bad_timestamp v")]
    [InlineData("c70cff00000001ffffffffffffffff", "timestamp", "\"1969-12-31T23:59:59.000Z\"")]
    [InlineData("c70cff3b9ac9ffffffffffffffffff", "timestamp", "\"1969-12-31T23:59:59.999999Z\"")]
    [InlineData("c70cff3b9aca00ffffffffffffffff", "timestamp", "†bad_timestamp v")]
    [InlineData("c70cff000000007fffffffffffffff", "timestamp", "†bad_timestamp v")]
    [InlineData("c70cff00000000fffffff1886e0900", "timestamp", "\"0001-01-01T00:00:00.000Z\"")]
    [InlineData("c70cff00000000fffffff1886e08ff", "timestamp", "†bad_timestamp v")]
    [InlineData("c70cff000000000000003afff4417f", "timestamp", "\"9999-12-31T23:59:59.000Z\"")]
    [InlineData("c70cff000000000000003afff44180", "timestamp", "†bad_timestamp v")]
    [InlineData("d4ff00", "timestamp", "†bad_timestamp v")]
    [InlineData("d60100000001", "timestamp", "†bad_type v")]
    [InlineData("aa323032362d30312d3031", "timestamp", "\"2026-01-01T00:00:00.000Z\"")]
    [InlineData("ce6955b900", "timestamp", "\"2026-01-01T00:00:00.000Z\"")]
    [InlineData("cb41da556e4000000000", "timestamp", "\"2026-01-01T00:00:00.000Z\"")]
    [InlineData("cb41da556e40200000", "timestamp", "\"2026-01-01T00:00:00.500Z\"")]
    [InlineData("ff", "timestamp", "\"1969-12-31T23:59:59.000Z\"")]
    [InlineData("cb7ff8000000000000", "timestamp", "null")]
    [InlineData("c2", "timestamp", "†bad_type v")]
    [InlineData("a161", "text", "\"a\"")]
    [InlineData("a0", "text", "\"\"")]
    [InlineData("d90161", "text", "\"a\"")]
    [InlineData("da000161", "text", "\"a\"")]
    [InlineData("db0000000161", "text", "\"a\"")]
    [InlineData("c40161", "text", "\"a\"")]
    [InlineData("c5000161", "text", "\"a\"")]
    [InlineData("c60000000161", "text", "\"a\"")]
    [InlineData("a1ff", "text", "\"\uFFFD\"")]
    [InlineData("ff", "text", "\"-1\"")]
    [InlineData("cfffffffffffffffff", "text", "\"18446744073709551615\"")]
    [InlineData("ca3dcccccd", "text", "\"0.10000000149011612\"")]
    [InlineData("cb7ff8000000000000", "text", "null")]
    [InlineData("c3", "text", "\"true\"")]
    [InlineData("d6ff00000001", "text", "\"1970-01-01T00:00:01.000Z\"")]
    [InlineData("d40541", "text", "\"{\\\"type\\\":5,\\\"data\\\":\\\"QQ==\\\"}\"")]
    [InlineData("c70080", "text", "\"{\\\"type\\\":-128,\\\"data\\\":\\\"\\\"}\"")]
    [InlineData("c8000180ff", "text", "\"{\\\"type\\\":-128,\\\"data\\\":\\\"/w==\\\"}\"")]
    [InlineData("c90000000103ff", "text", "\"{\\\"type\\\":3,\\\"data\\\":\\\"/w==\\\"}\"")]
    [InlineData("93c001a161", "text", "\"[null,1,\\\"a\\\"]\"")]
    [InlineData("dc000190", "text", "\"[[]]\"")]
    [InlineData("dd00000000", "text", "\"[]\"")]
    [InlineData("819001", "text", "†bad_type v")]
    [InlineData("9181d4050001", "text", "†bad_type v")]
    [InlineData("84a1610102a162c30ac4012278", "text", "\"{\\\"a\\\":1,\\\"2\\\":\\\"b\\\",\\\"true\\\":10,\\\"\\\\\\\"\\\":120}\"")]
    [InlineData("de0001a16180", "text", "\"{\\\"a\\\":{}}\"")]
    [InlineData("df00000001d6ff0000000190", "text", "\"{\\\"1970-01-01T00:00:01.000Z\\\":[]}\"")]
    [InlineData("81cb7ff8000000000000ca7f800000", "text", "\"{\\\"null\\\":null}\"")]
    [InlineData("c1", "text", "†bad_msgpack")]
    public void A_value_in_a_column(string value, string type, string expected)
    {
        byte[] record = [0x81, 0xA1, (byte)'v', .. Convert.FromHexString(value)];
        string[] rows = Run(record, Field("v", type));

        // Alone and, where it is sound, behind others of its shape.
        Assert.Equal(expected.StartsWith('†') ? expected : $"{{\"v\":{expected}}}", rows[0]);
        if (rows.Length == 1 && expected != "†bad_msgpack")
        {
            byte[] filler = new byte[60];
            byte[] many = [.. Enumerable.Repeat(record, 80).SelectMany(r => r), 0x81, 0xA1, (byte)'w', 0xC4, 60, .. filler];
            Assert.All(Run(many, Field("v", type))[..^1], row => Assert.Equal(rows[0], row));

            // Between others whose keys and usual values are known by then.
            byte[] usual = [0x81, 0xA1, (byte)'v', .. Convert.FromHexString(type switch { "text" => "a178", "timestamp" => "d7ff1dcd650065a0c880", "bool" => "c3", "float64" => "cb3ff8000000000000", _ => "01" })];
            byte[] mixed = [.. Enumerable.Repeat((byte[])[.. usual, .. usual, .. record], 40).SelectMany(r => r), 0x81, 0xA1, (byte)'w', 0xC4, 60, .. filler];
            string[] between = Run(mixed, Field("v", type))[..^1];
            Assert.DoesNotContain(between.Where((_, i) => i % 3 < 2), row => row.StartsWith('†'));
            Assert.All(between.Where((_, i) => i % 3 == 2), row => Assert.Equal(rows[0], row));
        }
    }

    [Theory]
    [InlineData("a", "1")]
    [InlineData("c.d", "\"x\"")]
    [InlineData("c.\"e.f\"[1]", "true")]
    [InlineData("c.\"e.f\"[2].g", "[7]")]
    [InlineData("c.\"e.f\"[9]", null)]
    [InlineData("a.b", null)]
    [InlineData("c[0]", null)]
    public void A_path_finds_its_value(string path, string? expected)
    {
        byte[] record = Map("a", 1, "c", new Pairs(["d", "x", "e.f", new object?[] { null, true, new Pairs(["g", new object?[] { 7 }]) }]));
        string text = expected is null ? "null" : expected.StartsWith('"') ? expected : $"\"{expected}\"";
        Assert.Equal([$"{{\"p\":{text}}}"], Run(record, Field("p", "text") with { Path = path }));
    }

    [Fact]
    public void Of_keys_given_twice_the_last_counts_and_only_it_is_checked()
    {
        Assert.Equal(["{\"a\":2}"], Run(Map("a", "x", "a", 2), Field("a", "int64")));
        Assert.Equal(["†bad_type a"], Run(Map("a", 2, "a", "x"), Field("a", "int64")));
        byte[] record = Map("a", new Pairs(["b", 1]), "a", new Pairs(["c", 2]));
        byte[] many = [.. Enumerable.Repeat(record, 40).SelectMany(r => r)];
        Assert.All(Run(many, Field("b", "int64") with { Path = "a.b" }), row => Assert.Equal("{\"b\":null}", row));
    }

    [Fact]
    public void Keys_of_any_form_and_kind()
    {
        byte[] name = "key"u8.ToArray();
        byte[][] forms = [[0xA3], [0xD9, 3], [0xDA, 0, 3], [0xDB, 0, 0, 0, 3], [0xC4, 3], [0xC5, 0, 3], [0xC6, 0, 0, 0, 3]];
        byte[] all = [.. forms.SelectMany(head => (byte[])[0x83, 5, 6, .. head, .. name, 7, 0x91, 1, 8])];
        Assert.Equal(Enumerable.Repeat("{\"key\":7}", forms.Length), Run(all, Field("key", "int64")));
        string longKey = new('k', 300);
        Assert.Equal(["{\"" + longKey + "\":7}"], Run(Map(longKey, 7), Field(longKey, "int64")));
    }

    [Fact]
    public void A_record_that_is_no_map_is_dead_and_the_next_one_is_read()
    {
        byte[] input = [5, 0x92, 1, 2, 0xA1, (byte)'x', .. Map("a", 1), 0xC0, .. Map("a", 2)];
        Assert.Equal(["†not_object", "†not_object", "†not_object", "{\"a\":1}", "†not_object", "{\"a\":2}"], Run(input, Field("a", "int64")));
    }

    [Fact]
    public void A_single_byte_is_no_record_whatever_was_learned_before()
    {
        for (int value = 0; value < 256; value++)
        {
            string expected = value == 0x80 ? "{\"a\":null}" : value is < 0x80 or >= 0xE0 or 0xC0 or 0xC2 or 0xC3 or 0x90 or 0xA0 ? "†not_object" : "†bad_msgpack";
            Assert.Equal([expected], Run([(byte)value], Field("a", "int64")));
            Assert.Equal(["{\"a\":1}", expected], Run([.. Map("a", 1), (byte)value], Field("a", "int64")));
        }
    }

    [Theory]
    [InlineData(255, "{\"a\":1}")]
    [InlineData(256, "†too_deep")]
    [InlineData(10_000, "†too_deep")]
    public void Depth_is_bounded_and_the_next_record_is_read(int arrays, string expected)
    {
        byte[] deep = [.. Enumerable.Repeat((byte)0x91, arrays), 0xC0];
        byte[] input = [.. Map("a", 1, "b", new Raw(deep)), .. Map("a", 2)];
        Assert.Equal([expected, "{\"a\":2}"], Run(input, Field("a", "int64")));
        byte[] known = [.. Map("a", 3, "b", 4), .. Map("a", 3, "b", 4), .. input, .. Map("a", 5, "b", new Raw([0xC4, 60, .. new byte[60]]))];
        Assert.Equal(["{\"a\":3}", "{\"a\":3}", expected, "{\"a\":2}", "{\"a\":5}"], Run(known, Field("a", "int64")));
        string[] asText = Run(input, Field("b", "text"));
        Assert.Equal(expected == "{\"a\":1}" ? $"{{\"b\":\"{new string('[', arrays)}null{new string(']', arrays)}\"}}" : expected, asText[0]);
    }

    [Fact]
    public void Times_with_formats_zones_and_two_sources()
    {
        byte[] record = Map("d", "24/12/2026", "t", "18:30", "n", 20261224, "x", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        DecodeField joined = Field("j", "timestamp") with { Sources = ["d", "t"], TimeFormats = ["dd/MM/yyyy HH:mm"], TimeZone = "Europe/Copenhagen" };
        DecodeField number = Field("n", "timestamp") with { TimeFormats = ["yyyyMMdd"] };
        DecodeField instant = Field("x", "timestamp") with { TimeFormats = ["yyyyMMdd"], TimeZone = "Europe/Copenhagen" };
        Assert.Equal(["{\"j\":\"2026-12-24T17:30:00.000Z\",\"n\":\"2026-12-24T00:00:00.000Z\",\"x\":\"2026-01-01T00:00:00.000Z\"}"], Run(record, joined, number, instant));
        Assert.Equal(["{\"j\":null}"], Run(Map("d", "24/12/2026"), joined));
        Assert.Equal(["†bad_type j"], Run(Map("d", true, "t", "18:30"), joined));
        Assert.Equal(["†bad_timestamp j"], Run(Map("d", "soon", "t", "18:30"), joined));
        Assert.Equal(["†null_field j"], Run(Map("d", null, "t", "18:30"), joined with { Nullable = false }));
    }

    [Fact]
    public void Nobody_looks_at_values_that_are_not_needed()
    {
        byte[] record = Map("a", "no number", "b", 1);
        Assert.Equal(["{\"b\":1}"], Run(record, Field("a", "int64") with { IsNeeded = false }, Field("b", "int64")));
        Assert.Equal(["{}"], Run(record, Field("a", "int64") with { IsNeeded = false }));
        Assert.Equal(["†bad_msgpack"], Run(Map("a", new Raw(0xC1), "b", 1), Field("b", "int64")));
    }

    [Fact]
    public void The_first_bad_field_in_the_schema_s_order_is_named_and_structure_before_it()
    {
        byte[] record = Map("b", "x", "a", "y");
        Assert.Equal(["†bad_type a"], Run(record, Field("a", "int64"), Field("b", "int64")));
        Assert.Equal(["†bad_msgpack"], Run(record[..^1], Field("a", "int64"), Field("b", "int64")));
        Assert.Equal(["†null_field c"], Run(record, Field("c", "int64") with { Nullable = false }, Field("a", "int64")));
    }

    [Fact]
    public void A_record_that_is_too_long_is_dead()
    {
        byte[] record = Map("a", new string('x', 100));
        using var rig = new MessagePackRig([Field("a", "text")], maxRecordSize: record.Length - 1);
        Assert.Equal(["{\"a\":\"y\"}", "†record_too_long", "{\"a\":\"z\"}"], rig.Rows([.. Map("a", "y"), .. record, .. Map("a", "z")]));
        Assert.Equal(["†record_too_long"], rig.Rows(record));
        using var wider = new MessagePackRig([Field("a", "text")], maxRecordSize: record.Length);
        Assert.Equal(["{\"a\":\"" + new string('x', 100) + "\"}"], wider.Rows(record));
    }
}
