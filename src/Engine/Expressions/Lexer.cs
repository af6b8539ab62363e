using System;
using System.Text;

namespace DataStream.Expressions;

/// <summary>Cuts the text of an expression into tokens, one at a time.</summary>
internal sealed class Lexer(string text)
{
    private const int MaxNumberLength = 400; // longer than any number a double can tell from its neighbours; keeps exact parsing cheap
    private int _at;

    /// <exception cref="SyntaxException">A character that begins nothing, a text or name without its end, a number that is none.</exception>
    public Token Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        if (_at == text.Length)
        {
            return new Token(TokenKind.End, _at, _at, "");
        }

        int start = _at;
        char c = text[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number(start);
        }

        if (char.IsLetter(c) || c == '_')
        {
            return Name(start);
        }

        return c switch
        {
            '\'' => Quoted(start, '\'', TokenKind.Text, "text that begins here has no closing apostrophe"),
            '`' => Quoted(start, '`', TokenKind.QuotedName, "the name that begins here has no closing backtick"),
            _ => Sign(start, c),
        };
    }

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private Token Make(TokenKind kind, int start, int length)
    {
        _at = start + length;
        return new Token(kind, start, _at, text[start.._at]);
    }

    private Token Sign(int start, char c)
    {
        char next = Peek(1);
        return (c, next) switch
        {
            ('=', '=') => Make(TokenKind.Equal, start, 2),
            ('=', _) => Make(TokenKind.Equal, start, 1),
            ('!', '=') => Make(TokenKind.NotEqual, start, 2),
            ('<', '>') => Make(TokenKind.NotEqual, start, 2),
            ('<', '=') => Make(TokenKind.LessOrEqual, start, 2),
            ('<', _) => Make(TokenKind.Less, start, 1),
            ('>', '=') => Make(TokenKind.GreaterOrEqual, start, 2),
            ('>', _) => Make(TokenKind.Greater, start, 1),
            ('+', _) => Make(TokenKind.Plus, start, 1),
            ('-', _) => Make(TokenKind.Minus, start, 1),
            ('*', _) => Make(TokenKind.Star, start, 1),
            ('/', _) => Make(TokenKind.Slash, start, 1),
            ('%', _) => Make(TokenKind.Percent, start, 1),
            ('(', _) => Make(TokenKind.Open, start, 1),
            (')', _) => Make(TokenKind.Close, start, 1),
            (',', _) => Make(TokenKind.Comma, start, 1),
            ('"', _) => throw new SyntaxException(start, "text stands in apostrophes ('…'), odd column names in backticks (`…`)"),
            ('&', _) => throw new SyntaxException(start, "'&' means nothing here; did you mean 'and'?"),
            ('|', _) => throw new SyntaxException(start, "'|' means nothing here; did you mean 'or'?"),
            ('!', _) => throw new SyntaxException(start, "'!' means nothing here; did you mean 'not'?"),
            _ => throw new SyntaxException(start, $"'{Shown(text, start)}' means nothing here"),
        };
    }

    private static string Shown(string text, int at) => !Rune.TryGetRuneAt(text, at, out Rune rune) ? $"U+{(int)text[at]:X4}" : Rune.IsControl(rune) ? $"U+{rune.Value:X4}" : rune.ToString();

    private Token Name(int start)
    {
        int end = start;

        // A point joins names, as in _headers.trace; it cannot end one.
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'
            || (text[end] == '.' && end + 1 < text.Length && (char.IsLetter(text[end + 1]) || text[end + 1] == '_'))))
        {
            end++;
        }

        Token token = Make(TokenKind.Name, start, end - start);
        return token with
        {
            Kind = token.Value switch
            {
                "and" or "AND" => TokenKind.And,
                "or" or "OR" => TokenKind.Or,
                "not" or "NOT" => TokenKind.Not,
                "between" or "BETWEEN" => TokenKind.Between,
                "in" or "IN" => TokenKind.In,
                "is" or "IS" => TokenKind.Is,
                "null" or "NULL" => TokenKind.Null,
                "true" or "TRUE" => TokenKind.True,
                "false" or "FALSE" => TokenKind.False,
                _ => TokenKind.Name,
            },
        };
    }

    private Token Number(int start)
    {
        int end = SkipDigits(start);
        if (end < text.Length && text[end] == '.')
        {
            end = SkipDigits(end + 1);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int sign = end + 1 < text.Length && text[end + 1] is '+' or '-' ? 1 : 0;
            int exponent = SkipDigits(end + 1 + sign);
            end = exponent > end + 1 + sign ? exponent : end;
        }

        if (end - start > MaxNumberLength)
        {
            throw new SyntaxException(start, $"a number has at most {MaxNumberLength} characters");
        }

        int unit = end;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return Make(end > unit ? TokenKind.Duration : TokenKind.Number, start, end - start);
    }

    private int SkipDigits(int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private Token Quoted(int start, char quote, TokenKind kind, string unclosed)
    {
        var value = new StringBuilder();
        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                value.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                value.Append(quote);
                i++;
            }
            else
            {
                _at = i + 1;
                return new Token(kind, start, _at, value.ToString());
            }
        }

        throw new SyntaxException(start, unclosed);
    }
}
