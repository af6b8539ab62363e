using System;

namespace DataStream.Formats;

/// <summary>Cuts a stream of bytes into whole records. Runs on the reader thread, one per input.</summary>
/// <remarks>
/// The reader shows the bytes it has gathered, from the end of what the last <see cref="Cut"/> consumed
/// (Skip + Length + Discard), and calls again with more when nothing was consumed. A cutter may remember how far it has scanned.
/// A record longer than <c>max_record_size</c> is cut as its first <c>max_record_size</c> + 1 bytes, and the rest up to its end is discarded (over several calls
/// if need be): a decoder knows it as too long by that length.
/// </remarks>
public abstract class RecordCutter : IDisposable
{
    /// <summary>The physical line (1-based) of the first byte not yet consumed; 0 where the format has no lines.</summary>
    public long Line { get; protected set; } = 1;

    /// <summary>The header map of the records now being cut: an index that the decoder understands.</summary>
    public int Header { get; protected set; }

    /// <summary>Records that are not among the bytes shown, such as inflated ones: what the payload gets after a cut with <see cref="Cut.IsMade"/>. Valid until the next call.</summary>
    public virtual ReadOnlySpan<byte> Made => default;

    /// <summary>Where the first byte of <see cref="Made"/> lies in the (decompressed) file.</summary>
    public virtual long MadeOffset => 0;

    /// <summary>Whether another call may give records although there are no more bytes.</summary>
    /// <param name="isFinal">Nothing follows in this file.</param>
    public virtual bool Holds(bool isFinal) => false;

    /// <summary>A new file begins: line 1, its own BOM and header.</summary>
    public abstract void Begin(string source);

    /// <summary>Finds whole records at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What is not yet consumed; 64 readable bytes follow.</param>
    /// <param name="isFinal">Nothing follows in this file: what is left is a record although no line end closes it.</param>
    /// <param name="maxRecords">The most records (lines, for line formats) to take.</param>
    /// <param name="maxLength">The most bytes that <see cref="Cut.Length"/> may have; at least <c>max_record_size</c> + 1.</param>
    /// <exception cref="Flow.StopException">The file cannot be read as this format at all: 65 (a header without a column that the plan uses, an archive, UTF-16).</exception>
    public abstract Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength);

    /// <summary>All bytes of the file were cut.</summary>
    /// <exception cref="Flow.StopException">It lacks something without which it is no file of this format: 65.</exception>
    public virtual void End()
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
