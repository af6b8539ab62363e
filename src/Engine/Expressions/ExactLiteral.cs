using System;
using System.Globalization;
using System.Numerics;

namespace DataStream.Expressions;

/// <summary>A number without rounding: <c>Digits / 10^Scale / 2^Halvings</c>. Used while a plan is built, never per row.</summary>
internal readonly record struct ExactLiteral(BigInteger Digits, int Scale, int Halvings = 0)
{
    /// <summary>A larger exponent is a double's business: no decimal or int64 comes near.</summary>
    private const int MaxExponent = 400;

    public static ExactLiteral Of(long value, int scale) => new(value, scale);

    public static ExactLiteral Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        mantissa = bits < 0 ? -mantissa : mantissa;
        exponent = Math.Max(exponent, 1) - 1075;
        return exponent >= 0 ? new ExactLiteral(mantissa << exponent, 0) : new ExactLiteral(mantissa, 0, -exponent);
    }

    /// <summary>Reads a literal; null where its exponent is out of reach.</summary>
    public static ExactLiteral? Parse(string text)
    {
        int exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        int exponent = 0;
        if (exponentAt >= 0 && (!int.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > MaxExponent))
        {
            return null;
        }

        string number = exponentAt < 0 ? text : text[..exponentAt];
        int point = number.IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? number : number.Remove(point, 1);
        int scale = (point < 0 ? 0 : number.Length - point - 1) - exponent;
        var value = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return scale >= 0 ? new ExactLiteral(value, scale) : new ExactLiteral(value * BigInteger.Pow(10, -scale), 0);
    }

    /// <summary>The value times 10^<paramref name="scale"/>, rounded down, and whether nothing was lost.</summary>
    public BigInteger Floor(int scale, out bool isWhole)
    {
        BigInteger dividend = Digits * BigInteger.Pow(10, scale);
        BigInteger divisor = BigInteger.Pow(10, Scale) << Halvings;
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        isWhole = rest.IsZero;
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
