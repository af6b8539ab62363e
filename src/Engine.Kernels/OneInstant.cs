using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary><c>yyyy-MM-ddTHH:mm:ss.fffZ</c>, the form of most streams, in two loads.</summary>
/// <remarks>
/// <code>
/// text      2 0 2 6 - 0 1 - 0 1 T 1 2 : 3 0 : 4 5 . 1 2 3 Z
/// digits    2 0 2 6 0 1 0 1 1 2 3 0 4 5 1 2                 the last one apart
/// numbers   2026    101     45000   4512                    year, month and day, seconds of hours and minutes, hundredths
/// </code>
/// </remarks>
internal static class OneInstant
{
    /// <summary>The length of the form.</summary>
    public const int Length = 24;

    private const long MillisecondsPerDay = 86_400_000;
    private const int LastOfFebruary = 58; // days of the year before March, but one

    private static readonly short[] s_days = Days();

    public static bool IsSupported => Ssse3.IsSupported && Sse41.IsSupported;

    /// <summary>False decides nothing: the general path does.</summary>
    /// <param name="text">Of <see cref="Length"/> bytes.</param>
    /// <param name="micros">Microseconds since 1970.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.Length != Length)
        {
            return false;
        }

        // Safe: bytes 0 to 15 and 8 to 23 of 24; the instructions are there, or nobody comes here.
        ref byte start = ref MemoryMarshal.GetReference(text);
        Vector128<byte> front = Vector128.LoadUnsafe(ref start) ^ Vector128.Create("0000-00-00T00:00"u8);
        Vector128<byte> back = Vector128.LoadUnsafe(ref start, 8) ^ Vector128.Create("00T00:00:00.000Z"u8);
        Vector128<byte> digits = Ssse3.Shuffle(front, Vector128.Create((byte)0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 255, 255, 255, 255))
            | Ssse3.Shuffle(back, Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 9, 10, 12, 13));

        // A sign that is as it must be is 0 here, a digit its value: each place has a most.
        Vector128<byte> wrong = Sse2.SubtractSaturate(front, Vector128.Create((byte)9, 9, 9, 9, 0, 9, 9, 0, 9, 9, 0, 2, 9, 0, 5, 9))
            | Sse2.SubtractSaturate(back, Vector128.Create((byte)9, 9, 0, 2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 0));
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create((short)0x010A).AsSByte());
        Vector128<ulong> numbers = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create((short)100, 1, 100, 1, 3600, 60, 100, 1)).AsUInt64();
        ulong date = numbers.ToScalar();
        ulong time = numbers.GetElement(1);
        int year = (int)date;
        int of = (int)(date >> 32);
        if (wrong != Vector128<byte>.Zero || (uint)of >= (uint)s_days.Length || s_days[of] < 0 || year == 0 || (uint)time >= 86_400)
        {
            return false;
        }

        int before = year - 1;
        int day = s_days[of];
        bool isLeap = (year & 3) == 0 && ((year & 15) == 0 || year % 25 != 0);
        day += (before * 365) + (before >> 2) - (before / 100) + (before / 400) + (isLeap && day > LastOfFebruary ? 1 : 0);
        long milliseconds = ((uint)time * 1000L) + ((long)(time >> 32) * 10) + back.GetElement(14);
        micros = ((day * MillisecondsPerDay) + milliseconds - (Timestamps.DaysToEpoch * MillisecondsPerDay)) * 1000;
        return true;
    }

    /// <summary>By month · 100 + day: the day of a year of 365 days, from 0 on; −1 where there is none.</summary>
    private static short[] Days()
    {
        var days = new short[1232];
        days.AsSpan().Fill(-1);
        short next = 0;
        for (int month = 1; month <= 12; month++)
        {
            for (int day = 1; day <= DateTime.DaysInMonth(2001, month); day++)
            {
                days[(month * 100) + day] = next++;
            }
        }

        return days;
    }
}
