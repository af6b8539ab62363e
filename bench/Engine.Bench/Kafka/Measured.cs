using System;
using System.Diagnostics;

namespace DataStream.Bench.Kafka;

/// <summary>What one run took, from the first message to the last: all threads of this process, clients' included, the broker not.</summary>
internal sealed record Measured(long Messages, double Seconds, double CpuSeconds, long AllocatedBytes)
{
    public double ThousandsPerSecond => Messages / Seconds / 1e3;

    public double CpuPerMillion => CpuSeconds * 1e6 / Messages;

    public double BytesPerMessage => AllocatedBytes / (double)Messages;

    /// <summary>A clock that begins now.</summary>
    public static Func<long, Measured> Begin()
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        return messages =>
        {
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return new Measured(messages, seconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        };
    }
}
