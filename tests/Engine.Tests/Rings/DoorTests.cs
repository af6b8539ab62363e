using System;
using System.Linq;
using System.Threading;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

public sealed class DoorTests
{
    private const int Turns = 20_000;

    [Fact]
    public void Sleepers_at_Linux_s_door_wake_and_nothing_is_allocated()
    {
        if (!FutexDoor.IsSupported)
        {
            Assert.Skip("a door of Linux");
            return;
        }

        Assert.Equal([0, 0], TakeTurns(new FutexDoor()));
    }

    [Fact]
    public void Sleepers_at_the_monitor_wake() => Assert.Equal(2, TakeTurns(new MonitorDoor()).Length);

    [Fact]
    public void A_round_that_is_over_is_not_slept_through()
    {
        foreach (Door door in new[] { new MonitorDoor(), FutexDoor.IsSupported ? new FutexDoor() : (Door)new MonitorDoor() })
        {
            long round = door.Round;
            door.NextRound();

            var sleeper = new Thread(() => door.SleepWhile(round)) { IsBackground = true };
            sleeper.Start();

            Assert.True(sleeper.Join(TimeSpan.FromMinutes(1)));
            Assert.NotEqual(round, door.Round);
        }
    }

    /// <summary>Two threads that wait for each other's rounds.</summary>
    /// <returns>Bytes that each allocated in its second half.</returns>
    private static long[] TakeTurns(Door door)
    {
        int turn = 0;
        long[] allocated = new long[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(own => new Thread(() =>
        {
            long before = 0;
            for (int i = 0; i < Turns; i++)
            {
                before = i == Turns / 2 ? GC.GetAllocatedBytesForCurrentThread() : before; // by then every function is known by its name
                while (true)
                {
                    long round = door.Round;
                    if (Volatile.Read(ref turn) % 2 == own)
                    {
                        break;
                    }

                    door.SleepWhile(round);
                }

                Volatile.Write(ref turn, turn + 1);
                door.NextRound();
            }

            allocated[own] = GC.GetAllocatedBytesForCurrentThread() - before;
        })
        { IsBackground = true })];
        Array.ForEach(threads, thread => thread.Start());

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
        Assert.Equal(2 * Turns, turn);
        return allocated;
    }
}
