using System;
using System.Collections.Generic;
using System.Linq;
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

    [Theory]
    [InlineData("pattern", "{a} {b", "not closed")]
    [InlineData("pattern", "{a}{b}", "text between")]
    [InlineData("pattern", "{a} {a}", "two fields 'a'")]
    [InlineData("pattern", "{} x", "no name")]
    [InlineData("pattern", "{a:int} x", "no type 'int'")]
    [InlineData("pattern", "{a:int64 \"x\"} x", "in quotes")]
    [InlineData("pattern", "{a:timestamp \"HH:mm\"} x", "year")]
    [InlineData("pattern", "a} x", "written twice")]
    [InlineData("pattern", "words", "no field")]
    [InlineData("pattern", "", "not empty")]
    [InlineData("widths", "8", "numbers of characters")]
    [InlineData("entry_starts", "{", "not closed")]
    [InlineData("encoding", "utf16", "did you mean")]
    [InlineData("patern", "{a}", "did you mean 'pattern'")]
    public void Options_are_checked(string key, string value, string part)
    {
        var errors = new ConfigErrors();
        TextLinesFormat.FromSettings(new Settings("input_format", Place.Code, new ConfigMap { [key] = value }, errors));
        Assert.Contains(part, Assert.Single(errors.Sorted()).Message, StringComparison.Ordinal);
    }

    /// <summary>Every place of the file as the end of a read, in payloads of all sizes, against lines gathered one by one.</summary>
    [Theory]
    [InlineData("{n:int64} ", 40)]
    [InlineData("{n:int64} ", 12)]
    [InlineData("[{a}]", 40)]
    [InlineData("{d:timestamp}", 30)]
    public void Entries_are_the_same_however_the_file_is_cut(string starts, int max)
    {
        const int Seed = 77;
        var random = new Random(Seed);
        for (int round = 0; round < 60; round++)
        {
            string file = RandomLog(random);
            List<string> expected = NaiveEntries(file, starts, max);
            for (int read = 1; read < 12; read += round % 10 == 0 ? 1 : 5)
            {
                int payload = max + 2 + random.Next(100);
                string actual = string.Join('~', Rows(Encoding.ASCII.GetBytes(file), payload, max, starts, read));
                Assert.True(string.Join('~', expected) == actual, $"seed {Seed}, round {round}, read {read}, payload {payload}, max {max}:\n{file}\n--\n{string.Join('~', expected)}\n--\n{actual}");
            }
        }
    }

    private static string RandomLog(Random random)
    {
        var file = new StringBuilder();
        for (int i = random.Next(30); i >= 0; i--)
        {
            file.Append(random.Next(9) switch { 0 => "", 1 => "12 ab", 2 => "[x] y", 3 => "[x", 4 => "2026-01-01 z", 5 => " at", 6 => new string('q', random.Next(30)), 7 => "7 " + new string('r', random.Next(45)), _ => "\r" })
                .Append(random.Next(4) == 0 ? "\r\n" : "\n");
        }

        return file.ToString(0, file.Length - random.Next(2));
    }

    private static List<string> NaiveEntries(string file, string starts, int max)
    {
        var start = new System.Text.RegularExpressions.Regex(starts switch { "{n:int64} " => @"^[+-]?\d+ ", "[{a}]" => @"^\[[^]]*\]", _ => @"^(\d{4}-\d\d-\d\d|[+-]?\d)" });
        var entries = new List<string>();
        foreach (string line in System.Text.RegularExpressions.Regex.Matches(file, "[^\n]*\n|[^\n]+").Select(m => m.Value))
        {
            if (entries.Count == 0 || start.IsMatch(line.TrimEnd('\n')[..Math.Min(line.TrimEnd('\n').Length, max)]))
            {
                entries.Add("");
            }

            entries[^1] += line;
        }

        return [.. entries.Select(e => EndLine(e).Length > max ? "record_too_long" : Trim(e)).Where(e => e.Length > 0)];
    }

    private static string EndLine(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;

    private static string Trim(string entry)
    {
        while (entry.EndsWith('\n'))
        {
            entry = EndLine(entry);
        }

        return entry;
    }

    private static List<string> Rows(byte[] file, int payloadSize, int max = 20, string? starts = null, int read = 3)
    {
        ConfigMap options = starts is null ? [] : new ConfigMap { ["entry_starts"] = starts };
        var format = TextLinesFormat.FromSettings(new Settings("input_format", Place.Code, options, new ConfigErrors()));
        FormatReading reading = format.CreateReading(new DecodePlan(format.DefaultFields!, max, KeepRecords: true));
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Text], 64, arena);
        var rows = new List<string>();
        foreach (CutStream.Piece piece in CutStream.Run(reading.CreateCutter(), file, () => read, payloadSize, starts is null ? max : max + 1))
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            for (int offset = 0; offset < payload.Length;)
            {
                offset = decoder.Decode(payload, offset, batch);
                for (int row = 0; row < batch.Count; row++)
                {
                    Text text = batch.Values(new Column<Text>(0))[row];
                    Assert.True(!batch.IsLive(row) || text == batch.Records[row]);
                    rows.Add(batch.IsLive(row) ? Encoding.ASCII.GetString(batch.Bytes(text)) : batch.DeathOf(row).Reason.Name);
                }
            }
        }

        return rows;
    }
}
