using System;
using System.Collections.Generic;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DataStream.Config;

/// <summary>
/// YAML 1.2 text to nodes with places. With <see cref="YamlTokens"/> the one that knows YamlDotNet: it takes the parser's events one by one, on a stack of its own,
/// so that nesting, aliases and sizes are judged before any tree grows.
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
        var parser = new Parser(new YamlTokens(_text.Content));
        while (MoveNext(parser))
        {
            switch (parser.Current)
            {
                case DocumentStart start when ++_documents > 1:
                    throw new YamlLimitException(At(start), "yaml_syntax", "a configuration is one YAML document; take the second '---' away");
                case MappingStart start:
                    Open(new ConfigMap { Place = ValuePlace(start) }, start);
                    break;
                case SequenceStart start:
                    Open(new ConfigList { Place = ValuePlace(start) }, start);
                    break;
                case MappingEnd or SequenceEnd:
                    Close();
                    break;
                case Scalar scalar:
                    Take(scalar);
                    break;
                case AnchorAlias alias:
                    Take(alias);
                    break;
            }
        }
    }

    /// <summary>
    /// The next event. Some broken texts trip the parser's own checks instead of its grammar, and of a tab that indents a line it tells the
    /// place only now and then: that one is looked for.
    /// </summary>
    private bool MoveNext(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException e)
        {
            int tab = e.Message.Contains("tab", StringComparison.Ordinal) ? _text.IndentingTab(Math.Max((int)e.Start.Index, Behind(parser)), onNextLine: false) : -1;
            throw tab >= 0 ? IndentedByTab(tab) : new YamlLimitException(_text.At((int)e.Start.Index), "yaml_syntax", Tidy(e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            int tab = _text.IndentingTab(Behind(parser), onNextLine: true);
            throw tab >= 0 ? IndentedByTab(tab) : new YamlLimitException(_text.At(Behind(parser)), "yaml_syntax", "this is no YAML: something is wrong behind this place");
        }
    }

    private static int Behind(Parser parser) => (int)(parser.Current?.End.Index ?? 0);

    private YamlLimitException IndentedByTab(int tab) => new(_text.At(tab), "yaml_syntax", "this is no YAML: a tab indents this line; write spaces");

    private void Open(ConfigNode node, NodeEvent e)
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
            _open.Push(new YamlFrame(node, AnchorOf(e), _nodes) { IsKey = true });
            return;
        }

        // The parser gives the pair in `[a, b: c]` no place of its own.
        _open.Push(new YamlFrame(node, AnchorOf(e), _nodes) { HasNoPlace = e.Start.Index == 0 && _open.Count > 0 });
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

    private void Take(Scalar scalar)
    {
        Count(1, At(scalar));
        if (_open.TryPeek(out YamlFrame? frame) && frame.WaitsForKey)
        {
            TakeKey(frame, scalar);
            return;
        }

        RefuseTag(scalar);
        ConfigScalar node = YamlScalars.Read(_text, scalar.Value, StyleOf(scalar.Style), ValueIndex(scalar));
        if (AnchorOf(scalar) is { } anchor)
        {
            _anchors[anchor] = new Anchored(node, 1, 0);
        }

        Place(node, 0);
    }

    private void TakeKey(YamlFrame frame, Scalar scalar)
    {
        Place place = ValuePlace(scalar);
        if (frame.HasNoPlace && frame.Keys.Count == 0)
        {
            frame.Node = new ConfigMap { Place = place };
        }

        frame.KeyPlace = place;
        frame.Key = scalar.Value;
        if (AnchorOf(scalar) is { } anchor)
        {
            _anchors[anchor] = new Anchored(YamlScalars.Read(_text, scalar.Value, StyleOf(scalar.Style), ValueIndex(scalar)), 1, 0);
        }

        if (scalar.Value.Length > MaxKey)
        {
            throw new YamlLimitException(place, "too_big", $"a key may have {MaxKey} characters; this one begins with '{scalar.Value[..20]}'");
        }

        if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
        {
            _errors.Add(place, "merge_key", "the merge key '<<' of YAML 1.1 is not taken; write the keys out, or use an alias for the whole value");
            frame.Key = YamlFrame.Unusable;
            ((ConfigMap)frame.Node).IsMerged = true;
        }
        else if (scalar.Value.Length == 0 && scalar.Style == ScalarStyle.Plain)
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

    private void Take(AnchorAlias alias)
    {
        string name = alias.Value.Value;
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

    private void RefuseTag(NodeEvent e)
    {
        if (!e.Tag.IsEmpty && !e.Tag.IsNonSpecific)
        {
            _errors.Add(At(e), "tag", $"the tag '{Texts.Short(e.Tag.Value)}' means nothing here: a value has the type of its key");
        }
    }

    private Place At(ParsingEvent e) => _text.At((int)e.Start.Index);

    private Place ValuePlace(NodeEvent e) => _text.At(ValueIndex(e));

    /// <summary>Where the value itself begins, behind its anchor and tag.</summary>
    private int ValueIndex(NodeEvent e)
    {
        int index = (int)e.Start.Index;
        return e.Anchor.IsEmpty && e.Tag.IsEmpty ? index : _text.BehindProperties(index);
    }

    private static string? AnchorOf(NodeEvent e) => e.Anchor.IsEmpty ? null : e.Anchor.Value;

    private static YamlStyle StyleOf(ScalarStyle style) => style switch
    {
        ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => YamlStyle.Quoted,
        ScalarStyle.Literal => YamlStyle.Literal,
        ScalarStyle.Folded => YamlStyle.Folded,
        _ => YamlStyle.Plain,
    };

    private static string Tidy(string message)
    {
        string line = message.ReplaceLineEndings(" ").TrimEnd('.');
        line = line.Length <= 200 ? line : line[..200] + "…";
        return "this is no YAML: " + char.ToLowerInvariant(line[0]) + line[1..];
    }

    private sealed record Anchored(ConfigNode Node, int Nodes, int Height);
}
