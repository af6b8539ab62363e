using System;
using System.Buffers.Binary;

namespace DataStream.Kernels;

/// <summary>Instants as text: RFC 3339 (2002), dates alone, epoch numbers. Values are microseconds since 1970-01-01T00:00:00Z.</summary>
public static class Timestamps
{
    /// <summary>The first microsecond of year 1.</summary>
    public const long Min = -62_135_596_800_000_000;

    /// <summary>The last microsecond of year 9999.</summary>
    public const long Max = 253_402_300_799_999_999;

    /// <summary>The most bytes that <see cref="Format"/> writes; instants of the years 1 to 9999 take 24 or 27.</summary>
    public const int MaxLength = 30;

    internal const long MicrosecondsPerSecond = 1_000_000;
    internal const long SecondsPerDay = 86_400;
    private const long MicrosecondsPerDay = SecondsPerDay * MicrosecondsPerSecond;
    internal const int DaysToEpoch = 719_162; // from 0001-01-01 to 1970-01-01

    private static readonly short[] s_daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

    private static ReadOnlySpan<short> DaysBefore => s_daysBefore;

    /// <summary>
    /// Reads <c>2026-01-01T12:30:45.5+02:00</c> (<c>T</c>, <c>t</c> or a space; offset <c>Z z ±hh:mm ±hhmm ±hh</c> or none; digits beyond µs are cut), <c>2026-01-01</c>,
    /// or a number of seconds, milliseconds, microseconds or nanoseconds by its magnitude (below 1e11, 1e14, 1e17), cut toward earlier time. No spaces around.
    /// </summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="micros">The instant; without an offset the local time as if it were UTC.</param>
    /// <param name="isLocal">There was no offset: the caller applies a time zone, and checks the range again.</param>
    /// <returns>False for everything else, and for instants outside the years 1 to 9999.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros, out bool isLocal)
    {
        if (text.Length < 10 || text[4] != '-')
        {
            isLocal = false;
            return EpochText.TryParse(text, out micros);
        }

        isLocal = true;
        if (text.Length == OneInstant.Length && (OneInstant.IsSupported ? OneInstant.TryRead(text, out micros) : DateTimeText.TryParseWords(text, out micros)))
        {
            isLocal = false;
            return true;
        }

        if (!DateTimeText.TryParseDate(text, out int days))
        {
            micros = 0;
            return false;
        }

        micros = days * (SecondsPerDay * MicrosecondsPerSecond);
        return text.Length == 10 || DateTimeText.TryAddTime(text, ref micros, out isLocal);
    }

    /// <summary><c>2026-01-01T00:00:10.000Z</c>, with six decimals when not whole milliseconds; years outside 0 to 9999 as ECMAScript writes them (<c>+010000-…</c>).</summary>
    public static int Format(long micros, Span<byte> target)
    {
        long seconds = Math.DivRem(micros, MicrosecondsPerSecond, out long fraction);
        if (fraction < 0)
        {
            fraction += MicrosecondsPerSecond;
            seconds--;
        }

        long days = Math.DivRem(seconds, SecondsPerDay, out long second);
        if (second < 0)
        {
            second += SecondsPerDay;
            days--;
        }

        (int year, int month, int day) = CivilFromDays(days);
        int i = 4;
        if (year is >= 0 and <= 9999)
        {
            WritePair(year / 100, target);
            WritePair(year % 100, target[2..]);
        }
        else
        {
            target[0] = (byte)(year < 0 ? '-' : '+');
            NumberText.WriteDigits((ulong)Math.Abs(year), target.Slice(1, 6));
            i = 7;
        }

        Span<byte> rest = target.Slice(i, fraction % 1000 == 0 ? 20 : 23);
        rest[0] = (byte)'-';
        WritePair(month, rest[1..]);
        rest[3] = (byte)'-';
        WritePair(day, rest[4..]);
        rest[6] = (byte)'T';
        WritePair((int)second / 3600, rest[7..]);
        rest[9] = (byte)':';
        WritePair((int)second / 60 % 60, rest[10..]);
        rest[12] = (byte)':';
        WritePair((int)second % 60, rest[13..]);
        rest[15] = (byte)'.';
        if (rest.Length == 20)
        {
            NumberText.WriteDigits((ulong)fraction / 1000, rest.Slice(16, 3));
        }
        else
        {
            NumberText.WriteDigits((ulong)fraction, rest.Slice(16, 6));
        }

        rest[^1] = (byte)'Z';
        return i + rest.Length;
    }

    /// <summary>The days from 1970 to an instant, as the whole number at or before.</summary>
    public static long DayOf(long micros)
    {
        long day = micros / MicrosecondsPerDay;
        return day - (micros < day * MicrosecondsPerDay ? 1 : 0);
    }

    /// <summary>The end of <see cref="Format"/>'s text, from the hours on.</summary>
    /// <param name="micros">The instant.</param>
    /// <param name="day">Its <see cref="DayOf"/>.</param>
    /// <param name="target">Room for 16 bytes.</param>
    public static int FormatTime(long micros, long day, Span<byte> target)
    {
        long ofDay = micros - (day * MicrosecondsPerDay);
        uint second = (uint)(ofDay / MicrosecondsPerSecond);
        uint minute = second / 60;
        uint hour = minute / 60;

        // 12:34:56 is the number 12034056 with colons in the places of its zeros.
        ulong clock = DigitText.Split((hour * 1_000_000) + ((minute - (hour * 60)) * 1000) + second - (minute * 60));
        BinaryPrimitives.WriteUInt64LittleEndian(target, clock | 0x3030_3A30_303A_3030);
        return 8 + FormatFraction((uint)(ofDay - (second * MicrosecondsPerSecond)), target[8..]);
    }

    /// <summary>The end of <see cref="Format"/>'s text, from the point on.</summary>
    /// <param name="fraction">Microseconds of the second.</param>
    /// <param name="target">Room for 8 bytes.</param>
    public static int FormatFraction(uint fraction, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, (DigitText.Split(fraction) >> 8) | 0x5A30_3030_3030_302E); // .000000Z
        int end = fraction % 1000 == 0 ? 4 : 7;
        target[end] = (byte)'Z';
        return end + 1;
    }

    /// <summary>Days since 1970-01-01 in the proleptic Gregorian calendar; month and day are valid, the year is 1 to 9999.</summary>
    public static int DaysFromCivil(int year, int month, int day)
    {
        int before = year - 1;
        int leap = month > 2 && IsLeap(year) ? 1 : 0;
        return (before * 365) + (before / 4) - (before / 100) + (before / 400) + DaysBefore[month - 1] + leap + day - 1 - DaysToEpoch;
    }

    /// <summary>The date of a day since 1970-01-01, for any day that 64 bits of microseconds reach.</summary>
    /// <remarks>Howard Hinnant, "chrono-compatible low-level date algorithms" (2013): years begin in March, so that the leap day is the last.</remarks>
    public static (int Year, int Month, int Day) CivilFromDays(long days)
    {
        days += 719_468;
        long era = (days >= 0 ? days : days - 146_096) / 146_097;
        uint dayOfEra = (uint)(days - (era * 146_097));
        uint yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        uint dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        uint shifted = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * shifted) + 2) / 5) + 1);
        int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        int year = (int)((era * 400) + yearOfEra) + (month <= 2 ? 1 : 0);
        return (year, month, day);
    }

    internal static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    private static void WritePair(int value, Span<byte> target)
    {
        (int tens, int ones) = Math.DivRem(value, 10);
        target[1] = (byte)('0' + ones);
        target[0] = (byte)('0' + tens);
    }
}
