using System;

namespace DataStream.Sinks;

/// <summary>Where bytes leave. One writer thread calls it.</summary>
public abstract class Sink : IDisposable
{
    /// <summary>For messages: the path, or <c>stdout</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Called by a sink that <see cref="AcknowledgesLater"/> when something will not arrive: the run ends, also where nothing more is written.</summary>
    public Action<Flow.StopException>? Failing { get; set; }

    /// <summary>Opens or makes the target and empties it.</summary>
    /// <exception cref="Flow.StopException">It cannot be made: 74 with the path and the errno.</exception>
    public abstract void Open();

    /// <summary>Takes the bytes; the memory is the caller's again on return.</summary>
    /// <exception cref="Flow.StopException">It cannot be written: 74 with the path and the errno.</exception>
    /// <exception cref="BrokenPipeException">The reader of a pipe went away.</exception>
    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Whether everything that was taken has left already, without a <see cref="Flush"/>.</summary>
    public virtual bool HasPassedOn => false;

    /// <summary>Whether what was taken arrives later, and <see cref="Acknowledged"/> says how much has; otherwise it is there after <see cref="Flush"/> or <see cref="Complete"/>.</summary>
    public virtual bool AcknowledgesLater => false;

    /// <summary>Where <see cref="AcknowledgesLater"/>: what came from payloads before this number has arrived. Any thread.</summary>
    public virtual long Acknowledged => 0;

    /// <summary>Changes when something of a call that is still under way has left: a slow reader is told by it from one that takes nothing. Any thread.</summary>
    internal virtual long Moved => 0;

    /// <summary>All bytes of this payload and those before it were taken.</summary>
    public virtual void EndPayload(long number)
    {
    }

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
