namespace DataStream.Formats.Avro;

/// <summary>A schema that was met, and how its records are read.</summary>
/// <param name="Schema">As written, with the reader's names.</param>
/// <param name="Prefix">Bytes of the wire format before each record.</param>
/// <param name="Ops">For each plan what to do with a record.</param>
internal sealed record AvroLayout(AvroSchema Schema, int Prefix, AvroOp[][] Ops);
