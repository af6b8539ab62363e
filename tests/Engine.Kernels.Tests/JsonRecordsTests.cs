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

    [Fact]
    public void A_flat_object_is_taken_only_where_the_oracle_takes_it()
    {
        var members = new JsonMember[8];
        int taken = 0;
        foreach (string value in s_values)
        {
            foreach (string line in (string[])[$"{{\"a\":{value}}}", $" {{ \"longer key\" : {value} , \"b\"\t:1 }} \r", $"{{\"a\":{value},}}", $"{{\"a\":{value}", $"{{\"a\":{value}}}x", $"{{\"a\" {value}}}"])
            {
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
                byte[] text = [.. bytes, .. Noise];
                int start = 0;
                int count = JsonObjects.Read(text.AsSpan(0, bytes.Length), ref start, members);
                Assert.Equal(count < 0 ? 0 : bytes.Length, start);
                if (count < 0)
                {
                    continue;
                }

                taken++;
                using JsonDocument document = JsonDocument.Parse(line);
                JsonProperty[] expected = [.. document.RootElement.EnumerateObject()];
                Assert.Equal(expected.Length, count);
                for (int i = 0; i < count; i++)
                {
                    JsonMember member = members[i];
                    Assert.Equal(expected[i].Name, Encoding.UTF8.GetString(text, member.KeyStart, member.KeyLength));
                    Assert.Equal(JsonObjects.WordOf(Encoding.UTF8.GetBytes(expected[i].Name)), member.KeyWord);
                    string raw = expected[i].Value.GetRawText();
                    int quote = raw[0] == '"' ? 1 : 0;
                    Assert.Equal(raw, Encoding.UTF8.GetString(text, member.Start - quote, member.End - member.Start + (2 * quote)));
                    Assert.Equal(quote == 1 ? JsonGap.String : char.IsAsciiLetter(raw[0]) ? JsonGap.Word : JsonGap.Number, member.Kind);
                    Assert.Equal(raw.Contains('\\', StringComparison.Ordinal), member.IsEscaped);
                }
            }
        }

        Assert.InRange(taken, 30, 60);
    }

    [Fact]
    public void A_record_of_a_layout_is_taken_only_where_the_oracle_takes_it_and_its_values_lie_between_its_marks()
    {
        foreach (JsonGap gap in Enum.GetValues<JsonGap>())
        {
            foreach (string value in s_values)
            {
                string quote = gap == JsonGap.String ? "\"" : "";
                string inner = gap == JsonGap.String && value is ['"', .., '"'] ? value[1..^1] : value;
                string line = $"{{\"a key that is longer than one piece of a literal\":{quote}{inner}{quote}}}";
                byte[] literals = new byte[96];
                int first = Encoding.UTF8.GetBytes($"{{\"a key that is longer than one piece of a literal\":{quote}", literals);
                int last = Encoding.UTF8.GetBytes($"{quote}}}\n", literals.AsSpan(64));
                JsonPart[] parts = [new() { Length = first, Mask = uint.MaxValue >> (-first & 31), Gap = gap }, new() { Length = last, Mask = uint.MaxValue >> (-last & 31) }];
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n" + line + "\n");
                byte[] text = [.. bytes, .. Noise];
                int[] marks = new int[4];
                int start = 0;
                int count = JsonRecords.Match(text.AsSpan(0, bytes.Length), ref start, literals, parts, 1000, marks, 2, out ulong escaped);
                Assert.Equal(count * (bytes.Length / 2), start);
                if (count == 0)
                {
                    continue;
                }

                using JsonDocument document = JsonDocument.Parse(line);
                Assert.Equal(inner.Contains('\\', StringComparison.Ordinal) ? (1, 1UL) : (2, 0UL), (count, escaped));
                Assert.Equal(inner, Encoding.UTF8.GetString(text[(marks[0] + 1)..marks[1]]));
                Assert.Equal(0, Cut(bytes.Length / 2 - 1));

                int Cut(int length)
                {
                    int at = 0;
                    return JsonRecords.Match(text.AsSpan(0, length), ref at, literals, parts, 1000, new int[4], 2, out _);
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
