using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;

namespace DataStream.Config;

/// <summary>A piece of configuration as written: a scalar, a list or a map, each with its place.</summary>
public abstract class ConfigNode
{
    /// <summary>The first character of the value.</summary>
    public Place Place { get; init; } = Place.Code;

    /// <summary>The same value of its own: changing one does not change the other.</summary>
    public ConfigNode Copy()
    {
        switch (this)
        {
            case ConfigList list:
                var items = new ConfigList { Place = Place };
                foreach (ConfigNode item in list)
                {
                    items.Add(item.Copy());
                }

                return items;
            case ConfigMap map:
                var entries = new ConfigMap { Place = Place, IsMerged = map.IsMerged };
                foreach (ConfigEntry entry in map)
                {
                    entries.Add(entry with { Value = entry.Value.Copy() });
                }

                return entries;
            default:
                return this;
        }
    }

    public static implicit operator ConfigNode(string value) => FromString(value);

    public static implicit operator ConfigNode(double value) => FromDouble(value);

    public static implicit operator ConfigNode(long value) => FromInt64(value);

    public static implicit operator ConfigNode(bool value) => FromBoolean(value);

    public static implicit operator ConfigNode(string[] values) => FromStrings(values);

    public static ConfigNode FromString(string value) => new ConfigScalar(value);

    public static ConfigNode FromDouble(double value) => new ConfigScalar(value.ToString("R", CultureInfo.InvariantCulture));

    public static ConfigNode FromInt64(long value) => new ConfigScalar(value.ToString(CultureInfo.InvariantCulture));

    public static ConfigNode FromBoolean(bool value) => new ConfigScalar(value ? "true" : "false");

    public static ConfigNode FromStrings(string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var list = new ConfigList();
        foreach (string value in values)
        {
            list.Add(new ConfigScalar(value));
        }

        return list;
    }
}

/// <summary>A single value, still text: the key it stands under gives it a type.</summary>
public sealed class ConfigScalar(string value) : ConfigNode
{
    public string Value { get; } = value;

    /// <summary>Written without a value, or as a plain <c>~</c> or <c>null</c>.</summary>
    public bool IsNull { get; init; }

    /// <summary>The value came from a secret reference: never show it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What may be shown: the value, or its secret reference.</summary>
    public string Shown { get; init; } = value;

    /// <summary>The place of each character of the value, where it differs from counting on from <see cref="ConfigNode.Place"/> (block scalars, several lines); null otherwise.</summary>
    public Func<int, Place>? PlaceOfCharacter { get; init; }

    /// <summary>The place of a character of the value, for errors inside expressions.</summary>
    public Place PlaceAt(int offset) =>
        PlaceOfCharacter?.Invoke(offset) ?? (Place.Line == 0 ? Place : Place with { Column = Place.Column + offset });

    public override string ToString() => Shown;
}

/// <summary>Values in order.</summary>
public sealed class ConfigList : ConfigNode, IReadOnlyList<ConfigNode>
{
    private readonly List<ConfigNode> _items = [];

    public int Count => _items.Count;

    public ConfigNode this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public void Add(ConfigNode item) => _items.Add(item);

    public IEnumerator<ConfigNode> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Keys with values, in order as written; each key once.</summary>
public sealed class ConfigMap : ConfigNode, IEnumerable<ConfigEntry>
{
    private readonly List<ConfigEntry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>A merge key was refused in it: keys that seem to be missing would have come from there.</summary>
    internal bool IsMerged { get; set; }

    /// <summary>The value of a key, or null. Setting replaces or appends; made for collection initialisers.</summary>
    public ConfigNode? this[string key]
    {
        get => Find(key)?.Value;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            int at = _entries.FindIndex(e => e.Key == key);
            if (at < 0)
            {
                _entries.Add(new ConfigEntry(key, value.Place, value));
            }
            else
            {
                _entries[at] = _entries[at] with { Value = value };
            }
        }
    }

    public ConfigEntry? Find(string key) => _entries.Find(e => e.Key == key);

    public void Add(ConfigEntry entry) => _entries.Add(entry);

    /// <summary>Replaces the entry of the same key, its place too, or adds it at the end.</summary>
    public void Put(ConfigEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        int at = _entries.FindIndex(e => e.Key == entry.Key);
        if (at < 0)
        {
            _entries.Add(entry);
        }
        else
        {
            _entries[at] = entry;
        }
    }

    /// <summary>A map without some keys, in the same order.</summary>
    public ConfigMap Without(params ReadOnlySpan<string> keys)
    {
        var rest = new ConfigMap { Place = Place, IsMerged = IsMerged };
        foreach (ConfigEntry entry in _entries)
        {
            if (!keys.Contains(entry.Key))
            {
                rest.Add(entry);
            }
        }

        return rest;
    }

    public void Add(string key, ConfigNode value) => this[key] = value;

    public IEnumerator<ConfigEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A key of a map, where the key stands, and its value.</summary>
public sealed record ConfigEntry(string Key, Place KeyPlace, ConfigNode Value);
