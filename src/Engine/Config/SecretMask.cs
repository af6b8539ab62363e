using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>Knows the values that came from secret references, and puts the references back wherever text is shown.</summary>
public sealed class SecretMask
{
    private readonly List<(string Value, string Reference)> _secrets = [];
    private readonly Dictionary<Place, (string Value, string Shown)> _scalars = [];

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

    /// <summary>A scalar that holds a secret: a message about it may quote a part of it.</summary>
    internal void Add(Place place, string value, string shown) => _scalars[place] = (value, shown);

    /// <summary>A message about a place: secrets are hidden, and where the place is a scalar with a secret all that it quotes from that.</summary>
    internal string HideAt(Place place, string message)
    {
        string text = Hide(message);
        if (!_scalars.TryGetValue(place, out (string Value, string Shown) scalar))
        {
            return text;
        }

        var shown = new System.Text.StringBuilder();
        for (int at = 0; at < text.Length; at++)
        {
            int end = text[at] == '\'' ? text.IndexOf('\'', at + 1) : -1;
            if (end > at + 1 && scalar.Value.Contains(text[(at + 1)..end], StringComparison.Ordinal))
            {
                shown.Append('\'').Append(scalar.Shown).Append('\'');
                at = end;
            }
            else
            {
                shown.Append(text[at]);
            }
        }

        return shown.ToString();
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
