using System;
using System.Linq;
using System.Threading;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

public sealed class PosixDoorTests
{
    private const int Turns = 20_000;

    [Fact]
    public void Threads_take_turns_inside_and_sleepers_wake_without_allocating()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("a door of Linux");
            return;
        }

        var door = new PosixDoor();
        int turn = 0;
        long[] allocated = new long[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(own => new Thread(() =>
        {
            long before = 0;
            for (int i = 0; i < Turns; i++)
            {
                before = i == Turns / 2 ? GC.GetAllocatedBytesForCurrentThread() : before; // by then every function is known by its name
                door.Enter();
                while (turn % 2 != own)
                {
                    door.Sleep();
                }

                turn++;
                door.WakeAll();
                door.Exit();
            }

            allocated[own] = GC.GetAllocatedBytesForCurrentThread() - before;
        }))];
        Array.ForEach(threads, thread => thread.Start());

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
        Assert.Equal(2 * Turns, turn);
        Assert.Equal([0, 0], allocated);
    }
}
