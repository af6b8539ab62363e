using System;
using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>Turns rows into bytes. One per lane and output.</summary>
public abstract class Encoder
{
    /// <summary>How many broken UTF-8 sequences were written as U+FFFD so far, by formats that hold none. Lane thread only.</summary>
    public virtual long ReplacedSequences => 0;

    /// <summary>What comes before the first row of an output: a CSV header. Written once, by the writer, even without rows.</summary>
    public virtual void Header(OutputBuffer output)
    {
    }

    /// <summary>The first columns are the schema's, with the values that were decoded: records may pass as they came.</summary>
    internal virtual void Pass(int columns)
    {
    }

    /// <summary>Writes the rows whose bit is set, each between <see cref="OutputBuffer.BeginRow"/> and <see cref="OutputBuffer.EndRow"/>.</summary>
    public abstract void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output);
}
