using System;
using System.Collections.Generic;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace DataStream.Config;

/// <summary>
/// The events of the YAML that nearly every configuration is written in: maps and lists in both forms, and scalars. Anchors, aliases, tags, directives, rare
/// forms, and every text that is no YAML are left to <see cref="YamlEvents"/>, which gives the same events for the rest.
/// </summary>
/// <remarks>YamlDotNet's parser compiles a regular expression at its first use, for names of anchors: a third of the time from a run's start to its first row.</remarks>
internal sealed class PlainYaml
{
    /// <summary>Each node is one event, and the end of a map or list another.</summary>
    private const int MaxEvents = 2 * YamlReader.MaxNodes;

    private readonly YamlTokens _tokens;
    private readonly List<YamlEvent> _events = [];
    private int _depth;

    private PlainYaml(string text) => _tokens = new YamlTokens(text);

    /// <summary>All events, or null where the text holds anything else.</summary>
    public static IReadOnlyList<YamlEvent>? Read(string text)
    {
        // The signs of anchors, aliases, tags and directives may stand in a text as well; tokens tell.
        var plain = new PlainYaml(text);
        try
        {
            return plain.Document() ? plain._events : null;
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The token that is not consumed yet.</summary>
    private Token? Current => _tokens.MoveNextWithoutConsuming() ? _tokens.Current : null;

    private bool Document()
    {
        if (Current is not StreamStart)
        {
            return false;
        }

        Skip();
        if (Current is DocumentStart)
        {
            Skip();
        }

        return Node(takesEntries: false) && Current is StreamEnd;
    }

    /// <summary>Behind the token that was looked at.</summary>
    private void Skip() => _tokens.ConsumeCurrent();

    private static int Start(Token token) => (int)token.Start.Index;

    /// <summary>A value; false where it is none of this grammar.</summary>
    /// <param name="takesEntries">It may be a list whose dashes stand as far left as the key of the map that it is in.</param>
    private bool Node(bool takesEntries)
    {
        if (_depth >= YamlReader.MaxDepth || _events.Count >= MaxEvents)
        {
            return false;
        }

        Token? token = Current;
        switch (token)
        {
            case Scalar scalar:
                Skip();
                _events.Add(new YamlEvent(YamlEventKind.Scalar, Start(scalar)) { Value = scalar.Value, Style = YamlEvents.StyleOf(scalar.Style) });
                return true;
            case BlockMappingStart:
                return Within(YamlEventKind.MapStart, token, static plain => plain.BlockMap());
            case BlockSequenceStart:
                return Within(YamlEventKind.ListStart, token, static plain => plain.BlockList(hasEnd: true));
            case FlowMappingStart:
                return Within(YamlEventKind.MapStart, token, static plain => plain.FlowMap());
            case FlowSequenceStart:
                return Within(YamlEventKind.ListStart, token, static plain => plain.FlowList());
            case BlockEntry when takesEntries:
                return Within(YamlEventKind.ListStart, token, static plain => plain.BlockList(hasEnd: false));
            default:
                return false;
        }
    }

    private bool Within(YamlEventKind kind, Token first, Func<PlainYaml, bool> content)
    {
        _events.Add(new YamlEvent(kind, Start(first)));
        if (first is not BlockEntry)
        {
            Skip();
        }

        _depth++;
        bool isPlain = content(this);
        _depth--;
        _events.Add(new YamlEvent(YamlEventKind.End, 0));
        return isPlain;
    }

    /// <summary>A value that is not written, where the last token ends.</summary>
    private bool Nothing(Token behind)
    {
        _events.Add(new YamlEvent(YamlEventKind.Scalar, (int)behind.End.Index));
        return true;
    }

    private bool BlockMap()
    {
        while (Current is Key)
        {
            Skip();
            if (!Node(takesEntries: false) || Current is not Value value)
            {
                return false;
            }

            Skip();
            if (!(Current is Key or BlockEnd ? Nothing(value) : Node(takesEntries: true)))
            {
                return false;
            }
        }

        return Ends<BlockEnd>();
    }

    private bool BlockList(bool hasEnd)
    {
        while (Current is BlockEntry entry)
        {
            Skip();
            if (!(Current is BlockEntry or BlockEnd or Key ? Nothing(entry) : Node(takesEntries: false)))
            {
                return false;
            }
        }

        return hasEnd ? Ends<BlockEnd>() : Current is Key or BlockEnd;
    }

    private bool FlowMap()
    {
        while (Current is Key)
        {
            Skip();
            if (!Node(takesEntries: false) || Current is not Value)
            {
                return false;
            }

            Skip();
            if (!Node(takesEntries: false) || !IsSeparated<FlowMappingEnd>())
            {
                return false;
            }
        }

        return Ends<FlowMappingEnd>();
    }

    private bool FlowList()
    {
        while (Current is not (FlowSequenceEnd or null))
        {
            if (!Node(takesEntries: false) || !IsSeparated<FlowSequenceEnd>())
            {
                return false;
            }
        }

        return Ends<FlowSequenceEnd>();
    }

    /// <summary>Behind a comma, or before the end.</summary>
    private bool IsSeparated<TEnd>() where TEnd : Token
    {
        if (Current is not FlowEntry)
        {
            return Current is TEnd;
        }

        Skip();
        return true;
    }

    private bool Ends<TEnd>() where TEnd : Token
    {
        bool isEnd = Current is TEnd;
        if (isEnd)
        {
            Skip();
        }

        return isEnd;
    }
}
