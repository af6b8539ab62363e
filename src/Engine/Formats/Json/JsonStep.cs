namespace DataStream.Formats.Json;

/// <summary>One step of a path: into an object by key, or into an array by index.</summary>
/// <param name="Key">The key; null where the step is an index.</param>
/// <param name="Index">The index, from 0; −1 where the step is a key.</param>
public readonly record struct JsonStep(string? Key, int Index);
