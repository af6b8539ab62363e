using System;
using System.Collections.Generic;
using System.Text;

namespace DataStream.Formats.TextLines;

/// <summary>How far, at the front of a text, a .NET custom date and time format goes: its digits, names and separators one after the other, as many as each takes. Whether that is a date, the parser judges.</summary>
internal sealed class TimeExtent
{
    private readonly List<Step> _steps = [];

    /// <summary>The format has passed <see cref="TimestampParser.CheckFormat"/>.</summary>
    public TimeExtent(string format)
    {
        for (int i = 0; i < format.Length;)
        {
            int count = Repeats(format, i);
            switch (format[i])
            {
                case '\'' or '"':
                    int close = format.IndexOf(format[i], i + 1);
                    close = close < 0 ? format.Length : close;
                    AddLiteral(format[(i + 1)..close]);
                    i = close + 1;
                    continue;
                case '\\' when i + 1 < format.Length:
                    AddLiteral(format[i + 1].ToString());
                    i += 2;
                    continue;
                case '%':
                    i++;
                    continue;
                case '.' when i + 1 < format.Length && format[i + 1] == 'F':
                    count = Repeats(format, i + 1);
                    _steps.Add(new Step(Kind.Fraction, 0, count, []));
                    i += 1 + count;
                    continue;
                default:
                    Add(format[i], count);
                    i += IsSpecifier(format[i]) ? count : 1;
                    continue;
            }
        }
    }

    private enum Kind
    {
        Literal,
        Digits,
        Letters,
        Fraction,
        Offset,
        Zone,
    }

    /// <summary>The length, or −1 where the text begins otherwise.</summary>
    public int Of(ReadOnlySpan<byte> text)
    {
        int at = 0;
        foreach (Step step in _steps)
        {
            int length = Take(step, text[at..]);
            if (length < 0)
            {
                return -1;
            }

            at += length;
        }

        return at;
    }

    private static int Take(in Step step, ReadOnlySpan<byte> text)
    {
        switch (step.Kind)
        {
            case Kind.Literal:
                return text.StartsWith(step.Text) ? step.Text.Length : -1;
            case Kind.Digits:
                return Count(text, step, isDigits: true);
            case Kind.Letters:
                return Count(text, step, isDigits: false);
            case Kind.Fraction:
                return text is [(byte)'.', ..] ? 1 + Count(text[1..], step, isDigits: true) : 0;
            case Kind.Zone when text is [(byte)'Z' or (byte)'z', ..]:
                return 1;
            case Kind.Zone when text is not [(byte)'+' or (byte)'-', ..]:
                return 0;
            default:
                return TakeOffset(step, text);
        }
    }

    /// <summary>A sign and hours, and with three letters minutes, with a colon or without.</summary>
    private static int TakeOffset(in Step step, ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'+' or (byte)'-', ..])
        {
            return -1;
        }

        int hours = Count(text[1..], step, isDigits: true);
        if (hours < 0 || step.Text.Length == 0)
        {
            return hours < 0 ? -1 : 1 + hours;
        }

        int at = 1 + hours;
        at += at < text.Length && text[at] == ':' ? 1 : 0;
        return at + 2 <= text.Length && char.IsAsciiDigit((char)text[at]) && char.IsAsciiDigit((char)text[at + 1]) ? at + 2 : -1;
    }

    private static int Count(ReadOnlySpan<byte> text, in Step step, bool isDigits)
    {
        int count = 0;
        while (count < text.Length && count < step.Max && (isDigits ? char.IsAsciiDigit((char)text[count]) : char.IsAsciiLetter((char)text[count]) || text[count] == '.'))
        {
            count++;
        }

        return count >= step.Min ? count : -1;
    }

    private static bool IsSpecifier(char sign) => "dMyhHmsfFtzKg".Contains(sign, StringComparison.Ordinal);

    private static int Repeats(string format, int at)
    {
        int end = at + 1;
        while (end < format.Length && format[end] == format[at])
        {
            end++;
        }

        return end - at;
    }

    private void Add(char sign, int count) => _ = (sign, count) switch
    {
        ('d' or 'M', > 2) => AddStep(Kind.Letters, 3, count == 3 ? 3 : 9),
        ('d' or 'M' or 'h' or 'H' or 'm' or 's', 1) => AddStep(Kind.Digits, 1, 2),
        ('d' or 'M' or 'h' or 'H' or 'm' or 's', _) => AddStep(Kind.Digits, 2, 2),
        ('y', 1) => AddStep(Kind.Digits, 1, 2),
        ('y', _) => AddStep(Kind.Digits, count, Math.Max(count, count == 3 ? 4 : count)),
        ('f', _) => AddStep(Kind.Digits, count, count),
        ('F', _) => AddStep(Kind.Digits, 0, count),
        ('t', _) => AddStep(Kind.Letters, Math.Min(count, 2), Math.Min(count, 2)),
        ('z', 1) => AddStep(Kind.Offset, 1, 2),
        ('z', 2) => AddStep(Kind.Offset, 2, 2),
        ('z', _) => AddStep(Kind.Offset, 2, 2, [0]),
        ('K', _) => AddStep(Kind.Zone, 2, 2, [0]),
        ('g', _) => AddStep(Kind.Letters, 4, 4),
        _ => AddLiteral(sign.ToString()),
    };

    private bool AddStep(Kind kind, int min, int max, byte[]? text = null)
    {
        _steps.Add(new Step(kind, min, max, text ?? []));
        return true;
    }

    private bool AddLiteral(string text)
    {
        _steps.Add(new Step(Kind.Literal, 0, 0, Encoding.UTF8.GetBytes(text)));
        return true;
    }

    /// <param name="Kind">What.</param>
    /// <param name="Min">The fewest bytes.</param>
    /// <param name="Max">The most.</param>
    /// <param name="Text">A literal; of offsets not empty where they have minutes.</param>
    private readonly record struct Step(Kind Kind, int Min, int Max, byte[] Text);
}
