using System.Threading;
using DataStream.Rings;

namespace DataStream.Tests.Rings;

/// <summary>The memory of x86 with its store buffers, and threads that move when the explorer says so.</summary>
internal readonly struct Explored : IMemory
{
    // Before and after a run, on the test's own thread, memory is plain.
    public static long Read(ref long place) => Explorer.Current is { } explorer ? explorer.Read(ref place) : Volatile.Read(ref place);

    public static void Write(ref long place, long value)
    {
        if (Explorer.Current is { } explorer)
        {
            explorer.Write(ref place, value);
        }
        else
        {
            Volatile.Write(ref place, value);
        }
    }

    public static void BarrierEverywhere() => Explorer.Current?.BarrierEverywhere();

    public static Door MakeDoor() => new ExploredDoor();

    public static void Pause() => Explorer.Current!.Pause();

    public static void Yield() => Explorer.Current!.Pause();
}

/// <summary>A planted mistake: the waiter announces itself without the barrier.</summary>
internal readonly struct WithoutBarrier : IMemory
{
    public static long Read(ref long place) => Explored.Read(ref place);

    public static void Write(ref long place, long value) => Explored.Write(ref place, value);

    public static void BarrierEverywhere()
    {
    }

    public static Door MakeDoor() => Explored.MakeDoor();

    public static void Pause() => Explored.Pause();

    public static void Yield() => Explored.Yield();
}

/// <summary>A planted mistake: the waiter's barrier is its own alone, and the other side pays none.</summary>
internal readonly struct OwnBarrierOnly : IMemory
{
    public static long Read(ref long place) => Explored.Read(ref place);

    public static void Write(ref long place, long value) => Explored.Write(ref place, value);

    public static void BarrierEverywhere() => Explorer.Current?.Barrier();

    public static Door MakeDoor() => Explored.MakeDoor();

    public static void Pause() => Explored.Pause();

    public static void Yield() => Explored.Yield();
}

/// <summary>A planted mistake: a bell that counts its round and wakes nobody.</summary>
internal readonly struct Deaf : IMemory
{
    public static long Read(ref long place) => Explored.Read(ref place);

    public static void Write(ref long place, long value) => Explored.Write(ref place, value);

    public static void BarrierEverywhere() => Explored.BarrierEverywhere();

    public static Door MakeDoor() => new ExploredDoor(isDeaf: true);

    public static void Pause() => Explored.Pause();

    public static void Yield() => Explored.Yield();
}
