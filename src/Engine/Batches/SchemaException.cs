using System;

namespace DataStream.Batches;

/// <summary>A module asked a schema for what it does not have. The planner reports it at the module's place.</summary>
public sealed class SchemaException : Exception
{
    public SchemaException()
    {
    }

    public SchemaException(string message) : base(message)
    {
    }

    public SchemaException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
