using System;
using System.Globalization;
using System.Numerics;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class NearestFloat64Tests
{
    [Fact]
    public void The_powers_of_five_are_what_they_are_called()
    {
        Assert.Equal(2 * (PowersOfFive.Highest - PowersOfFive.Lowest + 1), PowersOfFive.Bits.Length);
        for (int q = PowersOfFive.Lowest; q <= PowersOfFive.Highest; q++)
        {
            BigInteger power = BigInteger.Pow(5, Math.Abs(q));
            int bits = (int)power.GetBitLength();
            BigInteger expected;
            if (q >= 0)
            {
                expected = bits <= 128 ? power << (128 - bits) : power >> (bits - 128);
            }
            else
            {
                // As many bits as make 128; rounded up where the products are exact with it, down elsewhere.
                expected = ((BigInteger.One << (bits + 127)) / power) + (q >= -27 ? 1 : 0);
            }

            int at = 2 * (q - PowersOfFive.Lowest);
            Assert.Equal((q, expected), (q, (new BigInteger(PowersOfFive.Bits[at]) << 64) | PowersOfFive.Bits[at + 1]));
        }
    }

    [Fact]
    public void Any_number_is_the_class_library_s()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 200_000; round++)
        {
            string text = (round % 5) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var any && double.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "1",
                1 => $"{(ulong)random.NextInt64() >> random.Next(63)}e{random.Next(-345, 312)}",
                2 => $"-{random.Next(1000)}.{random.NextInt64()}",
                3 => ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 12))).ToString("R", CultureInfo.InvariantCulture),
                _ => $"{random.NextInt64()}{random.NextInt64()}.{random.NextInt64()}e{random.Next(-360, 290)}",
            };
            Check(text, seed);
        }
    }

    /// <summary>The middle between two doubles, in full and a little to either side: what 19 digits cannot decide.</summary>
    [Fact]
    public void Middles_go_to_the_even_one()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 3000; round++)
        {
            // A whole number of 54 bits that ends in one, times a power of two.
            BigInteger middle = (1L << 53) + (random.NextInt64(1L << 53) | 1);
            int shift = random.Next(-80, 60);
            string text = shift >= 0 ? (middle << shift).ToString(CultureInfo.InvariantCulture)
                : $"{(middle * BigInteger.Pow(5, -shift)).ToString(CultureInfo.InvariantCulture)}e{shift}";
            Check(text, seed);
            (string digits, string exponent) = text.Split('e') is [var d, var e] ? (d, "e" + e) : (text, "");
            Check($"{digits}.{new string('0', random.Next(5))}1{exponent}", seed);
            Check($"{(BigInteger.Parse(digits, CultureInfo.InvariantCulture) - 1).ToString(CultureInfo.InvariantCulture)}.9{exponent}", seed);
        }
    }

    [Theory]
    [InlineData("4.9406564584124654e-324")]
    [InlineData("2.4703282292062327e-324")]
    [InlineData("2.4703282292062328e-324")]
    [InlineData("2.2250738585072011e-308")]
    [InlineData("2.2250738585072014e-308")]
    [InlineData("2.225073858507201136057409796709131975934819546351645648023426109724822222021076945516529523908135087914149158913039621106870086438694594645527657207407820621743379988141063267329253552286881372149012981122451451889849057222307285255133155755015914397476397983411801999323962548289017107081850690630666655994938275772572015763062690663332647565300009245888316433037779791869612049497390377829704905051080609940730262937128958950003583799967207254304360284078895771796150945516748243471030702609144621572289880258182545180325707018860872113128079512233426288368622321503775666622503982534335974568884423900265498198385487948292206894721689831099698365846814022854243330660339850886445804001034933970427567186443383770486037861622771738545623065874679014086723327636718751234567890123456789012345678901e-308")]
    [InlineData("1.7976931348623158e308")]
    [InlineData("1.7976931348623159e308")]
    [InlineData("9007199254740993")]
    [InlineData("9007199254740993.0")]
    [InlineData("9007199254740992.9999999999999999999")]
    [InlineData("9007199254740993.0000000000000000001")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("9999999999999999999")]
    [InlineData("-99999999999999999.99")]
    [InlineData("123456789.0123456789")]
    [InlineData("0.00000000000000000012345678901234567")]
    [InlineData("12345678")]
    [InlineData("1234567.8")]
    [InlineData("12345678.12345678")]
    [InlineData("-12345678.12345678e0")]
    [InlineData("00000000.00000000")]
    [InlineData("1e23")]
    [InlineData("8.5e22")]
    [InlineData("0e400")]
    public void Known_traps_are_passed(string text) => Check(text, 0);

    /// <summary>Up to thousands of digits next to and at the middle between two doubles, of every size: what makes the digits behind the first 19 count.</summary>
    [Fact]
    public void Long_numbers_next_to_middles_are_the_class_library_s()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 1000; round++)
        {
            Check(LongMiddle(random), seed);
        }
    }

    /// <summary>Whatever a lane reads, also where the first 19 digits do not decide.</summary>
    [Fact]
    public void No_number_allocates()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] texts = new byte[400][];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.ASCII.GetBytes(LongMiddle(random));
        }

        _ = ParseAll(texts); // what the first call makes is none of a number's
        long before = GC.GetAllocatedBytesForCurrentThread();
        double sum = ParseAll(texts);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(bytes == 0, $"seed {seed}: {bytes} bytes");
        Assert.False(double.IsNaN(sum));
    }

    private static double ParseAll(byte[][] texts)
    {
        double sum = 0;
        foreach (byte[] text in texts)
        {
            sum += Numbers.ParseFloat64(text, out double value) == FieldStatus.Value && double.Abs(value) < 1 ? value : 0;
        }

        return sum;
    }

    /// <summary>The middle between a finite double and the next one, in full, with zeros and perhaps one more digit behind, or one taken off its end.</summary>
    private static string LongMiddle(Random random)
    {
        long bits = random.NextInt64(0x7FEF_FFFF_FFFF_FFFF);
        bits = random.Next(4) == 0 ? bits >> random.Next(12, 63) : bits; // subnormal ones, too
        long exponent = Math.Max(1, bits >> 52);
        BigInteger middle = (2 * (BigInteger)((bits & ((1L << 52) - 1)) | (bits >> 52 == 0 ? 0 : 1L << 52))) + 1;
        int power = (int)exponent - 1076; // of two, of the middle's lowest bit
        string digits = (power >= 0 ? middle << power : middle * BigInteger.Pow(5, -power)).ToString(CultureInfo.InvariantCulture);
        int point = power >= 0 ? digits.Length : digits.Length + power; // before this digit; less than none: zeros come first
        string zeros = new('0', random.Next(3) == 0 ? random.Next(4000) : 0);
        digits = random.Next(3) switch
        {
            0 => digits,
            1 when digits[^1] != '0' => digits[..^1] + (char)(digits[^1] - 1) + new string('9', zeros.Length + 1),
            _ => digits + zeros + "1",
        };
        string sign = random.Next(2) == 0 ? "-" : "";
        return random.Next(2) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{sign}0.{digits}e{point}")
            : point <= 0 ? $"{sign}0.{new string('0', -point)}{digits}" : $"{sign}{digits[..point]}.{digits[point..]}0";
    }

    private static void Check(string text, int seed)
    {
        double expected = double.Parse(text, CultureInfo.InvariantCulture);
        FieldStatus status = Numbers.ParseFloat64(Encoding.ASCII.GetBytes(text), out double actual);
        bool isSame = double.IsInfinity(expected) ? status == FieldStatus.Null : status == FieldStatus.Value && BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual);
        Assert.True(isSame, $"seed {seed}: {text} is {expected:R}, not {actual:R}");
    }
}
