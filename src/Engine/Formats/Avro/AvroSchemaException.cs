using System;

namespace DataStream.Formats.Avro;

/// <summary>A text is no schema, or two schemas do not fit; the message says why.</summary>
internal sealed class AvroSchemaException : Exception
{
    public AvroSchemaException()
    {
    }

    public AvroSchemaException(string message) : base(message)
    {
    }

    public AvroSchemaException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
