namespace DataStream.Formats.Avro;

/// <summary>What a decoder does with a value.</summary>
internal enum AvroOpKind
{
    SkipBytes,
    SkipLong,
    SkipText,
    SkipOptional,
    SkipValue,

    /// <summary>The column has no value; nothing is read.</summary>
    Null,

    /// <summary>The value is of a type that the column does not take.</summary>
    BadType,

    /// <summary>A default, which lies elsewhere.</summary>
    Constant,

    /// <summary>A union of null and one other type.</summary>
    Optional,

    Union,
    Array,
    Map,

    Int64,
    Float64OfLong,
    Float64OfSingle,
    Float64OfFloat,
    Float64OfDouble,
    Float64OfDecimal,
    Bool,
    Text,
    TextOfFixed,
    TextOfEnum,
    TextOfValue,
    Time,
    TimeOfLocal,
    TimeOfLong,
    TimeOfFloat,
    TimeOfText,
    Decimal,
    DecimalOfLong,

    /// <summary>A text of those that are joined to a timestamp.</summary>
    PartOfText,

    PartOfNumber,

    /// <summary>One of them is null; nothing is read.</summary>
    PartOfNull,

    /// <summary>All of them are read: the timestamp.</summary>
    Join,
}
