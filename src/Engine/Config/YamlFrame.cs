using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>A map or list that <see cref="YamlReader"/> has not seen the end of.</summary>
internal sealed class YamlFrame(ConfigNode node, string? anchor, int nodesBefore)
{
    /// <summary>Stands for a key that was refused: its value is read and dropped. Known by reference, so that no key of a user's is it.</summary>
    public static readonly string Unusable = new('-', 1);

    public ConfigNode Node { get; set; } = node;

    public string? Anchor => anchor;

    /// <summary>Nodes counted before this one.</summary>
    public int NodesBefore => nodesBefore;

    /// <summary>Stands where a key should: not kept.</summary>
    public bool IsKey { get; init; }

    /// <summary>The parser gave no place: the first key's is taken.</summary>
    public bool HasNoPlace { get; init; }

    /// <summary>Levels below this one.</summary>
    public int Height { get; set; }

    /// <summary>The key whose value comes next.</summary>
    public string? Key { get; set; }

    public Place KeyPlace { get; set; }

    /// <summary>Keys so far and their lines.</summary>
    public Dictionary<string, int> Keys { get; } = new(StringComparer.Ordinal);

    public bool WaitsForKey => Node is ConfigMap && Key is null;
}
