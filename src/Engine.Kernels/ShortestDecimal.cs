using System;
using System.Numerics;

namespace DataStream.Kernels;

/// <summary>The shortest decimal that reads back to a double's bits, and of several the nearest.</summary>
/// <remarks>
/// Raffaello Giulietti, "The Schubfach way to render doubles" (2020): one 128-bit power of ten, three products, no loop. The powers are worked out
/// once per process.
/// </remarks>
internal static class ShortestDecimal
{
    internal const int LeastPower = -292;
    internal const int GreatestPower = 324;
    private const int HiddenBit = 52;
    private const int Bias = 1075;
    private const int Limbs = 18; // 10^324 takes 1,077 bits; and 10^-292 has 182 left of 1,152

    private static readonly ulong[] s_powers = Powers(); // high and low word of ⌈10^k · 2^r⌉, 128 bits, one after the other

    /// <summary>The digits and the power of ten that they are multiplied with; trailing zeros may remain.</summary>
    /// <param name="value">Finite, not zero; its sign is left alone.</param>
    public static (ulong Digits, int Exponent) Of(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        ulong fraction = bits & ((1UL << HiddenBit) - 1);
        int biased = (int)(bits >> HiddenBit) & 0x7FF;
        ulong c = biased == 0 ? fraction : fraction | (1UL << HiddenBit);
        int q = (biased == 0 ? 1 : biased) - Bias;
        if (q <= 0 && q > -53 && (c & ((1UL << -q) - 1)) == 0)
        {
            return (c >> -q, 0); // a whole number
        }

        // The interval of reals that round to the value, in quarters of its last place; closed where the value is even.
        bool isEven = (c & 1) == 0;
        bool lowerIsCloser = fraction == 0 && biased > 1;
        ulong lower = (4 * c) - 2 + (lowerIsCloser ? 1UL : 0);
        ulong middle = 4 * c;
        ulong upper = (4 * c) + 2;
        int k = ((q * 1262611) - (lowerIsCloser ? 524031 : 0)) >> 22; // ⌊log10⌋ of the interval's width
        int shift = q + ((-k * 1741647) >> 19) + 1;
        int at = 2 * (-k - LeastPower);
        (ulong high, ulong low) = (s_powers[at], s_powers[at + 1]);
        ulong least = RoundToOdd(high, low, lower << shift) + (isEven ? 0UL : 1);
        ulong exact = RoundToOdd(high, low, middle << shift);
        ulong greatest = RoundToOdd(high, low, upper << shift) - (isEven ? 0UL : 1);

        ulong s = exact / 4;
        if (s >= 10)
        {
            ulong tens = s / 10;
            bool downIn = least <= 40 * tens;
            bool upIn = (40 * tens) + 40 <= greatest;
            if (downIn != upIn)
            {
                return (tens + (upIn ? 1UL : 0), k + 1);
            }
        }

        bool below = least <= 4 * s;
        bool above = (4 * s) + 4 <= greatest;
        if (below != above)
        {
            return (s + (above ? 1UL : 0), k);
        }

        ulong half = (4 * s) + 2;
        bool roundsUp = exact > half || (exact == half && (s & 1) != 0);
        return (s + (roundsUp ? 1UL : 0), k);
    }

    /// <summary>The upper 64 bits of a 192-bit product, the last of them set where anything below is.</summary>
    private static ulong RoundToOdd(ulong high, ulong low, ulong factor)
    {
        ulong carry = Math.BigMul(low, factor, out _);
        ulong result = Math.BigMul(high, factor, out ulong below);
        below += carry;
        result += below < carry ? 1UL : 0;
        return result | (below > 1 ? 1UL : 0);
    }

    /// <summary>By single steps of long numbers, a fraction of a millisecond in all: big integers took a tenth of a program's start.</summary>
    internal static ulong[] Powers()
    {
        var powers = new ulong[2 * (GreatestPower - LeastPower + 1)];
        Span<ulong> number = stackalloc ulong[Limbs];
        number[0] = 1;
        for (int k = 0; k <= GreatestPower; k++)
        {
            Put(number, powers.AsSpan(2 * (k - LeastPower), 2), isExact: true);
            ulong carry = 0;
            foreach (ref ulong limb in number)
            {
                UInt128 product = ((UInt128)limb * 10) + carry;
                (limb, carry) = ((ulong)product, (ulong)(product >> 64));
            }
        }

        // A power of two, divided again and again: what is cut off each time is less than one, and so is what is cut off in all.
        number.Clear();
        number[^1] = 1UL << 63;
        for (int k = -1; k >= LeastPower; k--)
        {
            ulong rest = 0;
            for (int i = number.Length - 1; i >= 0; i--)
            {
                // In halves of a limb, so that the machine divides 64 bits.
                ulong upper = (rest << 32) | (number[i] >> 32);
                ulong lower = (upper % 10 << 32) | (uint)number[i];
                number[i] = (upper / 10 << 32) | (lower / 10);
                rest = lower % 10;
            }

            Put(number, powers.AsSpan(2 * (k - LeastPower), 2), isExact: false);
        }

        return powers;
    }

    /// <summary>The upper 128 bits of a number, one more where anything is below them or the number was cut off.</summary>
    private static void Put(ReadOnlySpan<ulong> number, Span<ulong> highAndLow, bool isExact)
    {
        int top = number.LastIndexOfAnyExcept(0UL);
        int shift = BitOperations.LeadingZeroCount(number[top]);
        ulong first = number[top];
        ulong second = top > 0 ? number[top - 1] : 0;
        ulong third = top > 1 ? number[top - 2] : 0;
        UInt128 upper = (new UInt128(first, second) << shift) | (shift == 0 ? 0 : third >> (64 - shift));
        bool isMore = !isExact || third << shift != 0 || (top > 2 && number[..(top - 2)].ContainsAnyExcept(0UL));
        upper += isMore ? UInt128.One : UInt128.Zero;
        (highAndLow[0], highAndLow[1]) = ((ulong)(upper >> 64), (ulong)upper);
    }
}
