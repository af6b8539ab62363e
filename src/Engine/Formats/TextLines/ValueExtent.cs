using System;
using System.Text;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>How far, at the front of a text, a value of a type goes: what the type's grammar takes, as much as it can. One pass, no way back.</summary>
internal static class ValueExtent
{
    /// <summary>The length, or −1 where no value begins.</summary>
    public static int Of(ColumnKind type, ReadOnlySpan<byte> text) => type switch
    {
        ColumnKind.Int64 => Positive(Digits(text, Sign(text)), Sign(text)),
        ColumnKind.Float64 or ColumnKind.Decimal => Number(text),
        ColumnKind.Bool => Bool(text),
        _ => Timestamp(text),
    };

    private static int Bool(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'0' or (byte)'1', ..] => 1,
        _ when StartsWith(text, "true"u8) => 4,
        _ when StartsWith(text, "false"u8) => 5,
        _ => -1,
    };

    private static int Number(ReadOnlySpan<byte> text)
    {
        int sign = Sign(text);
        if (sign < text.Length && char.IsAsciiLetter((char)text[sign]))
        {
            int name = StartsWith(text[sign..], "infinity"u8) ? 8 : StartsWith(text[sign..], "inf"u8) || StartsWith(text[sign..], "nan"u8) ? 3 : 0;
            return name == 0 ? -1 : sign + name;
        }

        int whole = Digits(text, sign);
        int end = whole;
        if (end < text.Length && text[end] == '.')
        {
            end = Digits(text, end + 1);
            if (whole == sign && end == whole + 1)
            {
                return -1; // a point alone
            }
        }

        return end == sign ? -1 : Exponent(text, end);
    }

    private static int Exponent(ReadOnlySpan<byte> text, int at)
    {
        if (at == text.Length || (text[at] | 0x20) != 'e')
        {
            return at;
        }

        int sign = at + 1 + Sign(text[(at + 1)..]);
        int end = Digits(text, sign);
        return end > sign ? end : at;
    }

    private static int Timestamp(ReadOnlySpan<byte> text)
    {
        if (!Matches(text, "0000-00-00"u8))
        {
            // An epoch: a number without an exponent.
            int sign = Sign(text);
            int whole = Digits(text, sign);
            int point = whole < text.Length && text[whole] == '.' ? Digits(text, whole + 1) : whole;
            return whole == sign ? -1 : point > whole + 1 ? point : whole;
        }

        int at = 10;
        if (at == text.Length || text[at] is not ((byte)'T' or (byte)'t' or (byte)' ') || !Matches(text[(at + 1)..], "00:00:00"u8))
        {
            return at;
        }

        at += 9;
        if (at < text.Length && text[at] == '.' && Digits(text, at + 1) is var end && end > at + 1)
        {
            at = end;
        }

        return at + Offset(text[at..]);
    }

    /// <summary><c>Z</c>, <c>±hh:mm</c>, <c>±hhmm</c>, <c>±hh</c> or nothing.</summary>
    private static int Offset(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'Z' or (byte)'z', ..] => 1,
        [(byte)'+' or (byte)'-', ..] => Matches(text[1..], "00:00"u8) ? 6 : Matches(text[1..], "0000"u8) ? 5 : Matches(text[1..], "00"u8) ? 3 : 0,
        _ => 0,
    };

    /// <summary>Whether the text begins with the shape: a digit for each zero, all else itself.</summary>
    private static bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<byte> shape)
    {
        if (text.Length < shape.Length)
        {
            return false;
        }

        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == '0' ? !IsDigit(text[i]) : text[i] != shape[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => text.Length >= name.Length && Ascii.EqualsIgnoreCase(text[..name.Length], name);

    private static int Sign(ReadOnlySpan<byte> text) => text is [(byte)'+' or (byte)'-', ..] ? 1 : 0;

    private static int Positive(int end, int from) => end > from ? end : -1;

    private static int Digits(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsDigit(byte b) => (uint)b - '0' <= 9;
}
