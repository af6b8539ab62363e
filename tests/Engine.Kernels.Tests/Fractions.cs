using System;
using System.Numerics;

namespace DataStream.Tests;

/// <summary>Fractions of whole numbers of any size as the nearest double: the oracle of everything that is exact.</summary>
internal static class Fractions
{
    /// <summary>n / d, halves to even.</summary>
    public static double Round(BigInteger n, BigInteger d)
    {
        if (n.Sign < 0)
        {
            return -Round(-n, d);
        }

        if (n.IsZero)
        {
            return 0;
        }

        for (long e = Math.Max(-1074, n.GetBitLength() - d.GetBitLength() - 53); ; e++)
        {
            BigInteger divisor = e >= 0 ? d << (int)e : d;
            BigInteger q = BigInteger.DivRem(e >= 0 ? n : n << (int)-e, divisor, out BigInteger rest);
            if (q >= BigInteger.One << 53)
            {
                continue;
            }

            int half = (rest * 2).CompareTo(divisor);
            q += half > 0 || (half == 0 && !q.IsEven) ? 1 : 0;
            return Math.ScaleB((double)q, (int)Math.Min(e, 5000));
        }
    }

    /// <summary>A double in units of 2^-1074.</summary>
    public static BigInteger Units(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger m = bits & 0xF_FFFF_FFFF_FFFF;
        m = exponent == 0 ? m : (m + (1L << 52)) << (exponent - 1);
        return bits < 0 ? -m : m;
    }

    /// <summary>Doubles of every kind: any bits, near ones, cancelling ones, the smallest and the greatest.</summary>
    public static double Hostile(Random random)
    {
        double value;
        do
        {
            value = random.Next(8) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => 1e308 * (random.Next(2) - 0.5) * 2,
                2 => double.Epsilon * random.Next(5),
                3 => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-60, 60)),
                4 => 1e16 * random.Next(-2, 3),
                5 => random.Next(-5, 6),
                6 => Math.Round(random.NextDouble() * 1000, 2),
                _ => 4294967296.0 + random.NextDouble(),
            };
        }
        while (!double.IsFinite(value));
        return value;
    }
}
