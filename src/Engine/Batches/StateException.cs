using System;

namespace DataStream.Batches;

/// <summary>A kept state does not fit what is to go on with it.</summary>
public sealed class StateException : Exception
{
    public StateException()
    {
    }

    public StateException(string message) : base(message)
    {
    }

    public StateException(string message, Exception inner) : base(message, inner)
    {
    }
}
