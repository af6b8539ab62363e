using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Confluent.SchemaRegistry;

namespace DataStream.Kafka.Registry;

/// <summary>Makes one schema of an Avro schema that refers to types in other subjects: each is put in at its first mention, as Avro's grammar wants it.</summary>
/// <remarks>What is no schema is left as it is, and a type that is none is left out: who parses the whole says what is wrong, with the type's name, as of any schema.</remarks>
internal static class SchemaReferences
{
    private const int MaxReferences = 1000; // a registry that refers in circles ends with a message

    private static readonly HashSet<string> s_plain = new(["null", "boolean", "int", "long", "float", "double", "bytes", "string"], StringComparer.Ordinal);

    public static async Task<string> InlineAsync(Schema schema, Func<SchemaReference, Task<RegisteredSchema>> find)
    {
        if (schema.References is not { Count: > 0 } || Parse(schema.SchemaString) is not { } root)
        {
            return schema.SchemaString;
        }

        var types = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        var open = new Queue<SchemaReference>(schema.References);
        for (int i = 0; open.TryDequeue(out SchemaReference? reference) && i < MaxReferences; i++)
        {
            if (!types.ContainsKey(reference.Name))
            {
                RegisteredSchema found = await find(reference).ConfigureAwait(false);
                if (Parse(found.SchemaString) is { } type)
                {
                    types.Add(reference.Name, type);
                    (found.References ?? []).ForEach(open.Enqueue);
                }
            }
        }

        return Type(root, "", types).ToJsonString();
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            // A key that stands twice would be met when it is looked for, and is none of Avro's.
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The type with what it mentions put in; each of <paramref name="types"/> leaves the map when it is used.</summary>
    private static JsonNode Type(JsonNode type, string space, Dictionary<string, JsonNode> types)
    {
        switch (type)
        {
            case JsonValue name when name.TryGetValue(out string? text) && !s_plain.Contains(text):
                string full = text.Contains('.', StringComparison.Ordinal) || space.Length == 0 ? text : $"{space}.{text}";
                return types.Remove(full, out JsonNode? definition) ? Type(definition, "", types) : type.DeepClone();
            case JsonArray union:
                var branches = new JsonArray();
                foreach (JsonNode? branch in union)
                {
                    branches.Add(branch is null ? null : Type(branch, space, types));
                }

                return branches;
            case JsonObject map:
                return Object(map, space, types);
            default:
                return type.DeepClone();
        }
    }

    private static JsonObject Object(JsonObject map, string space, Dictionary<string, JsonNode> types)
    {
        string inner = Space(map, space);
        var copy = new JsonObject();
        foreach ((string key, JsonNode? value) in map)
        {
            copy[key] = key switch
            {
                "type" or "items" or "values" when value is not null => Type(value, inner, types),
                "fields" when value is JsonArray fields => Fields(fields, inner, types),
                _ => value?.DeepClone(),
            };
        }

        return copy;
    }

    private static JsonArray Fields(JsonArray fields, string space, Dictionary<string, JsonNode> types)
    {
        var copy = new JsonArray();
        foreach (JsonNode? field in fields)
        {
            JsonNode? one = field?.DeepClone();
            if (one is JsonObject named && named["type"] is { } type)
            {
                named["type"] = Type(type, space, types);
            }

            copy.Add(one);
        }

        return copy;
    }

    private static string Space(JsonObject map, string outer)
    {
        string? name = map["name"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        return name is null ? outer
            : name.LastIndexOf('.') is > 0 and int dot ? name[..dot]
            : map["namespace"] is JsonValue given && given.TryGetValue(out string? own) ? own : outer;
    }
}
