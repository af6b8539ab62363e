using System;

namespace DataStream.Windows;

/// <summary>Where windows of fixed size lie and when they close; microseconds. Global: one window that only the end of input closes.</summary>
/// <param name="IsGlobal">No start, no end.</param>
/// <param name="Size">From start to end.</param>
/// <param name="Every">From start to start; the size where windows do not overlap.</param>
/// <param name="Delay">How far the highest event time must be beyond the end: the disorder allowed and the lateness allowed.</param>
internal sealed record WindowSpan(bool IsGlobal, long Size, long Every, long Delay)
{
    /// <summary>The longest window: as long as all time there is. No sum of an event's time and two of it overflows.</summary>
    public const long MaxSize = 320_000_000_000_000_000;

    public static long SaturatingAdd(long a, long b)
    {
        long sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) >= 0 ? sum : a < 0 ? long.MinValue : long.MaxValue;
    }

    /// <summary>The start of the youngest window that holds an instant.</summary>
    public long Floor(long time)
    {
        long rest = time % Every;
        return time - (rest < 0 ? rest + Every : rest);
    }

    /// <summary>The highest event time with which the window that starts there is closed; <see cref="long.MaxValue"/> where only the end of input closes it.</summary>
    public long ClosesAt(long start) => IsGlobal ? long.MaxValue : SaturatingAdd(start + Size, Delay);

    /// <summary>Whether a start lies between the windows that are closed at either highest event time.</summary>
    public bool Closes(long earlierMax, long maxEventTime)
    {
        if (maxEventTime == long.MaxValue || IsGlobal)
        {
            return maxEventTime == long.MaxValue;
        }

        return LastClosed(maxEventTime) > LastClosed(earlierMax);
    }

    private long LastClosed(long maxEventTime)
    {
        long start = SaturatingAdd(SaturatingAdd(maxEventTime, -Size), -Delay);
        return start < -MaxSize * 4 ? long.MinValue : Floor(start);
    }
}
