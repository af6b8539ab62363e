using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace DataStream.Formats.Avro;

/// <summary>Writes a field's default, which is JSON, in the binary encoding of its schema, so that it is read as any value is.</summary>
internal static class AvroDefaults
{
    private const int MaxDepth = 64;

    /// <exception cref="AvroSchemaException">It is no value of the schema.</exception>
    public static byte[] Encode(AvroField field)
    {
        var bytes = new ArrayBufferWriter<byte>();
        try
        {
            Write(field.Default!.Value, field.Schema, bytes, 0);
        }
        catch (Exception mistake) when (mistake is InvalidOperationException or FormatException)
        {
            throw new AvroSchemaException($"the default of '{field.Name}' is no value of its type", mistake);
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static void WriteLong(long value, IBufferWriter<byte> bytes)
    {
        Span<byte> room = bytes.GetSpan(AvroText.MaxVarint);
        bytes.Advance(AvroText.WriteLong(value, room));
    }

    private static void Write(JsonElement json, AvroSchema schema, ArrayBufferWriter<byte> bytes, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException();
        }

        switch (schema.Kind)
        {
            case AvroKind.Null when json.ValueKind == JsonValueKind.Null:
                break;
            case AvroKind.Boolean:
                bytes.Write([json.GetBoolean() ? (byte)1 : (byte)0]);
                break;
            case AvroKind.Int:
                WriteLong(json.GetInt32(), bytes);
                break;
            case AvroKind.Long:
                WriteLong(json.GetInt64(), bytes);
                break;
            case AvroKind.Float:
                BinaryPrimitives.WriteSingleLittleEndian(bytes.GetSpan(4), json.GetSingle());
                bytes.Advance(4);
                break;
            case AvroKind.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.GetSpan(8), json.GetDouble());
                bytes.Advance(8);
                break;
            case AvroKind.String:
                WriteText(Encoding.UTF8.GetBytes(json.GetString()!), bytes);
                break;
            case AvroKind.Bytes:
                WriteText(BytesOf(json), bytes);
                break;
            case AvroKind.Fixed when BytesOf(json) is var value && value.Length == schema.Length:
                bytes.Write(value);
                break;
            case AvroKind.Enum when schema.Symbols.Contains(json.GetString()):
                WriteLong(schema.Symbols.ToList().IndexOf(json.GetString()!), bytes);
                break;
            case AvroKind.Union:
                // A default is a value of the first branch.
                WriteLong(0, bytes);
                Write(json, schema.Branches[0], bytes, depth + 1);
                break;
            case AvroKind.Array or AvroKind.Map or AvroKind.Record:
                WriteMany(json, schema, bytes, depth);
                break;
            default:
                throw new FormatException();
        }
    }

    private static void WriteMany(JsonElement json, AvroSchema schema, ArrayBufferWriter<byte> bytes, int depth)
    {
        if (schema.Kind == AvroKind.Record)
        {
            foreach (AvroField field in schema.Fields)
            {
                JsonElement value = json.TryGetProperty(field.Name!, out JsonElement own) ? own : field.Default ?? throw new FormatException();
                Write(value, field.Schema, bytes, depth + 1);
            }

            return;
        }

        int count = schema.Kind == AvroKind.Array ? json.GetArrayLength() : json.EnumerateObject().Count();
        if (count > 0)
        {
            WriteLong(count, bytes);
        }

        if (schema.Kind == AvroKind.Array)
        {
            foreach (JsonElement item in json.EnumerateArray())
            {
                Write(item, schema.Items!, bytes, depth + 1);
            }
        }
        else
        {
            foreach (JsonProperty entry in json.EnumerateObject())
            {
                WriteText(Encoding.UTF8.GetBytes(entry.Name), bytes);
                Write(entry.Value, schema.Items!, bytes, depth + 1);
            }
        }

        WriteLong(0, bytes);
    }

    /// <summary>The code points 0 to 255 of a text are bytes.</summary>
    private static byte[] BytesOf(JsonElement json)
    {
        string text = json.GetString()!;
        return text.All(sign => sign < 256) ? Encoding.Latin1.GetBytes(text) : throw new FormatException();
    }

    private static void WriteText(byte[] text, ArrayBufferWriter<byte> bytes)
    {
        WriteLong(text.Length, bytes);
        bytes.Write(text);
    }
}
