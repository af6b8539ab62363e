using System;
using System.Collections.Generic;
using System.Linq;
using Avro.Generic;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

public sealed class AvroAllocationTests
{
    [Fact]
    public void Neither_decoding_nor_encoding_allocates()
    {
        var random = new Random(3);
        const string Fields = "{\"name\":\"t\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"v\",\"type\":[\"null\",\"double\"]}," +
            "{\"name\":\"s\",\"type\":\"string\"},{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}},{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"string\"}}," +
            "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":\"double\"}},{\"name\":\"u\",\"type\":[\"int\",\"string\",\"boolean\"]},{\"name\":\"ok\",\"type\":\"boolean\"},{\"name\":\"epoch\",\"type\":\"long\"}";
        var schema = (Avro.RecordSchema)Avro.Schema.Parse(AvroResolutionTests.Record(Fields.Replace(",\"logicalType\":\"timestamp-millis\"", "", StringComparison.Ordinal)));
        var values = new RandomSchema(random);
        byte[] file = ApacheFile.Write(schema, Enumerable.Range(0, 2000).Select(_ => values.Value(schema)), "null", random);
        DecodeField[] fields =
        [
            new("t", ColumnType.Timestamp, 0), new("n", ColumnType.Int64, 1), new("v", ColumnType.Float64, 2), new("s", ColumnType.Text, 3), new("e", ColumnType.Text, 4),
            new("l", ColumnType.Text, 5), new("m", ColumnType.Float64, 6) { Path = "m.\"k0\\\"\"" }, new("u", ColumnType.Text, 7), new("ok", ColumnType.Bool, 8), new("epoch", ColumnType.Decimal(2), 9),
        ];
        using var rig = new AvroRig(new AvroOptions(), fields);
        FormatReading reading = rig.CreateReading();
        List<CutStream.Piece> pieces = rig.Cut(reading, file);
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([.. fields.Select(f => f.Type)], 256, arena);
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        var encoder = new AvroEncoder([.. fields.Select(f => new Field(f.Name, f.Type, f.Ordinal))], "null");
        var output = new MemoryOutput(1) { IsGenerous = false };
        NativeBlock[] blocks = new NativeBlock[pieces.Count];
        var payloads = new Payload[pieces.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = CutStream.Load(pieces[i], out payloads[i]);
        }

        long before = 0;
        int rows = 0;
        for (int round = 0; round < 40; round++)
        {
            before = round == 20 ? GC.GetAllocatedBytesForCurrentThread() : before;
            output.Clear();
            for (int i = 0; i < payloads.Length; i++)
            {
                for (int offset = 0; offset < payloads[i].Length;)
                {
                    offset = decoder.Decode(payloads[i], offset, batch);
                    encoder.Encode(batch, batch.Selection, output);
                    rows += batch.CountLive();
                }

                arena.Reset();
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rows > 0 && output.Bytes.Length > 1000);
        Array.ForEach(blocks, block => block.Dispose());
    }
}
