namespace DataStream.Formats.Json;

/// <summary>What a payload that was cut by values, or of messages, holds: <see cref="Batches.Payload.Header"/>.</summary>
internal static class JsonParts
{
    /// <summary>Values whose brackets, strings, commas and colons stand as they must; elements with the commas between them.</summary>
    public const int Values = 0;

    /// <summary>One value, or what stands in its place, that is broken or too long.</summary>
    public const int Broken = 1;

    /// <summary>One document without the array that the path names.</summary>
    public const int NoRecords = 2;

    /// <summary>A message whose number is that of no JSON Schema.</summary>
    public const int UnknownSchema = 3;
}
