using System;
using System.Numerics;

namespace DataStream.Modules;

/// <summary>A column's value as a whole number times a power of two: what exact arithmetic starts from.</summary>
/// <param name="Magnitude">Below 2^64.</param>
/// <param name="Exponent">0 for a whole number; −1074 to 971 for a double.</param>
/// <param name="IsNegative">The sign.</param>
internal readonly record struct ExactValue(ulong Magnitude, int Exponent, bool IsNegative)
{
    /// <summary>A finite double, or a long (of a decimal column: scaled).</summary>
    public static ExactValue Of<T>(T value) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(long))
        {
            long whole = long.CreateTruncating(value);
            return new ExactValue(whole < 0 ? 0UL - (ulong)whole : (ulong)whole, 0, whole < 0);
        }

        long bits = BitConverter.DoubleToInt64Bits(double.CreateTruncating(value));
        int exponent = (int)(bits >> 52) & 0x7FF;
        ulong fraction = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        return exponent == 0
            ? new ExactValue(fraction, -1074, bits < 0)
            : new ExactValue(fraction | (1UL << 52), exponent - 1075, bits < 0);
    }

    /// <summary>The lowest and highest exponent of the values that are not 0; false when all are.</summary>
    public static bool TryRange<T>(ReadOnlySpan<T> values, ref int lowest, ref int highest) where T : unmanaged, INumber<T>
    {
        foreach (T value in values)
        {
            ExactValue exact = Of(value);
            if (exact.Magnitude != 0)
            {
                lowest = Math.Min(lowest, exact.Exponent);
                highest = Math.Max(highest, exact.Exponent);
            }
        }

        return lowest <= highest;
    }
}
