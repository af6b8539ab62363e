using System;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace DataStream.Kernels.Tests;

/// <summary>Single doubles and instants are the runtime's, wherever they lie in memory and whatever lies around them.</summary>
public sealed class OneFieldTests
{
    private const int Seed = 7_001;
    private const int Page = 4096;

    private static readonly Regex s_number = new(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$", RegexOptions.CultureInvariant);

    [Fact]
    public void Doubles_are_the_runtimes()
    {
        var random = new Random(Seed);
        byte[] memory = GC.AllocateArray<byte>(3 * Page, pinned: true);
        int read = 0;
        for (int i = 0; i < 80_000; i++)
        {
            string text = Number(random);
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            // Often at the end of a page, which may be the last one.
            int at = random.Next(2) == 0 ? random.Next(2 * Page) : EndOfPage(memory, random.Next(24));
            memory.AsSpan(at, 64).Fill((byte)"0.e-9,"[random.Next(6)]);
            bytes.CopyTo(memory, at);
            FieldStatus status = Numbers.ParseFloat64(memory.AsSpan(at, bytes.Length), out double value);
            if (!s_number.IsMatch(text))
            {
                Assert.True(status == FieldStatus.BadNumber, $"'{text}' is {value:R}; seed {Seed}");
                continue;
            }

            read++;
            double expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            Assert.True(double.IsInfinity(expected) ? status == FieldStatus.Null : status == FieldStatus.Value && BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(expected),
                $"'{text}' at {at} is {value:R}, not {expected:R}; seed {Seed}");
        }

        Assert.InRange(read, 30_000, 78_000);
    }

    [Fact]
    public void Instants_are_the_runtimes()
    {
        var random = new Random(Seed);
        int read = 0;
        for (int i = 0; i < 60_000; i++)
        {
            int year = random.Next(3) == 0 ? random.Next(10_000) : random.Next(1890, 2110);
            string text = string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{random.Next(14):D2}-{random.Next(33):D2}T{random.Next(25):D2}:{random.Next(random.Next(2) == 0 ? 60 : 62):D2}:{random.Next(60):D2}.{random.Next(1000):D3}Z");
            char[] signs = text.ToCharArray();
            if (random.Next(4) == 0)
            {
                signs[random.Next(signs.Length)] = "0123456789-:.TZ /;é"[random.Next(19)];
            }

            byte[] bytes = Encoding.Latin1.GetBytes(signs);
            bool isInstant = DateTime.TryParseExact(new string(signs), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime expected);
            bool isRead = Timestamps.TryParse(bytes, out long micros, out bool isLocal);
            if (isInstant)
            {
                read++;
                Assert.True(isRead && !isLocal && micros == (expected - DateTime.UnixEpoch).Ticks / 10, $"{new string(signs)} is {micros}; seed {Seed}");
            }
            else if (bytes[^1] == (byte)'Z' && bytes[10] == (byte)'T' && bytes[19] == (byte)'.')
            {
                Assert.True(!isRead, $"{new string(signs)} is {micros}; seed {Seed}");
            }
        }

        Assert.InRange(read, 18_000, 58_000);
    }

    [Fact]
    public void Every_day_of_nine_centuries_is_read()
    {
        for (DateTime day = new(1580, 1, 1, 23, 59, 59, 999, DateTimeKind.Utc); day.Year < 2480; day = day.AddDays(1))
        {
            byte[] text = Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            Assert.True(Timestamps.TryParse(text, out long micros, out _) && micros == (day - DateTime.UnixEpoch).Ticks / 10, $"{day:O} is {micros}");
        }
    }

    private static unsafe int EndOfPage(byte[] memory, int before)
    {
        fixed (byte* start = memory)
        {
            return Page - (int)((nuint)start % Page) + Page - before;
        }
    }

    private static string Number(Random random)
    {
        var text = new StringBuilder();
        text.Append(random.Next(4) switch { 0 => "-", 1 when random.Next(4) == 0 => "+", _ => "" });
        Digits(random.Next(3) == 0 ? random.Next(20) : random.Next(5));
        if (random.Next(4) > 0)
        {
            text.Append('.');
            Digits(random.Next(2) == 0 ? random.Next(20) : random.Next(6));
        }

        if (random.Next(5) == 0)
        {
            text.Append(random.Next(2) == 0 ? 'e' : 'E').Append(random.Next(3) switch { 0 => "-", 1 => "+", _ => "" });
            Digits(random.Next(5));
        }

        if (random.Next(8) == 0)
        {
            text.Insert(random.Next(text.Length + 1), "-+.eE/:,x"[random.Next(9)]);
        }

        return text.Length == 0 ? "1" : text.ToString();

        void Digits(int count)
        {
            for (; count > 0; count--)
            {
                text.Append((char)('0' + (random.Next(3) == 0 ? random.Next(2) * 9 : random.Next(10))));
            }
        }
    }
}
