using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;

namespace DataStream.Flow;

/// <summary>Makes the exception of an input or output that cannot be opened, read or written: 74, with what was tried, the path and the errno.</summary>
public static class InputOutputFault
{
    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int IsFolder = 21;

    /// <summary><c>cannot read 'a.csv': Is a directory (errno 21)</c>.</summary>
    public static StopException Of(string verb, string path, int errno, Exception? cause = null)
    {
        string message = string.Create(CultureInfo.InvariantCulture, $"cannot {verb} '{path}': {Text(errno)} (errno {errno})");
        return cause is null ? new StopException(ExitCode.InputOutput, message) : new StopException(ExitCode.InputOutput, message, cause);
    }

    /// <summary>The same from an exception of the class library.</summary>
    public static StopException Of(string verb, string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return Errno(path, cause) is int errno
            ? new StopException(ExitCode.InputOutput, string.Create(CultureInfo.InvariantCulture, $"cannot {verb} '{path}': {Text(errno)} (errno {errno})"), cause)
            : new StopException(ExitCode.InputOutput, $"cannot {verb} '{path}': {cause.Message}", cause);
    }

    /// <summary>Where no errno tells what is wrong: the reason follows.</summary>
    public static StopException Of(string verb, string path, string reason) => new(ExitCode.InputOutput, $"cannot {verb} '{path}': {reason}");

    private static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    // The class library keeps the errno as the HResult of an IOException, and loses it for those it has a class of its own for.
    private static int? Errno(string path, Exception cause) => OperatingSystem.IsWindows() ? null : cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => NoEntry,
        UnauthorizedAccessException when Directory.Exists(path) => IsFolder, // which it calls a denial, too
        UnauthorizedAccessException { InnerException: IOException inner } when inner.HResult is > 0 and < 4096 => inner.HResult,
        UnauthorizedAccessException => AccessDenied,
        IOException { HResult: > 0 and < 4096 } => cause.HResult,
        _ => null,
    };
}
