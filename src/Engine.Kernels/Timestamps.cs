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

    private const long MicrosecondsPerSecond = 1_000_000;
    private const long SecondsPerDay = 86_400;
    private const long MicrosecondsPerDay = SecondsPerDay * MicrosecondsPerSecond;
    internal const int DaysToEpoch = 719_162; // from 0001-01-01 to 1970-01-01

    private static readonly short[] s_daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

    private static ReadOnlySpan<short> DaysBefore => s_daysBefore;

    private static ReadOnlySpan<byte> DaysIn => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

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
            return TryParseEpoch(text, out micros);
        }

        isLocal = true;
        if (text.Length == OneInstant.Length && (OneInstant.IsSupported ? OneInstant.TryRead(text, out micros) : TryParseWords(text, out micros)))
        {
            isLocal = false;
            return true;
        }

        if (!TryParseDate(text, out int days))
        {
            micros = 0;
            return false;
        }

        micros = days * (SecondsPerDay * MicrosecondsPerSecond);
        return text.Length == 10 || TryAddTime(text, ref micros, out isLocal);
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

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    private static bool TryParseDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        int century = Pair(text, 0);
        int yearOfCentury = Pair(text, 2);
        int month = Pair(text, 5);
        int day = Pair(text, 8);
        if ((century | yearOfCentury | month | day) < 0 || text[7] != '-')
        {
            return false;
        }

        int year = (century * 100) + yearOfCentury;
        if (year == 0 || (uint)(month - 1) > 11 || day == 0)
        {
            return false;
        }

        if (day > DaysIn[month - 1] && !(month == 2 && day == 29 && IsLeap(year)))
        {
            return false;
        }

        days = DaysFromCivil(year, month, day);
        return true;
    }

    /// <summary>
    /// <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>, the form of most streams, as three words of eight bytes. False decides nothing: the general path does.
    /// <code>
    /// word     2 0 2 6 - 0 1 -      exclusive or with "0000-00-" leaves digits, and zeros for the right signs
    /// pairs    20  26    01         ten times each byte plus the next one
    /// </code>
    /// </summary>
    private static bool TryParseWords(ReadOnlySpan<byte> text, out long micros)
    {
        // Little-endian: the first character is the lowest byte.
        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ 0x2D30_302D_3030_3030; // 0000-00-
        ulong second = BinaryPrimitives.ReadUInt64LittleEndian(text[8..]) ^ 0x3030_3A30_3054_3030; // 00T00:00
        ulong third = BinaryPrimitives.ReadUInt64LittleEndian(text[16..]) ^ 0x5A30_3030_2E30_303A; // :00.000Z

        // Above 9 a byte, or it plus 0x76, has its highest bit; a sign that is not as expected has any.
        const ulong Above = 0x7676_7676_7676_7676;
        ulong wrong = ((first | (first + Above) | second | (second + Above) | third | (third + Above)) & 0x8080_8080_8080_8080)
            | (first & 0xFF00_00FF_0000_0000) | (second & 0x0000_FF00_00FF_0000) | (third & 0xFF00_0000_FF00_00FF);
        first = (first * 10) + (first >> 8);
        second = (second * 10) + (second >> 8);
        third = (third * 10) + (third >> 8);
        int year = ((int)(first & 0xFF) * 100) + (int)(first >> 16 & 0xFF);
        int month = (int)(first >> 40 & 0xFF);
        int day = (int)(second & 0xFF);
        int hour = (int)(second >> 24 & 0xFF);
        int minute = (int)(second >> 48 & 0xFF);
        int seconds = (int)(third >> 8 & 0xFF);
        int milliseconds = (int)((third >> 32 & 0xFF) * 10) + text[22] - '0';

        // Days above 28 of a month are rare enough to be left to the general path, as everything else is.
        if (wrong != 0 || year == 0 || (uint)(month - 1) > 11 || (uint)(day - 1) > 27 || hour > 23 || minute > 59 || seconds > 59)
        {
            micros = 0;
            return false;
        }

        long time = (((((hour * 60) + minute) * 60) + seconds) * 1_000L) + milliseconds;
        micros = ((DaysFromCivil(year, month, day) * (SecondsPerDay * 1_000)) + time) * 1_000;
        return true;
    }

    private static bool TryAddTime(ReadOnlySpan<byte> text, ref long micros, out bool isLocal)
    {
        isLocal = true;
        if (text.Length < 19 || (text[10] != ' ' && (text[10] | 0x20) != 't') || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        int hour = Pair(text, 11);
        int minute = Pair(text, 14);
        int second = Pair(text, 17);
        if ((uint)hour > 23 || (uint)minute > 59 || (uint)second > 59)
        {
            return false;
        }

        micros += ((hour * 3600) + (minute * 60) + second) * MicrosecondsPerSecond;
        int i = 19;
        if (i < text.Length && text[i] == '.')
        {
            int unit = 100_000;
            int first = ++i;
            uint digit;
            while (i < text.Length && (digit = (uint)text[i] - '0') <= 9)
            {
                micros += digit * unit;
                unit /= 10; // 0 behind the sixth digit
                i++;
            }

            if (i == first)
            {
                return false;
            }
        }

        isLocal = i == text.Length;
        return isLocal || TryApplyOffset(text[i..], ref micros);
    }

    private static bool TryApplyOffset(ReadOnlySpan<byte> text, ref long micros)
    {
        if ((text[0] | 0x20) == 'z')
        {
            return text.Length == 1;
        }

        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        int hours = text.Length is 3 or 5 or 6 ? Pair(text, 1) : -1;
        int minutes = text.Length switch
        {
            3 => 0,
            5 => Pair(text, 3),
            6 when text[3] == ':' => Pair(text, 4),
            _ => -1,
        };
        if ((uint)hours > 23 || (uint)minutes > 59)
        {
            return false;
        }

        long offset = ((hours * 60) + minutes) * 60 * MicrosecondsPerSecond;
        micros += text[0] == '-' ? offset : -offset;
        return micros is >= Min and <= Max;
    }

    private static bool TryParseEpoch(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        int i = text is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        bool negative = i == 1 && text[0] == '-';
        int first = i;
        while (i < text.Length && (uint)text[i] - '0' <= 9)
        {
            i++;
        }

        ReadOnlySpan<byte> fraction = [];
        if (i < text.Length)
        {
            fraction = text[(i + 1)..];
            if (text[i] != '.' || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }
        }

        // A point alone is no number; "5." and ".5" are, as for numbers.
        if (i - first + fraction.Length == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = text[first..i].TrimStart((byte)'0');
        if (digits.Length > 21)
        {
            return false; // beyond year 9999 even in nanoseconds
        }

        // From 1e17 on, which has 18 digits, the last three are below a microsecond.
        bool isNano = digits.Length >= 18;
        bool cut = isNano && digits[^3..].ContainsAnyExcept((byte)'0');
        ulong whole = 0;
        foreach (byte b in isNano ? digits[..^3] : digits)
        {
            whole = (whole * 10) + b - '0';
        }

        int places = isNano ? 0 : whole < 100_000_000_000 ? 6 : whole < 100_000_000_000_000 ? 3 : 0;
        for (int place = 0; place < places; place++)
        {
            whole = (whole * 10) + (place < fraction.Length ? (uint)fraction[place] - '0' : 0);
        }

        cut |= fraction.Length > places && fraction[places..].ContainsAnyExcept((byte)'0');
        if (whole > (ulong)Max)
        {
            return false;
        }

        micros = negative ? -(long)whole - (cut ? 1 : 0) : (long)whole;
        return micros >= Min;
    }

    /// <summary>Two digits as a number, negative where they are none.</summary>
    private static int Pair(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)text[at] - '0';
        uint ones = (uint)text[at + 1] - '0';
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -1;
    }

    private static void WritePair(int value, Span<byte> target)
    {
        (int tens, int ones) = Math.DivRem(value, 10);
        target[1] = (byte)('0' + ones);
        target[0] = (byte)('0' + tens);
    }
}
