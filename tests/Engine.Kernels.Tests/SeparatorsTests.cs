using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class SeparatorsTests
{
    private const int Seed = 512;

    [Fact]
    public void Plain_records_agree_with_a_byte_at_a_time_at_every_length()
    {
        var random = new Random(Seed);
        for (int length = 0; length <= 300; length++)
        {
            for (int round = 0; round < 60; round++)
            {
                byte[] bytes = RandomText(random, length + Block64.Length);
                int start = random.Next(0, 3) == 0 ? Math.Min(length, random.Next(70)) : 0;
                var dialect = new Dialect((byte)',', (byte)'"', random.Next(3) == 0 ? '#' : -1, random.Next(3) == 0 ? random.Next(1, 40) : 1000);
                Compare(bytes.AsSpan(0, length), start, dialect, random);
            }
        }
    }

    /// <summary>Groups of blocks are counted at once: where quotes, long records and the last record wanted lie in them must not matter.</summary>
    [Fact]
    public void Records_of_long_texts_are_counted_as_those_of_short_ones()
    {
        var random = new Random(Seed);
        int quoted = 0;
        for (int round = 0; round < 3_000; round++)
        {
            int length = random.Next(256, 1500);
            byte[] bytes = EvenText(random, random.Next(2, 9), length);
            for (int quotes = random.Next(3) == 0 ? random.Next(1, 4) : 0; quotes > 0; quotes--)
            {
                int at = random.Next(1, length - 3);
                bytes.AsSpan(at - 1, 4).Clear();
                "\n\",\""u8.CopyTo(bytes.AsSpan(at - 1));
            }

            var dialect = new Dialect((byte)',', (byte)'"', random.Next(5) == 0 ? '#' : -1, random.Next(2) == 0 ? random.Next(200, 600) : 5000);
            List<List<int>> expected = Plain(bytes.AsSpan(0, length), 0, dialect);
            int most = random.Next(2) == 0 ? random.Next(1, 400) : int.MaxValue;
            int taken = PlainRecords.Take(bytes.AsSpan(0, length), most, dialect, out int records, out bool hasQuotes);
            string shown = $"{records} of {expected.Count}: {Encoding.Latin1.GetString(bytes, 0, length)}; seed {Seed}, round {round}";
            Assert.True(records == Math.Min(most, expected.Count), shown);
            Assert.True(taken == (records == 0 ? 0 : expected[records - 1][^1] + 1), shown);
            Assert.True(hasQuotes || !bytes.AsSpan(0, taken).Contains(dialect.Quote), shown);
            quoted += hasQuotes ? 1 : 0;
        }

        Assert.InRange(quoted, 500, 2_500);
    }

    private static void Compare(ReadOnlySpan<byte> text, int start, in Dialect dialect, Random random)
    {
        List<List<int>> expected = Plain(text, start, dialect);
        int most = random.Next(1, 12);
        var marks = new int[random.Next(Separators.MinMarks + 1, 700)];
        var rowEnds = new int[most];
        int rows = Separators.Index(text, start, dialect, marks, rowEnds);
        var actual = new List<List<int>>();
        int mark = 1;
        for (int row = 0; row < rows; row++)
        {
            actual.Add([.. marks[mark..(rowEnds[row] + 1)]]);
            mark = rowEnds[row] + 1;
        }

        // Few marks may end it early; otherwise it is all there is, and the first mark stands before the text.
        string shown = Encoding.Latin1.GetString(text);
        Assert.True(rows == Math.Min(most, expected.Count) || marks.Length < 512, $"{rows} of {expected.Count}: {shown}; seed {Seed}");
        Assert.True(expected.Take(rows).Select(r => string.Join(",", r)).SequenceEqual(actual.Select(r => string.Join(",", r))), $"{shown}; seed {Seed}");
        Assert.Equal(start - 1, marks[0]);

        int taken = PlainRecords.Take(text[start..], most, dialect, out int records, out bool hasQuotes);
        Assert.True(hasQuotes || records == text[start..(start + taken)].Count((byte)'\n'), $"{shown}; seed {Seed}");
        Assert.True(hasQuotes || !text[start..(start + taken)].Contains(dialect.Quote), $"{shown}; seed {Seed}");
        Assert.True(records == Math.Min(most, expected.Count), $"{records} of {expected.Count}: {shown}; seed {Seed}");
        Assert.Equal(records == 0 ? 0 : expected[records - 1][^1] + 1 - start, taken);
    }

    [Fact]
    public void Even_records_are_the_plain_ones_without_quotes_and_of_the_same_width()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 6_000; round++)
        {
            int width = random.Next(4) == 0 ? random.Next(12, 80) : random.Next(2, 12);
            byte[] bytes = EvenText(random, width, random.Next(700));
            ReadOnlySpan<byte> text = bytes.AsSpan(0, bytes.Length - Block64.Length);
            int start = random.Next(3) == 0 ? Math.Min(text.Length, random.Next(70)) : 0;
            var dialect = new Dialect((byte)',', (byte)'"', random.Next(3) == 0 ? '#' : -1, random.Next(3) == 0 ? random.Next(1, 90) : 1000);
            int most = random.Next(1, 40);
            var marks = new int[random.Next(3) == 0 ? random.Next(Separators.MinMarks + 1, 300) : 1000];

            List<List<int>> expected = [];
            int from = start;
            foreach (List<int> record in Plain(text, start, dialect).Take(most))
            {
                if (record.Count != width || text[from..record[^1]].Contains(dialect.Quote))
                {
                    break;
                }

                expected.Add(record);
                from = record[^1] + 1;
            }

            int records = EvenRecords.Index(text, start, dialect, width, most, marks, out bool hasReturns);
            string shown = $"{records} of {expected.Count} with {width}: {Encoding.Latin1.GetString(text)}; seed {Seed}, round {round}";
            Assert.True(records == expected.Count || (records < expected.Count && marks.Length < 300), shown);
            Assert.True(expected.Take(records).SelectMany(record => record).SequenceEqual(marks.Skip(1).Take(records * width)), shown);
            Assert.Equal(start - 1, marks[0]);
            Assert.True(hasReturns || records == 0 || !text[start..(marks[records * width] + 1)].Contains(Lines.CarriageReturn), shown);
            Assert.False(hasReturns && !text[start..].Contains(Lines.CarriageReturn), shown);
        }
    }

    /// <summary>Records wider than a block: nothing in a block tells that their line ends are missing.</summary>
    [Theory]
    [InlineData(65)]
    [InlineData(100)]
    public void Separators_without_a_line_end_are_no_record(int width)
    {
        byte[] text = [.. Enumerable.Repeat((byte)',', 256), .. new byte[Block64.Length]];
        Assert.Equal(0, EvenRecords.Index(text.AsSpan(0, 256), 0, new Dialect((byte)',', (byte)'"', -1, 1000), width, 10, new int[1000], out _));
    }

    /// <summary>More line ends than a counter of eight bits takes, in texts of nothing else but them and delimiters, and one that is missing.</summary>
    [Fact]
    public void Line_ends_of_long_texts_are_all_counted()
    {
        byte[] text = [.. Enumerable.Repeat<byte[]>([(byte)',', (byte)'\n'], 20_000).SelectMany(r => r), .. new byte[Block64.Length]];
        var dialect = new Dialect((byte)',', (byte)'"', -1, 1000);
        var marks = new int[50_000];
        Assert.Equal(20_000, EvenRecords.Index(text.AsSpan(0, 40_000), 0, dialect, 2, 30_000, marks, out _));
        Assert.Equal(Enumerable.Range(-1, 40_001), marks.Take(40_001));
        text[30_001] = (byte)',';
        Assert.Equal(15_000, EvenRecords.Index(text.AsSpan(0, 40_000), 0, dialect, 2, 30_000, marks, out _));
        text[30_001] = (byte)'\n';
        text[30_000] = (byte)'\n';
        Assert.Equal(15_000, EvenRecords.Index(text.AsSpan(0, 40_000), 0, dialect, 2, 30_000, marks, out _));
    }

    private static byte[] EvenText(Random random, int width, int length)
    {
        var text = new StringBuilder();
        int dirt = random.Next(3) switch { 0 => 6, 1 => 60, _ => int.MaxValue / 8 };
        bool hasReturns = random.Next(2) == 0;
        bool isDense = random.Next(3) == 0; // blocks of hardly anything but separators
        while (text.Length < length)
        {
            int fields = random.Next(dirt) == 0 ? random.Next(1, 2 * width) : width;
            text.Append(random.Next(2 * dirt) == 0 ? "#" : random.Next(2 * dirt) == 0 ? "\n" : "");
            for (int i = 0; i < fields; i++)
            {
                text.Append(random.Next(8 * dirt) == 0 ? "\"x,\"" : new string('x', isDense ? random.Next(40) / 39 : random.Next(random.Next(9) == 0 ? 90 : 8)));
                text.Append(i < fields - 1 ? "," : hasReturns && random.Next(3) == 0 ? "\r\n" : "\n");
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString(0, length) + new string(',', Block64.Length));
    }

    /// <summary>The marks of each record up to the first that is not plain.</summary>
    private static List<List<int>> Plain(ReadOnlySpan<byte> text, int start, in Dialect dialect)
    {
        var records = new List<List<int>>();
        int at = start;
        while (at < text.Length && text[at] != dialect.Comment)
        {
            int first = at;
            var marks = new List<int>();
            while (true)
            {
                bool isQuoted = at < text.Length && text[at] == dialect.Quote;
                at += isQuoted ? 1 : 0;
                for (; at < text.Length && (isQuoted || (text[at] != dialect.Delimiter && text[at] != '\n')); at++)
                {
                    if (text[at] != dialect.Quote)
                    {
                        continue;
                    }

                    if (!isQuoted)
                    {
                        return records; // inside an unquoted field
                    }

                    if (at + 1 < text.Length && text[at + 1] == dialect.Quote)
                    {
                        at++;
                        continue;
                    }

                    isQuoted = false;
                    bool isReturn = at + 2 < text.Length && text[at + 1] == '\r' && text[at + 2] == '\n';
                    if (at + 1 < text.Length && text[at + 1] != dialect.Delimiter && text[at + 1] != '\n' && !isReturn)
                    {
                        return records; // behind a closing one
                    }
                }

                if (at >= text.Length)
                {
                    return records;
                }

                marks.Add(at++);
                if (text[at - 1] == '\n')
                {
                    break;
                }
            }

            if (at - 1 - first > dialect.MaxRecordSize)
            {
                return records;
            }

            records.Add(marks);
        }

        return records;
    }

    private static byte[] RandomText(Random random, int length)
    {
        var text = new StringBuilder();
        int dirt = random.Next(3) == 0 ? 12 : 400;
        while (text.Length < length)
        {
            string value = new('x', random.Next(random.Next(4) == 0 ? 90 : 8));
            text.Append(random.Next(5) == 0 ? $"\"{value},\"\"\n\"" : random.Next(6) == 0 ? "\"\"" : value);
            text.Append(random.Next(dirt) == 0 ? "\"" : random.Next(dirt) == 0 ? "\r" : "");
            text.Append(random.Next(4) switch { 0 => random.Next(4) == 0 ? "\r\n" : "\n", _ => "," });
            text.Append(random.Next(20) == 0 ? "#" : "");
        }

        return Encoding.Latin1.GetBytes(text.ToString(0, length));
    }
}
