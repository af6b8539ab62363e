using System;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>Instants from the logical types.</summary>
internal static class AvroTime
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private const long MicrosecondsPerMillisecond = 1_000;
    private const long NanosecondsPerMicrosecond = 1_000;

    /// <summary>Microseconds since 1970; digits beyond are cut toward earlier time. False outside the years 1 to 9999.</summary>
    public static bool TryMicroseconds(AvroLogical logical, long value, out long microseconds)
    {
        if (logical == AvroLogical.TimestampMillis)
        {
            // The most frequent one, without a division: the range is a constant here.
            bool fits = value is >= Timestamps.Min / MicrosecondsPerMillisecond and <= Timestamps.Max / MicrosecondsPerMillisecond;
            microseconds = fits ? value * MicrosecondsPerMillisecond : 0;
            return fits;
        }

        long factor = logical == AvroLogical.Date ? MicrosecondsPerDay : 1;
        if (logical == AvroLogical.TimestampNanos)
        {
            long whole = Math.DivRem(value, NanosecondsPerMicrosecond, out long rest);
            value = rest < 0 ? whole - 1 : whole;
        }

        // Far more than the years 1 to 9999, and the product cannot overflow.
        bool isNear = value >= long.MinValue / factor && value <= long.MaxValue / factor;
        microseconds = isNear ? value * factor : 0;
        return isNear && microseconds is >= Timestamps.Min and <= Timestamps.Max;
    }
}
