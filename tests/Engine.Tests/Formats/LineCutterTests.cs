using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Formats;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class LineCutterTests
{
    private const int Seed = 5150;

    [Fact]
    public void Every_way_of_reading_gives_the_same_lines()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 3000; round++)
        {
            int max = random.Next(2) == 0 ? random.Next(1, 20) : random.Next(64, 200);
            byte[] file = RandomFile(random, max);
            List<(long Line, string Text)> expected = Lines(file, max);
            int payloadSize = max + 1 + random.Next(3 * max);
            List<CutStream.Piece> pieces = CutStream.Run(new LineCutter(max), file, () => random.Next(1, 100), payloadSize, max, random.Next(1, 20));
            List<(long Line, string Text)> actual = [.. pieces.SelectMany(p => Split(p, max))];
            Assert.True(expected.SequenceEqual(actual), $"round {round}, seed {Seed}, max {max}:\n{string.Join("|", expected)}\n{string.Join("|", actual)}");
        }
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_line()
    {
        CutStream.Piece piece = Assert.Single(CutStream.Run(new LineCutter(100), [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'\n'], () => 1, 200, 100));
        Assert.Equal("a\n"u8.ToArray(), piece.Bytes);
        Assert.Equal(3, piece.Offset);
    }

    [Theory]
    [InlineData(0xFF, 0xFE)]
    [InlineData(0xFE, 0xFF)]
    public void Utf16_is_refused_by_name(byte first, byte second)
    {
        StopException stop = Assert.Throws<StopException>(() => CutStream.Run(new LineCutter(100), [first, second, 0x61, 0], () => 1, 200, 100));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.Contains("in.csv", stop.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-16", stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_end_in_a_cr_alone_are_named()
    {
        byte[] file = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a,b,c\r", 50)));
        Assert.Equal(ExitCode.BadData, Assert.Throws<StopException>(() => CutStream.Run(new LineCutter(100), file, () => 7, 200, 100)).Code);

        // Short files and later lines are data.
        Assert.Single(CutStream.Run(new LineCutter(1000), file, () => 7, 2000, 1000));
        Assert.NotEmpty(CutStream.Run(new LineCutter(100), [(byte)'\n', .. file], () => 7, 200, 100));
    }

    private static byte[] RandomFile(Random random, int max)
    {
        var file = new List<byte>();
        int lines = random.Next(30);
        for (int i = 0; i < lines; i++)
        {
            int length = i == 0 ? random.Next(max) : random.Next(4) switch { 0 => 0, 1 => max + random.Next(-2, 4), 2 => random.Next(1, 4 * max), _ => random.Next(0, max) };
            for (int j = 0; j < length; j++)
            {
                file.Add((byte)(random.Next(20) == 0 && i > 0 ? '\r' : 'a' + random.Next(26)));
            }

            file.AddRange(random.Next(3) == 0 ? "\r\n"u8 : "\n"u8);
        }

        return [.. file.Take(file.Count - random.Next(0, Math.Min(3, file.Count + 1)))];
    }

    /// <summary>The meaning: lines with their numbers, without line ends, too long ones cut behind one byte too many.</summary>
    private static List<(long, string)> Lines(byte[] file, int max)
    {
        var lines = new List<(long, string)>();
        string[] parts = Encoding.Latin1.GetString(file).Split('\n');
        for (int i = 0; i < parts.Length; i++)
        {
            bool isEnd = i == parts.Length - 1;
            string text = !isEnd && parts[i].EndsWith('\r') ? parts[i][..^1] : parts[i];
            if (!isEnd || text.Length > 0)
            {
                lines.Add((i + 1, text.Length > max ? text[..(max + 1)] : text));
            }
        }

        return lines;
    }

    private static IEnumerable<(long, string)> Split(CutStream.Piece piece, int max)
    {
        string rest = Encoding.Latin1.GetString(piece.Bytes);
        long line = piece.Line;
        while (rest.Length > 0)
        {
            int feed = rest.IndexOf('\n', StringComparison.Ordinal);
            string text = feed < 0 ? rest : rest[..feed];
            rest = feed < 0 ? "" : rest[(feed + 1)..];
            text = feed >= 0 && text.EndsWith('\r') ? text[..^1] : text;
            Assert.True(text.Length <= max + 1);
            yield return (line++, text);
        }
    }
}
