using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Xunit;

namespace DataStream.Kernels.Tests;

/// <summary>What the quick walks over JSON take is what System.Text.Json takes, byte by byte of every line; at every length and place, with noise behind the text.</summary>
public sealed class JsonRecordsTests
{
    private static readonly string[] s_values =
    [
        "0", "-0", "12", "-3.25", "1234567890.5", "0.5", "00", "01", "-", "1.", ".5", "+1", "-a", "1.2.3", "12345678901234567890123456789.5", "1e5", "true", "false", "null", "nul", "trux",
        "\"\"", "\"plain\"", "\"0123456789012345678901234567890\"", "\"01234567890123456789012345678901\"", "\"a \\\" \\\\ \\u00e9 b\"", "\"\\u12g4\"", "\"\\q\"", "\"\t\"", "\"é€\"", "\"open", "{}", "[]",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flat_object_is_taken_only_where_the_oracle_takes_it(bool isReadStrictly)
    {
        int taken = 0;
        foreach (string value in s_values)
        {
            foreach (string shape in (string[])["{'a':~}", "{'a': ~}", " { 'longer key' : ~ , 'a'\t:1 } \r", "{'k':~,'a':~}", "{'a':~, 'k': ~,'a key of more than 16 bytes':~ }", "{'a':~,}", "{'a':~", "{'a':~}x", "{'a' ~}", "{'a':~ ,'c':~}",
                "{'a':  ~  }", "'a':~}", "{'a':~,'b'}", "{'a':~,'b':1,'a':~}", "{'k':~,'k':~}", "{'a':~ 'b':~}", "{'a':~,b':~}", "{,'a':~}", "{'a':~}}", "{{'a':~}", "{'\\u0061':~}", "{'a key that is much longer than 31 bytes':~}"])
            {
                taken += Check(shape.Replace('\'', '"').Replace("~", value, StringComparison.Ordinal), isReadStrictly) ? 1 : 0;
            }
        }

        Assert.Equal(9 * 17, taken); // all that are sound
    }

    [Fact]
    public void Flat_objects_one_behind_the_other_are_read_up_to_the_first_that_is_something_else()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"a\":1}\n{\"b\":\"x\",\"a\":2}\r\n{\"k\":null,\"b\":\"\"}\n{\"a\":3,\"b\":[1]}\n{\"a\":4}\n");
        byte[] text = [.. bytes, .. Noise];
        (JsonRun run, JsonNames names, var signs, int start) = (new JsonRun(2), Names(out JsonRun _), new JsonSigns(), 0);
        names = Names(out run);
        Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), 0));
        Assert.Equal(3, JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 100, 1000));
        Assert.Equal("{\"a\":3", Encoding.UTF8.GetString(text, start, 6));
        Assert.Equal([0, 1], run.Records(0).ToArray().Select(r => (int)r));
        Assert.Equal([1, 2], run.Records(1).ToArray().Select(r => (int)r));
        start = bytes.AsSpan().IndexOf("{\"a\":4"u8);
        Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), start));
        Assert.Equal(1, JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 100, 1000));
        Assert.Equal([0, 1, 3], run.Records(0).ToArray().Select(r => (int)r));
        Assert.False(signs.Seek(text.AsSpan(0, bytes.Length), start));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Line_ends_are_found_at_any_place_and_records_that_are_too_long_are_left(string lineEnd)
    {
        for (int length = 0; length < 200; length++)
        {
            string[] lines = [$"{{\"a\":1,\"b\":\"{new string('x', length)}\"}}", "{\"b\": \"y\" , \"a\":2}", $"{{\"a\":3,\"kk\":\"{new string('z', length)}\"}}", "{}", "{\"a\":5}"];
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + lineEnd)));
            byte[] text = [.. bytes, .. Noise];
            foreach (int longest in (int[])[lines[0].Length + lineEnd.Length, lines[2].Length + lineEnd.Length, 16384])
            {
                JsonNames names = Names(out JsonRun run);
                var signs = new JsonSigns();
                int start = 0;
                Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), 0));
                int expected = lines.Take(3).TakeWhile(l => l.Length + lineEnd.Length <= longest).Count();
                Assert.Equal(expected, JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 100, longest));
                Assert.Equal(lines.Take(expected).Sum(l => l.Length + lineEnd.Length), start);
                for (int record = 0; record < expected; record++)
                {
                    Assert.Equal(lines[record], Encoding.UTF8.GetString(text[run.BoundsOf(record).Start..run.BoundsOf(record).End]));
                }

                Assert.Equal(Enumerable.Range(0, expected), run.Records(0).ToArray().Select(r => (int)r));
                Assert.Equal(Enumerable.Range(0, Math.Min(expected, 2)), run.Records(1).ToArray().Select(r => (int)r));

                // It goes on behind what was left.
                start = bytes.Length - lines[4].Length - lineEnd.Length;
                Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), start));
                Assert.Equal(1, JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 100, 16384));
                Assert.Equal(bytes.Length, start);
            }
        }
    }

    [Fact]
    public void Keys_are_found_however_many_there_are_and_however_alike()
    {
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => new string('k', i)), .. Enumerable.Range(0, 20).Select(i => $"sensor {i:00} of the hall"), .. Enumerable.Range(0, 20).Select(i => $"the hall's sensor {i:00}"), "é", "longest of all 31 bytes 0123456"];
        var run = new JsonRun(keys.Length);
        var names = new JsonNames(run);
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.True(names.TryAdd(Encoding.UTF8.GetBytes(keys[i]), JsonRun.LaneOf(i), isNeeded: true));
        }

        Assert.True(names.TryAdd("one more"u8, run.Spare, isNeeded: false));
        Assert.False(names.TryAdd("too many"u8, run.Spare, isNeeded: false));
        byte[] bytes = Encoding.UTF8.GetBytes($"{{{string.Join(',', keys.Select((k, i) => $"\"{k}\":{i + 10},\"{k}x\":{i}"))}}}\n");
        byte[] text = [.. bytes, .. Noise];
        int start = 0;
        var signs = new JsonSigns();
        Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), 0));
        // "k…kx" are nobody's, and "kk" is no "k".
        Assert.Equal(1, JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 1, 100_000));
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(1, run.Entries(i));
            Assert.Equal($"{i + 10}", Encoding.UTF8.GetString(text[(run.Marks(i)[0] + 1)..run.Marks(i)[1]]));
        }
    }

    private static JsonNames Names(out JsonRun run, bool isReadStrictly = false)
    {
        run = new JsonRun(2);
        var names = new JsonNames(run);
        Assert.True(names.TryAdd("a"u8, JsonRun.LaneOf(0), isNeeded: true, isReadStrictly));
        Assert.True(names.TryAdd("b"u8, JsonRun.LaneOf(1), isNeeded: true));
        return names;
    }

    /// <summary>True where a line was taken.</summary>
    private static bool Check(string line, bool isReadStrictly)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        byte[] text = [.. bytes, .. Noise];
        JsonNames names = Names(out JsonRun run, isReadStrictly);
        var signs = new JsonSigns();
        int start = 0;
        Assert.True(signs.Seek(text.AsSpan(0, bytes.Length), 0));
        int count = JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, signs, names, run, 1, 1000);
        Assert.Equal(count == 0 ? 0 : bytes.Length, start);
        Assert.Equal(count, run.Count);
        string? a = run.Entries(0) == 0 ? null : Encoding.UTF8.GetString(text[(run.Marks(0)[0] + 1)..run.Marks(0)[1]]);
        if (count == 0)
        {
            Assert.Null(a);
            return false;
        }

        if (isReadStrictly && run.Entries(0) > 0 && run.Kinds(0)[0] == (byte)JsonKind.Number && !JsonObjects.IsNumber(Encoding.UTF8.GetBytes(a!)))
        {
            Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(line));
            return false;
        }

        using JsonDocument document = JsonDocument.Parse(line);
        Assert.Equal(line.TrimEnd('\r'), Encoding.UTF8.GetString(text[run.BoundsOf(0).Start..run.BoundsOf(0).End]));
        Assert.Equal(document.RootElement.TryGetProperty("a"u8, out JsonElement expected), a is not null);
        if (a is not null)
        {
            string raw = expected.GetRawText();
            var kind = raw switch
            {
                "true" => JsonKind.True, "false" => JsonKind.False, "null" => JsonKind.Null,
                ['"', ..] => raw.Contains('\\', StringComparison.Ordinal) ? JsonKind.EscapedText : JsonKind.Text,
                _ => JsonKind.Number,
            };
            Assert.Equal((kind is JsonKind.Text or JsonKind.EscapedText ? raw[1..^1] : raw, kind), (a, (JsonKind)run.Kinds(0)[0]));
        }

        return true;
    }

    [Fact]
    public void A_record_of_a_layout_is_taken_only_where_the_oracle_takes_it_and_its_values_lie_between_its_marks()
    {
        foreach (JsonGap gap in Enum.GetValues<JsonGap>())
        {
            foreach ((string value, int behind) in s_values.SelectMany(v => new[] { (v, 0), (v, 300) }))
            {
                string quote = gap == JsonGap.String ? "\"" : "";
                string inner = gap == JsonGap.String && value is ['"', .., '"'] ? value[1..^1] : value;
                string line = $"{{\"a key that is longer than one piece of a literal\":{quote}{inner}{quote}}}";
                byte[] literals = new byte[96];
                int first = Encoding.UTF8.GetBytes($"{{\"a key that is longer than one piece of a literal\":{quote}", literals);
                int last = Encoding.UTF8.GetBytes($"{quote}}}\n", literals.AsSpan(64));
                JsonPart[] parts = [new() { Length = first, Mask = uint.MaxValue >> (-first & 31), Gap = gap }, new() { Length = last, Mask = uint.MaxValue >> (-last & 31) }];
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n" + line + "\n");
                byte[] text = [.. bytes, .. new byte[behind], .. Noise];
                int[] marks = new int[4];
                int[] ends = new int[2];
                int start = 0;
                int count = JsonRecords.Match(text.AsSpan(0, bytes.Length + behind), ref start, literals, parts, 1000, marks, ends, 2, out ulong escaped);
                Assert.Equal(count * (bytes.Length / 2), start);
                Assert.Equal(Enumerable.Range(1, count).Select(i => i * (bytes.Length / 2)), ends.Take(count));
                if (count == 0 || (gap == JsonGap.Digits && behind > 0 && !JsonObjects.IsNumber(Encoding.UTF8.GetBytes(inner))))
                {
                    continue; // the grammar of digits is looked at by who reads them
                }

                using JsonDocument document = JsonDocument.Parse(line);
                Assert.Equal(inner.Contains('\\', StringComparison.Ordinal) ? (1, 1UL) : (2, 0UL), (count, escaped));
                Assert.Equal(inner, Encoding.UTF8.GetString(text[(marks[0] + 1)..marks[1]]));
                Assert.Equal(0, Cut(bytes.Length / 2 - 1));

                int Cut(int length)
                {
                    int at = 0;
                    return JsonRecords.Match(text.AsSpan(0, length), ref at, literals, parts, 1000, new int[4], new int[2], 2, out _);
                }
            }
        }
    }

    [Fact]
    public void A_short_text_is_quoted_only_where_JSON_leaves_it_as_it_is()
    {
        byte[] cell = new byte[Cells.Width];
        for (int length = 0; length <= Cells.MaxQuoted; length++)
        {
            byte[] text = [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26))), .. Noise];
            Assert.True(Cells.TryQuote(ref text[0], length, cell));
            Assert.Equal($"\"{Encoding.ASCII.GetString(text, 0, length)}\"", Encoding.ASCII.GetString(cell, 0, length + 2));
            for (int value = 0; value < 256 && length > 0; value++)
            {
                text[length - 1] = (byte)value;
                bool isPlain = value is >= 0x20 and < 0x80 and not ('"' or '\\');
                Assert.True(isPlain == Cells.TryQuote(ref text[0], length, cell), string.Create(CultureInfo.InvariantCulture, $"{value} at {length}"));
            }
        }
    }

    private static byte[] Noise => [.. Enumerable.Repeat((byte)'"', 32), .. Enumerable.Repeat((byte)'\\', 32)];
}
