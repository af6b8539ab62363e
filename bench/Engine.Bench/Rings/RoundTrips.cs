using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using DataStream.Rings;
using DataStream.Runtime;

namespace DataStream.Bench.Rings;

/// <summary>An event there and back over two queues, the clock read for each trip: nanoseconds.</summary>
internal static class RoundTrips
{
    private const int Trips = 30_000;
    private const int Slots = 1024;

    public static double RawLine(double quantile)
    {
        var ticks = new long[Trips];
        Placement.RoundTrips(ticks);
        return Quantile(ticks, quantile);
    }

    public static double Rings(WaitStrategy strategy, RingTuning tuning, double quantile)
    {
        Ring<Event64> there = new(Slots, strategy, tuning), back = new(Slots, strategy, tuning);
        var ticks = new long[Trips];
        Threads.Pair(
            () =>
            {
                for (int i = 0; i < Trips; i++)
                {
                    Ask(there, back, i, ticks);
                }

                there.Complete();
            },
            () =>
            {
                while (Answer(there, back))
                {
                }
            });
        return Quantile(ticks, quantile);
    }

    public static double Channels(double quantile)
    {
        var options = new BoundedChannelOptions(Slots) { SingleReader = true, SingleWriter = true };
        Channel<Event64> there = Channel.CreateBounded<Event64>(options), back = Channel.CreateBounded<Event64>(options);
        var ticks = new long[Trips];
        Threads.Pair(
            () =>
            {
                for (int i = 0; i < Trips; i++)
                {
                    Ask(there.Writer, back.Reader, i, ticks);
                }
            },
            () =>
            {
                for (int i = 0; i < Trips; i++)
                {
                    Answer(there.Reader, back.Writer);
                }
            });
        return Quantile(ticks, quantile);
    }

    /// <summary>What a consumer that waits takes of its core.</summary>
    /// <returns>Percent.</returns>
    public static double Idle(WaitStrategy strategy)
    {
        var ring = new Ring<Event64>(Slots, strategy);
        double used = 0;
        var thread = new PinnedThread("bench idle", [Threads.Cores.B], () =>
        {
            double before = OwnNanoseconds();
            long start = Stopwatch.GetTimestamp();
            ring.WaitForItem();
            used = (OwnNanoseconds() - before) / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        });
        thread.Start();
        Thread.Sleep(200);
        ring.Complete();
        thread.Join();
        return used * 100;
    }

    private static void Ask(Ring<Event64> there, Ring<Event64> back, int i, long[] ticks)
    {
        long start = Stopwatch.GetTimestamp();
        there.WaitForSlot();
        there.Slot().Fill(i);
        there.Publish();
        back.WaitForItem();
        if (back.Item.A != i)
        {
            throw new InvalidOperationException("a wrong answer");
        }

        back.Release();
        ticks[i] = Stopwatch.GetTimestamp() - start;
    }

    private static bool Answer(Ring<Event64> there, Ring<Event64> back)
    {
        if (!there.WaitForItem())
        {
            return false;
        }

        back.WaitForSlot();
        back.Slot() = there.Item;
        back.Publish();
        there.Release();
        return true;
    }

    private static void Ask(ChannelWriter<Event64> there, ChannelReader<Event64> back, int i, long[] ticks)
    {
        long start = Stopwatch.GetTimestamp();
        Event64 item = default;
        item.Fill(i);
        there.TryWrite(item);
        while (!back.TryRead(out item))
        {
            Thread.SpinWait(1);
        }

        ticks[i] = Stopwatch.GetTimestamp() - start;
    }

    private static void Answer(ChannelReader<Event64> there, ChannelWriter<Event64> back)
    {
        Event64 item;
        while (!there.TryRead(out item))
        {
            Thread.SpinWait(1);
        }

        back.TryWrite(item);
    }

    private static double Quantile(long[] ticks, double quantile)
    {
        Array.Sort(ticks);
        return ticks[(int)(ticks.Length * quantile)] * 1e9 / Stopwatch.Frequency;
    }

    // The first number of schedstat: nanoseconds on a processor. Elsewhere nobody tells.
    private static double OwnNanoseconds() => File.Exists("/proc/thread-self/schedstat")
        ? long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)
        : double.NaN;
}
