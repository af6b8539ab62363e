using System;
using System.Diagnostics;
using System.Linq;

namespace DataStream.Bench;

/// <summary>Works in turns on one thread; medians of the processor's time for an item (not the wall's: others may have the core in between).</summary>
internal static class Turns
{
    // Until everything is compiled with optimisations: calls are counted, and what is called often is compiled beside the work after times of its own,
    // so ten rounds were enough on a slow processor and not on a fast one, where all works, peers too, then ran several times slower.
    private const int WarmUpRounds = 10;
    private const double WarmUpSeconds = 4;

    /// <summary>Nanoseconds an item, work by work.</summary>
    /// <exception cref="InvalidOperationException">A work did not see all items.</exception>
    public static double[] Medians(int rounds, long items, params Func<long>[] works)
    {
        double[][] times = [.. works.Select(_ => new double[rounds])];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < WarmUpRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds; round++)
        {
            foreach (Func<long> work in works)
            {
                Time(work, items);
            }
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int work = 0; work < works.Length; work++)
            {
                times[work][round] = Time(works[work], items);
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Length / 2))];
    }

    private static double Time(Func<long> work, long items)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long seen = work();
        double nanoseconds = (Environment.CpuUsage.TotalTime - before).TotalNanoseconds;
        return seen == items ? nanoseconds / items : throw new InvalidOperationException($"a work saw {seen} of {items}");
    }
}
