using System;
using System.Collections.Generic;
using System.Threading;
using DataStream.Bench.Rings;
using DataStream.Runtime;

namespace DataStream.Bench.Kafka;

/// <summary>
/// Work on the second core, with all threads of the clients that it makes: where a pipeline of one lane has its reader and writers on two cores (<c>cpu_affinity: auto</c>).
/// What a client's thread has written is in the cache then that the next one reads it from.
/// </summary>
internal static class OneCore
{
    /// <exception cref="InvalidOperationException">The system did not do it.</exception>
    public static Measured Run(Func<Measured> work)
    {
        (Measured? result, Exception? failure) = (null, null);
        var thread = new PinnedThread("one core", [Threads.Cores.B], () =>
        {
            try
            {
                result = work();
            }
            catch (Exception e)
            {
                failure = e; // thrown where somebody waits for it
            }
        });
        thread.Start();
        if (thread.Message is { } refused)
        {
            throw new InvalidOperationException(refused);
        }

        thread.Join();
        return result ?? throw new InvalidOperationException("the work on one core failed", failure);
    }
}
