namespace DataStream.Formats.Avro;

/// <summary>A field of the configuration's schema that the plan uses, or, of a timestamp that is joined, one of its parts.</summary>
internal sealed class AvroWantedField(DecodeField field, int place, int part = -1)
{
    public DecodeField Field { get; } = field;

    /// <summary>Its place among the schema's fields.</summary>
    public int Place { get; } = place;

    /// <summary>Which of the texts that are joined; -1: the value itself.</summary>
    public int Part { get; } = part;

    /// <summary>Where the writer's schema has it.</summary>
    public string Source => Field.Path ?? Field.Sources[Part < 0 ? 0 : Part];

    /// <summary>Some value of the writer's schema can be its value.</summary>
    public bool IsFound { get; set; }
}
