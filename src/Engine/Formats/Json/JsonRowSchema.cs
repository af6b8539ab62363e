using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;
using DataStream.Batches;

namespace DataStream.Formats.Json;

/// <summary>The JSON Schema of rows as <see cref="JsonEncoder"/> writes them, in draft-07, which the most registries and validators know.</summary>
/// <remarks>Any column may be null. None is required, although each is written, and there is no other: so a schema with one more reads the rows of the one before, which is what registries ask for (compatibility BACKWARD).</remarks>
internal static class JsonRowSchema
{
    public static byte[] Of(IReadOnlyList<Field> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "http://json-schema.org/draft-07/schema#"u8);
            json.WriteString("title"u8, "row"u8);
            json.WriteString("type"u8, "object"u8);
            json.WriteStartObject("properties"u8);
            foreach (Field field in columns)
            {
                json.WriteStartObject(field.Name);
                json.WriteStartArray("type"u8);
                json.WriteStringValue(TypeOf(field.Type.Kind));
                json.WriteStringValue("null"u8);
                json.WriteEndArray();
                if (field.Type.Kind == ColumnKind.Timestamp)
                {
                    json.WriteString("format"u8, "date-time"u8);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteBoolean("additionalProperties"u8, false);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Int64 => "integer"u8,
        ColumnKind.Float64 or ColumnKind.Decimal => "number"u8,
        ColumnKind.Bool => "boolean"u8,
        _ => "string"u8,
    };
}
