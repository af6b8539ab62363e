namespace DataStream.Formats.Avro;

/// <summary>What a value means besides its type. Others (uuid, times of day, durations) are read as their underlying type.</summary>
internal enum AvroLogical
{
    None,
    Decimal,
    Date,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
}
