using System;
using System.Buffers.Binary;

namespace DataStream.Kernels;

/// <summary>Dates, times of day and offsets of RFC 3339 (2002), as <see cref="Timestamps.TryParse"/> reads them.</summary>
internal static class DateTimeText
{
    private static ReadOnlySpan<byte> DaysIn => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>The ten characters <c>yyyy-MM-dd</c> at the front, of which the first hyphen is there; what follows is not looked at.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out int days)
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

        if (day > DaysIn[month - 1] && !(month == 2 && day == 29 && Timestamps.IsLeap(year)))
        {
            return false;
        }

        days = Timestamps.DaysFromCivil(year, month, day);
        return true;
    }

    /// <summary>
    /// <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>, the form of most streams, as three words of eight bytes. False decides nothing: the general path does.
    /// <code>
    /// word     2 0 2 6 - 0 1 -      exclusive or with "0000-00-" leaves digits, and zeros for the right signs
    /// pairs    20  26    01         ten times each byte plus the next one
    /// </code>
    /// </summary>
    public static bool TryParseWords(ReadOnlySpan<byte> text, out long micros)
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
        micros = ((Timestamps.DaysFromCivil(year, month, day) * (Timestamps.SecondsPerDay * 1_000)) + time) * 1_000;
        return true;
    }

    /// <summary>Adds what stands behind the date: time of day, fraction, offset.</summary>
    public static bool TryAddTime(ReadOnlySpan<byte> text, ref long micros, out bool isLocal)
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

        micros += ((hour * 3600) + (minute * 60) + second) * Timestamps.MicrosecondsPerSecond;
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

        long offset = ((hours * 60) + minutes) * 60 * Timestamps.MicrosecondsPerSecond;
        micros += text[0] == '-' ? offset : -offset;
        return micros is >= Timestamps.Min and <= Timestamps.Max;
    }

    /// <summary>Two digits as a number, negative where they are none.</summary>
    private static int Pair(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)text[at] - '0';
        uint ones = (uint)text[at + 1] - '0';
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : -1;
    }
}
