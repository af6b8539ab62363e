using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>Linux's own door: a word of memory that the system compares when a thread wants to sleep (futex(2)).</summary>
/// <remarks>
/// One call wakes, one call sleeps, and who wakes has nothing to enter again: two microseconds sooner than over a monitor. Nothing managed is
/// allocated at a wait, where the monitor of native code makes objects for an object and a thread that first meet.
/// </remarks>
internal sealed unsafe partial class FutexDoor : Door
{
    private const int Line = 64;
    private const int Wait = 128; // FUTEX_WAIT_PRIVATE
    private const int Wake = 129; // FUTEX_WAKE_PRIVATE

    // The system wants the word's address, so it does not stand in an object that may move.
    // Safe: a line of its own, freed with this object.
    private readonly int* _word = (int*)NativeMemory.AlignedAlloc(Line, Line);

    // Safe: the word has just been made. The call wakes nobody: it is the first of its kind here, and a first call finds its function by name, which allocates.
    public FutexDoor()
    {
        *_word = 0;
        _ = Call(Number, _word, Wake, 0, 0);
    }

    // Safe: whoever sleeps or wakes here holds the object until it has done so.
    ~FutexDoor() => NativeMemory.AlignedFree(_word);

    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public override long Round
    {
        get
        {
            int round = Volatile.Read(ref *_word); // Safe: see above; this object is kept until it has been read
            GC.KeepAlive(this);
            return round;
        }
    }

    public override void SleepWhile(long round)
    {
        // A signal, or a round between the look and the call, ends the call; the look decides.
        // Safe: this object, and with it the word, is kept until the sleep is over.
        while (Volatile.Read(ref *_word) == round)
        {
            _ = Call(Number, _word, Wait, (int)round, 0);
        }

        GC.KeepAlive(this);
    }

    public override void NextRound()
    {
        // Safe: as above.
        Interlocked.Increment(ref *_word);
        _ = Call(Number, _word, Wake, int.MaxValue, 0);
        GC.KeepAlive(this);
    }

    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Call(nint number, int* word, nint operation, nint value, nint timeout);
}
