using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>A named pair of decoder and encoder, with the options the configuration gave it. Immutable; shared by reader, lanes and writers.</summary>
public abstract class Format
{
    /// <summary><c>csv</c>, <c>json</c>, …</summary>
    public abstract string Name { get; }

    /// <summary>The fields where the configuration may leave the schema out (text lines); null where it must not.</summary>
    public virtual IReadOnlyList<DecodeField>? DefaultFields => null;

    /// <summary>The encoding of inputs, which readers turn into UTF-8; null: their bytes are taken as they come.</summary>
    public virtual TextEncoding? Encoding => null;

    /// <summary>Options that mean something for an input alone: an output that has one is refused.</summary>
    public virtual IReadOnlyList<string> InputOptions => [];

    /// <summary>Whether <see cref="FieldsOf"/> gives the fields where the configuration leaves the schema out.</summary>
    public virtual bool BringsFields => false;

    /// <summary>The fields that an input itself has (a writer's schema); null where more of its beginning is needed. Plan time.</summary>
    /// <param name="beginning">The first bytes of the first file, decompressed; none at first.</param>
    /// <param name="isAll">There are no more.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="Flow.StopException">It says nothing of fields: 65.</exception>
    public virtual IReadOnlyList<DecodeField>? FieldsOf(ReadOnlySpan<byte> beginning, bool isAll, string source) => null;

    /// <summary>Whether every row that is written ends with a line end, which a message has no use for.</summary>
    public virtual bool IsLines => false;

    /// <summary>Why messages cannot be read or written in this format with its options, or null. Plan time.</summary>
    public virtual string? MessageFault => null;

    /// <summary>Whether the format can be read; otherwise <see cref="CreateReading"/> is not called.</summary>
    public virtual bool CanRead => true;

    /// <summary>What this format cannot do with a field of the schema: the field's key at fault (<c>path</c>, <c>source</c>, …) and a message for the user. Plan time.</summary>
    public virtual IReadOnlyList<(string Key, string Message)> Check(DecodeField field) => [];

    /// <summary>What is wrong with the schema as a whole, or null. Plan time.</summary>
    public virtual string? Check(IReadOnlyList<DecodeField> fields) => null;

    /// <summary>Whether the format can be written; otherwise <see cref="CreateEncoder"/> is not called.</summary>
    public virtual bool CanWrite => true;

    /// <summary>A reading of one run: what its cutters (on readers) and decoders (on lanes) share.</summary>
    public abstract FormatReading CreateReading(DecodePlan plan);

    /// <summary>An encoder for these columns, in order.</summary>
    public abstract Encoder CreateEncoder(IReadOnlyList<Field> fields);
}
