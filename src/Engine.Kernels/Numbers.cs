using System;
using System.Buffers.Binary;

namespace DataStream.Kernels;

/// <summary>Numbers from text: <c>[+-]?digits[.digits][(e|E)[+-]?digits]</c>, <c>.5</c> and <c>5.</c> too, spaces and tabs around ignored.</summary>
/// <remarks>
/// Total on any bytes, without state or allocation. Empty text, <c>NaN</c>, <c>Infinity</c> and <c>inf</c> (any case, any sign) are null for every type.
/// JSON's stricter grammar is a matter of <see cref="JsonLength"/>; what it accepts is read here.
/// </remarks>
public static class Numbers
{
    internal const int MaxExactDigits = 19; // the most decimal digits that always fit a ulong
    private const int MaxPlainLength = MaxExactDigits + 2; // with a sign and a point

    // Arrays behind the spans: an unoptimised build makes an object for each use of a constant span of anything wider than bytes.
    private static readonly double[] s_exactPowers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private static readonly ulong[] s_integerPowers =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000, 1_000_000_000_000,
        10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
        10_000_000_000_000_000_000,
    ];

    internal static ReadOnlySpan<ulong> IntegerPowers => s_integerPowers;

    private static ReadOnlySpan<double> ExactPowers => s_exactPowers;

    /// <summary>Ten to the power of 0 to 22, exactly.</summary>
    internal static double ExactPower(int exponent) => s_exactPowers[exponent];

    /// <summary>Digits with a sign only. A point or an exponent is <see cref="FieldStatus.BadNumber"/>, a value beyond 64 bits <see cref="FieldStatus.OutOfRange"/>.</summary>
    public static FieldStatus ParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        // 18 digits and a sign cannot overflow; spaces, names and longer texts are rare.
        if ((uint)(text.Length - 1) < 18)
        {
            bool negative = text[0] == '-';
            int i = negative || text[0] == '+' ? 1 : 0;
            bool isNumber = i < text.Length;
            long magnitude = 0;
            for (; i < text.Length; i++)
            {
                uint digit = (uint)text[i] - '0';
                if (digit > 9)
                {
                    isNumber = false;
                    break;
                }

                magnitude = (magnitude * 10) + digit;
            }

            if (isNumber)
            {
                value = negative ? -magnitude : magnitude;
                return FieldStatus.Value;
            }
        }

        return ParseAnyInt64(text, out value);
    }

    /// <summary>The nearest double, ties to even; a number beyond the range is null, one nearer to zero than to any double is zero with its sign.</summary>
    public static FieldStatus ParseFloat64(ReadOnlySpan<byte> text, out double value)
    {
        if (OneFloat64.IsSupported && (uint)(text.Length - 1) < OneFloat64.MaxLength && OneFloat64.TryRead(text, out value))
        {
            return FieldStatus.Value;
        }

        return ParseShortFloat64(text, out value);
    }

    /// <summary>The value times ten to the power of <paramref name="scale"/> (0 to 18); other digits than zeros beyond the scale are <see cref="FieldStatus.OutOfRange"/>.</summary>
    public static FieldStatus ParseDecimal(ReadOnlySpan<byte> text, int scale, out long value)
    {
        value = 0;
        FieldStatus status = ScannedNumber.Scan(text, out ScannedNumber number);
        if (status != FieldStatus.Value || number.Digits == 0)
        {
            return status;
        }

        // mantissa · 10^exponent without trailing zeros: what is left below 10^-scale is no zero.
        long shift = number.Exponent + scale;
        if (shift < 0 || number.Digits + shift > MaxExactDigits)
        {
            return FieldStatus.OutOfRange;
        }

        UInt128 magnitude = (UInt128)number.Mantissa * IntegerPowers[(int)shift];
        if (magnitude > (number.IsNegative ? 1UL << 63 : long.MaxValue))
        {
            return FieldStatus.OutOfRange;
        }

        value = number.IsNegative ? unchecked(-(long)(ulong)magnitude) : (long)(ulong)magnitude;
        return FieldStatus.Value;
    }

    /// <summary>How many bytes at the front are a number by JSON's grammar (no <c>+1</c>, <c>01</c>, <c>.5</c>, <c>5.</c>): 0 where they are none. What follows is not looked at.</summary>
    public static int JsonLength(ReadOnlySpan<byte> text)
    {
        int i = text is [(byte)'-', ..] ? 1 : 0;
        int first = i;
        i = SkipDigits(text, i);
        if (i == first || (text[first] == '0' && i - first > 1))
        {
            return 0;
        }

        if (i < text.Length && text[i] == '.')
        {
            int point = i + 1;
            i = SkipDigits(text, point);
            if (i == point)
            {
                return 0;
            }
        }

        if (i < text.Length && (text[i] | 0x20) == 'e')
        {
            i++;
            i += i < text.Length && text[i] is (byte)'+' or (byte)'-' ? 1 : 0;
            int exponent = i;
            i = SkipDigits(text, i);
            if (i == exponent)
            {
                return 0;
            }
        }

        return i;
    }

    /// <summary>Adds the digits that stand here to a number, eight at once; behind more than 19 of them it means nothing.</summary>
    private static int ReadDigits(ReadOnlySpan<byte> text, int i, ref ulong number)
    {
        while (text.Length - i >= 8)
        {
            // The first digit is the lowest byte: pairs, fours and all eight grow together (as simdjson reads them).
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(text[i..]) ^ 0x3030_3030_3030_3030;
            if (((eight | (eight + 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080) != 0)
            {
                break;
            }

            eight = (eight * 10) + (eight >> 8);
            eight = (((eight & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064) + (((eight >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001)) >> 32;
            number = (number * 100_000_000) + eight;
            i += 8;
        }

        uint digit;
        for (; i < text.Length && (digit = (uint)text[i] - '0') <= 9; i++)
        {
            number = (number * 10) + digit;
        }

        return i;
    }

    private static FieldStatus ParseShortFloat64(ReadOnlySpan<byte> text, out double value)
    {
        if ((uint)(text.Length - 1) < MaxPlainLength)
        {
            bool negative = text[0] == '-';
            int i = negative || text[0] == '+' ? 1 : 0;
            int first = i;
            ulong mantissa = 0;
            i = ReadDigits(text, i, ref mantissa);
            int digits = i - first;
            int behind = 0;
            if (i < text.Length && text[i] == '.')
            {
                int point = ++i;
                i = ReadDigits(text, i, ref mantissa);
                behind = i - point;
                digits += behind;
            }

            if (i == text.Length && (uint)(digits - 1) < MaxExactDigits)
            {
                // Up to 2^53 both operands are exact, so one division rounds once: the nearest double (Clinger, 1990).
                double nearest = mantissa <= 1UL << 53 ? mantissa / ExactPowers[behind] : NearestFloat64.Of(mantissa, -behind);
                value = negative ? -nearest : nearest;
                return FieldStatus.Value;
            }
        }

        return ParseAnyFloat64(text, out value);
    }

    private static FieldStatus ParseAnyInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        FieldStatus status = ScannedNumber.Scan(text, out ScannedNumber number);
        if (status != FieldStatus.Value)
        {
            return status;
        }

        if (!number.IsWhole)
        {
            return FieldStatus.BadNumber;
        }

        return number.Digits == 0 ? FieldStatus.Value : ParseDecimal(text, 0, out value);
    }

    private static FieldStatus ParseAnyFloat64(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        FieldStatus status = ScannedNumber.Scan(text, out ScannedNumber number);
        if (status != FieldStatus.Value)
        {
            return status;
        }

        // 0.d₁d₂… · 10^order: outside these orders the result is certain.
        long order = number.Digits + number.Exponent;
        if (number.Digits == 0 || order < -400)
        {
            value = number.IsNegative ? -0.0 : 0.0;
            return FieldStatus.Value;
        }

        if (order > 400)
        {
            return FieldStatus.Null;
        }

        value = Nearest(text, number);
        value = number.IsNegative ? -value : value;
        return double.IsInfinity(value) ? FieldStatus.Null : FieldStatus.Value;
    }

    private static double Nearest(ReadOnlySpan<byte> text, in ScannedNumber number)
    {
        if (number.Digits <= MaxExactDigits && number.Mantissa <= 1UL << 53 && Math.Abs(number.Exponent) <= 22)
        {
            double power = ExactPowers[(int)Math.Abs(number.Exponent)];
            return number.Exponent < 0 ? number.Mantissa / power : number.Mantissa * power;
        }

        if (number.Digits <= MaxExactDigits)
        {
            return NearestFloat64.Of(number.Mantissa, number.Exponent);
        }

        return NearestFloat64.OfMany(text, number.Exponent + number.Digits);
    }

    internal static int SkipDigits(ReadOnlySpan<byte> text, int i)
    {
        while (i < text.Length && (uint)text[i] - '0' <= 9)
        {
            i++;
        }

        return i;
    }
}
