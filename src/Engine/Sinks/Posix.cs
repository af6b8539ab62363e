using System;
using System.Runtime.InteropServices;

namespace DataStream.Sinks;

/// <summary>The system calls that tell exactly what went wrong with a write; the class library hides a pipe's end on the console's streams.</summary>
internal static partial class Posix
{
    public const int Interrupted = 4; // EINTR
    public const int TryAgain = 11; // EAGAIN on Linux
    public const int TryAgainOnMac = 35;
    public const int BrokenPipe = 32; // EPIPE
    public const int IsNoPosition = 29; // ESPIPE
    public const int IsNoFolder = 20; // ENOTDIR
    public const int IsFolder = 21; // EISDIR

    public const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    public const int FromStart = 0; // SEEK_SET
    public const int FromEnd = 2; // SEEK_END

    public const short CanWrite = 4; // POLLOUT

    /// <summary>A file descriptor, what is asked about it and what is the case.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Poll
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, in byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Wait(ref Poll polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int from);

    /// <summary>Whether the descriptor is a pipe, socket or terminal: bytes pass through it, and somebody takes them at the other end.</summary>
    public static bool IsStream(int descriptor) => Seek(descriptor, 0, 1) < 0 && Marshal.GetLastPInvokeError() == IsNoPosition;

    /// <summary>1: the descriptor is a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int descriptor, long length);

    /// <summary>The number of the file system that a file is in, as statfs has it; 0: unknown.</summary>
    public static long KindOf(int descriptor)
    {
        Span<long> found = stackalloc long[32]; // more than the structure has on any 64-bit system
        return Environment.Is64BitProcess && FileSystem(descriptor, ref found[0]) == 0 ? found[0] : 0;
    }

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystem(int descriptor, ref long found);
}
