using System;

namespace DataStream.Kernels;

/// <summary>Rounds to a number of digits, halves to even, judged by the exact value.</summary>
public static class Rounding
{
    /// <summary>Powers of ten up to this one are doubles.</summary>
    public const int MaxDigits = 22;

    private const double WholeFrom = 4503599627370496; // 2^52: doubles from here on are whole

    private static readonly double[] s_powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Rounds a double to digits behind the point, before it where negative: −22 to 22.</summary>
    public static double ToDigits(double value, int digits)
    {
        double power = s_powers[Math.Abs(digits)];
        double scaled = digits >= 0 ? value * power : value / power;
        double size = Math.Abs(scaled);
        if (size >= 2 * WholeFrom || !double.IsFinite(scaled))
        {
            // Half a unit of the last digit is less than half the distance to the next double.
            return value;
        }

        double whole = size >= WholeFrom ? scaled : Math.Round(scaled, MidpointRounding.ToEven);
        if (Math.Abs(scaled - whole) == 0.5)
        {
            // Perhaps only the scaling made it a tie: the part that it rounded away decides.
            double rest = digits >= 0 ? Math.FusedMultiplyAdd(value, power, -scaled) : Math.FusedMultiplyAdd(-scaled, power, value);
            whole = rest > 0 ? Math.Ceiling(scaled) : rest < 0 ? Math.Floor(scaled) : whole;
        }

        double result = digits >= 0 ? whole / power : whole * power;
        return result == 0 ? Math.CopySign(0, value) : result;
    }

    /// <summary>Rounds the last <paramref name="places"/> decimal digits of a whole number to zeros; false where the result is no int64.</summary>
    public static bool TryToPlaces(long value, int places, out long result)
    {
        result = 0;
        if (places > 19)
        {
            return true; // less than half of 10^20: zero
        }

        // 10^19 does not fit an int64, but its half does: the few values beyond it go up to 10^19, which does not.
        UInt128 unit = (UInt128)ExactNumbers.PowerOfTen(Math.Min(places, 18)) * (places == 19 ? 10u : 1u);
        UInt128 size = (UInt128)(value < 0 ? -(Int128)value : value);
        (UInt128 units, UInt128 rest) = UInt128.DivRem(size, unit);
        bool isUp = rest * 2 > unit || (rest * 2 == unit && UInt128.IsOddInteger(units));
        Int128 rounded = (Int128)((units + (isUp ? 1u : 0u)) * unit);
        rounded = value < 0 ? -rounded : rounded;
        result = unchecked((long)rounded);
        return rounded == result;
    }
}
