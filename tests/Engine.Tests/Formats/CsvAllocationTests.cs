using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Csv;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class CsvAllocationTests
{
    [Fact]
    public void Neither_decoding_nor_encoding_allocates()
    {
        DecodeField[] fields =
        [
            new("t", ColumnType.Timestamp, 0),
            new("zoned", ColumnType.Timestamp, 1) { TimeFormats = ["dd.MM.yyyy HH:mm"], TimeZone = "Europe/Berlin", Sources = ["d", "h"] },
            new("name", ColumnType.Text, 2) { NullValues = ["NA"] },
            new("v", ColumnType.Float64, 3),
            new("n", ColumnType.Int64, 4),
            new("p", ColumnType.Decimal(2), 5),
            new("ok", ColumnType.Bool, 6),
        ];
        var file = new StringBuilder("t,d,h,name,v,n,p,ok\n");
        for (int i = 0; i < 3000; i++)
        {
            file.Append("2026-01-01T00:00:0").Append(i % 10).Append(i % 7 == 0 ? "x" : ".25Z").Append(",0").Append(1 + (i % 9)).Append(".07.2026,12:30,")
                .Append(i % 5 == 0 ? "\"say \"\"hi\"\"\"" : i % 11 == 0 ? "a\"b" : "NA").Append(',')
                .Append(i % 13 == 0 ? "0.1234567890123456789e-5" : "21.5").Append(',').Append(i).Append(",1.25,").Append(i % 17 == 0 ? "" : "true").Append(i % 19 == 0 ? ",extra\n" : "\n");
        }

        byte[] bytes = Encoding.UTF8.GetBytes(file.ToString());
        var format = new CsvFormat(new CsvOptions());
        FormatReading reading = format.CreateReading(new DecodePlan(fields, 4096, KeepRecords: true));
        List<CutStream.Piece> pieces = CutStream.Run(reading.CreateCutter(), bytes, () => 4096, 16_384, 4096);
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([.. fields.Select(f => f.Type)], 256, arena);
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        DataStream.Formats.Encoder encoder = format.CreateEncoder([.. fields.Select(f => new Field(f.Name, f.Type, f.Ordinal))]);
        var output = new MemoryOutput(1) { IsGenerous = false };
        NativeBlock[] blocks = new NativeBlock[pieces.Count];
        var payloads = new Payload[pieces.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = CutStream.Load(pieces[i], out payloads[i]);
        }

        long before = 0;
        for (int round = 0; round < 60; round++)
        {
            before = round == 40 ? GC.GetAllocatedBytesForCurrentThread() : before;
            output.Clear();
            for (int i = 0; i < payloads.Length; i++)
            {
                for (int offset = 0; offset < payloads[i].Length;)
                {
                    offset = decoder.Decode(payloads[i], offset, batch);
                    encoder.Encode(batch, batch.Selection, output);
                }

                arena.Reset();
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Contains("say \"\"hi\"\"", Encoding.UTF8.GetString(output.Bytes), StringComparison.Ordinal);
        Array.ForEach(blocks, block => block.Dispose());
    }
}
