using System;
using System.Text;

namespace DataStream.Kernels;

/// <summary>A number's text taken apart: mantissa · 10^exponent.</summary>
internal struct ScannedNumber
{
    private const long ExponentBound = 1_000_000_000_000; // far beyond what any text's length can make up for

    public bool IsNegative;

    /// <summary>Neither a point nor an exponent.</summary>
    public bool IsWhole;

    /// <summary>Digits from the first to the last one that is no zero; 0 for zero.</summary>
    public long Digits;

    /// <summary>Those digits, where there are at most 19.</summary>
    public ulong Mantissa;

    public long Exponent;

    /// <summary>Checks the grammar and takes the number apart: mantissa · 10^exponent, the mantissa without trailing zeros.</summary>
    public static FieldStatus Scan(ReadOnlySpan<byte> text, out ScannedNumber number)
    {
        number = default;
        if (text.IsEmpty)
        {
            return FieldStatus.Null;
        }

        text = text.Trim(" \t"u8);
        int i = 0;
        if (text is [(byte)'-' or (byte)'+', ..])
        {
            number.IsNegative = text[0] == '-';
            i = 1;
        }

        int first = i;
        long zeros = 0; // zeros seen since the last other digit
        bool any = false;
        long behind = 0;
        int point = -1;
        for (; i < text.Length; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit > 9)
            {
                if (text[i] != '.' || point >= 0)
                {
                    break;
                }

                point = i;
                continue;
            }

            any = true;
            behind += point >= 0 ? 1 : 0;
            if (digit == 0)
            {
                zeros += number.Digits > 0 ? 1 : 0;
                continue;
            }

            number.Digits += zeros + 1;
            number.Mantissa = number.Digits <= Numbers.MaxExactDigits ? (number.Mantissa * Numbers.IntegerPowers[(int)zeros + 1]) + digit : 0;
            zeros = 0;
        }

        if (!any)
        {
            return IsName(text[first..]) ? FieldStatus.Null : FieldStatus.BadNumber;
        }

        long exponent = 0;
        number.IsWhole = point < 0 && i == text.Length;
        if (i < text.Length && !TryScanExponent(text[i..], out exponent))
        {
            return FieldStatus.BadNumber;
        }

        number.Exponent = exponent - behind + zeros;
        return FieldStatus.Value;
    }

    private static bool TryScanExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e')
        {
            return false;
        }

        int i = 1;
        bool negative = i < text.Length && text[i] == '-';
        i += negative || (i < text.Length && text[i] == '+') ? 1 : 0;
        if (i == text.Length || Numbers.SkipDigits(text, i) != text.Length)
        {
            return false;
        }

        for (; i < text.Length; i++)
        {
            exponent = Math.Min((exponent * 10) + (text[i] - '0'), ExponentBound);
        }

        exponent = negative ? -exponent : exponent;
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> text) => text.Length switch
    {
        3 => Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "inf"u8),
        8 => Ascii.EqualsIgnoreCase(text, "infinity"u8),
        _ => false,
    };
}
