using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Csv;
using DataStream.Formats.TextLines;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class TextAllocationTests
{
    [Theory]
    [InlineData("pattern")]
    [InlineData("widths")]
    [InlineData("entries")]
    [InlineData("signs")]
    [InlineData("escape")]
    public void Decoding_allocates_nothing_per_record(string what)
    {
        DecodeField[] fields =
        [
            new("t", ColumnType.Timestamp, 0) { TimeFormats = what is "pattern" or "widths" ? ["dd/MM/yyyy HH:mm:ss"] : [] }, new("n", ColumnType.Int64, 1) { NullValues = ["-"] },
            new("v", ColumnType.Float64, 2), new("m", ColumnType.Text, 3),
        ];
        var file = new StringBuilder(what is "signs" or "escape" ? "t;n;v;m\n" : "");
        for (int i = 0; i < 3000; i++)
        {
            string number = i % 7 == 0 ? "-" : $"{i}";
            file.Append(what switch
            {
                "pattern" => $"01/02/2026 10:00:0{i % 10} {number} 2.5{i} message {(i % 11 == 0 ? "" : "]")}\n",
                "widths" => $"01/02/2026 10:00:0{i % 10}{number,5}{i / 8.0,10}  {(i % 11 == 0 ? "\u00E6" : "text")} \n",
                "entries" => $"2026-02-01 10:00:0{i % 10} {number} 2.5 message\n{(i % 3 == 0 ? "  more\n\n" : "")}",
                "signs" => $"2026-02-01 10:00:00;{(i % 7 == 0 ? "1.234" : "12.34")};{i},5;\"a\"\n",
                _ => $"2026-02-01 10:00:00;{i};{i}.5;\"a\\\"b{(i % 5 == 0 ? "\"\"" : "")}\"\n",
            });
        }

        (FormatReading reading, int max) = (Reading(what, fields), 4096);
        List<CutStream.Piece> pieces = CutStream.Run(reading.CreateCutter(), Encoding.UTF8.GetBytes(file.ToString()), () => 4096, 16_384, max);
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([.. Array.ConvertAll(fields, f => f.Type)], 256, arena);
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        var blocks = new NativeBlock[pieces.Count];
        var payloads = new Payload[pieces.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = CutStream.Load(pieces[i], out payloads[i]);
        }

        long before = 0;
        int live = 0;
        for (int round = 0; round < 60; round++)
        {
            before = round == 40 ? GC.GetAllocatedBytesForCurrentThread() : before;
            live = 0;
            for (int i = 0; i < payloads.Length; i++)
            {
                for (int offset = 0; offset < payloads[i].Length;)
                {
                    offset = decoder.Decode(payloads[i], offset, batch);
                    live += batch.CountLive();
                }

                arena.Reset();
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(live, what == "signs" ? 400 : 2500, 3000);
        Array.ForEach(blocks, block => block.Dispose());
    }

    private static FormatReading Reading(string what, DecodeField[] fields)
    {
        var plan = new DecodePlan(fields, 4096, KeepRecords: true);
        ConfigMap options = what switch
        {
            "pattern" => new ConfigMap { ["pattern"] = "{t:timestamp} {n:int64} {v:float64} {m}" },
            "widths" => new ConfigMap { ["widths"] = new[] { "19", "5", "10", "7" } },
            "entries" => new ConfigMap { ["pattern"] = "{t:timestamp} {n:int64} {v:float64} {m}", ["entry_starts"] = "{t:timestamp} " },
            _ => [],
        };
        return what switch
        {
            "signs" => new CsvFormat(new CsvOptions { Delimiter = (byte)';', DecimalSign = (byte)',', Thousands = "." }).CreateReading(plan),
            "escape" => new CsvFormat(new CsvOptions { Delimiter = (byte)';', Escape = (byte)'\\' }).CreateReading(plan),
            _ => TextLinesFormat.FromSettings(new Settings("input_format", Place.Code, options, new ConfigErrors())).CreateReading(plan),
        };
    }
}
