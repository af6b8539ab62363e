using System;
using System.Runtime.InteropServices;

namespace DataStream.Flow;

/// <summary>Whether the program was started with a standard stream at all.</summary>
/// <remarks>
/// A shell can start a program without one (<c>&lt;&amp;-</c>). The runtime's own files take such a number then, and reading it would wait for ever,
/// writing it would hit a stranger. What a program inherits is never close-on-exec, and what the runtime opens always is: that tells them apart.
/// </remarks>
public static partial class StandardStream
{
    /// <summary>The errno of a stream that is not there.</summary>
    public const int NotOpen = 9; // EBADF

    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Of 0, 1 and 2; on Windows always true, since its handles tell by themselves.</summary>
    public static bool IsOpen(int descriptor) =>
        OperatingSystem.IsWindows() || (Control(descriptor, GetFlags) is >= 0 and int flags && (flags & CloseOnExec) == 0);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);
}
