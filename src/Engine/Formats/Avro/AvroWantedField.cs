namespace DataStream.Formats.Avro;

/// <summary>A field of the configuration's schema that the plan uses.</summary>
internal sealed class AvroWantedField(DecodeField field, int place)
{
    public DecodeField Field { get; } = field;

    /// <summary>Its place among the schema's fields.</summary>
    public int Place { get; } = place;

    /// <summary>Some value of the writer's schema can be its value.</summary>
    public bool IsFound { get; set; }
}
