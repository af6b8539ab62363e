using System;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class Utf8TextTests
{
    [Fact]
    public void Case_maps_each_code_point_to_one()
    {
        for (int point = 0; point <= 0x1FFFF; point++)
        {
            if (!Rune.IsValid(point))
            {
                continue;
            }

            var rune = new Rune(point);
            string text = "aB" + rune + "c";
            Assert.Equal("ab" + Rune.ToLowerInvariant(rune) + "c", Map(Encoding.UTF8.GetBytes(text), lower: true));
            Assert.Equal("AB" + Rune.ToUpperInvariant(rune) + "C", Map(Encoding.UTF8.GetBytes(text), lower: false));
        }
    }

    [Fact]
    public void The_room_for_a_change_of_case_is_enough()
    {
        foreach (string grows in (string[])["ⱥ", "Ⱥ", "ɐ", "ɽ", "Ɽ", "ı", "ſ", "K"])
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(System.Linq.Enumerable.Repeat(grows, 300)));
            Map(text, lower: true);
            Map(text, lower: false);
        }
    }

    [Fact]
    public void Bytes_that_are_no_utf8_stay()
    {
        byte[] text = [(byte)'A', 0xFF, (byte)'B', 0xC3, (byte)'C', 0xE2, 0x82];
        var result = new byte[Utf8Text.MaxCasedLength(text.Length)];
        int length = Utf8Text.ToLower(text, result);
        Assert.Equal([(byte)'a', 0xFF, (byte)'b', 0xC3, (byte)'c', 0xE2, 0x82], result[..length]);
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData(" \t\r\n\v\f", 6, 0)]
    [InlineData(" a b ", 1, 3)]
    [InlineData("\u00a0a\u00a0", 0, 5)]
    public void Trim_takes_ascii_white_space(string text, int start, int length) =>
        Assert.Equal((start, length), Utf8Text.Trim(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Code_points_are_counted() => Assert.Equal(4, Utf8Text.CountCodePoints("aé😀ß"u8));

    [Fact]
    public void The_calendar_agrees_with_the_runtimes()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++)
        {
            long micros = random.NextInt64(Timestamps.Min, Timestamps.Max);
            DateTime time = DateTime.UnixEpoch.AddTicks(micros * 10);
            Assert.True((time.Hour, time.Day, ((int)time.DayOfWeek + 6) % 7 + 1) == (CivilTime.Hour(micros), CivilTime.Day(micros), CivilTime.Weekday(micros)), $"seed {seed}: {micros}");
        }

        Assert.Equal(-3_600_000_000, CivilTime.FloorDivide(-1, CivilTime.MicrosecondsPerHour) * CivilTime.MicrosecondsPerHour);
    }

    private static string Map(byte[] text, bool lower)
    {
        var result = new byte[Utf8Text.MaxCasedLength(text.Length)];
        int length = lower ? Utf8Text.ToLower(text, result) : Utf8Text.ToUpper(text, result);
        return Encoding.UTF8.GetString(result, 0, length);
    }
}
