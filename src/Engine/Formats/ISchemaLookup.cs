namespace DataStream.Formats;

/// <summary>Where the schemas of the Confluent wire format are found by their number: a schema registry. Called on readers.</summary>
public interface ISchemaLookup
{
    /// <summary>The Avro schema's JSON in UTF-8; null where there is none of this number.</summary>
    /// <exception cref="Flow.StopException">The registry cannot be reached: 75.</exception>
    byte[]? Find(int id);

    /// <summary>Whether an answer about this number is there, so that nobody waits for it; it is asked for meanwhile.</summary>
    /// <param name="id">The number.</param>
    /// <param name="needsText">Whether the text of the schema is wanted, not its kind alone.</param>
    /// <exception cref="Flow.StopException">The registry cannot be reached: 75.</exception>
    bool IsReady(int id, bool needsText) => true;

    /// <summary>Of which kind the schema is; of one that is no Avro nothing else is asked for.</summary>
    /// <exception cref="Flow.StopException">The registry cannot be reached: 75.</exception>
    SchemaKind KindOf(int id) => Find(id) is null ? SchemaKind.Unknown : SchemaKind.Avro;
}
