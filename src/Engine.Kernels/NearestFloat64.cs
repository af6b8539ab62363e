using System;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DataStream.Kernels;

/// <summary>The double nearest to w · 10^q, ties to even, by one or two multiplications with 128 bits of 5^q.</summary>
/// <remarks>Daniel Lemire, Number Parsing at a Gigabyte per Second (2021), after Michael Eisel; the check that it leaves out is proved needless by Mushtak and Lemire (2023).</remarks>
internal static class NearestFloat64
{
    private const int MantissaBits = 52;
    private const int LowestExponent = -1023;
    private const int Infinite = 0x7FF;
    private const int MaxDigits = 19; // the most decimal digits that always fit a ulong
    private const int MaxKeptDigits = 770; // 767 decide every double (the longest midpoint); what follows counts only as "more than nothing"

    /// <summary>The value of a whole number of up to 64 bits times a power of ten; infinite where it is beyond the range.</summary>
    public static double Of(ulong w, long q)
    {
        if (w == 0 || q < PowersOfFive.Lowest)
        {
            return 0;
        }

        if (q > PowersOfFive.Highest)
        {
            return double.PositiveInfinity;
        }

        return BitConverter.UInt64BitsToDouble(Math.Min(Bits(w, (int)q), (ulong)Infinite << MantissaBits));
    }

    /// <summary>As <see cref="Of"/>, the double's bits: of a number that is not 0, a power from <see cref="PowersOfFive.Lowest"/> to <see cref="PowersOfFive.Highest"/>, a value within the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong w, int q)
    {
        // High  1xxxx…xxx rrr…     53 bits and one to round by at the top, after a bit that may be zero
        int zeros = BitOperations.LeadingZeroCount(w);
        ulong high = Product(w << zeros, q, out ulong low);
        int upper = (int)(high >> 63);
        int shift = upper + 64 - MantissaBits - 3;
        ulong mantissa = high >> shift;
        int exponent = ((217706 * q) >> 16) + 63 + upper - zeros - LowestExponent; // ⌊q · log₂10⌋ by 217706 / 2^16
        if (exponent <= 0)
        {
            return Subnormal(mantissa, exponent);
        }

        // Just between two doubles, which only small powers can be: down to the even one.
        if (low <= 1 && q is >= -4 and <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        {
            mantissa &= ~1UL;
        }

        // The highest bit counts as one in the exponent, and so does a carry out of all the others.
        return ((mantissa + (mantissa & 1)) >> 1) + ((ulong)(exponent - 1) << MantissaBits);
    }

    /// <summary>The value of a number's text with more than 19 digits, without its sign; the first that is no zero stands behind the point of 0.d₁d₂… · 10^order.</summary>
    public static double OfMany(ReadOnlySpan<byte> text, long order)
    {
        // The first 19 decide, but next to the middle between two doubles.
        ulong leading = Leading(text);
        double nearest = Of(leading, order - MaxDigits);
        return nearest.Equals(Of(leading + 1, order - MaxDigits)) ? nearest : OfAll(text, order);
    }

    private static ulong Subnormal(ulong mantissa, int exponent)
    {
        if (1 - exponent >= 64)
        {
            return 0;
        }

        mantissa >>= 1 - exponent;
        mantissa = (mantissa + (mantissa & 1)) >> 1;
        return mantissa; // one that was rounded up to the smallest normal one has that one's bits
    }

    /// <summary>The upper half of w · 5^q, exact in the bits that count; the second half of the power is looked at where the first leaves them open.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Product(ulong w, int q, out ulong low)
    {
        const ulong Open = ulong.MaxValue >> (MantissaBits + 3);
        ReadOnlySpan<ulong> power = PowersOfFive.Bits.Slice(2 * (q - PowersOfFive.Lowest), 2);
        ulong high = Math.BigMul(w, power[0], out low);
        if ((high & Open) == Open)
        {
            ulong more = Math.BigMul(w, power[1], out _);
            low += more;
            high += more > low ? 1UL : 0;
        }

        return high;
    }

    /// <summary>The first 19 digits from the first one on that is no zero.</summary>
    private static ulong Leading(ReadOnlySpan<byte> text)
    {
        ulong leading = 0;
        int digits = 0;
        for (int i = 0; digits < MaxDigits; i++)
        {
            uint digit = (uint)text[i] - '0';
            if (digit <= 9 && (digits > 0 || digit > 0))
            {
                leading = (leading * 10) + digit;
                digits++;
            }
        }

        return leading;
    }

    private static double OfAll(ReadOnlySpan<byte> text, long order)
    {
        // The runtime rounds correctly; it gets the digits in one plain form, so that none of its limits on length and exponent matter.
        Span<byte> plain = stackalloc byte[MaxKeptDigits + 32];
        int kept = 0;
        bool tail = false;
        foreach (byte b in text)
        {
            if ((b | 0x20) == 'e')
            {
                break;
            }

            if (b is >= (byte)'0' and <= (byte)'9' && (kept > 0 || b != '0'))
            {
                if (kept < MaxKeptDigits)
                {
                    plain[kept++] = b;
                }
                else
                {
                    tail |= b != '0';
                }
            }
        }

        long exponent = order - kept;
        if (tail)
        {
            plain[kept++] = (byte)'1';
            exponent--;
        }

        plain[kept++] = (byte)'e';
        _ = exponent.TryFormat(plain[kept..], out int written, default, CultureInfo.InvariantCulture);
        return double.Parse(plain[..(kept + written)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
