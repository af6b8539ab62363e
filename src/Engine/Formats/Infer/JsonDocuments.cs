using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace DataStream.Formats.Infer;

/// <summary>The objects of JSON that does not stand one a line, and the option that reads them.</summary>
/// <param name="Objects">Those of the sample.</param>
/// <param name="Records">The path of the array that holds them, as <c>records</c> has it; null: they stand one behind the other (<c>framing: values</c>).</param>
internal sealed record JsonDocuments(IReadOnlyList<JsonElement> Objects, string? Records)
{
    private const int MaxDepth = 4;
    private static readonly JsonReaderOptions s_options = new() { AllowMultipleValues = true, MaxDepth = 256 };

    /// <summary>Null where there are no objects; what is cut off, or broken, ends the sample.</summary>
    /// <param name="json">The head of a file.</param>
    /// <param name="isWhole">Whether it is all of it.</param>
    /// <param name="maxRecords">The most objects to take.</param>
    public static JsonDocuments? Of(ReadOnlySpan<byte> json, bool isWhole, int maxRecords)
    {
        var reader = new Utf8JsonReader(json, isWhole, new JsonReaderState(s_options));
        var values = new List<JsonElement>();
        var arrays = new List<(string Path, List<JsonElement> Objects)>();
        bool isArray = false;
        try
        {
            Utf8JsonReader whole = reader;
            while (values.Count < maxRecords && TryParse(ref whole, out JsonElement value))
            {
                isArray |= value.ValueKind == JsonValueKind.Array;
                values.Add(value);
            }
        }
        catch (JsonException)
        {
            // What came before it counts.
        }

        List<JsonElement> objects = [.. values.Where(v => v.ValueKind == JsonValueKind.Object)];
        if (objects.Count > 1 && !isArray)
        {
            return new JsonDocuments(objects, null);
        }

        try
        {
            Look(ref reader, [], arrays, maxRecords);
        }
        catch (JsonException)
        {
            // As above.
        }

        // Of several arrays the longest is meant; a document with none is itself a record.
        (string Path, List<JsonElement> Objects) longest = arrays.OrderByDescending(a => a.Objects.Count).FirstOrDefault();
        return longest.Objects is { Count: > 0 } found && (isArray || longest.Path == "." || found.Count > 1 || objects.Count == 0) ? new JsonDocuments(found, longest.Path)
            : objects.Count > 0 ? new JsonDocuments(objects, null)
            : null;
    }

    /// <summary>Looks for arrays of objects in the value that comes; false at the end of the bytes.</summary>
    private static bool Look(ref Utf8JsonReader reader, string[] path, List<(string Path, List<JsonElement> Objects)> arrays, int maxRecords)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return TakeObjects(ref reader, path, arrays, maxRecords);
        }

        if (reader.TokenType != JsonTokenType.StartObject || path.Length == MaxDepth)
        {
            return reader.TrySkip();
        }

        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            if (!Look(ref reader, [.. path, reader.GetString()!], arrays, maxRecords))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TakeObjects(ref Utf8JsonReader reader, string[] path, List<(string Path, List<JsonElement> Objects)> arrays, int maxRecords)
    {
        var objects = new List<JsonElement>();
        arrays.Add((path.Length == 0 ? "." : JsonGuess.PathOf(path), objects));
        while (true)
        {
            Utf8JsonReader next = reader;
            if (!next.Read())
            {
                return false;
            }

            if (next.TokenType == JsonTokenType.EndArray)
            {
                reader = next;
                return true;
            }

            if (!TryParse(ref next, out JsonElement element))
            {
                return false;
            }

            reader = next;

            if (element.ValueKind == JsonValueKind.Object && objects.Count < maxRecords)
            {
                objects.Add(element);
            }
        }
    }

    private static bool TryParse(ref Utf8JsonReader reader, out JsonElement value)
    {
        value = default;
        if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            value = document.RootElement.Clone();
            return true;
        }
    }
}
