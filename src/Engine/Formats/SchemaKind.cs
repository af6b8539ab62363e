namespace DataStream.Formats;

/// <summary>What a number of the Confluent wire format stands for.</summary>
public enum SchemaKind
{
    /// <summary>No schema that anybody knows.</summary>
    Unknown,

    /// <summary>A schema of Avro.</summary>
    Avro,

    /// <summary>A JSON Schema.</summary>
    Json,

    /// <summary>A schema of something that is not read here.</summary>
    Other,
}
