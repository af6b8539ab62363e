using System;

namespace DataStream.Sinks;

/// <summary>The reader of a pipe went away (EPIPE): the run ends quietly.</summary>
public sealed class BrokenPipeException : Exception
{
    public BrokenPipeException()
    {
    }

    public BrokenPipeException(string message) : base(message)
    {
    }

    public BrokenPipeException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
