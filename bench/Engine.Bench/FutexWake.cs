using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using HdrHistogram;

namespace DataStream.Bench;

/// <summary>The floor for any waiter that is parked: how long one futex wake-up takes, from before the call that wakes to the return of the call that waits.</summary>
internal static class FutexWake
{
    private const int WaitPrivate = 128;
    private const int WakePrivate = 129;

    /// <summary>Wakes a thread so many times, with a pause between in which it surely parks.</summary>
    public static HistogramBase Measure(int wakes, double pauseMicroseconds)
    {
        var nanoseconds = new LongHistogram(TimeSpan.FromMinutes(1).Ticks * 100, 3);
        nint word = Marshal.AllocHGlobal(sizeof(int));
        Marshal.WriteInt32(word, 0);
        long sent = 0;
        var waiter = new Thread(() =>
        {
            for (int i = 0; i < wakes; i++)
            {
                while (Marshal.ReadInt32(word) == i)
                {
                    _ = Call(Number, word, WaitPrivate, i, 0, 0, 0);
                }

                nanoseconds.RecordValue(Math.Max(0, Stopwatch.GetTimestamp() - Volatile.Read(ref sent)) * (1_000_000_000 / Stopwatch.Frequency));
            }
        });
        waiter.Start();
        long pause = (long)(pauseMicroseconds * Stopwatch.Frequency / 1e6);
        for (int i = 1; i <= wakes; i++)
        {
            long until = Stopwatch.GetTimestamp() + pause;
            while (Stopwatch.GetTimestamp() < until)
            {
            }

            Volatile.Write(ref sent, Stopwatch.GetTimestamp());
            Marshal.WriteInt32(word, i);
            Interlocked.MemoryBarrier();
            _ = Call(Number, word, WakePrivate, 1, 0, 0, 0);
        }

        waiter.Join();
        Marshal.FreeHGlobal(word);
        return nanoseconds;
    }

    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint Call(nint number, nint word, nint operation, nint value, nint timeout, nint second, nint third);
}
