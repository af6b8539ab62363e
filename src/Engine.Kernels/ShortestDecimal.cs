using System;
using System.Numerics;

namespace DataStream.Kernels;

/// <summary>The shortest decimal that reads back to a double's bits, and of several the nearest.</summary>
/// <remarks>
/// Raffaello Giulietti, "The Schubfach way to render doubles" (2020): one 128-bit power of ten, three products, no loop. The powers are worked out
/// once per process with big integers.
/// </remarks>
internal static class ShortestDecimal
{
    private const int LeastPower = -292;
    private const int GreatestPower = 324;
    private const int HiddenBit = 52;
    private const int Bias = 1075;

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

    private static ulong[] Powers()
    {
        var powers = new ulong[2 * (GreatestPower - LeastPower + 1)];
        for (int k = LeastPower; k <= GreatestPower; k++)
        {
            BigInteger ten = BigInteger.Pow(10, Math.Abs(k));
            BigInteger scaled;
            if (k >= 0)
            {
                int excess = (int)ten.GetBitLength() - 128;
                scaled = excess > 0 ? -(-ten >> excess) : ten << -excess; // shifting a negative number rounds away: the ceiling
            }
            else
            {
                int bits = (int)ten.GetBitLength() + 127;
                scaled = ((BigInteger.One << bits) + ten - 1) / ten;
            }

            int at = 2 * (k - LeastPower);
            powers[at] = (ulong)(scaled >> 64);
            powers[at + 1] = (ulong)(scaled & ulong.MaxValue);
        }

        return powers;
    }
}
