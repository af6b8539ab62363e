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
        long factor = logical switch
        {
            AvroLogical.Date => MicrosecondsPerDay,
            AvroLogical.TimestampMillis => MicrosecondsPerMillisecond,
            _ => 1,
        };
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
