using System;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class NumberTextTests
{
    private const int Seed = 42_001;

    [Theory]
    [InlineData(1, "1")]
    [InlineData(-0.0, "-0")]
    [InlineData(0.0, "0")]
    [InlineData(0.1, "0.1")]
    [InlineData(100, "100")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    [InlineData(999999999999999900000.0, "999999999999999900000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.5e21, "1.5e+21")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(0.000001234, "0.000001234")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(9.5e-8, "9.5e-8")]
    [InlineData(1.25e-10, "1.25e-10")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(1e23, "1e+23")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(-1234.5e-12, "-1.2345e-9")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(9007199254740993.0, "9007199254740992")]
    [InlineData(12345678901234567000.0, "12345678901234567000")]
    public void Doubles_are_laid_out_as_ecmascript_does(double value, string expected) => Assert.Equal(expected, Float(value));

    [Fact]
    public void Doubles_are_the_runtimes_shortest_digits()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 200_000; i++)
        {
            double value = random.Next(3) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => random.Next(-100_000_000, 100_000_000) / Math.Pow(10, random.Next(12)),
                _ => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-30, 75)),
            };
            if (!double.IsFinite(value))
            {
                continue;
            }

            string text = Float(value);
            Assert.True(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value), $"{text} is not {value:R}; seed {Seed}");
            Assert.True(Digits(text) == Digits(value.ToString("E16", CultureInfo.InvariantCulture)) || Digits(text) == Digits(value.ToString("R", CultureInfo.InvariantCulture)), $"{text} is not as short as {value:R}; seed {Seed}");
            double size = Math.Abs(value);
            Assert.Equal(size is 0 or (>= 1e-6 and < 1e21), !text.Contains('e', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Decimals_of_few_digits_and_their_neighbours_are_written_shortest()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 300_000; i++)
        {
            int decimals = random.Next(9);
            double size = (random.NextInt64(1L << random.Next(1, 51)) + random.Next(2)) / Math.Pow(10, decimals);
            double edge = random.Next(4) switch { 0 => 1e9, 1 => 1e12, 2 => 1e-6, _ => 1e15 };
            double value = random.Next(8) == 0 ? edge + (random.Next(-3, 4) / Math.Pow(10, decimals)) : size;
            long bits = BitConverter.DoubleToInt64Bits(random.Next(2) == 0 ? value : -value) + random.Next(-2, 3);
            value = BitConverter.Int64BitsToDouble(bits);
            if (!double.IsFinite(value))
            {
                continue;
            }

            string text = Float(value);
            string expected = value.ToString("R", CultureInfo.InvariantCulture);
            Assert.True(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == bits, $"{text} is not {value:R}; seed {Seed}");
            Assert.True(expected.Contains('E', StringComparison.Ordinal) ? Digits(text) == Digits(expected) : text == expected, $"{text} is not {expected}; seed {Seed}");
        }
    }

    [Fact]
    public void Whole_numbers_of_every_length_are_the_runtimes()
    {
        var random = new Random(Seed);
        Span<byte> target = stackalloc byte[NumberText.MaxInt64Length];
        for (int i = 0; i < 200_000; i++)
        {
            long power = (long)Math.Pow(10, random.Next(19));
            long value = random.Next(3) switch { 0 => power + random.Next(-1, 2), 1 => random.NextInt64(power), _ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64) };
            value = random.Next(2) == 0 ? value : -value;
            string text = Encoding.ASCII.GetString(target[..NumberText.FormatInt64(value, target)]);
            Assert.True(text == value.ToString(CultureInfo.InvariantCulture), $"{text} is not {value}; seed {Seed}");
        }

        Assert.Equal("-9223372036854775808", Encoding.ASCII.GetString(target[..NumberText.FormatInt64(long.MinValue, target)]));
    }

    [Fact]
    public void Eight_digits_are_parted_alike_alone_and_in_pairs()
    {
        for (ulong value = 0; value < DigitText.EightDigits; value += value < 20_000 ? 1UL : 997)
        {
            ulong other = DigitText.EightDigits - 1 - value;
            ulong expected = 0;
            for (ulong rest = value, i = 0; i < 8; i++, rest /= 10)
            {
                expected = (expected << 8) | (rest % 10);
            }

            (ulong first, ulong second) = DigitText.Split(value, other);
            Assert.True(first == expected && DigitText.Split(value) == expected && second == DigitText.Split(other), $"{value}: {first:x16}, not {expected:x16}");
        }
    }

    [Theory]
    [InlineData(0.5, 0, "0")]
    [InlineData(1.5, 0, "2")]
    [InlineData(2.5, 0, "2")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(1.005, 2, "1.00")] // the double is a little less than 1.005
    [InlineData(-0.001, 2, "0.00")]
    [InlineData(-0.0, 1, "0.0")]
    [InlineData(-1.25, 1, "-1.2")]
    [InlineData(1e21, 2, "1000000000000000000000.00")]
    [InlineData(5e-324, 18, "0.000000000000000000")]
    [InlineData(9007199254740991.0, 18, "9007199254740991.000000000000000000")]
    public void Fixed_digits_come_from_the_exact_value_with_ties_to_even(double value, int decimals, string expected) => Assert.Equal(expected, Fixed(value, decimals));

    [Fact]
    public void Fixed_digits_agree_with_exact_arithmetic()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 80_000; i++)
        {
            double value = random.Next(5) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => random.Next(-100_000, 100_000) / 64.0, // many ties
                2 => Math.Round(random.NextDouble() * 200, random.Next(8)) - 100, // the usual
                3 => random.NextInt64(9_999_999_999_999_900, 10_000_000_000_000_100) / Math.Pow(10, random.Next(17)), // about sixteen digits
                _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 24)),
            };
            if (!double.IsFinite(value))
            {
                continue;
            }

            int decimals = random.Next(NumberText.MaxFixedDecimals + 1);
            string expected = Exact(value, decimals);
            Assert.True(Fixed(value, decimals) == expected, $"{value:R} at {decimals}: {Fixed(value, decimals)}, not {expected}; seed {Seed}");
        }
    }

    [Fact]
    public void Shortest_digits_are_the_runtimes_for_random_bits_powers_of_two_and_their_neighbours()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 100_000; i++)
        {
            Check(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));
        }

        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            double power = Math.ScaleB(1, exponent);
            Check(power);
            Check(Math.BitIncrement(power));
            Check(Math.BitDecrement(power));
        }

        for (int i = 0; i < 30_000; i++)
        {
            Check(random.Next() * 0.01 / random.Next(1, 100));
        }

        static void Check(double value)
        {
            if (!double.IsFinite(value) || value == 0)
            {
                return;
            }

            string expected = value.ToString("R", CultureInfo.InvariantCulture);
            string actual = Float(value);
            // Below some powers of two the runtime's digits read back as the neighbour (2^-958): it is no oracle there.
            bool isOracle = BitConverter.DoubleToInt64Bits(double.Parse(expected, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value);
            Assert.True((!isOracle || Digits(expected) == Digits(actual)) && BitConverter.DoubleToInt64Bits(double.Parse(actual, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value),
                $"{expected} was written as {actual} (seed {Seed})");
        }
    }

    [Theory]
    [InlineData(125, 2, "1.25")]
    [InlineData(-5, 2, "-0.05")]
    [InlineData(0, 2, "0.00")]
    [InlineData(7, 0, "7")]
    [InlineData(long.MinValue, 18, "-9.223372036854775808")]
    [InlineData(long.MaxValue, 0, "9223372036854775807")]
    [InlineData(long.MinValue, 0, "-9223372036854775808")]
    public void Decimals_show_all_digits_of_their_scale(long value, int scale, string expected)
    {
        var target = new byte[NumberText.MaxDecimalLength];
        Assert.Equal(expected, Encoding.ASCII.GetString(target, 0, NumberText.FormatDecimal(value, scale, target)));
    }

    [Fact]
    public void Integers_are_written_plainly()
    {
        var random = new Random(Seed);
        var target = new byte[NumberText.MaxInt64Length];
        for (int i = 0; i < 10_000; i++)
        {
            long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(target, 0, NumberText.FormatInt64(value, target)));
        }
    }

    [Theory]
    [InlineData(0, 18)]
    [InlineData(1, 33)]
    [InlineData(2, 32)]
    [InlineData(6, 32)]
    [InlineData(15, 32)]
    public void Usual_values_take_no_more_room_than_a_cell(int decimals, int room)
    {
        Span<byte> target = stackalloc byte[room];
        Assert.Equal("-7" + (decimals > 0 ? ".25".PadRight(decimals + 1, '0')[..(decimals + 1)] : ""), Encoding.ASCII.GetString(target[..NumberText.FormatUsualFixed(-7.25, decimals, target)]));
        Assert.Equal(0, NumberText.FormatUsualFixed(double.NaN, decimals, target));
        Assert.Equal(0, NumberText.FormatUsualFixed(1e18, decimals, target));
    }

    private static string Exact(double value, int decimals)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int biased = (int)(bits >> 52);
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (biased == 0 ? 0 : 1L << 52);
        int exponent = Math.Max(biased, 1) - 1075;
        BigInteger numerator = mantissa * BigInteger.Pow(10, decimals) * BigInteger.Pow(2, Math.Max(exponent, 0));
        BigInteger denominator = BigInteger.Pow(2, Math.Max(-exponent, 0));
        BigInteger whole = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int half = (rest * 2).CompareTo(denominator);
        whole += half > 0 || (half == 0 && !whole.IsEven) ? 1 : 0;
        string digits = whole.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string text = decimals == 0 ? digits : digits[..^decimals] + "." + digits[^decimals..];
        return (value < 0 && !whole.IsZero ? "-" : "") + text;
    }

    [Fact]
    public void Doubles_of_a_column_are_written_as_single_ones()
    {
        var random = new Random(Seed + 1);
        double[] special = [0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e9, -1e9, 999_999_999.999999, 1e-6, 1e-7, 5e-324, double.MaxValue];
        for (int round = 0; round < 3_000; round++)
        {
            double[] column = [.. Enumerable.Range(0, 80).Select(_ => random.Next(5) switch
            {
                0 => special[random.Next(special.Length)],
                1 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                2 => random.Next(-10_000, 10_000) / 100.0 * 1.8 + 32,
                _ => random.Next(-100_000_000, 100_000_000) / Math.Pow(10, random.Next(9)),
            })];
            int[] rows = [.. Enumerable.Range(0, 80).Where(_ => random.Next(4) > 0).Take(random.Next(Float64Cells.MaxRows + 1))];
            int width = random.Next(1, 4);
            byte[] cells = new byte[Math.Max(rows.Length, 1) * width * Cells.Width];
            byte[] lengths = new byte[Math.Max(rows.Length, 1) * width];
            Float64Cells.Write(column, rows, width, cells, lengths);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.Equal(Float(column[rows[i]]), Encoding.ASCII.GetString(cells, i * width * Cells.Width, lengths[i * width]));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Float64Cells.Write(new double[1], new int[Float64Cells.MaxRows + 1], 1, new byte[4096], new byte[100]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Float64Cells.Write(new double[1], [0, 0], 1, new byte[Cells.Width], new byte[2]));
    }

    private static string Digits(string text)
    {
        int e = text.IndexOfAny(['e', 'E']);
        return (e < 0 ? text : text[..e]).Replace(".", "", StringComparison.Ordinal).Trim('-').Trim('0');
    }

    private static string Float(double value)
    {
        var target = new byte[NumberText.MaxFloat64Length];
        return Encoding.ASCII.GetString(target, 0, NumberText.FormatFloat64(value, target));
    }

    private static string Fixed(double value, int decimals)
    {
        var target = new byte[NumberText.MaxFixedLength];
        string text = Encoding.ASCII.GetString(target, 0, NumberText.FormatFixed(value, decimals, target));
        for (int room = 0; room <= 40; room += 8)
        {
            // The usual way with little room writes the same or nothing.
            int length = NumberText.FormatUsualFixed(value, decimals, target.AsSpan(0, room));
            Assert.True(length == 0 || text == Encoding.ASCII.GetString(target, 0, length), $"{value:R} with {decimals} in {room}");
        }

        return text;
    }
}
