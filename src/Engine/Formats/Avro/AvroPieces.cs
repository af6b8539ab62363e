namespace DataStream.Formats.Avro;

/// <summary>What a payload holds.</summary>
internal enum AvroPieces
{
    /// <summary>Several blocks' records, as <see cref="AvroPiece"/> says.</summary>
    Blocks,

    /// <summary>Records, one behind the other.</summary>
    Records,

    /// <summary>The beginning of a record that is too long.</summary>
    TooLong,

    /// <summary>The beginning of something that cannot be read.</summary>
    Damaged,

    /// <summary>The same, nested too deep.</summary>
    TooDeep,

    /// <summary>A message whose number is that of no schema of Avro.</summary>
    UnknownSchema,
}
