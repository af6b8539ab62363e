using System;
using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary>What the C library does with memory that librdkafka frees.</summary>
/// <remarks>
/// A client allocates each message on one thread and frees it on another. glibc gives a heap's free end back to the system as soon as it is longer than 128 KiB, and takes the same pages
/// anew for the next messages: a page fault for each 4 KiB. Source: mallopt(3), and <c>heap_trim</c> in glibc's malloc/arena.c.
/// </remarks>
internal static partial class NativeHeap
{
    // Of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    private const int Heap = 64 << 20; // what one heap of a thread may grow to: of this size no heap is given back
    private const int Largest = 32 << 20; // that a heap can hold; it has to be said, since the threshold stops to follow what is freed when another one is set
    private const int Never = int.MaxValue;

    private const string Tunables = "GLIBC_TUNABLES";

    private static readonly string[] s_environment = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_THRESHOLD_"];
    private static readonly string[] s_tunables = ["glibc.malloc.trim_threshold", "glibc.malloc.top_pad", "glibc.malloc.mmap_threshold"];

    /// <summary>Whether the environment says itself how memory is to be kept.</summary>
    public static bool IsSetFromOutside =>
        Array.Exists(s_environment, name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
        || Environment.GetEnvironmentVariable(Tunables) is { } tunables && Array.Exists(s_tunables, name => tunables.Contains(name, StringComparison.Ordinal));

    /// <summary>From now on what is freed stays in the process, for all its native code: of each of the C library's heaps as much as it had in use at one time. Any thread; again does nothing.</summary>
    /// <returns>False where it is not done: by another C library than glibc, and where <see cref="IsSetFromOutside"/>.</returns>
    public static bool KeepFreed()
    {
        if (!OperatingSystem.IsLinux() || IsSetFromOutside)
        {
            return false;
        }

        try
        {
            return SetOption(MapThreshold, Largest) != 0 && SetOption(TopPad, Heap) != 0 && SetOption(TrimThreshold, Never) != 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // musl
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
