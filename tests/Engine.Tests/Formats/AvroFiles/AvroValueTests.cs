using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Avro.Generic;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Which value of which type a column takes, and what becomes of those it does not.</summary>
public sealed class AvroValueTests
{
    private static readonly byte[] s_text = Datum("12"u8);

    public static TheoryData<string, byte[], string, string> Values => new()
    {
        { "\"int\"", [14], "int64", "7" },
        { "\"long\"", [1], "int64", "-1" },
        { "\"double\"", BitConverter.GetBytes(1.0), "int64", "bad_type" },
        { "\"string\"", s_text, "int64", "bad_type" },
        { "\"int\"", [14], "float64", "7" },
        { "\"float\"", BitConverter.GetBytes(1.5f), "float64", "1.5" },
        { "\"double\"", BitConverter.GetBytes(double.NaN), "float64", "null" },
        { "\"double\"", BitConverter.GetBytes(double.NegativeInfinity), "float64", "null" },
        { "\"boolean\"", [1], "bool", "true" },
        { "\"int\"", [2], "bool", "bad_type" },
        { "\"null\"", [], "float64", "null" },
        { "\"long\"", [14], "text", "\"7\"" },
        { "\"boolean\"", [0], "text", "\"false\"" },
        { "{\"type\":\"array\",\"items\":\"int\"}", [4, 2, 4, 0], "text", "\"[1,2]\"" },
        { "{\"type\":\"array\",\"items\":\"int\"}", [3, 4, 2, 4, 0], "text", "\"[1,2]\"" },
        { "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", Long(1_767_225_600_123), "timestamp", "\"2026-01-01T00:00:00.123Z\"" },
        { "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", Long(-1), "timestamp", "\"1969-12-31T23:59:59.999999Z\"" },
        { "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}", Long(-1), "timestamp", "\"1969-12-31T23:59:59.999999Z\"" },
        { "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", Long(long.MaxValue), "timestamp", "bad_timestamp" },
        { "{\"type\":\"int\",\"logicalType\":\"date\"}", Long(20454), "timestamp", "\"2026-01-01T00:00:00.000Z\"" },
        { "{\"type\":\"int\",\"logicalType\":\"date\"}", Long(20454), "int64", "20454" },
        { "{\"type\":\"int\",\"logicalType\":\"date\"}", Long(20454), "text", "\"2026-01-01T00:00:00.000Z\"" },
        { "\"long\"", Long(1_767_225_600), "timestamp", "\"2026-01-01T00:00:00.000Z\"" },
        { "\"double\"", BitConverter.GetBytes(1_767_225_600.5), "timestamp", "\"2026-01-01T00:00:00.500Z\"" },
        { "\"string\"", Datum("2026-01-01"u8), "timestamp", "\"2026-01-01T00:00:00.000Z\"" },
        { "\"string\"", Datum("never"u8), "timestamp", "bad_timestamp" },
        { Decimal(4, 2), [4, 0x01, 0x00], "decimal(2)", "2.56" },
        { Decimal(4, 2), [4, 0x01, 0x00], "float64", "2.56" },
        { Decimal(4, 2), [4, 0x01, 0x00], "text", "\"2.56\"" },
        { Decimal(4, 2), [2, 0xFF], "decimal(2)", "-0.01" },
        { Decimal(4, 2), [0], "decimal(2)", "0.00" },
        { Decimal(4, 2), [2, 0x05], "decimal(3)", "bad_type" },
        { Decimal(40, 0), [18, 1, 0, 0, 0, 0, 0, 0, 0, 0], "decimal(0)", "out_of_range" },
        { Decimal(40, 0), [20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE], "decimal(0)", "-2" },
        { "{\"type\":\"fixed\",\"name\":\"D\",\"size\":2,\"logicalType\":\"decimal\",\"precision\":4,\"scale\":1}", [0xFF, 0x38], "decimal(1)", "-20.0" },
        { "{\"type\":\"fixed\",\"name\":\"X\",\"size\":2}", "ab"u8.ToArray(), "text", "\"ab\"" },
        { "\"int\"", [14], "decimal(2)", "7.00" },
        { "\"long\"", Long(long.MaxValue), "decimal(2)", "out_of_range" },
        { "[\"null\",\"int\",\"string\"]", [0], "int64", "null" },
        { "[\"null\",\"int\",\"string\"]", [2, 14], "int64", "7" },
        { "[\"null\",\"int\",\"string\"]", [4, .. s_text], "int64", "bad_type" },
        { "[\"int\",\"null\"]", [0x82, 0x00], "int64", "null" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_column_takes(string schema, byte[] datum, string type, string expected)
    {
        Assert.True(ColumnType.TryParse(type, out ColumnType column));
        Assert.Equal(expected, Read($"{{\"name\":\"v\",\"type\":{schema}}},{{\"name\":\"end\",\"type\":\"boolean\"}}", [.. datum, 1], new DecodeField("v", column, 0)));
    }

    [Theory]
    [InlineData("local-timestamp-millis", 1_769_941_800_000, "\"2026-02-01T09:30:00.000Z\"")]
    [InlineData("local-timestamp-micros", 1_785_580_200_000_000, "\"2026-08-01T08:30:00.000Z\"")]
    [InlineData("timestamp-millis", 1_769_941_800_000, "\"2026-02-01T10:30:00.000Z\"")]
    [InlineData("local-timestamp-millis", 1_774_751_400_000, "bad_timestamp")] // 02:30 when the clocks went on to 3
    public void A_local_time_is_one_of_the_field_s_zone(string logical, long value, string expected) =>
        Assert.Equal(expected, Read($"{{\"name\":\"v\",\"type\":{{\"type\":\"long\",\"logicalType\":\"{logical}\"}}}}", Long(value), new DecodeField("v", ColumnType.Timestamp, 0) { TimeZone = "Europe/Berlin" }));

    [Theory]
    [InlineData("r.a", "1")]
    [InlineData("r.u.b", "2")]
    [InlineData("r.m.k", "5")]
    [InlineData("r.m.none", "null")]
    [InlineData("r.l[1]", "8")]
    [InlineData("r.l[2]", "null")]
    public void A_path_leads_through(string path, string expected)
    {
        const string Schema = "{\"name\":\"r\",\"type\":{\"type\":\"record\",\"name\":\"N\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}," +
            "{\"name\":\"u\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"B\",\"fields\":[{\"name\":\"b\",\"type\":\"long\"}]}]}," +
            "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"int\"}},{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}]}}";
        byte[] datum = [2, 2, 4, 4, 2, (byte)'k', 8, 2, (byte)'k', 10, 0, 2, 14, 2, 16, 0]; // of a key given twice the last value counts
        Assert.Equal(expected, Read(Schema, datum, new DecodeField("v", ColumnType.Int64, 0) { Path = path }));
    }

    [Fact]
    public void The_first_bad_field_in_the_schema_s_order_is_named()
    {
        const string Schema = "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":[\"null\",\"int\"]}";
        using var rig = new AvroRig(Bare(Schema), [new("b", ColumnType.Int64, 0) { Nullable = false }, new("a", ColumnType.Int64, 1)]);
        rig.Convert([0, 0]);
        Assert.Equal("null_field 0 b 0000", Assert.Single(rig.Dead));
    }

    [Fact]
    public void A_field_that_the_writer_lacks_ends_the_run()
    {
        StopException stop = Assert.Throws<StopException>(() => Read("{\"name\":\"a\",\"type\":\"int\"}", [2], new DecodeField("b", ColumnType.Int64, 0)));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.Contains("has no field 'b', which the pipeline uses; it has: a", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_of_the_wire_format_find_their_schemas_by_number()
    {
        byte[] first = Encoding.UTF8.GetBytes(AvroResolutionTests.Record("{\"name\":\"v\",\"type\":\"int\"}"));
        byte[] second = Encoding.UTF8.GetBytes(AvroResolutionTests.Record("{\"name\":\"x\",\"type\":\"string\"},{\"name\":\"v\",\"type\":\"long\"}"));
        var lookup = new Lookup(new() { [1] = first, [70_000] = second });
        byte[] file = [.. Message(1, [2]), .. Message(1, [4]), .. Message(70_000, [2, 65, 6]), .. Message(1, [8]), .. Message(9, [1, 2, 3])];
        foreach (int size in (int[])[1, 3, 4096])
        {
            using var rig = new AvroRig(new AvroOptions { Lookup = lookup }, [new("v", ColumnType.Int64, 0)]) { Read = () => size };
            Assert.Equal("{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n{\"v\":4}\n", rig.Convert(file));
            Assert.Equal("unknown_schema 26 - 0000000009010203", Assert.Single(rig.Dead));
        }

        using var without = new AvroRig(new AvroOptions(), [new("v", ColumnType.Int64, 0)]);
        Assert.Contains("registry", Assert.Throws<StopException>(() => without.Convert(file)).Message, StringComparison.Ordinal);
    }

    private static string Read(string schema, byte[] datum, DecodeField field)
    {
        using var rig = new AvroRig(Bare(schema), [field]);
        string row = rig.Convert(datum);
        return rig.Dead.Count > 0 ? rig.Dead.Single().Split(' ')[0] : row["{\"v\":".Length..^2];
    }

    private static AvroOptions Bare(string fields) => new() { Schema = Encoding.UTF8.GetBytes(AvroResolutionTests.Record(fields)) };

    private static byte[] Datum(ReadOnlySpan<byte> text) => [(byte)(2 * text.Length), .. text];

    private static byte[] Long(long value)
    {
        byte[] bytes = new byte[AvroText.MaxVarint];
        return bytes[..AvroText.WriteLong(value, bytes)];
    }

    private static string Decimal(int precision, int scale) =>
        string.Create(null, $"{{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}}}");

    private static byte[] Message(int id, byte[] datum)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. datum];
    }

    private sealed class Lookup(Dictionary<int, byte[]> schemas) : ISchemaLookup
    {
        public byte[]? Find(int id) => schemas.GetValueOrDefault(id);
    }
}
