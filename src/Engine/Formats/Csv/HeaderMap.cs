using System;
using System.Linq;

namespace DataStream.Formats.Csv;

/// <summary>Where the fields that the plan uses stand in a file's records. Immutable.</summary>
/// <param name="Width">How many columns the file has.</param>
/// <param name="Columns">For each needed field the columns of its sources, from 0.</param>
internal sealed record HeaderMap(int Width, int[][] Columns)
{
    public bool Equals(HeaderMap? other) =>
        other is not null && Width == other.Width && Columns.Length == other.Columns.Length && Columns.Zip(other.Columns).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    public override int GetHashCode() => HashCode.Combine(Width, Columns.Length);
}
