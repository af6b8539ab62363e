using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>Scalars from YAML, with the places of their characters.</summary>
internal static class YamlScalars
{
    /// <summary>A scalar whose text begins at <paramref name="index"/>: at its first letter, its quote, or the sign of a block.</summary>
    public static ConfigScalar Read(YamlText text, string value, YamlStyle style, int index)
    {
        Place place = text.At(index);
        return new ConfigScalar(value)
        {
            Place = place,
            IsNull = style == YamlStyle.Plain && value is "" or "~" or "null" or "Null" or "NULL",
            PlaceOfCharacter = style switch
            {
                YamlStyle.Plain => InOneRun(text, value, index, place),
                YamlStyle.Quoted => InOneRun(text, value, index + 1, place),
                _ => InBlock(text, value, index, place),
            },
        };
    }

    /// <summary>The value as it stands in the text; with escapes or several lines only its beginning has a place.</summary>
    private static Func<int, Place> InOneRun(YamlText text, string value, int start, Place place) =>
        text.Content.AsSpan(Math.Min(start, text.Content.Length)).StartsWith(value, StringComparison.Ordinal)
            ? offset => text.At(start + Math.Clamp(offset, 0, value.Length))
            : _ => place;

    private static Func<int, Place> InBlock(YamlText text, string value, int index, Place place)
    {
        // Lines of the value and lines of the text run side by side; the indentation is what stands before the value's line.
        var starts = new List<(int Offset, int Index)>();
        int at = NextLine(text.Content, index);
        int offset = 0;
        while (offset < value.Length)
        {
            int end = value.IndexOf('\n', offset);
            end = end < 0 ? value.Length : end;
            ReadOnlySpan<char> line = value.AsSpan(offset, end - offset);
            ReadOnlySpan<char> written = text.Content.AsSpan(at, EndOfLine(text.Content, at) - at);
            if (!written.EndsWith(line) || !written[..^line.Length].Trim(' ').IsEmpty)
            {
                // Folded: several written lines are one.
                return _ => place;
            }

            starts.Add((offset, at + written.Length - line.Length));
            offset = end + 1;
            at = NextLine(text.Content, at);
        }

        return wanted =>
        {
            int line = starts.FindLastIndex(s => s.Offset <= wanted);
            return line < 0 ? place : text.At(starts[line].Index + wanted - starts[line].Offset);
        };
    }

    private static int EndOfLine(string text, int at)
    {
        int end = text.AsSpan(at).IndexOfAny('\r', '\n');
        return end < 0 ? text.Length : at + end;
    }

    private static int NextLine(string text, int at)
    {
        int end = EndOfLine(text, at);
        return end == text.Length ? end : end + (text.AsSpan(end).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
    }
}
