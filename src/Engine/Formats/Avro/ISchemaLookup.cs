namespace DataStream.Formats.Avro;

/// <summary>Where the schemas of the Confluent wire format are found by their number: a schema registry. Called on readers, which may wait.</summary>
public interface ISchemaLookup
{
    /// <summary>The schema's JSON in UTF-8; null where there is none of this number.</summary>
    /// <exception cref="Flow.StopException">The registry cannot be reached: 75.</exception>
    byte[]? Find(int id);
}
