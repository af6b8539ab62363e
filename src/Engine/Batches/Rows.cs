using System;

namespace DataStream.Batches;

/// <summary>The live rows of a batch, for <c>foreach</c>. A row may be dropped while it is visited.</summary>
public readonly ref struct Rows(ReadOnlySpan<ulong> selection)
{
    private readonly ReadOnlySpan<ulong> _selection = selection;

    public RowEnumerator GetEnumerator() => new(_selection);
}
