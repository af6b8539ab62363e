namespace DataStream.Formats.Avro;

/// <summary>How to get over a value.</summary>
internal enum AvroStepKind
{
    /// <summary>A number of bytes.</summary>
    Bytes,

    /// <summary>A whole number of variable length.</summary>
    Long,

    /// <summary>A length and so many bytes.</summary>
    Text,

    /// <summary>A whole number of 32 bits.</summary>
    Int,

    /// <summary>A union of null and one other type; its length is the byte that stands for null.</summary>
    Optional,

    /// <summary>By its schema.</summary>
    Value,
}
