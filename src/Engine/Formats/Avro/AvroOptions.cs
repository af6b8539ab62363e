namespace DataStream.Formats.Avro;

/// <summary>How Avro is read and written.</summary>
internal sealed record AvroOptions
{
    /// <summary>The JSON of <c>schema_file</c>: of bare datums the writer's schema, of container files the reader's.</summary>
    public byte[]? Schema { get; init; }

    /// <summary>Where the schemas of the Confluent wire format come from.</summary>
    public ISchemaLookup? Lookup { get; init; }

    /// <summary>How blocks are compressed that are written.</summary>
    public string Codec { get; init; } = "null";
}
