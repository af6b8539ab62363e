using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.TextLines;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class TextLinesTests
{
    [Fact]
    public void A_line_is_a_row_unless_it_has_no_bytes()
    {
        byte[] file = Encoding.ASCII.GetBytes("one\n\r\n\n two \r\n" + new string('x', 21) + "\n" + new string('y', 20) + "\r\nend\r");
        foreach (int payloadSize in new[] { 21, 30, 1000 })
        {
            Assert.Equal(["one", " two ", "record_too_long", new string('y', 20), "end\r"], Rows(file, payloadSize));
        }
    }

    [Fact]
    public void Options_to_come_are_refused_at_their_values()
    {
        var errors = new ConfigErrors();
        TextLinesFormat.FromSettings(new Settings("input_format", Place.Code, new ConfigMap { ["pattern"] = "x", ["unheard"] = "y" }, errors));
        Assert.Collection(
            errors.Sorted(),
            e => Assert.Contains("not supported in this version", e.Message, StringComparison.Ordinal),
            e => Assert.Contains("unheard", e.Message, StringComparison.Ordinal));
    }

    private static List<string> Rows(byte[] file, int payloadSize)
    {
        var format = TextLinesFormat.FromSettings(new Settings("input_format", Place.Code, [], new ConfigErrors()));
        FormatReading reading = format.CreateReading(new DecodePlan(format.DefaultFields!, 20, KeepRecords: true));
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Text], 64, arena);
        var rows = new List<string>();
        foreach (CutStream.Piece piece in CutStream.Run(reading.CreateCutter(), file, () => 3, payloadSize, 20))
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            for (int offset = 0; offset < payload.Length;)
            {
                offset = decoder.Decode(payload, offset, batch);
                for (int row = 0; row < batch.Count; row++)
                {
                    Text text = batch.Values(new Column<Text>(0))[row];
                    Assert.Equal(text, batch.Records[row]);
                    rows.Add(batch.IsLive(row) ? Encoding.ASCII.GetString(batch.Bytes(text)) : batch.DeathOf(row).Reason.Name);
                }
            }
        }

        return rows;
    }
}
