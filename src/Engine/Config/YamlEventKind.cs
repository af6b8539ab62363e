namespace DataStream.Config;

/// <summary>What a <see cref="YamlEvent"/> is.</summary>
internal enum YamlEventKind
{
    DocumentStart,
    MapStart,
    ListStart,
    End,
    Scalar,
    Alias,
}
