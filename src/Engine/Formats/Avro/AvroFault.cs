namespace DataStream.Formats.Avro;

/// <summary>Why bytes are no value of a schema.</summary>
internal enum AvroFault
{
    None,

    /// <summary>They end before it does.</summary>
    Short,

    Damaged,

    /// <summary>It is nested deeper than <see cref="AvroCursor.MaxDepth"/>.</summary>
    TooDeep,
}
