using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace DataStream.Config;

/// <summary>A configuration's text and where its lines begin: places of characters, in code points.</summary>
internal sealed class YamlText
{
    private readonly List<int> _lineStarts = [0];
    private readonly List<int> _lowSurrogates = [];
    private readonly string _file;

    public YamlText(string file, string content)
    {
        _file = file;
        Content = content;
        for (int i = 0; i < content.Length; i++)
        {
            if (content[i] == '\n' || (content[i] == '\r' && !(i + 1 < content.Length && content[i + 1] == '\n')))
            {
                _lineStarts.Add(i + 1);
            }
            else if (char.IsLowSurrogate(content[i]))
            {
                _lowSurrogates.Add(i);
            }
        }
    }

    public string Content { get; }

    /// <summary>The place of a character; one behind the text is behind its last character.</summary>
    public Place At(int index)
    {
        index = Math.Clamp(index, 0, Content.Length);
        int line = _lineStarts.BinarySearch(index);
        line = line < 0 ? ~line - 1 : line;
        // Two characters of UTF-16 that are one code point are one column.
        int pairs = PairsBefore(index) - PairsBefore(_lineStarts[line]);
        return new Place(_file, line + 1, index - _lineStarts[line] + 1 - pairs);
    }

    /// <summary>The first tab that indents a line which begins at <paramref name="from"/> or behind it, or −1; perhaps of the next line that is not blank alone.</summary>
    public int IndentingTab(int from, bool onNextLine)
    {
        int first = _lineStarts.BinarySearch(from);
        for (int line = first < 0 ? ~first : first; line < _lineStarts.Count; line++)
        {
            ReadOnlySpan<char> text = Content.AsSpan(_lineStarts[line]);
            int spaces = text.IndexOfAnyExcept(' ');
            if (spaces >= 0 && text[spaces] == '\t')
            {
                return _lineStarts[line] + spaces;
            }

            if (onNextLine && spaces >= 0 && text[spaces] is not ('\r' or '\n'))
            {
                return -1;
            }
        }

        return -1;
    }

    private int PairsBefore(int index)
    {
        int found = _lowSurrogates.BinarySearch(index);
        return found < 0 ? ~found : found;
    }

    /// <summary>Behind an anchor and a tag that begin at <paramref name="index"/>, where a value follows on the line; else that index.</summary>
    public int BehindProperties(int index)
    {
        int at = index;
        while (at < Content.Length && Content[at] is '&' or '!')
        {
            int length = Content.AsSpan(at).IndexOfAny(PropertyEnds.Values);
            at = length < 0 ? Content.Length : at + length;
            while (at < Content.Length && Content[at] is ' ' or '\t')
            {
                at++;
            }
        }

        return at == Content.Length || Content[at] is '\r' or '\n' or '#' ? index : at;
    }

    /// <summary>Decodes UTF-8 strictly and refuses what YAML does not allow in a text.</summary>
    /// <returns>The text, or null with an error at the first byte or character that must not be there.</returns>
    public static YamlText? Decode(string file, ReadOnlySpan<byte> bytes, ConfigErrors errors)
    {
        if (bytes.StartsWith("\ufeff"u8))
        {
            bytes = bytes[3..];
        }

        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false);
        int valid = ValidLength(bytes);
        var text = new YamlText(file, utf8.GetString(bytes[..valid]));
        if (valid < bytes.Length)
        {
            errors.Add(text.At(text.Content.Length), "not_utf8", "the configuration is not UTF-8 text here; save it as UTF-8");
            return null;
        }

        for (int i = 0; i < text.Content.Length; i++)
        {
            char c = text.Content[i];
            if (c is (< ' ' and not ('\t' or '\n' or '\r')) or (>= '\x7f' and < '\xa0' and not '\x85') or '\ufffe' or '\uffff')
            {
                errors.Add(text.At(i), "yaml_syntax", $"the control character U+{(int)c:X4} must not stand in YAML; in a double-quoted text it can be written as \\u{(int)c:X4}");
                return null;
            }
        }

        return text;
    }

    private static int ValidLength(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) != OperationStatus.Done)
            {
                return at;
            }

            at += length;
        }

        return at;
    }

    /// <summary>Made where a text has an anchor or a tag, and not at every start.</summary>
    private static class PropertyEnds
    {
        public static readonly SearchValues<char> Values = SearchValues.Create(" \t\r\n,[]{}");
    }
}
