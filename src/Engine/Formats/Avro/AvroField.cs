using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace DataStream.Formats.Avro;

/// <summary>A field of a record.</summary>
/// <param name="Name">Its name; null in a resolved schema where the reader's has no such field: its value is passed over.</param>
/// <param name="Schema">The schema of its values; of a field that the writer's schema lacks the reader's.</param>
/// <param name="Aliases">Other names under which writers may know it.</param>
/// <param name="Default">The value where the writer's schema has no such field.</param>
internal sealed record AvroField(string? Name, AvroSchema Schema, IReadOnlyList<string> Aliases, JsonElement? Default)
{
    /// <summary>The name in UTF-8.</summary>
    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(Name ?? "");

    /// <summary>The default in the binary encoding, in a resolved schema where the writer's has no such field.</summary>
    public byte[] DefaultBytes { get; init; } = [];
}
