using System;
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

/// <summary>A writer's schema under a reader's, held to Apache's implementation where that keeps to the specification.</summary>
public sealed class AvroResolutionTests
{
    [Theory]
    [InlineData("\"int\"", "\"long\"")]
    [InlineData("\"int\"", "\"float\"")]
    [InlineData("\"int\"", "\"double\"")]
    [InlineData("\"long\"", "\"float\"")]
    [InlineData("\"long\"", "\"double\"")]
    [InlineData("\"float\"", "\"double\"")]
    [InlineData("\"int\"", "[\"null\",\"long\"]")]
    [InlineData("[\"null\",\"int\"]", "[\"double\",\"null\"]")]
    [InlineData("[\"null\",\"string\"]", "[\"string\",\"null\"]")]
    [InlineData("{\"type\":\"array\",\"items\":\"int\"}", "{\"type\":\"array\",\"items\":\"double\"}")]
    [InlineData("{\"type\":\"map\",\"values\":\"int\"}", "{\"type\":\"map\",\"values\":[\"null\",\"long\"]}")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"B\",\"C\",\"A\"]}")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}", "{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}")]
    [InlineData("{\"type\":\"record\",\"name\":\"I\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\"}]}",
        "{\"type\":\"record\",\"name\":\"I\",\"fields\":[{\"name\":\"a\",\"type\":\"double\"}]}")]
    public void A_value_is_what_others_make_of_it(string written, string wanted)
    {
        var random = new Random(written.Length + wanted.Length);
        Avro.Schema writer = Avro.Schema.Parse(Record($"{{\"name\":\"v\",\"type\":{written}}}"));
        string reader = Record($"{{\"name\":\"v\",\"type\":{wanted}}}");
        var values = new RandomSchema(random);
        byte[] file = ApacheFile.Write(writer, Enumerable.Range(0, 50).Select(_ => values.Value(writer)), "null", random);
        List<GenericRecord> expected = ApacheFile.Read(file, Avro.Schema.Parse(reader));
        string[] rows = Convert(file, reader, new DecodeField("v", ColumnType.Text, 0));
        Assert.Equal(50, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            object? value = expected[i]["v"];
            Assert.Equal(RandomSchema.IsNull(value) ? "{\"v\":null}" : $"{{\"v\":{RandomSchema.Json(RandomSchema.Text(value))}}}", rows[i]);
        }
    }

    [Fact]
    public void Fields_are_found_by_alias_in_any_order_and_absent_ones_by_default()
    {
        byte[] file = Written("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"gone\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},{\"name\":\"b\",\"type\":\"string\"}",
            record =>
            {
                record.Add("a", 7);
                record.Add("gone", new[] { "x", "y" });
                record.Add("b", "text");
            });
        string reader = Record("{\"name\":\"second\",\"aliases\":[\"b\"],\"type\":\"string\"},{\"name\":\"a\",\"type\":\"long\"}," +
            "{\"name\":\"n\",\"type\":\"double\",\"default\":1.5},{\"name\":\"t\",\"type\":\"string\",\"default\":\"dé\"},{\"name\":\"u\",\"type\":[\"null\",\"int\"],\"default\":null}," +
            "{\"name\":\"r\",\"type\":{\"type\":\"record\",\"name\":\"In\",\"fields\":[{\"name\":\"x\",\"type\":\"int\",\"default\":4}]},\"default\":{}}");
        string[] rows = Convert(file, reader,
            new("second", ColumnType.Text, 0), new("a", ColumnType.Int64, 1), new("n", ColumnType.Float64, 2), new("t", ColumnType.Text, 3),
            new("u", ColumnType.Int64, 4), new("x", ColumnType.Int64, 5) { Path = "r.x" }, new("r", ColumnType.Text, 6));
        Assert.Equal("{\"second\":\"text\",\"a\":7,\"n\":1.5,\"t\":\"dé\",\"u\":null,\"x\":4,\"r\":\"{\\\"x\\\":4}\"}", Assert.Single(rows));
    }

    /// <summary>Apache's implementation does not know these.</summary>
    [Theory]
    [InlineData("string", "bytes")]
    [InlineData("bytes", "string")]
    public void Strings_and_bytes_are_read_as_each_other(string written, string wanted)
    {
        byte[] file = Written($"{{\"name\":\"v\",\"type\":\"{written}\"}}", record => record.Add("v", written == "bytes" ? "ab"u8.ToArray() : "ab"));
        Assert.Equal("{\"v\":\"ab\"}", Assert.Single(Convert(file, Record($"{{\"name\":\"v\",\"type\":\"{wanted}\"}}"), new DecodeField("v", ColumnType.Text, 0))));
    }

    [Theory]
    [InlineData("{\"name\":\"missing\",\"type\":\"int\"}", "missing")]
    [InlineData("{\"name\":\"a\",\"type\":\"int\"}", "names or fields do not fit", "Other")]
    public void Records_that_do_not_fit_end_the_run(string field, string message, string name = "R")
    {
        byte[] file = Written("{\"name\":\"a\",\"type\":\"int\"}", record => record.Add("a", 7));
        string reader = $"{{\"type\":\"record\",\"name\":\"{name}\",\"fields\":[{field}]}}";
        StopException stop = Assert.Throws<StopException>(() => Convert(file, reader, new DecodeField("missing", ColumnType.Int64, 0)));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.True(stop.Message.Contains(message, StringComparison.Ordinal) || stop.Message.Contains("do not fit", StringComparison.Ordinal), stop.Message);
    }

    [Fact]
    public void A_symbol_that_the_reader_does_not_know_is_its_default_or_dead()
    {
        const string Enum = "{{\"name\":\"v\",\"type\":{{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[{0}]{1}}}}}";
        byte[] file = Written(string.Format(null, Enum, "\"A\",\"Z\"", ""), record => record.Add("v", new GenericEnum((Avro.EnumSchema)((Avro.RecordSchema)record.Schema)["v"].Schema, "Z")));
        Assert.Equal("{\"v\":\"A\"}", Assert.Single(Convert(file, Record(string.Format(null, Enum, "\"A\"", ",\"default\":\"A\"")), new DecodeField("v", ColumnType.Text, 0))));
        using var rig = new AvroRig(new AvroOptions { Schema = Encoding.UTF8.GetBytes(Record(string.Format(null, Enum, "\"A\"", ""))) }, [new DecodeField("v", ColumnType.Text, 0)]);
        Assert.Equal("", rig.Convert(file));
        Assert.StartsWith("bad_type", Assert.Single(rig.Dead), StringComparison.Ordinal);
    }

    internal static string Record(string fields) => $"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{fields}]}}";

    internal static byte[] Written(string fields, Action<GenericRecord> fill)
    {
        var schema = (Avro.RecordSchema)Avro.Schema.Parse(Record(fields));
        var record = new GenericRecord(schema);
        fill(record);
        return ApacheFile.Write(schema, [record], "null", new Random(1));
    }

    private static string[] Convert(byte[] file, string reader, params DecodeField[] fields)
    {
        using var rig = new AvroRig(new AvroOptions { Schema = Encoding.UTF8.GetBytes(reader) }, fields);
        string[] rows = rig.Convert(file).Split('\n')[..^1];
        Assert.Empty(rig.Dead);
        return rows;
    }
}
