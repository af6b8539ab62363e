using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using DataStream.Runtime;

namespace DataStream.Bench.Rings;

/// <summary>Runs bodies at once on threads of their own, pinned or not, and times them from their common start to the end of the last.</summary>
internal static class Threads
{
    /// <summary>The two cores that the pairs run on.</summary>
    public static (int A, int B) Cores { get; } = (CpuSet.Allowed()[0], CpuSet.Allowed()[^1]);

    /// <returns>Seconds.</returns>
    public static double Pair(Action a, Action b) => Run((Cores.A, a), (Cores.B, b));

    public static double OnOneCore(Action a, Action b) => Run((Cores.A, a), (Cores.A, b));

    public static double Run(params (int? Core, Action Body)[] threads)
    {
        using var start = new Barrier(threads.Length);
        var spans = new (long Start, long End)[threads.Length];
        PinnedThread[] running = [.. threads.Select((thread, i) => new PinnedThread($"bench {i}", thread.Core is int core ? [core] : [], () =>
        {
            start.SignalAndWait();
            spans[i].Start = Stopwatch.GetTimestamp();
            thread.Body();
            spans[i].End = Stopwatch.GetTimestamp();
        }))];
        Array.ForEach(running, t => t.Start());
        Array.ForEach(running, t => t.Join());
        return (spans.Max(s => s.End) - spans.Min(s => s.Start)) / (double)Stopwatch.Frequency;
    }
}
