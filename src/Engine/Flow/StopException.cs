using System;

namespace DataStream.Flow;

/// <summary>The exit codes of the contract.</summary>
public static class ExitCode
{
    public const int Done = 0;
    public const int Configuration = 2;
    public const int BadData = 65;
    public const int Internal = 70;
    public const int Limit = 71;
    public const int InputOutput = 74;
    public const int Unavailable = 75;
    public const int Interrupted = 130;
}

/// <summary>The run ends for a reason that has an exit code; the message says what, where and what to do.</summary>
public sealed class StopException : Exception
{
    public StopException()
    {
    }

    public StopException(string message) : base(message)
    {
    }

    public StopException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public StopException(int code, string message, Exception? cause = null) : base(message, cause) => Code = code;

    public int Code { get; } = ExitCode.Internal;
}
