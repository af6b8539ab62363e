using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DataStream.Flow;

namespace DataStream.Host.Commands;

/// <summary>The managed build, which takes over from the native executable what that one leaves out: clients of Kafka call their methods by reflection.</summary>
/// <remarks>
/// Published as <c>datastream-managed</c> beside it. The process stays the same: its number, streams, folder, environment, who waits for it, and the signals that wait for it:
/// they are blocked from its first moment on (start.c) until somebody listens (<see cref="Signals"/>).
/// </remarks>
internal static partial class ManagedBuild
{
    /// <summary>Whether this is the native executable.</summary>
    public static bool IsElsewhere => !RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>Begins again as the managed build, with the same arguments.</summary>
    /// <exception cref="StopException">It cannot be started.</exception>
    [DoesNotReturn]
    public static void Continue()
    {
        string path = Environment.ProcessPath + "-managed";
        _ = Execute(path, [path, .. Environment.GetCommandLineArgs().AsSpan(1), null]);
        throw new StopException(ExitCode.InputOutput, $"'{path}', which this configuration needs, cannot be started: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    // Returns only when it fails.
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
