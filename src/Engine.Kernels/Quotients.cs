using System;
using System.Numerics;

namespace DataStream.Kernels;

/// <summary>Whole numbers and decimals as doubles, rounded once.</summary>
public static class Quotients
{
    /// <summary>value / 10^<paramref name="scale"/>, the nearest double, halves to even.</summary>
    public static double ToDouble(Int128 value, int scale)
    {
        UInt128 magnitude = (UInt128)(value < 0 ? -value : value);
        if (magnitude == 0)
        {
            return 0;
        }

        double result;
        if (magnitude <= 1UL << 53)
        {
            // Both are exact in a double, so one division rounds once.
            result = (double)(ulong)magnitude / PowerOfTen(scale);
        }
        else
        {
            Span<ulong> numerator = [(ulong)magnitude, (ulong)(magnitude >> 64)];
            result = scale == 0 ? Limbs.ToDouble(numerator, 0) : LimbDivision.Divide(numerator, PowerOfTen(scale), 0);
        }

        return value < 0 ? -result : result;
    }

    /// <summary>10^<paramref name="scale"/>, for scales up to 18.</summary>
    public static ulong PowerOfTen(int scale)
    {
        ulong power = 1;
        for (int i = 0; i < scale; i++)
        {
            power *= 10;
        }

        return power;
    }
}
