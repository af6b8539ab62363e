using System;
using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>A door of the system's own: a mutex and a condition. Nothing managed is allocated at a wait, not even the first.</summary>
/// <remarks>
/// For native code: there the class library's monitor makes managed objects for an object and a thread that first wait or meet, and a lane may come to that at
/// any time. All callers have entered, but for <see cref="Enter"/>.
/// </remarks>
internal sealed unsafe partial class PosixDoor
{
    private const int Size = 64; // of each: no Linux has larger ones than 48 bytes

    // Behind each other, zeroed: what PTHREAD_MUTEX_INITIALIZER and PTHREAD_COND_INITIALIZER are on Linux.
    private readonly nint _mutex = (nint)NativeMemory.AllocZeroed(2 * Size);

    private nint Condition => _mutex + Size;

    // Safe: whoever is inside holds the object until it has left.
    ~PosixDoor() => NativeMemory.Free((void*)_mutex);

    public void Enter()
    {
        _ = Lock(_mutex);
        GC.KeepAlive(this);
    }

    public void Exit()
    {
        _ = Unlock(_mutex);
        GC.KeepAlive(this);
    }

    public void Sleep()
    {
        _ = Wait(Condition, _mutex);
        GC.KeepAlive(this);
    }

    public void WakeAll()
    {
        _ = Broadcast(Condition);
        GC.KeepAlive(this);
    }

    [LibraryImport("libc", EntryPoint = "pthread_mutex_lock")]
    private static partial int Lock(nint mutex);

    [LibraryImport("libc", EntryPoint = "pthread_mutex_unlock")]
    private static partial int Unlock(nint mutex);

    [LibraryImport("libc", EntryPoint = "pthread_cond_wait")]
    private static partial int Wait(nint condition, nint mutex);

    [LibraryImport("libc", EntryPoint = "pthread_cond_broadcast")]
    private static partial int Broadcast(nint condition);
}
