using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>
/// YAML 1.2 text to nodes with places: it takes a parser's events one by one, on a stack of its own, so that nesting, aliases and sizes are judged before any
/// tree grows.
/// </summary>
/// <remarks>
/// Scalars stay text; aliases become copies of what they name; <c>&lt;&lt;</c>, tags and further documents are refused.
/// A syntax error, or text past a limit, is the only error reported; duplicate and unusable keys are collected.
/// </remarks>
internal sealed class YamlReader
{
    /// <summary>Bytes of a configuration: far above what people write, low enough that the scanner's worst lines take no time.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Maps and lists inside each other, aliases followed.</summary>
    public const int MaxDepth = 64;

    /// <summary>Nodes, each alias counted as the nodes it stands for.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>Characters of a key.</summary>
    public const int MaxKey = 512;

    private readonly YamlText _text;
    private readonly ConfigErrors _errors;
    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<YamlFrame> _open = new();
    private ConfigNode? _root;
    private int _documents;
    private int _nodes;

    private YamlReader(YamlText text, ConfigErrors errors) => (_text, _errors) = (text, errors);

    /// <summary>The root node; an empty map for a text without content; null after an error that comes alone.</summary>
    public static ConfigNode? Read(string file, ReadOnlySpan<byte> bytes, ConfigErrors errors)
    {
        if (bytes.Length > MaxBytes)
        {
            errors.Add(new Place(file, 1, 1), "too_big", $"a configuration may have {MaxBytes} bytes");
            return null;
        }

        if (YamlText.Decode(file, bytes, errors) is not { } text)
        {
            return null;
        }

        // Errors of the parser and of limits come alone: what was collected before them is dropped.
        var collected = new ConfigErrors();
        var reader = new YamlReader(text, collected);
        try
        {
            reader.Run();
        }
        catch (YamlLimitException e)
        {
            errors.Add(e.Place, e.Code, e.Message);
            return null;
        }

        errors.AddAll(collected);
        return reader._root ?? new ConfigMap { Place = new Place(file, 1, 1) };
    }

    private void Run()
    {
        if (PlainYaml.Read(_text.Content) is { } events)
        {
            foreach (YamlEvent e in events)
            {
                Take(e);
            }

            return;
        }

        var rest = new YamlEvents(_text);
        while (rest.Next() is { } e)
        {
            Take(e);
        }
    }

    private void Take(YamlEvent e)
    {
        switch (e.Kind)
        {
            case YamlEventKind.DocumentStart:
                if (++_documents > 1)
                {
                    throw new YamlLimitException(At(e), "yaml_syntax", "a configuration is one YAML document; take the second '---' away");
                }

                break;
            case YamlEventKind.MapStart:
                Open(new ConfigMap { Place = ValuePlace(e) }, e);
                break;
            case YamlEventKind.ListStart:
                Open(new ConfigList { Place = ValuePlace(e) }, e);
                break;
            case YamlEventKind.End:
                Close();
                break;
            case YamlEventKind.Scalar:
                TakeScalar(e);
                break;
            default:
                TakeAlias(e);
                break;
        }
    }

    private void Open(ConfigNode node, YamlEvent e)
    {
        Count(1, At(e));
        if (_open.Count >= MaxDepth)
        {
            throw new YamlLimitException(At(e), "too_deep", $"maps and lists may be nested {MaxDepth} deep");
        }

        RefuseTag(e);
        if (_open.TryPeek(out YamlFrame? parent) && parent.WaitsForKey)
        {
            _errors.Add(At(e), "bad_key", "a key is a single value, no map or list");
            parent.Key = YamlFrame.Unusable;
            // What is inside is read and dropped.
            _open.Push(new YamlFrame(node, e.Anchor, _nodes) { IsKey = true });
            return;
        }

        // The parser gives the pair in `[a, b: c]` no place of its own.
        _open.Push(new YamlFrame(node, e.Anchor, _nodes) { HasNoPlace = e.Start == 0 && _open.Count > 0 });
    }

    private void Close()
    {
        YamlFrame frame = _open.Pop();
        if (frame.IsKey)
        {
            return;
        }

        if (frame.Anchor is { } anchor)
        {
            _anchors[anchor] = new Anchored(frame.Node, _nodes - frame.NodesBefore + 1, frame.Height + 1);
        }

        Place(frame.Node, frame.Height + 1);
    }

    private void TakeScalar(YamlEvent scalar)
    {
        Count(1, At(scalar));
        if (_open.TryPeek(out YamlFrame? frame) && frame.WaitsForKey)
        {
            TakeKey(frame, scalar);
            return;
        }

        RefuseTag(scalar);
        ConfigScalar node = YamlScalars.Read(_text, scalar.Value, scalar.Style, ValueIndex(scalar));
        if (scalar.Anchor is { } anchor)
        {
            _anchors[anchor] = new Anchored(node, 1, 0);
        }

        Place(node, 0);
    }

    private void TakeKey(YamlFrame frame, YamlEvent scalar)
    {
        Place place = ValuePlace(scalar);
        if (frame.HasNoPlace && frame.Keys.Count == 0)
        {
            frame.Node = new ConfigMap { Place = place };
        }

        frame.KeyPlace = place;
        frame.Key = scalar.Value;
        if (scalar.Anchor is { } anchor)
        {
            _anchors[anchor] = new Anchored(YamlScalars.Read(_text, scalar.Value, scalar.Style, ValueIndex(scalar)), 1, 0);
        }

        if (scalar.Value.Length > MaxKey)
        {
            throw new YamlLimitException(place, "too_big", $"a key may have {MaxKey} characters; this one begins with '{scalar.Value[..20]}'");
        }

        if (scalar is { Value: "<<", Style: YamlStyle.Plain })
        {
            _errors.Add(place, "merge_key", "the merge key '<<' of YAML 1.1 is not taken; write the keys out, or use an alias for the whole value");
            frame.Key = YamlFrame.Unusable;
            ((ConfigMap)frame.Node).IsMerged = true;
        }
        else if (scalar.Value.Length == 0 && scalar.Style == YamlStyle.Plain)
        {
            _errors.Add(place, "bad_key", "a key is missing before ':'");
            frame.Key = YamlFrame.Unusable;
        }
        else if (!frame.Keys.TryAdd(scalar.Value, place.Line))
        {
            _errors.Add(place, "duplicate_key", $"'{Texts.Short(scalar.Value)}' is given twice; the first is on line {frame.Keys[scalar.Value]}");
            frame.Key = YamlFrame.Unusable;
        }
    }

    private void TakeAlias(YamlEvent alias)
    {
        string name = alias.Value;
        if (!_anchors.TryGetValue(name, out Anchored? anchored))
        {
            throw new YamlLimitException(At(alias), "yaml_syntax", $"there is no anchor '&{Texts.Short(name)}' before this alias");
        }

        Count(anchored.Nodes, At(alias));
        if (_open.Count + anchored.Height > MaxDepth)
        {
            throw new YamlLimitException(At(alias), "too_deep", $"maps and lists may be nested {MaxDepth} deep");
        }

        if (_open.TryPeek(out YamlFrame? frame) && frame.WaitsForKey)
        {
            _errors.Add(At(alias), "bad_key", "a key is written out, no alias");
            frame.Key = YamlFrame.Unusable;
            frame.KeyPlace = At(alias);
            return;
        }

        // A copy: an overlay of one must not change the other.
        Place(anchored.Node.Copy(), anchored.Height);
    }

    /// <summary>Puts a finished node where it belongs.</summary>
    private void Place(ConfigNode node, int height)
    {
        if (!_open.TryPeek(out YamlFrame? frame))
        {
            _root = node;
            return;
        }

        frame.Height = Math.Max(frame.Height, height);
        if (frame.Node is ConfigList list)
        {
            list.Add(node);
            return;
        }

        string key = frame.Key!;
        frame.Key = null;
        if (!ReferenceEquals(key, YamlFrame.Unusable))
        {
            ((ConfigMap)frame.Node).Add(new ConfigEntry(key, frame.KeyPlace, node));
        }
    }

    private void Count(int nodes, Place place)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw new YamlLimitException(place, "too_big", $"a configuration may have {MaxNodes} values, aliases counted as what they stand for");
        }
    }

    private void RefuseTag(YamlEvent e)
    {
        if (e.Tag is not null && !e.IsTagNonSpecific)
        {
            _errors.Add(At(e), "tag", $"the tag '{Texts.Short(e.Tag)}' means nothing here: a value has the type of its key");
        }
    }

    private Place At(YamlEvent e) => _text.At(e.Start);

    private Place ValuePlace(YamlEvent e) => _text.At(ValueIndex(e));

    /// <summary>Where the value itself begins, behind its anchor and tag.</summary>
    private int ValueIndex(YamlEvent e) => e.Anchor is null && e.Tag is null ? e.Start : _text.BehindProperties(e.Start);

    private sealed record Anchored(ConfigNode Node, int Nodes, int Height);
}
