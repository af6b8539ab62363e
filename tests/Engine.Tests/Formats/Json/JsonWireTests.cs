using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Tests.Formats.Json;

/// <summary>Rows behind the number of their schema, and that schema.</summary>
public sealed class JsonWireTests
{
    private const int Id = 0x00112233;
    private static readonly byte[] s_head = [0, 0x00, 0x11, 0x22, 0x33];
    private static readonly string[] s_inputs = ["{\"a\":1,\"b\":\"x\"}", "{\"a\":2,\"b\":null}", "{\"b\":\"a text that is longer than a cell, with an é\"}", "{\"a\":4,\"b\":\"\\\"\"}", "{\"a\":5,\"b\":\"y\"}"];

    /// <summary>By cells, value by value where a value fits none, and row by row where the name of a column fits none.</summary>
    [Theory]
    [InlineData("a", 0)]
    [InlineData("a", 7)]
    [InlineData("a_name_that_is_longer_than_a_cell", 0)]
    [InlineData("a_name_of_27_bytes_in_a_cell", 7)]
    public void Every_row_is_the_plain_one_behind_the_head(string name, int room)
    {
        DecodeField[] fields = [new(name, ColumnType.Int64, 0), new("b", ColumnType.Text, 1)];
        string[] inputs = [.. s_inputs.Select(input => input.Replace("\"a\"", $"\"{name}\"", StringComparison.Ordinal))];
        Assert.Equal(Rows(Write(fields, inputs, room, head: false)).Select(row => (byte[])[.. s_head, .. row]), Rows(Write(fields, inputs, room, head: true)));
    }

    /// <summary>Records that could go out as they came have no number before them.</summary>
    [Fact]
    public void Records_that_pass_have_the_head_too()
    {
        DecodeField[] fields = [new("a", ColumnType.Int64, 0)];
        string[] inputs = [.. Enumerable.Range(0, 10).Select(i => $"{{\"a\":{i}}}")];
        Assert.Equal(inputs.Select(input => (byte[])[.. s_head, .. Encoding.UTF8.GetBytes(input)]), Rows(Write(fields, inputs, 100, head: true, passes: true)));
    }

    [Fact]
    public void A_row_without_columns_has_the_head_too()
    {
        var output = new MemoryOutput();
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([], 64, arena);
        batch.SetCount(2);
        Format().CreateMessageEncoder([], Id).Encode(batch, [3], output);
        Assert.Equal([.. s_head, .. "{}\n"u8, .. s_head, .. "{}\n"u8], output.Bytes.ToArray());
    }

    [Fact]
    public void The_schema_says_what_each_column_is_written_as_and_that_it_may_be_null()
    {
        Field[] columns = [new("id", ColumnType.Int64, 0), new("v", ColumnType.Float64, 1), new("d", ColumnType.Decimal(2), 2), new("ok", ColumnType.Bool, 3), new("at", ColumnType.Timestamp, 4), new("the \"text\"", ColumnType.Text, 5)];
        const string Expected = """
            {"$schema":"http://json-schema.org/draft-07/schema#","title":"row","type":"object","properties":{
            "id":{"type":["integer","null"]},"v":{"type":["number","null"]},"d":{"type":["number","null"]},"ok":{"type":["boolean","null"]},
            "at":{"type":["string","null"],"format":"date-time"},"the \u0022text\u0022":{"type":["string","null"]}},"additionalProperties":false}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(JsonFormat.SchemaOf(columns)));
    }

    private static List<byte[]> Rows(byte[] written)
    {
        List<byte[]> rows = [];
        for (int start = 0; start < written.Length;)
        {
            int end = Array.IndexOf(written, (byte)'\n', start);
            rows.Add(written[start..end]);
            start = end + 1;
        }

        return rows;
    }

    private static byte[] Write(DecodeField[] fields, string[] inputs, int room, bool head, bool passes = false)
    {
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(inputs.Select(input => input + "\n")));
        using NativeBlock block = CutStream.Load(new CutStream.Piece(lines, 0, 0, 0), out Payload payload);
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([.. fields.Select(field => field.Type)], 64, arena);
        batch.Attach(payload);
        Decoder decoder = Format().CreateReading(new DecodePlan(fields, 4096, KeepRecords: true)).CreateDecoder();
        Assert.Equal(payload.Length, decoder.Decode(payload, 0, batch));
        Field[] columns = [.. fields.Select(field => new Field(field.Name, field.Type, field.Ordinal))];
        Encoder encoder = head ? Format().CreateMessageEncoder(columns, Id) : Format().CreateEncoder(columns);
        if (passes)
        {
            encoder.Pass(columns.Length);
        }

        var output = new MemoryOutput(room);
        encoder.Encode(batch, batch.Selection, output);
        byte[] first = output.Bytes.ToArray();
        output.Clear();
        encoder.Encode(batch, batch.Selection, output); // what there was no room for now has some, and the other way round
        Assert.Equal(first, output.Bytes.ToArray());
        return first;
    }

    private static JsonFormat Format() => new(new Settings("format 'json'", Place.Code, [], new ConfigErrors()));
}
