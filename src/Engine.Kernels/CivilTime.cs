using System;

namespace DataStream.Kernels;

/// <summary>The calendar of instants in microseconds since 1970-01-01T00:00:00Z, in UTC.</summary>
public static class CivilTime
{
    public const long MicrosecondsPerHour = 3_600_000_000;
    public const long MicrosecondsPerDay = 24 * MicrosecondsPerHour;

    /// <summary>The quotient rounded down; the divisor is positive.</summary>
    public static long FloorDivide(long value, long divisor)
    {
        (long quotient, long rest) = Math.DivRem(value, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }

    /// <summary>0 to 23.</summary>
    public static long Hour(long microseconds) =>
        (microseconds - (FloorDivide(microseconds, MicrosecondsPerDay) * MicrosecondsPerDay)) / MicrosecondsPerHour;

    /// <summary>Monday = 1 to Sunday = 7.</summary>
    public static long Weekday(long microseconds)
    {
        long fromMonday = (FloorDivide(microseconds, MicrosecondsPerDay) + 3) % 7; // 1970-01-01 was a Thursday
        return (fromMonday < 0 ? fromMonday + 7 : fromMonday) + 1;
    }

    /// <summary>The day of the month, 1 to 31.</summary>
    public static long Day(long microseconds) => Timestamps.CivilFromDays(FloorDivide(microseconds, MicrosecondsPerDay)).Day;

    /// <summary>The last multiple of <paramref name="unit"/> not after the instant.</summary>
    public static long Truncate(long microseconds, long unit) => FloorDivide(microseconds, unit) * unit;
}
