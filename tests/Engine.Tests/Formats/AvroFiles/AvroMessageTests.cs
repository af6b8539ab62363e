using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Messages of a broker in Avro, each with its own end: of the Confluent wire format, or bare.</summary>
public sealed class AvroMessageTests
{
    private static readonly DecodeField[] s_fields = [new("v", ColumnType.Int64, 0), new("note", ColumnType.Text, 1)];

    [Fact]
    public void Two_writer_schemas_come_out_in_one_set_of_columns()
    {
        var lookup = new Counting(new() { [1] = Json("{\"name\":\"v\",\"type\":\"int\"}"), [2] = Json("{\"name\":\"note\",\"type\":[\"null\",\"string\"]},{\"name\":\"v\",\"type\":\"long\"}") });
        byte[][] messages = [Message(1, [2]), Message(2, [2, 2, 65, 4]), Message(1, [6]), Message(2, [0, 8])];
        using var rig = new AvroRig(new AvroOptions { Lookup = lookup }, s_fields);
        Assert.Equal("{\"v\":1,\"note\":null}\n{\"v\":2,\"note\":\"A\"}\n{\"v\":3,\"note\":null}\n{\"v\":4,\"note\":null}\n", rig.ConvertMessages(messages));
        Assert.Empty(rig.Dead);
        Assert.Equal([1, 2], lookup.Asked);
    }

    [Fact]
    public void A_field_that_must_not_be_null_is_dead_under_a_schema_without_it()
    {
        var lookup = new Counting(new() { [1] = Json("{\"name\":\"v\",\"type\":\"int\"}") });
        using var rig = new AvroRig(new AvroOptions { Lookup = lookup }, [s_fields[0], s_fields[1] with { Nullable = false }]);
        Assert.Equal("", rig.ConvertMessages([Message(1, [2])]));
        Assert.StartsWith("null_field", Assert.Single(rig.Dead), StringComparison.Ordinal);
    }

    [Fact]
    public void The_reader_has_its_defaults_where_there_is_a_schema_file()
    {
        var lookup = new Counting(new() { [1] = Json("{\"name\":\"v\",\"type\":\"int\"}") });
        byte[] reader = Json("{\"name\":\"v\",\"type\":\"long\"},{\"name\":\"note\",\"type\":\"string\",\"default\":\"none\"}");
        using var rig = new AvroRig(new AvroOptions { Lookup = lookup, Schema = reader }, s_fields);
        Assert.Equal("{\"v\":1,\"note\":\"none\"}\n", rig.ConvertMessages([Message(1, [2])]));
    }

    [Fact]
    public void What_cannot_be_read_is_dead_alone_and_asked_for_once()
    {
        var lookup = new Counting(new() { [1] = Json("{\"name\":\"v\",\"type\":\"int\"}") });
        byte[][] messages = [Message(1, [2]), Message(9, [2]), [1, 0, 0, 0, 1, 2], [0, 0], Message(1, [2, 0]), Message(1, [0x82]), Message(9, [4]), Message(1, new byte[5000]), Message(1, [4])];
        using var rig = new AvroRig(new AvroOptions { Lookup = lookup }, [s_fields[0]]);
        Assert.Equal("{\"v\":1}\n{\"v\":2}\n", rig.ConvertMessages(messages));
        Assert.Equal(["unknown_schema", "bad_avro", "bad_avro", "bad_avro", "bad_avro", "unknown_schema", "record_too_long"], rig.Dead.Select(dead => dead.Split(' ')[0]));
        Assert.Equal([1, 9], lookup.Asked);
    }

    [Fact]
    public void Unknown_numbers_are_not_kept_without_end()
    {
        var lookup = new Counting([]);
        using var rig = new AvroRig(new AvroOptions { Lookup = lookup }, [s_fields[0]]);
        rig.ConvertMessages([.. Enumerable.Range(1, 5000).Select(id => Message(id, [2])), Message(1, [2]), Message(5000, [2])]);
        Assert.Equal([.. Enumerable.Range(1, 5000), 5000], lookup.Asked);
    }

    [Fact]
    public void Bare_datums_are_messages_too()
    {
        using var rig = new AvroRig(new AvroOptions { Schema = Json("{\"name\":\"v\",\"type\":\"int\"}") }, [s_fields[0]]);
        Assert.Equal("{\"v\":0}\n{\"v\":1}\n", rig.ConvertMessages([[0], [2]]));
        rig.ConvertMessages([[2, 2]]);
        Assert.StartsWith("bad_avro", Assert.Single(rig.Dead), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_schema_the_run_says_what_is_missing()
    {
        using var rig = new AvroRig(new AvroOptions(), s_fields);
        Assert.Contains("schema_registry", Assert.Throws<StopException>(() => rig.ConvertMessages([Message(1, [2])])).Message, StringComparison.Ordinal);
        Assert.Contains("schema_file", Assert.Throws<StopException>(() => rig.ConvertMessages([[2]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_again_under_the_schema_that_was_registered()
    {
        Field[] columns = [new("v", ColumnType.Int64, 0), new("note", ColumnType.Text, 1)];
        var lookup = new Counting(new() { [1] = Json("{\"name\":\"note\",\"type\":[\"null\",\"string\"]},{\"name\":\"v\",\"type\":\"long\"}"), [70_000] = AvroFormat.SchemaOf(columns) });
        using var writing = new AvroRig(new AvroOptions { Lookup = lookup }, s_fields) { Encoder = AvroFormat.CreateMessageEncoder(columns, 70_000) };
        using var reading = new AvroRig(new AvroOptions { Lookup = lookup }, s_fields);
        List<byte[]> messages = [];
        foreach (byte[] message in (byte[][])[Message(1, [2, 6, .. "one"u8, 2]), Message(1, [0, 3]), Message(1, [2, 0xC8, 0x17, .. new byte[1508].Select(_ => (byte)'x'), 0x80, 0x80, 8])])
        {
            writing.ConvertMessages([message]);
            messages.Add(writing.Written);
        }

        Assert.Equal([0, 0, 1, 0x11, 0x70, 2, 2, 2, 6, .. "one"u8], messages[0]);
        Assert.Equal($"{{\"v\":1,\"note\":\"one\"}}\n{{\"v\":-2,\"note\":null}}\n{{\"v\":65536,\"note\":\"{new string('x', 1508)}\"}}\n", reading.ConvertMessages(messages));
        Assert.Empty(reading.Dead);
    }

    private static byte[] Json(string fields) => Encoding.UTF8.GetBytes(AvroResolutionTests.Record(fields));

    private static byte[] Message(int id, byte[] datum)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. datum];
    }

    private sealed class Counting(Dictionary<int, byte[]> schemas) : ISchemaLookup
    {
        public List<int> Asked { get; } = [];

        public byte[]? Find(int id)
        {
            Asked.Add(id);
            return schemas.GetValueOrDefault(id);
        }
    }
}
