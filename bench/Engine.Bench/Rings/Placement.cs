using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Bench.Rings;

/// <summary>Where the two cores are to each other at this moment: on virtual machines that changes from second to second, and any figure by a factor of up to nine.</summary>
internal static class Placement
{
    private const int Trips = 4_000;

    // Between the 50 ns of a shared cache and the 420 ns of two that do not share one.
    private const double NearNanoseconds = 150;

    // Two threads that do the same on cores of their own take as long as one; hyper-threads of one core, or cores with other work, do not.
    private const double SharedSlowdown = 1.35;

    /// <summary>near, far, or shared: hyper-threads of one core, or cores that others were using too.</summary>
    public static string Probe()
    {
        double alone = Math.Min(Threads.Run((Threads.Cores.A, Count)), Threads.Run((Threads.Cores.A, Count)));
        double both = Threads.Pair(Count, Count);
        return both > SharedSlowdown * alone ? "shared" : RoundTrip(Trips) < NearNanoseconds ? "near" : "far";
    }

    /// <summary>One cache line between two threads that spin: nanoseconds there and back, without a clock in the loop.</summary>
    public static double RoundTrip(int trips)
    {
        var line = new Line();
        return Threads.Pair(() => Ask(line, trips), () => Answer(line, trips)) * 1e9 / trips;
    }

    /// <summary>The same with the clock read for each trip, in ticks.</summary>
    public static void RoundTrips(long[] ticks)
    {
        var line = new Line();
        Threads.Pair(
            () =>
            {
                for (int i = 0; i < ticks.Length; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    Volatile.Write(ref line.Value, (2 * i) + 1);
                    Await(line, (2 * i) + 2);
                    ticks[i] = Stopwatch.GetTimestamp() - start;
                }
            },
            () => Answer(line, ticks.Length));
    }

    private static void Ask(Line line, int trips)
    {
        for (int i = 0; i < trips; i++)
        {
            Volatile.Write(ref line.Value, (2 * i) + 1);
            Await(line, (2 * i) + 2);
        }
    }

    private static void Answer(Line line, int trips)
    {
        for (int i = 0; i < trips; i++)
        {
            Await(line, (2 * i) + 1);
            Volatile.Write(ref line.Value, (2 * i) + 2);
        }
    }

    private static void Await(Line line, long value)
    {
        while (Volatile.Read(ref line.Value) != value)
        {
            if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
        }
    }

    // About two milliseconds of dependent multiplications that touch no memory.
    private static void Count()
    {
        ulong x = 1;
        for (int i = 0; i < 1_500_000; i++)
        {
            x = (x * 6364136223846793005) + 1442695040888963407;
        }

        if (x == 0)
        {
            throw new InvalidOperationException("the loop is not for the compiler to remove");
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 272)]
    private sealed class Line
    {
        [FieldOffset(128)]
        public long Value;
    }
}
