using System;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>Where the values of a node are: a column of the batch, or a register of the frame.</summary>
/// <remarks>A bool's values are bits, <see cref="True"/>; every other type has 64-bit values. Rows nobody asked for are garbage.</remarks>
internal readonly struct Slot(Batch batch, int column, ulong[]? truth)
{
    public Span<long> Longs => batch.Padded<long>(column);

    public Span<double> Doubles => batch.Padded<double>(column);

    /// <summary>For kernels that take a part of a block.</summary>
    public Span<long> LongsByEight => batch.Eights<long>(column);

    /// <summary>For kernels that take a part of a block.</summary>
    public Span<double> DoublesByEight => batch.Eights<double>(column);

    public Span<Text> Texts => batch.Padded<Text>(column);

    /// <summary>One bit per row, 1 = a value, 0 = null.</summary>
    public Span<ulong> Valid => batch.Validity(column);

    /// <summary>One bit per row of a bool register.</summary>
    public Span<ulong> True => truth.AsSpan(0, batch.Words);
}
