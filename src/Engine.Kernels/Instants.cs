using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Event times of rows: microseconds, and <see cref="None"/> for a row that has none.</summary>
public static class Instants
{
    /// <summary>No instant: less than all of them.</summary>
    public const long None = long.MinValue;

    private const int Rows = 64;

    /// <summary>Copies the times of a block of 64 rows, those of rows that are not live being <see cref="None"/>.</summary>
    /// <returns>The latest of them.</returns>
    public static long CopyLive(ReadOnlySpan<long> values, ulong live, Span<long> times)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(times.Length, Rows);

        // Safe: both hold 64 items.
        ref long from = ref MemoryMarshal.GetReference(values);
        ref long to = ref MemoryMarshal.GetReference(times);
        Vector256<long> bits = Vector256.Create(1L, 2, 4, 8);
        Vector256<long> latest = Vector256.Create(None);
        for (int i = 0; i < Rows; i += Vector256<long>.Count)
        {
            // Safe: four of the 64 from i on.
            Vector256<long> isLive = Vector256.Equals(Vector256.Create((long)(live >> i)) & bits, bits);
            Vector256<long> time = Vector256.ConditionalSelect(isLive, Vector256.LoadUnsafe(ref from, (nuint)i), Vector256.Create(None));
            time.StoreUnsafe(ref to, (nuint)i);
            latest = Vector256.Max(latest, time);
        }

        return Math.Max(Math.Max(latest[0], latest[1]), Math.Max(latest[2], latest[3]));
    }

    /// <summary>For each row the latest time before it.</summary>
    /// <param name="times">The rows' times.</param>
    /// <param name="latest">The latest before the first row; <see cref="None"/>: none was.</param>
    /// <param name="before">Filled, as long as the times.</param>
    /// <param name="lag">How far the row most behind is behind; kept where it is greater.</param>
    /// <returns>The latest of all.</returns>
    public static long RunningMax(ReadOnlySpan<long> times, long latest, Span<long> before, ref long lag)
    {
        before = before[..times.Length];
        int i = 0;
        long greatest = lag;
        if (Vector256.IsHardwareAccelerated && times.Length >= Vector256<long>.Count)
        {
            // Safe: four items from a place that has them, in both.
            ref long from = ref MemoryMarshal.GetReference(times);
            ref long to = ref MemoryMarshal.GetReference(before);
            Vector256<long> none = Vector256.Create(None);
            Vector256<long> most = Vector256.Create(lag);
            Vector256<long> highest = Vector256.Create(latest);
            for (; i <= times.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                // Of the four up to each: of one and the one before it, then of two and two.
                Vector256<long> time = Vector256.LoadUnsafe(ref from, (nuint)i);
                Vector256<long> up = Vector256.Max(time, Vector256.ConditionalSelect(Vector256.Create(-1L, 0, 0, 0), none, Vector256.Shuffle(time, Vector256.Create(0L, 0, 1, 2))));
                up = Vector256.Max(up, Vector256.ConditionalSelect(Vector256.Create(-1L, -1, 0, 0), none, Vector256.Shuffle(up, Vector256.Create(0L, 0, 0, 1))));
                Vector256<long> through = Vector256.Max(up, highest);
                Vector256.ConditionalSelect(Vector256.Create(-1L, 0, 0, 0), highest, Vector256.Shuffle(through, Vector256.Create(0L, 0, 1, 2))).StoreUnsafe(ref to, (nuint)i);

                // A row without a time is behind by nothing.
                most = Vector256.Max(most, Vector256.AndNot(through - time, Vector256.Equals(time, none)));
                highest = Vector256.Shuffle(through, Vector256.Create(3L, 3, 3, 3));
            }

            latest = highest[0];
            greatest = Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
        }

        for (; i < times.Length; i++)
        {
            before[i] = latest;
            long time = times[i];
            long next = Branchless.Max(latest, time);
            greatest = Branchless.Max(greatest, next - (time == None ? next : time));
            latest = next;
        }

        lag = greatest;
        return latest;
    }

    /// <summary>The earliest time; <see cref="long.MaxValue"/> where no row has one.</summary>
    public static long Earliest(ReadOnlySpan<long> times)
    {
        // Less one, no instant is greater than all of them.
        long earliest = long.MaxValue;
        int i = 0;
        if (times.Length >= Vector256<long>.Count)
        {
            // Safe: read only below, four items from a place that has them.
            ref long origin = ref MemoryMarshal.GetReference(times);
            Vector256<long> least = Vector256.Create(long.MaxValue);
            for (; i <= times.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                least = Vector256.Min(least, Vector256.LoadUnsafe(ref origin, (nuint)i) - Vector256<long>.One);
            }

            earliest = Math.Min(Math.Min(least[0], least[1]), Math.Min(least[2], least[3]));
        }

        for (; i < times.Length; i++)
        {
            earliest = Math.Min(earliest, unchecked(times[i] - 1));
        }

        return earliest == long.MaxValue ? earliest : earliest + 1;
    }
}
