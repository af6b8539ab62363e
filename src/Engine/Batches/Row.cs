using System;

namespace DataStream.Batches;

/// <summary>One row of a batch, for code that reads better row by row. Valid inside the call that got it.</summary>
/// <remarks>The value of a column may be written; it is meaningless where <see cref="IsNull{T}"/>.</remarks>
public readonly ref struct Row(Batch batch, int index)
{
    /// <summary>The row's place in its batch.</summary>
    public int Index => index;

    public Batch Batch => batch;

    public ref long this[Column<long> column] => ref batch.Values(column)[index];

    public ref double this[Column<double> column] => ref batch.Values(column)[index];

    public ref bool this[Column<bool> column] => ref batch.Values(column)[index];

    public ref Timestamp this[Column<Timestamp> column] => ref batch.Values(column)[index];

    public ref Text this[Column<Text> column] => ref batch.Values(column)[index];

    public bool IsNull<T>(Column<T> column) where T : unmanaged => batch.IsNull(column.Ordinal, index);

    public void SetNull<T>(Column<T> column) where T : unmanaged => batch.SetNull(column.Ordinal, index);

    /// <summary>The bytes of a text, valid until the payload is released.</summary>
    public ReadOnlySpan<byte> Bytes(Column<Text> column) => batch.Bytes(batch.Values(column)[index]);
}
