using System;
using System.Diagnostics;
using System.Numerics;

namespace DataStream.Kernels;

/// <summary>Whole numbers of many 64-bit limbs, lowest first, and their exact way back to doubles.</summary>
public static class Limbs
{
    /// <summary>Adds a 128-bit value, shifted left by <paramref name="bit"/>, modulo the length of <paramref name="sum"/>.</summary>
    /// <returns>The carry out of the last limb.</returns>
    public static bool Add(Span<ulong> sum, UInt128 value, int bit)
    {
        int at = bit >> 6;
        int shift = bit & 63;
        ulong carry = 0;
        for (int part = 0; at < sum.Length; part++, at++)
        {
            ulong addend = Part(value, shift, part);
            if (part > 2 && carry == 0)
            {
                return false;
            }

            ulong first = sum[at] + addend;
            ulong total = first + carry;
            carry = (first < addend ? 1UL : 0) | (total < first ? 1UL : 0);
            sum[at] = total;
        }

        return carry != 0;
    }

    /// <summary>Takes off a 128-bit value, shifted left by <paramref name="bit"/>, modulo the length of <paramref name="sum"/>.</summary>
    public static void Subtract(Span<ulong> sum, UInt128 value, int bit)
    {
        int at = bit >> 6;
        int shift = bit & 63;
        ulong borrow = 0;
        for (int part = 0; at < sum.Length; part++, at++)
        {
            ulong subtrahend = Part(value, shift, part);
            if (part > 2 && borrow == 0)
            {
                return;
            }

            ulong before = sum[at];
            ulong first = before - subtrahend;
            ulong total = first - borrow;
            borrow = (before < subtrahend ? 1UL : 0) | (first < borrow ? 1UL : 0);
            sum[at] = total;
        }
    }

    /// <summary>Adds number to number of one length, modulo that length.</summary>
    /// <returns>The carry out of the last limb.</returns>
    public static bool Add(Span<ulong> sum, ReadOnlySpan<ulong> value)
    {
        Debug.Assert(sum.Length == value.Length);
        ulong carry = 0;
        for (int i = 0; i < value.Length; i++)
        {
            ulong first = sum[i] + value[i];
            ulong total = first + carry;
            carry = (first < value[i] ? 1UL : 0) | (total < first ? 1UL : 0);
            sum[i] = total;
        }

        return carry != 0;
    }

    /// <summary>Takes a number off a longer or equally long one, modulo its length.</summary>
    public static void Subtract(Span<ulong> sum, ReadOnlySpan<ulong> value)
    {
        ulong borrow = 0;
        for (int i = 0; i < sum.Length; i++)
        {
            ulong subtrahend = i < value.Length ? value[i] : 0;
            ulong before = sum[i];
            ulong first = before - subtrahend;
            ulong total = first - borrow;
            borrow = (before < subtrahend ? 1UL : 0) | (first < borrow ? 1UL : 0);
            sum[i] = total;
        }
    }

    /// <summary>Makes a two's complement number its magnitude.</summary>
    /// <returns>Whether it was negative.</returns>
    public static bool Magnitude(Span<ulong> number)
    {
        if ((long)number[^1] >= 0)
        {
            return false;
        }

        ulong carry = 1;
        for (int i = 0; i < number.Length; i++)
        {
            number[i] = ~number[i] + carry;
            carry = carry != 0 && number[i] == 0 ? 1UL : 0;
        }

        return true;
    }

    /// <summary><paramref name="product"/> = a · b; what does not fit into it must be zero.</summary>
    public static void Multiply(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> product)
    {
        product.Clear();
        for (int i = 0; i < a.Length && i < product.Length; i++)
        {
            if (a[i] == 0)
            {
                continue;
            }

            ulong carry = 0;
            for (int k = i; k < product.Length; k++)
            {
                ulong factor = k - i < b.Length ? b[k - i] : 0;
                UInt128 term = ((UInt128)a[i] * factor) + product[k] + carry;
                product[k] = (ulong)term;
                carry = (ulong)(term >> 64);
            }
        }
    }

    public static int BitLength(ReadOnlySpan<ulong> number)
    {
        for (int i = number.Length - 1; i >= 0; i--)
        {
            if (number[i] != 0)
            {
                return (64 * i) + 64 - BitOperations.LeadingZeroCount(number[i]);
            }
        }

        return 0;
    }

    /// <summary>number · 2^<paramref name="exponent"/>, rounded once, halves to even; infinite beyond the range of doubles.</summary>
    public static double ToDouble(ReadOnlySpan<ulong> number, int exponent)
    {
        int length = BitLength(number);
        if (length == 0)
        {
            return 0;
        }

        bool sticky = Top(number, length, out ulong top);
        return Round(top, sticky, exponent + length - 64);
    }

    /// <summary>top · 2^<paramref name="exponent"/> and a bit more where <paramref name="sticky"/>, rounded once, halves to even.</summary>
    /// <param name="top">Its highest bit is set.</param>
    /// <param name="sticky">Something not zero lies below.</param>
    /// <param name="exponent">Of the lowest bit of <paramref name="top"/>.</param>
    public static double Round(ulong top, bool sticky, int exponent)
    {
        Debug.Assert((long)top < 0);
        int drop = Math.Max(11, -1074 - exponent);
        if (drop > 64)
        {
            return 0;
        }

        ulong kept = drop == 64 ? 0 : top >> drop;
        ulong half = 1UL << (drop - 1);
        ulong rest = top & ((half << 1) - 1);
        if (rest > half || (rest == half && (sticky || (kept & 1) != 0)))
        {
            kept++;
        }

        int biased = exponent + drop + 1074;
        if (biased > 2046)
        {
            return double.PositiveInfinity;
        }

        // The hidden bit of a normal number adds one to the exponent; a rounding that carries adds another; both are as wanted.
        ulong bits = ((ulong)biased << 52) + kept;
        return bits >= 0x7FF0_0000_0000_0000 ? double.PositiveInfinity : BitConverter.UInt64BitsToDouble(bits);
    }

    private static ulong Part(UInt128 value, int shift, int part) => part switch
    {
        0 => (ulong)value << shift,
        1 => (ulong)((value << shift) >> 64),
        2 => shift == 0 ? 0 : (ulong)(value >> 64) >> (64 - shift),
        _ => 0,
    };

    private static bool Top(ReadOnlySpan<ulong> number, int length, out ulong top)
    {
        bool sticky = Top(number, length, out top, out ulong low);
        return sticky | (low != 0);
    }

    /// <summary>The 128 highest bits, normalized; whether anything lies below them.</summary>
    internal static bool Top(ReadOnlySpan<ulong> number, int length, out ulong high, out ulong low)
    {
        int last = (length - 1) >> 6;
        int zeros = (64 * (last + 1)) - length;
        ulong a = number[last];
        ulong b = last >= 1 ? number[last - 1] : 0;
        ulong c = last >= 2 ? number[last - 2] : 0;
        bool sticky = false;
        for (int i = 0; i < last - 2; i++)
        {
            sticky |= number[i] != 0;
        }

        if (zeros == 0)
        {
            (high, low) = (a, b);
            return sticky | (c != 0);
        }

        high = (a << zeros) | (b >> (64 - zeros));
        low = (b << zeros) | (c >> (64 - zeros));
        return sticky | (c << zeros != 0);
    }
}
