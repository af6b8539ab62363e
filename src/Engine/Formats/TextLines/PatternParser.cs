using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>Reads a pattern: literal text, and fields as <c>{name}</c>, <c>{name:type}</c> or <c>{name:timestamp "format"}</c>; <c>{{</c> and <c>}}</c> are braces.</summary>
internal sealed class PatternParser
{
    private const int MaxLength = 4096;

    private readonly string _text;
    private readonly List<object> _parts = []; // literals as bytes, and fields
    private readonly StringBuilder _literal = new();
    private string? _mistake;

    private PatternParser(string text) => _text = text;

    /// <summary>The pattern, or null with what is wrong with it.</summary>
    public static TextPattern? Parse(string text, out string? mistake)
    {
        var parser = new PatternParser(text);
        parser.Read();
        mistake = parser._mistake;
        return mistake is null ? new TextPattern(parser._parts) : null;
    }

    private void Read()
    {
        if (_text.Length is 0 or > MaxLength)
        {
            _mistake = _text.Length == 0 ? "a pattern is not empty" : $"a pattern has at most {MaxLength} characters";
            return;
        }

        for (int at = 0; at < _text.Length && _mistake is null;)
        {
            char sign = _text[at];
            if (sign is '{' or '}' && at + 1 < _text.Length && _text[at + 1] == sign)
            {
                _literal.Append(sign);
                at += 2;
            }
            else if (sign == '{')
            {
                at = ReadField(at);
            }
            else if (sign == '}')
            {
                _mistake = "a '}' closes nothing; a brace that is text is written twice";
            }
            else
            {
                _literal.Append(sign);
                at++;
            }
        }

        EndLiteral();
    }

    private int ReadField(int at)
    {
        int close = CloseOf(at);
        if (close < 0)
        {
            _mistake = $"the field '{_text[at..]}' is not closed with '}}'";
            return at;
        }

        EndLiteral();
        string inner = _text[(at + 1)..close];
        int colon = inner.IndexOf(':', StringComparison.Ordinal);
        string name = (colon < 0 ? inner : inner[..colon]).Trim();
        if (_parts.Count > 0 && _parts[^1] is PatternField { IsTyped: false } before)
        {
            _mistake = $"'{{{before.Name}}}' ends at the text behind it, and there is none before '{{{name}}}'; give it a type, or put text between";
        }
        else if (name.Length == 0 || name.Contains('{', StringComparison.Ordinal))
        {
            _mistake = $"'{{{inner}}}' has no name; a field is {{name}}, {{name:type}} or {{name:timestamp \"format\"}}";
        }
        else if (_parts.OfType<PatternField>().Any(f => f.Name == name))
        {
            _mistake = $"there are two fields '{name}'";
        }
        else
        {
            AddField(name, colon < 0 ? "" : inner[(colon + 1)..].Trim());
        }

        return close + 1;
    }

    private void AddField(string name, string written)
    {
        int space = written.IndexOfAny([' ', '"', '\'']);
        string word = space < 0 ? written : written[..space];
        string rest = space < 0 ? "" : written[space..].Trim();
        if (word.Length == 0 && rest.Length == 0)
        {
            _parts.Add(new PatternField(name, null, []));
            return;
        }

        if (!ColumnType.TryParse(word, out ColumnType type))
        {
            _mistake = $"'{{{name}:{written}}}' has no type '{word}'; types are int64, float64, decimal(2), bool, timestamp and text";
            return;
        }

        bool isQuoted = rest.Length >= 2 && rest[0] is '"' or '\'' && rest[^1] == rest[0];
        if (rest.Length > 0 && (type.Kind != ColumnKind.Timestamp || !isQuoted))
        {
            _mistake = $"'{{{name}:{written}}}' is read as a type and, of a timestamp, its format in quotes: {{{name}:timestamp \"dd/MM/yyyy HH:mm\"}}";
            return;
        }

        _mistake = rest.Length == 0 ? null : TimestampParser.CheckFormat(rest[1..^1]);
        _parts.Add(new PatternField(name, type, rest.Length == 0 ? [] : [rest[1..^1]]));
    }

    /// <summary>The brace that closes a field: braces in quotes are part of a format.</summary>
    private int CloseOf(int open)
    {
        char quote = '\0';
        for (int i = open + 1; i < _text.Length; i++)
        {
            char sign = _text[i];
            if (quote == '\0' && sign == '}')
            {
                return i;
            }

            quote = quote == '\0' && sign is '"' or '\'' ? sign : sign == quote ? '\0' : quote;
        }

        return -1;
    }

    private void EndLiteral()
    {
        if (_literal.Length > 0)
        {
            _parts.Add(Encoding.UTF8.GetBytes(_literal.ToString()));
            _literal.Clear();
        }
    }
}
