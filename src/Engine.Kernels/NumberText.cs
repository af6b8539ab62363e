using System;
using System.Diagnostics;
using System.Globalization;

namespace DataStream.Kernels;

/// <summary>Numbers as text. Every method writes into the target, which has room for its maximum, and returns the length.</summary>
public static class NumberText
{
    public const int MaxInt64Length = 20;

    /// <summary>Of <see cref="FormatDecimal"/>: sign, 19 digits, a point, and a zero before it.</summary>
    public const int MaxDecimalLength = 22;

    /// <summary>Of <see cref="FormatFloat64"/>: <c>-0.00000d…</c> with 17 digits, or a sign and 21 digits.</summary>
    public const int MaxFloat64Length = 32;

    /// <summary>The most digits behind the point that <see cref="FormatFixed"/> writes.</summary>
    public const int MaxFixedDecimals = 18;

    /// <summary>Of <see cref="FormatFixed"/>: sign, 309 digits, point, decimals.</summary>
    public const int MaxFixedLength = 336;

    public static int FormatInt64(long value, Span<byte> target)
    {
        if ((ulong)value < 100)
        {
            // Counts and flags are mostly so.
            uint small = (uint)value;
            uint tens = small / 10;
            int at = tens == 0 ? 0 : 1;
            target[0] = (byte)('0' + tens);
            target[at] = (byte)('0' + small - (tens * 10));
            return at + 1;
        }

        if (value >= 0)
        {
            return DigitText.Write((ulong)value, target);
        }

        target[0] = (byte)'-';
        return 1 + DigitText.Write(0 - (ulong)value, target[1..]);
    }

    /// <summary>A scaled value with all of its digits: 125 at scale 2 is <c>1.25</c>.</summary>
    public static int FormatDecimal(long value, int scale, Span<byte> target)
    {
        int length = 0;
        if (value < 0)
        {
            target[length++] = (byte)'-';
        }

        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        return length + FormatScaled(magnitude, scale, target[length..]);
    }

    /// <summary>
    /// The shortest text that reads back to the same bits, laid out as ECMAScript's Number::toString does: plain from 1e-6 to below 1e21, else with an exponent;
    /// <c>-0</c> for −0. <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which no column holds, by name.
    /// </summary>
    public static int FormatFloat64(double value, Span<byte> target) => ShortestText.Write(value, target);

    /// <summary>A fixed number of digits behind the point (0 to 18), rounded once from the exact value, ties to even; a result of zero has no sign.</summary>
    public static int FormatFixed(double value, int decimals, Span<byte> target)
    {
        int usual = FormatUsualFixed(value, decimals, target);
        if (usual > 0)
        {
            return usual;
        }

        if (!double.IsFinite(value))
        {
            return FormatFloat64(value, target);
        }

        (ulong mantissa, int exponent) = Parts(value);
        if (exponent > 0)
        {
            return FormatLarge(value, decimals, target);
        }

        // Below 2^53 · 10^18 < 2^113: exact in 128 bits.
        UInt128 scaled = (UInt128)mantissa * Numbers.IntegerPowers[decimals];
        UInt128 whole = 0;
        if (exponent > -128)
        {
            whole = scaled >> -exponent;
            UInt128 rest = scaled - (whole << -exponent);
            UInt128 half = exponent == 0 ? UInt128.MaxValue : UInt128.One << (-exponent - 1);
            if (rest > half || (rest == half && !UInt128.IsEvenInteger(whole)))
            {
                whole++;
            }
        }

        int sign = value < 0 && whole != 0 ? 1 : 0;
        target[0] = (byte)'-';
        return sign + FormatScaled(whole, decimals, target[sign..]);
    }

    /// <summary>As <see cref="FormatFixed"/> for values of the usual sizes, with whatever room there is.</summary>
    /// <returns>The length, 18 at most; 0 for other values, and where there is less room than it is written with, 34 bytes at most: the target is garbage then.</returns>
    public static int FormatUsualFixed(double value, int decimals, Span<byte> target)
    {
        (ulong mantissa, int exponent) = Parts(value);
        return exponent > 0 ? 0 : FixedText.Write(BitConverter.DoubleToInt64Bits(value) < 0, mantissa, -exponent, decimals, target);
    }

    /// <summary>A finite value is the mantissa times two to the power of the exponent, but for its sign; those of others have a positive exponent.</summary>
    private static (ulong Mantissa, int Exponent) Parts(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int biased = (int)((bits >> 52) & 0x7FF);
        return ((bits & ((1UL << 52) - 1)) | (biased == 0 ? 0 : 1UL << 52), Math.Max(biased, 1) - 1075);
    }

    private static int FormatScaled(UInt128 magnitude, int scale, Span<byte> target)
    {
        if (magnitude <= ulong.MaxValue)
        {
            return FormatScaled((ulong)magnitude, scale, target);
        }

        // Two halves of at most 19 digits each.
        (UInt128 high, UInt128 low) = UInt128.DivRem(magnitude, 10_000_000_000_000_000_000);
        int length = FormatScaled((ulong)high, 0, target);
        WriteDigits((ulong)low, target.Slice(length, 19));
        length += 19;
        if (scale == 0)
        {
            return length;
        }

        target[(length - scale)..length].CopyTo(target[(length - scale + 1)..]);
        target[length - scale] = (byte)'.';
        return length + 1;
    }

    private static int FormatScaled(ulong magnitude, int scale, Span<byte> target)
    {
        (ulong whole, ulong fraction) = scale == 0 ? (magnitude, 0) : Math.DivRem(magnitude, Numbers.IntegerPowers[scale]);
        int length = DigitText.Write(whole, target);
        if (scale > 0)
        {
            target[length] = (byte)'.';
            WriteDigits(fraction, target.Slice(length + 1, scale));
            length += 1 + scale;
        }

        return length;
    }

    /// <summary>The lowest digits, as many as the target is long.</summary>
    internal static void WriteDigits(ulong value, Span<byte> target)
    {
        for (int i = target.Length - 1; i >= 0; i--)
        {
            (value, ulong digit) = Math.DivRem(value, 10);
            target[i] = (byte)('0' + digit);
        }
    }

    private static int FormatLarge(double value, int decimals, Span<byte> target)
    {
        // A whole number beyond 2^53: the runtime writes all its digits, and there is nothing to round.
        bool done = value.TryFormat(target, out int length, "F0", CultureInfo.InvariantCulture);
        Debug.Assert(done);
        if (decimals > 0)
        {
            target[length] = (byte)'.';
            target.Slice(length + 1, decimals).Fill((byte)'0');
            length += decimals + 1;
        }

        return length;
    }
}
