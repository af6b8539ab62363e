using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>Knows the values that came from secret references, and puts the references back wherever text is shown.</summary>
public sealed class SecretMask
{
    private readonly List<(string Value, string Reference)> _secrets = [];

    /// <summary>Whether there is nothing to hide.</summary>
    public bool IsEmpty => _secrets.Count == 0;

    internal void Add(string value, string reference)
    {
        if (value.Length > 0)
        {
            _secrets.Add((value, reference));
            // Longer ones first: a secret may hold another.
            _secrets.Sort((a, b) => b.Value.Length.CompareTo(a.Value.Length));
        }
    }

    /// <summary>The text with every secret's value replaced by its reference.</summary>
    public string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_secrets.Count == 0)
        {
            return text;
        }

        var shown = new System.Text.StringBuilder();
        int at = 0;
        while (at < text.Length)
        {
            int found = _secrets.FindIndex(s => text.AsSpan(at).StartsWith(s.Value, StringComparison.Ordinal));
            shown.Append(found < 0 ? text[at].ToString() : _secrets[found].Reference);
            at += found < 0 ? 1 : _secrets[found].Value.Length;
        }

        return shown.ToString();
    }
}
