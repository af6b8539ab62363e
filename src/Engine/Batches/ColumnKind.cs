namespace DataStream.Batches;

/// <summary>The kinds of values a column can hold.</summary>
public enum ColumnKind
{
    /// <summary>The type could not be told because of an earlier error; checks stay silent about it.</summary>
    Unknown,

    /// <summary><see cref="long"/>.</summary>
    Int64,

    /// <summary><see cref="double"/>.</summary>
    Float64,

    /// <summary>A <see cref="long"/> scaled by a power of ten.</summary>
    Decimal,

    /// <summary><see cref="bool"/>.</summary>
    Bool,

    /// <summary><see cref="Timestamp"/>: microseconds since the Unix epoch, UTC.</summary>
    Timestamp,

    /// <summary><see cref="Batches.Text"/>: bytes by reference.</summary>
    Text,
}
