namespace DataStream.Config;

/// <summary>What a parser of YAML comes across.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Start">Where it begins, in characters.</param>
internal sealed record YamlEvent(YamlEventKind Kind, int Start)
{
    /// <summary>A scalar's text, or the anchor that an alias names.</summary>
    public string Value { get; init; } = "";

    /// <summary>How a scalar is written.</summary>
    public YamlStyle Style { get; init; }

    /// <summary>The anchor of a value, or null.</summary>
    public string? Anchor { get; init; }

    /// <summary>The tag of a value, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>The tag says nothing: <c>!</c> alone.</summary>
    public bool IsTagNonSpecific { get; init; }
}
