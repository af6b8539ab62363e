using System;

namespace DataStream.Batches;

/// <summary>An instant: microseconds since 1970-01-01T00:00:00Z, from year 1 to 9999.</summary>
public readonly record struct Timestamp(long Microseconds) : IComparable<Timestamp>
{
    /// <summary>The first microsecond of year 1.</summary>
    public const long MinMicroseconds = -62_135_596_800_000_000;

    /// <summary>The last microsecond of year 9999.</summary>
    public const long MaxMicroseconds = 253_402_300_799_999_999;

    public DateTime ToDateTime() => DateTime.UnixEpoch.AddTicks(Microseconds * TimeSpan.TicksPerMicrosecond);

    public static Timestamp FromDateTime(DateTime utc) => new((utc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public int CompareTo(Timestamp other) => Microseconds.CompareTo(other.Microseconds);

    public static bool operator <(Timestamp left, Timestamp right) => left.Microseconds < right.Microseconds;

    public static bool operator >(Timestamp left, Timestamp right) => left.Microseconds > right.Microseconds;

    public static bool operator <=(Timestamp left, Timestamp right) => left.Microseconds <= right.Microseconds;

    public static bool operator >=(Timestamp left, Timestamp right) => left.Microseconds >= right.Microseconds;
}
