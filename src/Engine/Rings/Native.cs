using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace DataStream.Rings;

/// <summary>The machine's memory and the system's threads.</summary>
internal readonly struct Native : IMemory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public static long Read(ref long place) => Volatile.Read(ref place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one instruction
    public static void Write(ref long place, long value) => Volatile.Write(ref place, value);

    public static void BarrierEverywhere() => Interlocked.MemoryBarrierProcessWide();

    public static Door MakeDoor() => FutexDoor.IsSupported ? new FutexDoor() : new MonitorDoor();

    // Safe: hints to the processor that touch no memory.
    public static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    // Safe: a hint as well, which may even point to where the place was before a collection moved it.
    public static unsafe void Fetch<T>(ref T place) where T : struct
    {
        if (X86Base.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }

    public static void Yield() => Thread.Yield();
}
