using System.Runtime.InteropServices;

namespace DataStream.Sources;

/// <summary>The system calls of Linux that the class library does not offer as they are: reads that another thread can end.</summary>
internal static partial class Linux
{
    public const int Interrupted = 4; // EINTR
    public const int TryAgain = 11; // EAGAIN
    public const int IsFolder = 21; // EISDIR

    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const short CanRead = 1; // POLLIN

    /// <summary>A file descriptor, what is asked about it and what is the case.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Poll
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Wait(ref Poll polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    // eventfd: a counter; reading it is never needed, for an interrupted source stays interrupted.
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int MakeEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ref long value, nint count);

    // statx: one layout on every processor. The buffer has 256 bytes.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int folder, string path, int flags, uint mask, ref byte status);
}
