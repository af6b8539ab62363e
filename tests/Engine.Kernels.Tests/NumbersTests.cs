using System;
using System.Globalization;
using System.Numerics;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class NumbersTests
{
    private const int Seed = 20261125;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+5", 5)]
    [InlineData(" \t6 ", 6)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("00000000000000000000000000012", 12)]
    [InlineData("-00000000000000000000000000000", 0)]
    [InlineData("1000000000000000000", 1_000_000_000_000_000_000)]
    public void Int64_takes_digits_with_a_sign(string text, long expected)
    {
        Assert.Equal(FieldStatus.Value, Numbers.ParseInt64(Bytes(text), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("9223372036854775808", FieldStatus.OutOfRange)]
    [InlineData("-9223372036854775809", FieldStatus.OutOfRange)]
    [InlineData("99999999999999999999999999", FieldStatus.OutOfRange)]
    [InlineData("18446744073709551617", FieldStatus.OutOfRange)]
    [InlineData("99999999999999999999999999x", FieldStatus.BadNumber)]
    [InlineData("8.0", FieldStatus.BadNumber)]
    [InlineData("8.", FieldStatus.BadNumber)]
    [InlineData("9e0", FieldStatus.BadNumber)]
    [InlineData("", FieldStatus.Null)]
    [InlineData(" ", FieldStatus.BadNumber)]
    [InlineData("-", FieldStatus.BadNumber)]
    [InlineData("+", FieldStatus.BadNumber)]
    [InlineData("1 2", FieldStatus.BadNumber)]
    [InlineData("--1", FieldStatus.BadNumber)]
    [InlineData("NaN", FieldStatus.Null)]
    [InlineData("-nan", FieldStatus.Null)]
    [InlineData("+INFINITY", FieldStatus.Null)]
    [InlineData("inf", FieldStatus.Null)]
    [InlineData("infinit", FieldStatus.BadNumber)]
    public void Int64_says_why_a_text_is_no_value(string text, FieldStatus expected) =>
        Assert.Equal(expected, Numbers.ParseInt64(Bytes(text), out _));

    [Theory]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData("1 2")]
    [InlineData("1.2.3")]
    [InlineData("1f")]
    [InlineData("+")]
    [InlineData("$5")]
    [InlineData(" ")]
    [InlineData("+-1")]
    [InlineData("1e5.0")]
    [InlineData("nano")]
    [InlineData("- 1")]
    [InlineData("1e 5")]
    public void Float64_refuses_what_is_no_number(string text) =>
        Assert.Equal(FieldStatus.BadNumber, Numbers.ParseFloat64(Bytes(text), out _));

    [Theory]
    [InlineData("1e309")]
    [InlineData("-1e309")]
    [InlineData("1.7976931348623159e308")]
    [InlineData("1e99999999999999999999999999")]
    [InlineData("NaN")]
    [InlineData("-Inf")]
    [InlineData("")]
    public void Float64_beyond_its_range_is_null(string text) =>
        Assert.Equal(FieldStatus.Null, Numbers.ParseFloat64(Bytes(text), out _));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740992.9999999999999999999999999")]
    [InlineData("9007199254740993.0000000000000000000000001")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("2.2250738585072011e-308")]
    [InlineData("2.2250738585072012e-308")]
    [InlineData("5e-324")]
    [InlineData("2.4703282292062327e-324")]
    [InlineData("2.4703282292062328e-324")]
    [InlineData("1e-400")]
    [InlineData("-1e-400")]
    [InlineData("-0")]
    [InlineData("0e99999999999999999999")]
    [InlineData("6.0221407599999999e23")]
    [InlineData("1.00000000000000011102230246251565404236316680908203125")]
    [InlineData("1.00000000000000011102230246251565404236316680908203124")]
    [InlineData("1.00000000000000011102230246251565404236316680908203126")]
    [InlineData("123456789012345678901234567890e-10")]
    [InlineData("12345678901234567890123456789.5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("5.e1")]
    [InlineData("+.5e+1")]
    [InlineData("0001.500")]
    [InlineData("1e23")]
    [InlineData("00000000000000000000000000000000000000000000.1")]
    [InlineData("99999999999999999999")]
    [InlineData("1e-0000000000000000000000005")]
    public void Float64_is_what_the_runtime_reads(string text)
    {
        Assert.Equal(FieldStatus.Value, Numbers.ParseFloat64(Bytes(text), out double value));
        Assert.Equal(Bits(double.Parse(text, CultureInfo.InvariantCulture)), Bits(value));
    }

    [Fact]
    public void Float64_rounds_by_digits_however_far_behind()
    {
        // The midpoint between 1 and the next double, then zeros, then perhaps a digit: one digit decides.
        string midpoint = "1.00000000000000011102230246251565404236316680908203125";
        foreach (int zeros in new[] { 0, 100, 712, 720, 1000, 20_000 })
        {
            string tail = new('0', zeros);
            Assert.Equal(1.0, Float(midpoint + tail));
            Assert.Equal(Math.BitIncrement(1.0), Float(midpoint + tail + "1"));
        }

        Assert.Equal(1.0, Float("0." + new string('0', 19_999) + "1e20000"));
        Assert.Equal(1.0, Float("1" + new string('0', 20_000) + "e-20000"));
    }

    [Fact]
    public void Float64_agrees_with_the_runtime_on_random_texts()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 100_000; i++)
        {
            string text = RandomNumber(random);
            double expected = double.Parse(text, CultureInfo.InvariantCulture);
            FieldStatus status = Numbers.ParseFloat64(Bytes(text), out double value);
            Assert.True(
                double.IsInfinity(expected) ? status == FieldStatus.Null : status == FieldStatus.Value && Bits(value) == Bits(expected),
                $"'{text}' read as {value:R} ({status}), not {expected:R}; seed {Seed}");
        }
    }

    [Fact]
    public void Decimals_agree_with_exact_arithmetic()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 50_000; i++)
        {
            string text = RandomDecimal(random);
            int scale = random.Next(19);
            (FieldStatus status, long value) expected = Exact(text, scale);
            FieldStatus status = Numbers.ParseDecimal(Bytes(text), scale, out long value);
            Assert.True(status == expected.status && (status != FieldStatus.Value || value == expected.value), $"decimal({scale}) of '{text}': {status} {value}, not {expected}; seed {Seed}");
        }
    }

    [Theory]
    [InlineData("1.255", 2, FieldStatus.OutOfRange, 0)]
    [InlineData("0.1000", 2, FieldStatus.Value, 10)]
    [InlineData("-.05", 2, FieldStatus.Value, -5)]
    [InlineData("92233720368547758.07", 2, FieldStatus.Value, long.MaxValue)]
    [InlineData("92233720368547758.08", 2, FieldStatus.OutOfRange, 0)]
    [InlineData("-92233720368547758.08", 2, FieldStatus.Value, long.MinValue)]
    [InlineData("1.5e1", 2, FieldStatus.Value, 1500)]
    [InlineData("0e999999999999999999999", 2, FieldStatus.Value, 0)]
    [InlineData("1e999999999999999999999", 2, FieldStatus.OutOfRange, 0)]
    [InlineData("ten", 2, FieldStatus.BadNumber, 0)]
    [InlineData("NaN", 2, FieldStatus.Null, 0)]
    public void Decimals_need_zeros_beyond_their_scale(string text, int scale, FieldStatus expected, long scaled)
    {
        Assert.Equal(expected, Numbers.ParseDecimal(Bytes(text), scale, out long value));
        Assert.True(expected != FieldStatus.Value || value == scaled);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-0", 2)]
    [InlineData("1.5E+3,", 6)]
    [InlineData("25e-1}", 5)]
    [InlineData("01", 0)]
    [InlineData("+1", 0)]
    [InlineData(".5", 0)]
    [InlineData("5.", 0)]
    [InlineData("-", 0)]
    [InlineData("1e", 0)]
    [InlineData("NaN", 0)]
    [InlineData("", 0)]
    [InlineData("10", 2)]
    public void Json_has_a_stricter_grammar(string text, int length) => Assert.Equal(length, Numbers.JsonLength(Bytes(text)));

    [Fact]
    public void Any_bytes_are_read_without_a_fault()
    {
        var random = new Random(Seed);
        byte[] alphabet = Bytes("0019.eE+-nNaifty \t\0\u00FF");
        for (int i = 0; i < 200_000; i++)
        {
            var text = new byte[random.Next(1, 30)];
            for (int j = 0; j < text.Length; j++)
            {
                text[j] = alphabet[random.Next(alphabet.Length)];
            }

            FieldStatus float64 = Numbers.ParseFloat64(text, out _);
            FieldStatus int64 = Numbers.ParseInt64(text, out _);
            FieldStatus fixedPoint = Numbers.ParseDecimal(text, 3, out _);
            _ = Numbers.JsonLength(text);
            Assert.True(int64 == FieldStatus.BadNumber || float64 != FieldStatus.BadNumber, Encoding.Latin1.GetString(text));
            Assert.Equal(float64 == FieldStatus.BadNumber, fixedPoint == FieldStatus.BadNumber);
        }
    }

    internal static string RandomNumber(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                double any = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
                return double.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "0";
            case 1:
                // Just beside a midpoint of two doubles.
                double value = BitConverter.Int64BitsToDouble(random.NextInt64(0x3FE0_0000_0000_0000, 0x4040_0000_0000_0000));
                return (new BigInteger(Math.ScaleB(value, 60)) + random.Next(-3, 3)).ToString(CultureInfo.InvariantCulture) + "e-" + random.Next(40).ToString(CultureInfo.InvariantCulture);
            default:
                return RandomDecimal(random);
        }
    }

    private static string RandomDecimal(Random random)
    {
        var text = new StringBuilder();
        text.Append(random.Next(4) switch { 0 => "-", 1 => "+", _ => "" });
        AppendDigits(text, random.Next(1, random.Next(2) == 0 ? 6 : 24), random);
        if (random.Next(3) > 0)
        {
            text.Append('.');
            AppendDigits(text, random.Next(0, random.Next(2) == 0 ? 5 : 24), random);
        }

        if (random.Next(3) == 0)
        {
            text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(random.Next(-30, 30));
        }

        return text.ToString();
    }

    private static void AppendDigits(StringBuilder text, int count, Random random)
    {
        for (int i = 0; i < count; i++)
        {
            text.Append((char)('0' + (random.Next(3) == 0 ? 0 : random.Next(10))));
        }
    }

    private static (FieldStatus Status, long Value) Exact(string text, int scale)
    {
        int e = text.IndexOfAny(['e', 'E']);
        int exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? text : text[..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int behind = point < 0 ? 0 : mantissa.Length - point - 1;
        BigInteger digits = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        int shift = exponent - behind + scale;
        BigInteger power = BigInteger.Pow(10, Math.Abs(shift));
        if (shift < 0 && digits % power != 0)
        {
            return (FieldStatus.OutOfRange, 0);
        }

        BigInteger scaled = shift < 0 ? digits / power : digits * power;
        return scaled < long.MinValue || scaled > long.MaxValue ? (FieldStatus.OutOfRange, 0) : (FieldStatus.Value, (long)scaled);
    }

    private static double Float(string text)
    {
        Assert.Equal(FieldStatus.Value, Numbers.ParseFloat64(Bytes(text), out double value));
        return value;
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
