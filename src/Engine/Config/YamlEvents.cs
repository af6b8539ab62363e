using System;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DataStream.Config;

/// <summary>YamlDotNet's events one by one: any YAML, and what is wrong with a text that is none.</summary>
internal sealed class YamlEvents(YamlText text)
{
    private readonly Parser _parser = new(new YamlTokens(text.Content));

    /// <summary>The next event, or null at the end.</summary>
    /// <exception cref="YamlLimitException">The text is no YAML.</exception>
    public YamlEvent? Next()
    {
        while (MoveNext())
        {
            switch (_parser.Current)
            {
                case DocumentStart start:
                    return new YamlEvent(YamlEventKind.DocumentStart, (int)start.Start.Index);
                case MappingStart start:
                    return Of(YamlEventKind.MapStart, start);
                case SequenceStart start:
                    return Of(YamlEventKind.ListStart, start);
                case MappingEnd or SequenceEnd:
                    return new YamlEvent(YamlEventKind.End, 0);
                case Scalar scalar:
                    return Of(YamlEventKind.Scalar, scalar) with { Value = scalar.Value, Style = StyleOf(scalar.Style) };
                case AnchorAlias alias:
                    return new YamlEvent(YamlEventKind.Alias, (int)alias.Start.Index) { Value = alias.Value.Value };
            }
        }

        return null;
    }

    /// <summary>How YamlDotNet names it.</summary>
    public static YamlStyle StyleOf(ScalarStyle style) => style switch
    {
        ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => YamlStyle.Quoted,
        ScalarStyle.Literal => YamlStyle.Literal,
        ScalarStyle.Folded => YamlStyle.Folded,
        _ => YamlStyle.Plain,
    };

    private static YamlEvent Of(YamlEventKind kind, NodeEvent e) => new(kind, (int)e.Start.Index)
    {
        Anchor = e.Anchor.IsEmpty ? null : e.Anchor.Value,
        Tag = e.Tag.IsEmpty ? null : e.Tag.Value,
        IsTagNonSpecific = !e.Tag.IsEmpty && e.Tag.IsNonSpecific,
    };

    /// <summary>
    /// Some broken texts trip the parser's own checks instead of its grammar, and of a tab that indents a line it tells the
    /// place only now and then: that one is looked for.
    /// </summary>
    private bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException e)
        {
            int tab = e.Message.Contains("tab", StringComparison.Ordinal) ? text.IndentingTab(Math.Max((int)e.Start.Index, Behind), onNextLine: false) : -1;
            throw tab >= 0 ? IndentedByTab(tab) : new YamlLimitException(text.At((int)e.Start.Index), "yaml_syntax", Tidy(e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            int tab = text.IndentingTab(Behind, onNextLine: true);
            throw tab >= 0 ? IndentedByTab(tab) : new YamlLimitException(text.At(Behind), "yaml_syntax", "this is no YAML: something is wrong behind this place");
        }
    }

    private int Behind => (int)(_parser.Current?.End.Index ?? 0);

    private YamlLimitException IndentedByTab(int tab) => new(text.At(tab), "yaml_syntax", "this is no YAML: a tab indents this line; write spaces");

    private static string Tidy(string message)
    {
        string line = message.ReplaceLineEndings(" ").TrimEnd('.');
        line = line.Length <= 200 ? line : line[..200] + "…";
        return "this is no YAML: " + char.ToLowerInvariant(line[0]) + line[1..];
    }
}
