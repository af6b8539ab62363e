using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using DataStream.Kafka.Native;
using Xunit;

namespace DataStream.Tests.Kafka;

public sealed unsafe class NativeHeapTests
{
    private const int Pages = 24 << 10; // 96 MiB: more than glibc keeps by itself, whatever was freed before
    private const int PageSize = 4096;
    private const int Blocks = Pages * 4;

    [Fact]
    public void Freed_memory_is_used_again_without_asking_the_system_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/proc/thread-self/stat") && NativeLibrary.TryLoad("libc.so.6", out nint libc) && NativeLibrary.TryGetExport(libc, "mallopt", out _), "another system, or another C library than glibc");
        Assert.SkipWhen(NativeHeap.IsSetFromOutside, "the environment says how memory is kept");
        Assert.True(NativeHeap.KeepFreed());
        Use();

        long before = PageFaults();
        Use();

        Assert.InRange(PageFaults() - before, 0, Pages / 8);
    }

    private static void Use()
    {
        // Safe: each block is written within its length and freed below.
        var blocks = (void**)NativeMemory.Alloc(Blocks, (nuint)sizeof(void*));
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = NativeMemory.Alloc(PageSize / 4);
            NativeMemory.Clear(blocks[i], PageSize / 4);
        }

        for (int i = 0; i < Blocks; i++)
        {
            NativeMemory.Free(blocks[i]);
        }

        NativeMemory.Free(blocks);
    }

    /// <summary>Of this thread, that needed no file (proc_pid_stat(5), the tenth field; the second one is a name in brackets that may have blanks).</summary>
    private static long PageFaults() => long.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[7], CultureInfo.InvariantCulture);
}
