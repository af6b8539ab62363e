using System;
using System.Globalization;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class TimestampsTests
{
    private const int Seed = 3339;

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z")]
    [InlineData("2026-01-01t12:30:45Z", "2026-01-01T12:30:45.000Z")]
    [InlineData("2026-01-01 12:30:45z", "2026-01-01T12:30:45.000Z")]
    [InlineData("2026-01-01T12:30:45+02:00", "2026-01-01T10:30:45.000Z")]
    [InlineData("2026-01-01T12:30:45-0530", "2026-01-01T18:00:45.000Z")]
    [InlineData("2026-01-01T00:30:45+01", "2025-12-31T23:30:45.000Z")]
    [InlineData("2026-01-01 12:30:45.000001-08:00", "2026-01-01T20:30:45.000001Z")]
    [InlineData("2026-01-01T00:00:10.1239999999Z", "2026-01-01T00:00:10.123999Z")]
    [InlineData("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z")]
    [InlineData("0", "1970-01-01T00:00:00.000Z")]
    [InlineData("-1", "1969-12-31T23:59:59.000Z")]
    [InlineData("+5", "1970-01-01T00:00:05.000Z")]
    [InlineData("99999999999", "5138-11-16T09:46:39.000Z")]
    [InlineData("100000000000", "1973-03-03T09:46:40.000Z")]
    [InlineData("99999999999999", "5138-11-16T09:46:39.999Z")]
    [InlineData("100000000000000", "1973-03-03T09:46:40.000Z")]
    [InlineData("99999999999999999", "5138-11-16T09:46:39.999999Z")]
    [InlineData("100000000000000000", "1973-03-03T09:46:40.000Z")]
    [InlineData("1767225600123456789", "2026-01-01T00:00:00.123456Z")]
    [InlineData("-62135596800", "0001-01-01T00:00:00.000Z")]
    [InlineData("1767225600.1234567", "2026-01-01T00:00:00.123456Z")]
    [InlineData("1767225600123.25", "2026-01-01T00:00:00.123250Z")]
    [InlineData("-0.5", "1969-12-31T23:59:59.500Z")]
    [InlineData("-0.0000001", "1969-12-31T23:59:59.999999Z")]
    [InlineData("-100000000000000001", "1966-10-31T14:13:19.999999Z")]
    [InlineData("253402300799999999999", "9999-12-31T23:59:59.999999Z")]
    [InlineData("-62135596800000000000", "0001-01-01T00:00:00.000Z")]
    [InlineData("000000000000000000000000000001", "1970-01-01T00:00:01.000Z")]
    public void Instants_have_many_forms(string text, string expected)
    {
        Assert.True(Timestamps.TryParse(Encoding.ASCII.GetBytes(text), out long micros, out bool isLocal));
        Assert.False(isLocal);
        Assert.Equal(expected, Format(micros));
    }

    [Theory]
    [InlineData("2026-01-01", "2026-01-01T00:00:00.000Z")]
    [InlineData("2026-01-01T12:30:45", "2026-01-01T12:30:45.000Z")]
    [InlineData("2026-01-01 12:30:45.25", "2026-01-01T12:30:45.250Z")]
    public void Texts_without_an_offset_are_local(string text, string expected)
    {
        Assert.True(Timestamps.TryParse(Encoding.ASCII.GetBytes(text), out long micros, out bool isLocal));
        Assert.True(isLocal);
        Assert.Equal(expected, Format(micros));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-04-31")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-10")]
    [InlineData("2026-01-00")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T23:60:00Z")]
    [InlineData("2026-12-31T23:59:60Z")]
    [InlineData("2026-01-01T00:00:00Zx")]
    [InlineData("2026-01-01T00:00:00 UTC")]
    [InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("2026-01-01T00:00:00+24:00")]
    [InlineData("2026-01-01T00:00:00+01:60")]
    [InlineData("2026-01-01T00:00:00+1")]
    [InlineData("2026-01-01T00:00:00+01:")]
    [InlineData("2026-01-01T00:00")]
    [InlineData("2026-01-01Z")]
    [InlineData("yesterday")]
    [InlineData("1900-02-29")]
    [InlineData("2026-1-1")]
    [InlineData("2026-01-01T0:00:00Z")]
    [InlineData("0000-12-31")]
    [InlineData("0001-01-01T00:30:00+01:00")]
    [InlineData("9999-12-31T23:30:00-01:00")]
    [InlineData("1e9")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("253402300800000000000")]
    [InlineData("9999999999999999999999999999999999999999999999999")]
    [InlineData("-62135596801")]
    [InlineData("-62135596800000000001")]
    public void What_is_no_instant_is_refused(string text) => Assert.False(Timestamps.TryParse(Encoding.ASCII.GetBytes(text), out _, out _));

    [Fact]
    public void Reading_and_writing_agree_with_the_runtime()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 100_000; i++)
        {
            long micros = random.NextInt64(Timestamps.Min, Timestamps.Max);
            micros -= random.Next(3) switch { 0 => 0, 1 => ((micros % 1000) + 1000) % 1000, _ => ((micros % 1_000_000) + 1_000_000) % 1_000_000 };
            DateTime instant = DateTime.UnixEpoch.AddTicks(micros * 10);
            string expected = instant.ToString(micros % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            Assert.Equal(expected, Format(micros));
            Assert.True(Timestamps.TryParse(Encoding.ASCII.GetBytes(expected), out long back, out _));
            Assert.Equal(micros, back);

            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60));
            if (micros is > Timestamps.Min + 864_000_000_00 and < Timestamps.Max - 864_000_000_00)
            {
                string shifted = new DateTimeOffset(instant).ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
                Assert.True(Timestamps.TryParse(Encoding.ASCII.GetBytes(shifted), out back, out _), shifted);
                Assert.Equal(micros, back);
            }
        }
    }

    [Fact]
    public void Every_day_has_its_date()
    {
        for (DateTime day = DateTime.MinValue; day.Year < 9999; day = day.AddDays(1))
        {
            int days = (day - DateTime.UnixEpoch).Days;
            if (Timestamps.DaysFromCivil(day.Year, day.Month, day.Day) != days || Timestamps.CivilFromDays(days) != (day.Year, day.Month, day.Day))
            {
                Assert.Fail($"{day:O} is not day {days}");
            }
        }
    }

    [Theory]
    [InlineData(Timestamps.Max + 1, "+010000-01-01T00:00:00.000Z")]
    [InlineData(Timestamps.Min - 1, "0000-12-31T23:59:59.999999Z")]
    [InlineData(long.MaxValue, "+294247-01-10T04:00:54.775807Z")]
    [InlineData(long.MinValue, "-290308-12-21T19:59:05.224192Z")]
    public void Any_value_can_be_written(long micros, string expected) => Assert.Equal(expected, Format(micros));

    private static string Format(long micros)
    {
        var target = new byte[Timestamps.MaxLength];
        return Encoding.ASCII.GetString(target, 0, Timestamps.Format(micros, target));
    }

    [Fact]
    public void The_time_of_a_day_is_the_end_of_the_whole_text()
    {
        var random = new Random(20261126);
        Span<byte> whole = stackalloc byte[Timestamps.MaxLength];
        Span<byte> time = stackalloc byte[16];
        const long Day = 86_400_000_000;
        for (int i = 0; i < 20_000; i++)
        {
            long micros = (random.Next(-800_000, 3_000_000) * Day) + (i % 4) switch { 0 => 0, 1 => Day - 1, 2 => random.NextInt64(86_400_000) * 1000, _ => random.NextInt64(Day) };
            int length = Timestamps.Format(micros, whole);
            long day = Timestamps.DayOf(micros);
            Assert.InRange(micros - (day * Day), 0, Day - 1);
            int end = Timestamps.FormatTime(micros, day, time);
            Assert.Equal(Encoding.ASCII.GetString(whole[(whole.IndexOf((byte)'T') + 1)..length]), Encoding.ASCII.GetString(time[..end]));
        }
    }
}
