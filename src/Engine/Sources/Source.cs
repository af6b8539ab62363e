using System;
using System.Collections.Generic;
using DataStream.Kernels;

namespace DataStream.Sources;

/// <summary>Where bytes arrive: one or several parts (files) read one after the other as one partition. Reader thread only, but for <see cref="Interrupt"/>.</summary>
public abstract class Source : IDisposable
{
    /// <summary>The bytes read so far, before decompression. Readable by any thread.</summary>
    public abstract long BytesIn { get; }

    /// <summary>Whether the input ends by itself: a bounded input whose events all die is an error.</summary>
    public virtual bool IsBounded => true;

    /// <summary>The encoding of the part being read, which <see cref="Read"/> gives as UTF-8; known with its first bytes.</summary>
    public virtual TextEncoding Encoding => TextEncoding.Utf8;

    /// <summary>Opens the next part.</summary>
    /// <param name="name">The path as opened, or <c>stdin</c>: the <c>source</c> of dead letters.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="Flow.StopException">It cannot be opened: 74 with the path and the errno; an archive: 65.</exception>
    public abstract bool NextPart(out string name);

    /// <summary>Reads what is there, at least one byte unless the part is at its end (0) or the source was interrupted (0).</summary>
    /// <exception cref="Flow.StopException">It cannot be read: 74 with the path and the errno.</exception>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Whether <see cref="Read"/> would return at once; the reader publishes what it has before it waits.</summary>
    public virtual bool IsReady => true;

    /// <summary>Whether <see cref="Interrupt"/> was called.</summary>
    public abstract bool IsInterrupted { get; }

    /// <summary>What a person should know about what was read. When nothing reads any more.</summary>
    public virtual IReadOnlyList<string> Notices => [];

    /// <summary>Ends the input from another thread: a waiting <see cref="Read"/> returns 0, and no part follows.</summary>
    public abstract void Interrupt();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
