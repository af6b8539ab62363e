using System;
using System.Linq;

namespace DataStream.Formats.Csv;

/// <summary>Where the fields of the schema stand in a file's records. Immutable.</summary>
/// <param name="Width">How many columns the file has.</param>
/// <param name="Columns">For each field the columns of its sources, from 0; empty where one is missing or stands there twice.</param>
internal sealed record HeaderMap(int Width, int[][] Columns)
{
    public bool Equals(HeaderMap? other) =>
        other is not null && Width == other.Width && Columns.Length == other.Columns.Length && Columns.Zip(other.Columns).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    public override int GetHashCode() => HashCode.Combine(Width, Columns.Length);
}
