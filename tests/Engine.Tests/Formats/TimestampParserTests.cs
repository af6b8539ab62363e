using System;
using System.Globalization;
using System.Text;
using DataStream.Formats;
using DataStream.Kernels;
using NodaTime;
using NodaTime.TimeZones;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class TimestampParserTests
{
    private const int Seed = 1884;

    [Theory]
    [InlineData("2026-01-15T12:00:00", "2026-01-15T17:00:00.000Z")]
    [InlineData("2026-07-15 12:00:00", "2026-07-15T16:00:00.000Z")]
    [InlineData("2026-07-15T12:00:00Z", "2026-07-15T12:00:00.000Z")]
    [InlineData("2026-07-15", "2026-07-15T04:00:00.000Z")]
    [InlineData("1784116800", "2026-07-15T12:00:00.000Z")]
    [InlineData("2026-11-01T01:30:00", "2026-11-01T05:30:00.000Z")] // came twice: the earlier
    [InlineData("2026-03-08T02:30:00", null)] // never was
    public void A_zone_is_for_texts_without_an_offset(string text, string? expected) => Assert.Equal(expected, Parse(new TimestampParser([], "America/New_York"), text));

    [Theory]
    [InlineData("03/04/2026 12:30", "2026-04-03T12:30:00.000Z")]
    [InlineData("03/14/2026 12:30", "2026-03-14T12:30:00.000Z")]
    [InlineData("5 Mar 2026 01:02:03", "2026-03-05T01:02:03.000Z")]
    [InlineData("03/04/2026 1:30", null)]
    [InlineData("14/14/2026 12:30", null)]
    [InlineData("2026-03-05T01:02:03Z", null)]
    [InlineData("", null)]
    public void Formats_are_tried_in_order_and_exact(string text, string? expected) =>
        Assert.Equal(expected, Parse(new TimestampParser(["dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm", "d MMM yyyy HH:mm:ss"], null), text));

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss.fffffff zzz", "2026-01-01 00:00:00.1234569 +02:00", "2025-12-31T22:00:00.123456Z")]
    [InlineData("yyyyMMddHHmmss", "20260101123000", "2026-01-01T11:30:00.000Z")]
    [InlineData("MM/yyyy", "07/2026", "2026-06-30T22:00:00.000Z")]
    [InlineData("dd.MM.yy 'um' HH 'Uhr'", "01.02.26 um 13 Uhr", "2026-02-01T12:00:00.000Z")]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00.000Z")]
    [InlineData("yyyy-MM-ddTHH:mm:ssK", "2026-07-01T12:00:00", "2026-07-01T10:00:00.000Z")]
    public void A_format_may_hold_an_offset(string format, string text, string expected)
    {
        Assert.Null(TimestampParser.CheckFormat(format));
        Assert.Equal(expected, Parse(new TimestampParser([format], "Europe/Berlin"), text));
    }

    [Theory]
    [InlineData("HH:mm:ss", "no date")]
    [InlineData("dd/MM HH:mm", "no date")]
    [InlineData("MMM d HH:mm:ss", "no date")]
    [InlineData("dd yyyy", "no date")]
    [InlineData("d", "custom")]
    [InlineData("", "custom")]
    [InlineData("yyyy-MM-dd\\", "example")]
    public void A_format_that_yields_no_date_is_named(string format, string part) => Assert.Contains(part, TimestampParser.CheckFormat(format), StringComparison.Ordinal);

    [Fact]
    public void A_zone_is_known_by_its_iana_name()
    {
        Assert.Null(TimestampParser.CheckZone("Europe/Copenhagen"));
        Assert.Null(TimestampParser.CheckZone("UTC"));
        Assert.Contains("'Europe/Copenhagen'", TimestampParser.CheckZone("europe/copenhagen"), StringComparison.Ordinal);
        Assert.Contains("IANA", TimestampParser.CheckZone("Mars/Olympus"), StringComparison.Ordinal);
    }

    [Fact]
    public void Local_times_agree_with_the_tz_database()
    {
        var random = new Random(Seed);
        foreach (string name in DateTimeZoneProviders.Tzdb.Ids)
        {
            DateTimeZone zone = DateTimeZoneProviders.Tzdb[name];
            var parser = new TimestampParser([], name);
            for (int i = 0; i < 200; i++)
            {
                LocalDateTime local = RandomLocal(random, zone);
                ZoneLocalMapping mapping = zone.MapLocal(local);
                string text = local.ToString("uuuu-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
                bool read = parser.TryParse(Encoding.ASCII.GetBytes(text), out long micros);
                bool expected = mapping.Count > 0;
                Assert.True(read == expected && (!read || micros == mapping.First().ToInstant().ToUnixTimeTicks() / 10), $"{text} in {name}: {read} {micros}, of {mapping.Count}; seed {Seed}");
            }
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        byte[][] texts = [.. Array.ConvertAll(["15.01.2026 12:00", "15.07.2026 12:00", "29.03.2026 02:30", "25.10.2026 02:30", "oops", "5 Mar 2026"], Encoding.ASCII.GetBytes)];
        var parser = new TimestampParser(["dd.MM.yyyy HH:mm", "d MMM yyyy"], "Europe/Berlin");
        long before = 0;
        for (int round = 0; round < 200; round++)
        {
            before = round == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            foreach (byte[] text in texts)
            {
                _ = parser.TryParse(text, out _);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Half of them beside a change of the zone's offset.</summary>
    private static LocalDateTime RandomLocal(Random random, DateTimeZone zone)
    {
        Instant instant = Instant.FromUtc(random.Next(2) == 0 ? random.Next(2, 9998) : random.Next(1880, 2060), random.Next(1, 13), random.Next(1, 29), random.Next(24), random.Next(60), random.Next(60));
        ZoneInterval interval = zone.GetZoneInterval(instant);
        if (random.Next(2) == 0 && interval.HasEnd)
        {
            return interval.IsoLocalEnd.PlusMinutes(random.Next(-150, 150));
        }

        return instant.InUtc().LocalDateTime;
    }

    private static string? Parse(TimestampParser parser, string text)
    {
        if (!parser.TryParse(Encoding.UTF8.GetBytes(text), out long micros))
        {
            return null;
        }

        var target = new byte[Timestamps.MaxLength];
        return Encoding.ASCII.GetString(target, 0, Timestamps.Format(micros, target));
    }
}
