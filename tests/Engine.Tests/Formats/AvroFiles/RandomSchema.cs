using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Avro;
using Avro.Generic;
using DataStream.Kernels;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Schemas, and values of them, at random; and what such a value is as JSON.</summary>
internal sealed class RandomSchema(Random random)
{
    private static readonly string[] s_primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
    private int _names;

    public string Record(int depth, int fields) => new JsonObject
    {
        ["type"] = "record",
        ["name"] = Name("R"),
        ["fields"] = new JsonArray([.. Enumerable.Range(0, fields).Select(i => new JsonObject { ["name"] = $"f{i}", ["type"] = Type(depth, mayBeUnion: true) })]),
    }.ToJsonString();

    public object Value(Schema schema)
    {
        switch (schema)
        {
            case RecordSchema record:
                var value = new GenericRecord(record);
                foreach (Avro.Field field in record.Fields)
                {
                    value.Add(field.Name, Value(field.Schema));
                }

                return value;
            case UnionSchema union:
                return Value(union.Schemas[random.Next(union.Count)]);
            case ArraySchema array:
                return Enumerable.Range(0, random.Next(4)).Select(_ => Value(array.ItemSchema)).ToArray();
            case MapSchema map:
                return Enumerable.Range(0, random.Next(4)).ToDictionary(i => $"k{i}\"", _ => Value(map.ValueSchema));
            case EnumSchema enumeration:
                return new GenericEnum(enumeration, enumeration.Symbols[random.Next(enumeration.Symbols.Count)]);
            case FixedSchema fixedSchema:
                return new GenericFixed(fixedSchema, Bytes(fixedSchema.Size));
            default:
                return Primitive(schema.Tag);
        }
    }

    /// <summary>As a column of type text shows it.</summary>
    public static string Text(object? value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        GenericFixed bytes => Encoding.UTF8.GetString(bytes.Value),
        GenericEnum symbol => symbol.Value,
        _ => Json(value),
    };

    /// <summary>What a column has no value for: null, and numbers that are not finite.</summary>
    public static bool IsNull([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] object? value) => value is null || (value is float or double && !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)));

    public static string Json(object? value)
    {
        switch (value)
        {
            case null:
                return "null";
            case bool flag:
                return flag ? "true" : "false";
            case int or long:
                return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
            case float or double:
                double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
                return double.IsFinite(number) ? Encoding.ASCII.GetString(text[..NumberText.FormatFloat64(number, text)]) : "null";
            case GenericRecord record:
                return "{" + string.Join(',', record.Schema.Fields.Select(f => $"{Quoted(f.Name)}:{Json(record.GetValue(f.Pos))}")) + "}";
            case Array items when value is not byte[]:
                return "[" + string.Join(',', items.Cast<object?>().Select(Json)) + "]";
            case IDictionary<string, object> map:
                return "{" + string.Join(',', map.Select(e => $"{Quoted(e.Key)}:{Json(e.Value)}")) + "}";
            default:
                return Quoted(Text(value));
        }
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char sign in text)
        {
            quoted.Append(sign switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ => sign < 0x20 ? $"\\u{(int)sign:x4}" : sign,
            });
        }

        return quoted.Append('"').ToString();
    }

    private JsonNode Type(int depth, bool mayBeUnion)
    {
        int kind = random.Next(depth > 0 ? 18 : 12);
        switch (kind)
        {
            case < 8:
                return s_primitives[kind];
            case 8:
                return new JsonObject { ["type"] = "enum", ["name"] = Name("E"), ["symbols"] = new JsonArray("A", "BB", "C") };
            case 9:
                return new JsonObject { ["type"] = "fixed", ["name"] = Name("F"), ["size"] = random.Next(1, 5) };
            case 10 or 11:
                return random.Next(2) == 0 || !mayBeUnion ? "string" : new JsonArray("null", "double");
            case 12:
                return new JsonObject { ["type"] = "array", ["items"] = Type(depth - 1, mayBeUnion: true) };
            case 13:
                return new JsonObject { ["type"] = "map", ["values"] = Type(depth - 1, mayBeUnion: true) };
            case 14:
                return JsonNode.Parse(Record(depth - 1, random.Next(1, 4)))!;
            default:
                return mayBeUnion ? Union(depth - 1) : "int";
        }
    }

    private JsonArray Union(int depth)
    {
        var branches = new JsonArray();
        var seen = new HashSet<string>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            JsonNode branch = Type(depth, mayBeUnion: false);
            string kind = branch is JsonValue ? branch.ToString() : branch["type"]!.ToString();

            // Apache's writer finds the branch by the value's type, so those that it cannot tell apart stay out.
            if (seen.Add(kind is "array" or "map" or "record" or "enum" or "fixed" ? kind : branch.ToString()))
            {
                branches.Add(branch);
            }
        }

        return branches;
    }

    private object Primitive(Schema.Type tag) => tag switch
    {
        Schema.Type.Null => null!,
        Schema.Type.Boolean => random.Next(2) == 0,
        Schema.Type.Int => random.Next(3) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-100, 100),
        Schema.Type.Long => random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-100, 100),
        Schema.Type.Float => random.Next(9) == 0 ? float.NaN : random.Next(-1000, 1000) / 8f,
        Schema.Type.Double => random.Next(9) == 0 ? double.PositiveInfinity : random.Next(-1_000_000, 1_000_000) / 1000.0,
        Schema.Type.Bytes => Bytes(random.Next(6)),
        _ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "aé\"\\\n\u0001ü€😀z"[random.Next(8)])),
    };

    private byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(0x20, 0x7F))];

    private string Name(string kind) => $"{kind}{_names++}";
}
