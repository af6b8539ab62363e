using System;
using System.Buffers.Text;
using System.Globalization;

namespace DataStream.Kernels;

/// <summary>Whole numbers, scaled numbers (decimals) and doubles compared and converted without losing a bit.</summary>
/// <remarks>A scale is a number of digits behind the point, 0 to 18. Doubles are finite.</remarks>
public static class ExactNumbers
{
    private static readonly long[] s_powers = MakePowers();

    /// <summary>10 to a power from 0 to 18.</summary>
    public static long PowerOfTen(int exponent) => s_powers[exponent];

    /// <summary>Compares <c>left / 10^leftScale</c> with <c>right / 10^rightScale</c>.</summary>
    public static int Compare(long left, int leftScale, long right, int rightScale) =>
        leftScale == rightScale ? left.CompareTo(right) : ((Int128)left * PowerOfTen(rightScale)).CompareTo((Int128)right * PowerOfTen(leftScale));

    /// <summary>Compares <c>left / 10^scale</c> with a double, by their exact values.</summary>
    public static int Compare(long left, int scale, double right)
    {
        double nearest = ToFloat64(left, scale);
        if (nearest != right)
        {
            // Rounding keeps order, and the right side is a double: only equality can hide a difference.
            return nearest < right ? -1 : 1;
        }

        // Up to 2^53 whole numbers are doubles; what is with 128 bits is apart, as it cannot be compiled ahead.
        return scale == 0 && left is >= -(1L << 53) and <= 1L << 53 ? 0 : CompareExactly(left, scale, right);
    }

    private static int CompareExactly(long left, int scale, double right)
    {
        long bits = BitConverter.DoubleToInt64Bits(right);
        int exponent = (int)((bits >> 52) & 0x7FF);
        Int128 mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        mantissa = bits < 0 ? -mantissa : mantissa;
        exponent = Math.Max(exponent, 1) - 1075;
        if (mantissa == 0)
        {
            return 0;
        }

        // Both sides are within a rounding of each other, so that neither product exceeds 53 + 60 bits or so.
        Int128 scaled = mantissa * PowerOfTen(scale);
        return exponent >= 0 ? ((Int128)left).CompareTo(scaled << exponent) : ((Int128)left << -exponent).CompareTo(scaled);
    }

    /// <summary>The double nearest to <c>value / 10^scale</c>.</summary>
    public static double ToFloat64(long value, int scale)
    {
        // Both parts of the division are exact up to 2^53, and 10^18 is a double: one rounding.
        const long exact = 1L << 53;
        return scale == 0 ? value : value is >= -exact and <= exact ? value / (double)PowerOfTen(scale) : ToFloat64ByDigits(value, scale);
    }

    /// <summary>Cuts towards zero; false where the result is no int64, or the value no number.</summary>
    public static bool TryTruncate(double value, out long result)
    {
        // −2^63 is a double and an int64, 2^63 is a double only; the negations are false for NaN.
        bool fits = value is >= -9223372036854775808.0 and < 9223372036854775808.0;
        result = fits ? (long)value : 0;
        return fits;
    }

    private static double ToFloat64ByDigits(long value, int scale)
    {
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(value, text, out int length);
        text[length++] = (byte)'E';
        Utf8Formatter.TryFormat(-scale, text[length..], out int digits);
        return double.Parse(text[..(length + digits)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private static long[] MakePowers()
    {
        var powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
