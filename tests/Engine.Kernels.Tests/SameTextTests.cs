using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

/// <summary>A text that is told to be the same is what the value would be written as.</summary>
public sealed class SameTextTests
{
    private const int Spare = 64;

    private delegate bool Look(in PassedTexts texts);

    [Fact]
    public void Whole_numbers()
    {
        string[] same = ["0", "5", "-5", "10", "-1234567890123456789", "9223372036854775807"];
        string[] other = ["", "-", "-0", "00", "007", "+5", " 5", "--5", "12345678901234567890", "x", "-x"];
        Check(SameText.Integers, same, other);
        Random random = new(7);
        for (int round = 0; round < 20_000; round++)
        {
            string text = Any(random, "0123456789-+. ", 6);
            string start = Passed(SameText.Integers, text);
            Assert.True(start.Length == 0 || long.Parse(start, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) == start, text);
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            text = value.ToString(CultureInfo.InvariantCulture);
            Assert.Equal(text, Passed(SameText.Integers, text));
        }
    }

    [Fact]
    public void Doubles()
    {
        string[] same = ["0", "19.13", "-0.5", "100", "-7", "0.000001", "123456789012345", "999999999.999999", "0.1", "-0.000101"];
        string[] other = ["", "-0", "-0.0", "0.0", "1.50", ".5", "5.", "00.5", "+1", "0.0000001", "1234567890123456", "1234567890.123456", "-", "-.5", "NaN", "5.x"];
        Check(SameText.Doubles, same, other);
        Random random = new(8);
        Span<byte> room = stackalloc byte[NumberText.MaxFloat64Length];
        for (int round = 0; round < 50_000; round++)
        {
            string text = Any(random, "0001123459-..e", 9);
            string start = Passed(SameText.Doubles, text);
            Assert.True(start.Length == 0 || Written(double.Parse(start, CultureInfo.InvariantCulture), room) == start, text);
            int fraction = random.Next(7);
            decimal value = new decimal(random.NextInt64(1_000_000_000_000_000) >> random.Next(50)) / (decimal)Math.Pow(10, fraction) * (random.Next(2) == 0 ? 1 : -1);
            text = Written((double)value, room);
            bool isNegativeZero = text == "-0";
            Assert.Equal(isNegativeZero ? "" : text, Passed(SameText.Doubles, text));
        }
    }

    [Fact]
    public void Instants()
    {
        string[] same = ["2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999999Z", "0001-01-01T00:00:00.100Z", "2026-01-01T19:00:00.000001Z", "2026-01-01T00:00:00.123456Z"];
        string[] other =
        [
            "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.123000Z", "2026-01-01 00:00:00.000Z", "2026-01-01t00:00:00.000Z", "2026-01-01T00:00:00.000z",
            "2026-01-01T24:00:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:00.000+00:00", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.000", "1767225600000", "",
        ];
        Check(SameText.Times, same, other);
        Random random = new(9);
        Span<byte> room = stackalloc byte[Timestamps.MaxLength];
        for (int round = 0; round < 20_000; round++)
        {
            long micros = random.NextInt64(-62_135_596_800_000_000, 253_402_300_800_000_000);
            micros -= random.Next(2) == 0 ? micros % 1000 : 0;
            int length = Timestamps.Format(micros, room);
            Assert.Equal(Encoding.UTF8.GetString(room[..length]), Passed(SameText.Times, Encoding.UTF8.GetString(room[..length])));

            // Whatever else is a value and looks like one is written like that.
            room[random.Next(length)] = (byte)"0123456789:.-TZ+ "[random.Next(17)];
            string text = Encoding.UTF8.GetString(room[..length]);
            string start = Passed(SameText.Times, text);
            if (start.Length > 0 && Timestamps.TryParse(Encoding.UTF8.GetBytes(start), out long read, out _))
            {
                Assert.Equal(start, Encoding.UTF8.GetString(room[..Timestamps.Format(read, room)]));
            }
        }
    }

    [Fact]
    public void Texts_where_they_were_found_and_without_signs()
    {
        foreach ((string text, int offset, bool isSame) in new[]
        {
            ("pump 2", 0, true), ("", 0, false), ("pump 2", 1, false), ("a,b", 0, false), ("a\"b", 0, false), ("a\tb", 0, false), ("a\rb", 0, false), ("é", 0, false),
            (new string('k', 31), 0, true), (new string('k', 32), 0, false), ("~ !", 0, true),
        })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Span<int> places = [0];
            var texts = new PassedTexts([.. bytes, .. new byte[Spare]], places, [bytes.Length], []);
            Assert.Equal(isSame, SameText.Texts(texts, [((long)bytes.Length << 32) | (uint)offset], [0], (byte)',', (byte)'"'));
            Assert.Equal(isSame ? bytes.Length : places[0], places[0]);
        }
    }

    [Theory]
    [InlineData("{\"a\":x", 6, true)]
    [InlineData("{\"b\":x", 6, false)]
    [InlineData("{\"a\":x", 5, false)]
    public void A_lead_and_the_end_are_asked_for(string record, int end, bool isSame)
    {
        byte[] text = [.. "{\"a\":x"u8, .. Encoding.UTF8.GetBytes(record), .. "{\"a\":x"u8, .. new byte[Spare]];
        int[] places = [0, 6, 12];
        Assert.Equal(isSame, SameText.Texts(new PassedTexts(text, places, [6, 6 + end, 18], "{\"a\":"u8), [(1L << 32) | 5, (1L << 32) | 11, (1L << 32) | 17], [0, 1, 2], (byte)'\\', (byte)'"'));
        Assert.True(!isSame || places is [6, 12, 18]);
    }

    [Fact]
    public void Places_outside_the_text_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SameText.Integers(new PassedTexts("5"u8, new int[] { 2 }, [1], [])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SameText.Integers(new PassedTexts("5"u8, new int[] { -1 }, [1], [])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SameText.Integers(new PassedTexts("5"u8, new int[] { 0 }, [2], [])));
        Assert.Throws<ArgumentOutOfRangeException>(() => SameText.Integers(new PassedTexts("5"u8, new int[] { 0 }, [], [])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PassedTexts("5"u8, new int[] { 0 }, [1], new byte[32]).Text.Length);
    }

    [Fact]
    public void Rows_begin_with_their_pieces_as_long_as_there_is_room()
    {
        var random = new Random(35);
        byte[] text = new byte[4_000 + Spare];
        random.NextBytes(text);
        for (int round = 0; round < 2_000; round++)
        {
            int width = random.Next(1, 6);
            int columns = random.Next(width + 1);
            int rows = random.Next(12);
            byte[] cells = new byte[rows * width * Cells.Width];
            byte[] leads = new byte[(width + 1) * Cells.Width];
            random.NextBytes(cells);
            random.NextBytes(leads);
            byte[] lengths = [.. Enumerable.Range(0, rows * width).Select(_ => (byte)random.Next(Cells.Width + 1))];
            byte[] leadLengths = [.. Enumerable.Range(0, width + 1).Select(_ => (byte)random.Next(Cells.Width + 1))];
            int[] starts = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3_700))];
            int[] ends = [.. starts.Select(start => start + random.Next(300))];
            byte[] target = new byte[random.Next(((rows + 2) * 600) + 1)];
            int done = PassedRows.Join(text.AsSpan(0, 4_000), starts, ends, columns, cells, lengths, leads, leadLengths, target, out int length);
            byte[] expected = [.. Enumerable.Range(0, done).SelectMany(row => text[starts[row]..ends[row]]
                .Concat(Enumerable.Range(columns, width - columns).SelectMany(i => Of(leads, leadLengths, i).Concat(Of(cells, lengths, (row * width) + i)))).Concat(Of(leads, leadLengths, width)))];
            Assert.Equal(expected, target[..length]);
            Assert.True(done == rows || target.Length - length < ends[done] - starts[done] + ((2 * (width - columns)) + 2) * Cells.Width, $"stopped at {done} of {rows}");
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => PassedRows.Join("abc"u8, [0], [4], 1, new byte[32], [1], new byte[64], [1, 1], new byte[400], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => PassedRows.Join("abc"u8, [2], [1], 1, new byte[32], [1], new byte[64], [1, 1], new byte[400], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => PassedRows.Join("abc"u8, [0], [1], 2, new byte[32], [1], new byte[64], [1, 1], new byte[400], out _));

        static IEnumerable<byte> Of(byte[] cells, byte[] lengths, int cell) => cells.Skip(cell * Cells.Width).Take(lengths[cell]);
    }

    private static string Any(Random random, string alphabet, int most) => string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private static string Written(double value, Span<byte> room) => Encoding.UTF8.GetString(room[..NumberText.FormatFloat64(value, room)]);

    private static void Check(Look look, string[] same, string[] other)
    {
        Assert.All(same, text => Assert.Equal(text, Passed(look, text)));
        Assert.All(other, text => Assert.True(Passed(look, text).Length < Math.Max(text.Length, 1), text));
    }

    /// <summary>What of a text was gone over, with others around it; nothing where that is not told to be the same.</summary>
    private static string Passed(Look look, string text)
    {
        byte[] bytes = [.. "1,"u8, .. Encoding.UTF8.GetBytes(text)];
        Span<int> places = [1, 1];
        bool same = look(new PassedTexts([.. bytes, .. ",0123456789.Z"u8, .. new byte[Spare]], places, [bytes.Length, bytes.Length], ","u8));
        Assert.True(!same || places[0] == places[1]);
        return !same ? "" : Encoding.UTF8.GetString(bytes[2..places[0]]);
    }
}
