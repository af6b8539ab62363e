using System;

namespace DataStream.Sinks;

/// <summary>Where bytes leave. One writer thread calls it.</summary>
public abstract class Sink : IDisposable
{
    /// <summary>For messages: the path, or <c>stdout</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Opens or makes the target and empties it.</summary>
    /// <exception cref="Flow.StopException">It cannot be made: 74 with the path and the errno.</exception>
    public abstract void Open();

    /// <summary>Takes the bytes; the memory is the caller's again on return.</summary>
    /// <exception cref="Flow.StopException">It cannot be written: 74 with the path and the errno.</exception>
    /// <exception cref="BrokenPipeException">The reader of a pipe went away.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Whether everything that was taken has left already, without a <see cref="Flush"/>.</summary>
    public virtual bool HasPassedOn => false;

    /// <summary>Passes on what is buffered; called when the writer has nothing to write.</summary>
    public abstract void Flush();

    /// <summary>The last bytes were written: finishes a compressed stream, flushes, closes.</summary>
    public abstract void Complete();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
