using System;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataStream.Tests.Config;

/// <summary>Judges a document by as much of JSON Schema 2020-12 as the configuration's schema uses; other keywords are refused.</summary>
internal sealed class SchemaJudge(JsonElement root)
{
    public bool Takes(JsonElement value) => Takes(root, value);

    private bool Takes(JsonElement schema, JsonElement value) => schema.ValueKind == JsonValueKind.True
        || schema.EnumerateObject().All(keyword => Holds(schema, keyword.Name, keyword.Value, value));

    private bool Holds(JsonElement schema, string keyword, JsonElement rule, JsonElement value)
    {
        bool isMap = value.ValueKind == JsonValueKind.Object, isList = value.ValueKind == JsonValueKind.Array, isNumber = value.ValueKind == JsonValueKind.Number;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return keyword switch
        {
            "$schema" or "$defs" or "title" or "description" or "default" or "then" => true,
            "$ref" => Takes(root.GetProperty("$defs").GetProperty(rule.GetString()!["#/$defs/".Length..]), value),
            "type" => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(t => Is(t.GetString()!, value)) : Is(rule.GetString()!, value),
            "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
            "const" => JsonElement.DeepEquals(rule, value),
            "anyOf" => rule.EnumerateArray().Any(one => Takes(one, value)),
            "oneOf" => rule.EnumerateArray().Count(one => Takes(one, value)) == 1,
            "allOf" => rule.EnumerateArray().All(one => Takes(one, value)),
            "not" => !Takes(rule, value),
            "if" => !Takes(rule, value) || Takes(schema.GetProperty("then"), value),
            "required" => !isMap || rule.EnumerateArray().All(key => value.TryGetProperty(key.GetString()!, out _)),
            "properties" => !isMap || rule.EnumerateObject().All(key => !value.TryGetProperty(key.Name, out JsonElement of) || Takes(key.Value, of)),
            "additionalProperties" => !isMap || value.EnumerateObject().All(entry => (schema.TryGetProperty("properties", out JsonElement known) && known.TryGetProperty(entry.Name, out _))
                || (rule.ValueKind != JsonValueKind.False && Takes(rule, entry.Value))),
            "propertyNames" => !isMap || value.EnumerateObject().All(entry => Takes(rule, JsonSerializer.SerializeToElement(entry.Name))),
            "minProperties" => !isMap || value.EnumerateObject().Count() >= rule.GetInt32(),
            "items" => !isList || value.EnumerateArray().All(item => Takes(rule, item)),
            "minItems" => !isList || value.GetArrayLength() >= rule.GetInt32(),
            "uniqueItems" => !isList || value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(),
            "minLength" => text is null || text.Length >= rule.GetInt32(),
            "maxLength" => text is null || text.Length <= rule.GetInt32(),
            "pattern" => text is null || Regex.IsMatch(text, rule.GetString()!),
            "minimum" => !isNumber || value.GetDecimal() >= rule.GetDecimal(),
            "maximum" => !isNumber || value.GetDecimal() <= rule.GetDecimal(),
            "multipleOf" => !isNumber || value.GetDecimal() % rule.GetDecimal() == 0,
            _ => throw new InvalidOperationException($"the judge does not know '{keyword}'"),
        };
    }

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDecimal() % 1 == 0,
        _ => throw new InvalidOperationException($"the judge does not know the type '{type}'"),
    };
}
