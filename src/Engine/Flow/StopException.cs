using System;

namespace DataStream.Flow;

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
