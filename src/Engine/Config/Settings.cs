using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>
/// The keys of one module, format or endpoint, read by type. Mistakes are collected with their place and a default is returned,
/// so that one pass finds all of them; <see cref="RejectUnknown"/> ends the reading.
/// </summary>
public sealed class Settings(string owner, Place ownerPlace, ConfigMap map, ConfigErrors errors)
{
    // Keys that connectors of later versions bring to inputs, outputs and modules.
    private static readonly HashSet<string> s_later = new(["partitioned_by", "until", "group", "offset", "options", "calendar"], StringComparer.Ordinal);

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigError> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _meant = new(StringComparer.Ordinal);

    /// <summary>For messages: <c>module 'spikes'</c>.</summary>
    public string Owner => owner;

    /// <summary>Where a missing key is reported: the parent key, or a list item's first character.</summary>
    public Place OwnerPlace => ownerPlace;

    public ConfigErrors Errors => errors;

    public ConfigMap Map => map;

    /// <summary>Whether any error was added since these settings were made.</summary>
    public bool HasErrors => errors.Count > _errorsBefore;

    private readonly int _errorsBefore = errors.Count;

    /// <summary>The node of a key, or null where it is absent. A key with nothing behind it, <c>~</c> or <c>null</c> is absent too.</summary>
    public ConfigNode? Node(string key)
    {
        _asked.Add(key);
        return map[key] is ConfigScalar { IsNull: true } ? null : map[key];
    }

    public bool Has(string key) => Node(key) is not null;

    /// <summary>The same for a key one of whose words is <c>null</c>.</summary>
    public bool HasWord(string key) => Has(key) || Word(key) is not null;

    /// <summary>The key with its place and value, or null where it is absent.</summary>
    public ConfigEntry? Entry(string key) => Has(key) ? map.Find(key) : null;

    /// <summary>The scalar of a key, or null where it is absent or, with an error, something else.</summary>
    public ConfigScalar? Scalar(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case ConfigScalar scalar:
                return scalar;
            case ConfigNode other:
                Error(other, "bad_value", $"'{key}' of {owner} takes a single value");
                return null;
        }
    }

    /// <summary>The scalar of a key that takes an expression: a plain <c>null</c> is the literal there.</summary>
    public ConfigScalar? Formula(string key) => Word(key) ?? Scalar(key);

    /// <summary>A plain <c>null</c> where the word itself is a value of the key, or null.</summary>
    private ConfigScalar? Word(string key)
    {
        _asked.Add(key);
        return map[key] is ConfigScalar { IsNull: true, Value: "null" } word ? word : null;
    }

    public string? Text(string key) => Scalar(key)?.Value;

    public string RequiredText(string key)
    {
        if (!Has(key))
        {
            Missing(key);
        }

        return Text(key) ?? "";
    }

    public bool Flag(string key, bool absent, string others = "")
    {
        if (Scalar(key) is not { } scalar)
        {
            return absent;
        }

        // As YAML 1.2's core schema has them.
        if (scalar.Value is not ("true" or "True" or "TRUE" or "false" or "False" or "FALSE"))
        {
            Error(scalar, "bad_value", $"'{key}' of {owner} is true or false{others}, not '{scalar.Shown}'");
        }

        return scalar.Value is "true" or "True" or "TRUE";
    }

    public double? Number(string key)
    {
        if (Scalar(key) is not { } scalar)
        {
            return null;
        }

        if (double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
        {
            return value;
        }

        Error(scalar, "bad_value", $"'{key}' of {owner} is a number, not '{scalar.Shown}'");
        return null;
    }

    public long Integer(string key, long absent, long min, long max)
    {
        if (Scalar(key) is not { } scalar)
        {
            return absent;
        }

        if (long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max)
        {
            return value;
        }

        Error(scalar, "bad_value", string.Create(CultureInfo.InvariantCulture, $"'{key}' of {owner} is a whole number from {min} to {max}, not '{scalar.Shown}'"));
        return absent;
    }

    /// <summary>A duration in microseconds, or null where it is absent.</summary>
    public long? Duration(string key)
    {
        if (Scalar(key) is not { } scalar)
        {
            return null;
        }

        if (Units.TryParseDuration(scalar.Value, out long microseconds))
        {
            return microseconds;
        }

        Error(scalar, "bad_duration", $"'{key}' of {owner} is a duration such as 250ms, 10s, 5m, 1h or 1d, not '{scalar.Shown}'");
        return null;
    }

    /// <summary>Bytes from <paramref name="min"/> to <paramref name="max"/>, which are written out for messages.</summary>
    public long Size(string key, long absent, (long Bytes, string Text) min, (long Bytes, string Text) max)
    {
        if (Scalar(key) is not { } scalar)
        {
            return absent;
        }

        if (Units.TryParseSize(scalar.Value, out long bytes) && bytes >= min.Bytes && bytes <= max.Bytes)
        {
            return bytes;
        }

        Error(scalar, "bad_size", $"'{key}' of {owner} is a size such as 64KiB, 256MiB or 1GB, from {min.Text} to {max.Text}, not '{scalar.Shown}'");
        return absent;
    }

    /// <summary>Refuses keys of later versions where they are given, and never suggests them.</summary>
    public void NotSupported(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (map.Find(key) is { } entry)
            {
                _asked.Add(key);
                errors.Add(entry.KeyPlace, "not_supported", $"'{key}' of {owner} is not supported in this version");
            }
        }
    }

    /// <summary>One of several words; the first one where the key is absent.</summary>
    public string OneOf(string key, params ReadOnlySpan<string> words)
    {
        // A plain null is the word where there is such a word: the key gives the type.
        if (Word(key) is { } word && words.Contains(word.Value))
        {
            return word.Value;
        }

        if (Scalar(key) is not { } scalar)
        {
            return words[0];
        }

        if (words.Contains(scalar.Value))
        {
            return scalar.Value;
        }

        string[] all = words.ToArray();
        Error(scalar, "bad_value", $"'{key}' of {owner} is {string.Join(" or ", all)}, not '{scalar.Shown}'{Spelling.SuggestNear(scalar.Value.Length <= 60 ? scalar.Value : "", all)}");
        return words[0];
    }

    /// <summary>A list of scalars; a single scalar is a list of one; empty where absent.</summary>
    /// <param name="key">Which.</param>
    /// <param name="takesNull">Whether a plain <c>null</c> is a text of the list.</param>
    public IReadOnlyList<ConfigScalar> List(string key, bool takesNull = false)
    {
        switch (takesNull && Word(key) is { } word ? word : Node(key))
        {
            case null:
                return [];
            case ConfigScalar scalar:
                return [scalar];
            case ConfigList list when list.All(item => item is ConfigScalar):
                return [.. list.Cast<ConfigScalar>()];
            case ConfigNode other:
                Error(other, "bad_value", $"'{key}' of {owner} is a list of single values");
                return [];
        }
    }

    /// <summary>A map, or null where the key is absent or, with an error, something else.</summary>
    public ConfigMap? MapOf(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case ConfigMap value:
                return value;
            case ConfigNode other:
                Error(other, "bad_value", $"'{key}' of {owner} takes a map");
                return null;
        }
    }

    /// <summary>Settings inside a key, with the same rules.</summary>
    public Settings? Section(string key) =>
        MapOf(key) is { } section ? new Settings($"'{key}' of {owner}", map.Find(key)!.KeyPlace, section, errors) : null;

    /// <summary>Reports a key that must be there; if <see cref="RejectUnknown"/> finds it misspelt, that is the one mistake.</summary>
    public void Missing(string key) => Missing([key], $"{owner} needs '{key}'");

    /// <summary>The same for several keys of which one must be there.</summary>
    public void Missing(IReadOnlyList<string> keys, string message)
    {
        // What a merge key would have brought nobody can miss.
        if (!map.IsMerged && errors.Add(ownerPlace, "missing_key", message) is { } error)
        {
            foreach (string key in keys)
            {
                _asked.Add(key);
                _missing[key] = error;
            }
        }
    }

    /// <summary>
    /// Reports a key that must be there where not all others are known yet: a key with a slip in it is named instead, and taken for read.
    /// </summary>
    /// <param name="key">Which.</param>
    /// <param name="others">Keys that are known: they are no slips, and a slip may be one of them.</param>
    /// <returns>That key, or null.</returns>
    public string? MissingOrMisspelt(string key, params ReadOnlySpan<string> others)
    {
        string[] known = [key, .. others];
        foreach (ConfigEntry entry in map)
        {
            bool isLastWord = entry.Key.Length > 1 && key.EndsWith("_" + entry.Key, StringComparison.Ordinal);
            if (!_asked.Contains(entry.Key) && !known.Contains(entry.Key) && (isLastWord || Spelling.Find(Comparable(entry.Key), known) == key))
            {
                errors.Add(entry.KeyPlace, "unknown_key", $"{owner} has no key '{entry.Key}'; did you mean '{key}'?");
                _asked.Add(entry.Key);
                return entry.Key;
            }
        }

        Missing(key);
        return null;
    }

    /// <summary>An error at the value of a key (at the owner where it is absent).</summary>
    public void Error(string key, string code, string message) => errors.Add(map[key]?.Place ?? ownerPlace, code, message);

    public void Error(ConfigNode node, string code, string message) => errors.Add(node.Place, code, message);

    /// <summary>Reports every key that nobody asked for. Where one of them is a missing key with a slip in it, the missing one is no second mistake.</summary>
    public void RejectUnknown()
    {
        foreach (ConfigEntry entry in map)
        {
            if (!_asked.Contains(entry.Key) && (s_later.Contains(entry.Key) || (IsOutput && entry.Key is ("key" or "timestamp"))))
            {
                errors.Add(entry.KeyPlace, "not_supported", $"'{entry.Key}' of {owner} is not supported in this version");
            }
            else if (!_asked.Contains(entry.Key))
            {
                // Of equally near ones a missing key is meant before one that may be absent, and that before one that is there.
                List<string> candidates = [.. _missing.Keys, .. _asked.Where(key => !_missing.ContainsKey(key)).OrderBy(key => map.Find(key) is not null)];
                errors.Add(entry.KeyPlace, "unknown_key", $"{owner} has no key '{Texts.Short(entry.Key)}'{Spelling.Suggest(Comparable(entry.Key), candidates)}");
                if (Spelling.Find(Comparable(entry.Key), candidates) is { } meant)
                {
                    _meant.Add(meant);
                    Forgive(meant);
                }
            }
        }
    }

    /// <summary>Whether a key is absent and an unknown one was reported that looks like it.</summary>
    internal bool IsMisspelt(string key) => _meant.Contains(key) && !Has(key);

    /// <summary>Takes back that a key is missing, together with those of which it is one.</summary>
    private void Forgive(string key)
    {
        if (_missing.TryGetValue(key, out ConfigError? missing))
        {
            errors.Remove(missing);
            foreach (string same in _missing.Where(m => ReferenceEquals(m.Value, missing)).Select(m => m.Key).ToArray())
            {
                _missing.Remove(same);
            }
        }
    }

    private bool IsOutput => owner.StartsWith("output", StringComparison.Ordinal);

    /// <summary>Longer keys are like none.</summary>
    private static string Comparable(string key) => key.Length <= 60 ? key : "";
}
