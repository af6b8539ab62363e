using System;

namespace DataStream.Formats;

/// <summary>Judges the messages of a broker, each a whole record whose end is known. Runs on the reader thread, one per input.</summary>
public abstract class MessageCutter
{
    /// <summary>How the message is to be sent. It is not empty.</summary>
    /// <exception cref="Flow.StopException">The message cannot be read with this configuration at all: 65; what is needed for it does not answer: 75.</exception>
    public abstract MessageCut Take(ReadOnlySpan<byte> message);
}
