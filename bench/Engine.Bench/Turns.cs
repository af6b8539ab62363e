using System;
using System.Linq;

namespace DataStream.Bench;

/// <summary>Works in turns on one thread; medians of the processor's time for an item (not the wall's: others may have the core in between).</summary>
internal static class Turns
{
    private const int WarmUp = 10; // rounds until everything is compiled with optimisations

    /// <summary>Nanoseconds an item, work by work.</summary>
    /// <exception cref="InvalidOperationException">A work did not see all items.</exception>
    public static double[] Medians(int rounds, long items, params Func<long>[] works)
    {
        double[][] times = [.. works.Select(_ => new double[rounds])];
        for (int round = -WarmUp; round < rounds; round++)
        {
            for (int work = 0; work < works.Length; work++)
            {
                TimeSpan start = Environment.CpuUsage.TotalTime;
                long seen = works[work]();
                double nanoseconds = (Environment.CpuUsage.TotalTime - start).TotalNanoseconds;
                if (seen != items)
                {
                    throw new InvalidOperationException($"work {work} saw {seen} of {items}");
                }

                if (round >= 0)
                {
                    times[work][round] = nanoseconds / items;
                }
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Length / 2))];
    }
}
