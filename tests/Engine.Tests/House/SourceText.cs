using System;

namespace DataStream.Tests.House;

/// <summary>C# with comments and literals blanked, line by line as before, so that rules see code alone.</summary>
public static class SourceText
{
    public static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    public static string[] CodeLines(string text) => Lines(WithoutCommentsAndLiterals(text));

    /// <summary>Everything but code becomes spaces; holes of interpolated strings go with their string, which is enough for rules about names.</summary>
    public static string WithoutCommentsAndLiterals(string text)
    {
        char[] code = text.ReplaceLineEndings("\n").ToCharArray();
        var source = new string(code);
        int at = 0;
        while (at < source.Length)
        {
            int end = EndOfSkipped(source, at);
            if (end == at)
            {
                at++;
                continue;
            }

            for (; at < end; at++)
            {
                code[at] = code[at] == '\n' ? '\n' : ' ';
            }
        }

        return new string(code);
    }

    /// <summary>Where the comment or literal that begins here ends, or <paramref name="at"/> where none does.</summary>
    private static int EndOfSkipped(string source, int at)
    {
        ReadOnlySpan<char> rest = source.AsSpan(at);
        if (rest.StartsWith("//"))
        {
            return End(source, at, source.IndexOf('\n', at), 0);
        }

        if (rest.StartsWith("/*"))
        {
            return End(source, at, source.IndexOf("*/", at + 2, StringComparison.Ordinal), 2);
        }

        if (rest[0] == '\'')
        {
            return EndOfCharacter(source, at);
        }

        int quote = at;
        while (quote < source.Length && source[quote] is '$' or '@')
        {
            quote++;
        }

        if (quote >= source.Length || source[quote] != '"')
        {
            return at;
        }

        int quotes = source.AsSpan(quote).IndexOfAnyExcept('"');
        quotes = quotes < 0 ? source.Length - quote : quotes;
        if (quotes >= 3)
        {
            var fence = new string('"', quotes);
            return End(source, at, source.IndexOf(fence, quote + quotes, StringComparison.Ordinal), quotes);
        }

        return EndOfString(source, quote, source.AsSpan(at, quote - at).Contains('@'));
    }

    private static int End(string source, int at, int found, int length) => found < 0 ? source.Length : Math.Max(at + 1, found + length);

    private static int EndOfCharacter(string source, int at)
    {
        int length = at + 1 < source.Length && source[at + 1] == '\\' ? 3 : 2;
        int close = source.IndexOf('\'', Math.Min(at + length, source.Length));
        return close < 0 || close - at > 11 ? at : close + 1;
    }

    private static int EndOfString(string source, int quote, bool verbatim)
    {
        for (int at = quote + 1; at < source.Length; at++)
        {
            if (!verbatim && source[at] == '\\')
            {
                at++;
            }
            else if (source[at] == '"')
            {
                if (!verbatim || at + 1 >= source.Length || source[at + 1] != '"')
                {
                    return at + 1;
                }

                at++;
            }
            else if (!verbatim && source[at] == '\n')
            {
                return at;
            }
        }

        return source.Length;
    }
}
