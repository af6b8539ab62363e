using System;

namespace DataStream.Sinks;

/// <summary>Where bytes go: an open file, pipe or device. Each call writes all of its bytes, or fails.</summary>
internal abstract class ByteOutput : IDisposable
{
    /// <exception cref="Flow.StopException">74 with the name and the errno.</exception>
    /// <exception cref="BrokenPipeException">The reader of a standard stream went away; of a FIFO it is a failure.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes that have left, also in the midst of a <see cref="Write"/>. Any thread.</summary>
    public virtual long Moved => 0;

    /// <summary>Closes the target, where it is the sink's own; some file systems report a failed write only then.</summary>
    public abstract void Close();

    public abstract void Dispose();
}
