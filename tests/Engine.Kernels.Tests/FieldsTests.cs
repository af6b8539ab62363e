using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

/// <summary>Fields of many records at once against the same fields one by one.</summary>
public sealed class FieldsTests
{
    private const int Seed = 1054;
    private const int Width = 3;

    private static readonly Regex s_json = new(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant);

    private delegate FieldStatus Parse<T>(ReadOnlySpan<byte> text, out T value);

    private delegate int Read<T>(in FieldRun run, Span<T> values);

    [Fact]
    public void Int64_fields_are_what_each_of_them_is_alone() => Compare<long>(RandomNumber, Numbers.ParseInt64, Fields.ReadInt64, value => value);

    [Fact]
    public void Float64_fields_are_what_each_of_them_is_alone() => Compare<double>(RandomNumber, Numbers.ParseFloat64, Fields.ReadFloat64, BitConverter.DoubleToInt64Bits);

    [Fact]
    public void Timestamp_fields_are_what_each_of_them_is_alone() => Compare<long>(RandomTime, ParseTime, Fields.ReadTimestamps, value => value);

    [Theory]
    [InlineData("0", "-0.0", ".5", "5.", "1.25", "12345678", "1234567.8", "-9999999.99999999", "99999999", "0.12345678")]
    public void Float64_fields_of_the_short_forms_are_read(params string[] texts)
    {
        double[] values = new double[texts.Length];
        (byte[] bytes, int[] marks) = Lay(texts, field: 1, "\n");
        Assert.Equal(texts.Length, Fields.ReadFloat64(new FieldRun(bytes.AsSpan(0, bytes.Length - Block64.Length), marks, 2, Width, texts.Length, false), values));
        Assert.Equal(texts.Select(text => double.Parse(text, CultureInfo.InvariantCulture)), values);
    }

    /// <summary>Four at once where all of them are of the usual form, or all but one.</summary>
    [Fact]
    public void Float64_fields_of_the_usual_form_are_what_each_of_them_is_alone() => Compare<double>(random =>
    {
        int before = random.Next(8);
        int behind = random.Next(8 - before);
        string text = (random.Next(3) == 0 ? "-" : "") + Digits(random, before) + (random.Next(4) == 0 ? "" : ".") + Digits(random, behind);
        return random.Next(12) == 0 ? Spoilt(random, text) : text;
    }, Numbers.ParseFloat64, Fields.ReadFloat64, BitConverter.DoubleToInt64Bits);

    /// <summary>Four at once of more than eight characters, or some of them.</summary>
    [Fact]
    public void Float64_fields_of_up_to_16_characters_are_what_each_of_them_is_alone() => Compare<double>(LongNumber, Numbers.ParseFloat64, Fields.ReadFloat64, BitConverter.DoubleToInt64Bits);

    /// <summary>Thirty-two bytes up to the end of each: shorter and longer ones, zeros in front, 17 digits as doubles have them.</summary>
    [Fact]
    public void Float64_fields_of_many_digits_are_the_runtimes() => Compare<double>(WideNumber, ByRuntime, Fields.ReadFloat64, BitConverter.DoubleToInt64Bits);

    [Fact]
    public void Numbers_of_JSON_are_read_only_where_they_are_such()
    {
        Compare<double>(WideNumber, Strictly<double>(ByRuntime), Fields.ReadFloat64, BitConverter.DoubleToInt64Bits, isJson: true);
        Compare<double>(LongNumber, Strictly<double>(Numbers.ParseFloat64), Fields.ReadFloat64, BitConverter.DoubleToInt64Bits, isJson: true);
        Compare<double>(RandomNumber, Strictly<double>(Numbers.ParseFloat64), Fields.ReadFloat64, BitConverter.DoubleToInt64Bits, isJson: true);
        Compare<long>(RandomNumber, Strictly<long>(Numbers.ParseInt64), Fields.ReadInt64, value => value, isJson: true);
    }

    [Fact]
    public void Timestamp_fields_of_the_usual_form_are_what_each_of_them_is_alone() => Compare<long>(random =>
    {
        DateTime time = new DateTime(2026, 2, 27, 0, 0, 0, DateTimeKind.Utc).AddTicks(random.NextInt64(TimeSpan.TicksPerDay + (random.Next(10) == 0 ? TimeSpan.TicksPerHour : 0)));
        int digits = random.Next(8);
        string text = time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + (digits == 0 ? "" : "." + Digits(random, digits - 1)) + "Z";
        return random.Next(12) == 0 ? Spoilt(random, text) : text;
    }, ParseTime, Fields.ReadTimestamps, value => value);

    [Fact]
    public void A_run_beyond_its_marks_is_refused()
    {
        byte[] text = new byte[100];
        int[] marks = new int[10];
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new FieldRun(text, marks, 1, 3, 4, false); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new FieldRun(text, marks, 0, 3, 1, false); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = new FieldRun(text, marks, 1, 3, 0, false); });
        Assert.Equal(3, new FieldRun(text, marks, 3, 3, 3, true).Count);
    }

    private static void Compare<T>(Func<Random, string> create, Parse<T> parse, Read<T> read, Func<T, long> bits, bool isJson = false)
    {
        for (int round = 0; round < 1_500; round++)
        {
            var random = new Random(Seed + round);
            string[] texts = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => create(random))];
            int field = random.Next(Width);
            string[] ends = random.Next(3) switch { 0 => ["\r\n"], 1 => ["\n"], _ => ["\n", .. Enumerable.Range(0, 12).Select(_ => random.Next(9) == 0 ? "\n" : "\r\n")] };
            (byte[] bytes, int[] marks) = Lay(texts, field, ends);
            bool isLast = field == Width - 1;
            var values = new T[texts.Length];
            for (int i = 0; i < texts.Length; i++)
            {
                var run = new FieldRun(bytes.AsSpan(0, bytes.Length - Block64.Length), marks, 1 + field + (i * Width), Width, texts.Length - i, isLast, isJson);
                Assert.Equal(texts[i], Encoding.Latin1.GetString(run.Field(0)));
                int count = read(run, values.AsSpan(i));
                for (int k = i; k < i + count; k++)
                {
                    Assert.True(parse(Encoding.Latin1.GetBytes(texts[k]), out T expected) == FieldStatus.Value && bits(expected) == bits(values[k]), $"'{texts[k]}' is {values[k]}, not {expected}; seed {Seed + round}");
                }

                i += count;
                Assert.True(i == texts.Length || parse(Encoding.Latin1.GetBytes(texts[i]), out _) != FieldStatus.Value, $"stopped at '{texts[Math.Min(i, texts.Length - 1)]}'; seed {Seed + round}");
            }
        }
    }

    /// <summary>The texts as one field of three, with line ends in turn and 64 bytes of other digits behind.</summary>
    private static (byte[] Bytes, int[] Marks) Lay(string[] texts, int field, params string[] ends)
    {
        var all = new StringBuilder();
        var marks = new List<int> { -1 };
        for (int record = 0; record < texts.Length; record++)
        {
            for (int i = 0; i < Width; i++)
            {
                all.Append(i == field ? texts[record] : "1").Append(i == Width - 1 ? ends[record % ends.Length] : ",");
                marks.Add(all.Length - 1);
            }
        }

        return (Encoding.Latin1.GetBytes(all.Append('7', Block64.Length).ToString()), [.. marks]);
    }

    private static FieldStatus ParseTime(ReadOnlySpan<byte> text, out long micros) => Timestamps.TryParse(text, out micros, out _) ? FieldStatus.Value : FieldStatus.BadTimestamp;

    private static string RandomNumber(Random random)
    {
        string digits = Digits(random, random.Next(random.Next(4) == 0 ? 22 : 9));
        string text = random.Next(3) == 0 ? digits : digits + "." + Digits(random, random.Next(random.Next(4) == 0 ? 12 : 5));
        text = random.Next(3) switch { 0 => "-" + text, _ => text };
        return random.Next(8) == 0 ? Spoilt(random, text) : text;
    }

    private static string LongNumber(Random random)
    {
        int before = random.Next(random.Next(4) == 0 ? 16 : 6);
        string text = (random.Next(3) == 0 ? "-" : "") + Digits(random, before) + (random.Next(4) == 0 ? "" : ".") + Digits(random, random.Next(17 - before));
        return random.Next(12) == 0 ? Spoilt(random, text) : text;
    }

    private static string WideNumber(Random random)
    {
        int digits = random.Next(25);
        int before = random.Next(digits + 1);
        string text = random.Next(3) switch
        {
            0 => ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 8))).ToString("R", CultureInfo.InvariantCulture),
            1 => Digits(random, before) + "." + Digits(random, digits - before),
            _ => new string('0', random.Next(6)) + (random.Next(2) == 0 ? "." : "") + new string('0', random.Next(6)) + Digits(random, random.Next(20)),
        };
        text = random.Next(4) == 0 && !text.StartsWith('-') ? "-" + text : text;
        return random.Next(12) == 0 ? Spoilt(random, text) : text;
    }

    private static FieldStatus ByRuntime(ReadOnlySpan<byte> text, out double value)
    {
        FieldStatus status = Numbers.ParseFloat64(text, out value);
        bool isNumber = status == FieldStatus.Value;
        value = isNumber ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : value;
        return status;
    }

    private static Parse<T> Strictly<T>(Parse<T> parse) => (ReadOnlySpan<byte> text, out T value) =>
    {
        value = default!;
        return s_json.IsMatch(Encoding.Latin1.GetString(text)) ? parse(text, out value) : FieldStatus.BadNumber;
    };

    private static string RandomTime(Random random)
    {
        var start = new DateTime(2026, 2, 27, 0, 0, 0, DateTimeKind.Utc);
        DateTime time = random.Next(5) == 0 ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc) : start.AddTicks(random.NextInt64(4 * TimeSpan.TicksPerDay));
        string date = time.ToString("yyyy-MM-dd" + (random.Next(4) switch { 0 => "' '", 1 => "'t'", _ => "'T'" }), CultureInfo.InvariantCulture);
        string clock = time.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        string fraction = random.Next(5) == 0 ? "" : "." + Digits(random, random.Next(9));
        string offset = random.Next(8) switch { 0 => "", 1 => "z", 2 => "+02:00", _ => "Z" };
        string text = date + clock + fraction + offset;
        return random.Next(12) switch { 0 => Digits(random, random.Next(20)), 1 => text[..10], 2 or 3 => Spoilt(random, text), _ => text };
    }

    private static string Digits(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    /// <summary>One character is another: often one that is near to a digit or a sign.</summary>
    private static string Spoilt(Random random, string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        int at = random.Next(text.Length);
        char other = random.Next(3) switch { 0 => (char)('0' + random.Next(10)), 1 => (char)random.Next(256), _ => "/:.-+Ze \0\u00b0\u00ff"[random.Next(11)] };
        return text[..at] + (other == '\r' ? 'r' : other) + text[(at + 1)..];
    }
}
