using System;
using System.Numerics;

namespace DataStream.Modules;

/// <summary>|x − mean| &gt; threshold · stddev (sample) of a window, exact: (n − 1)·(n·x − S₁)² &gt; threshold²·n·(n·S₂ − S₁²) in whole numbers.</summary>
internal static class ZScore
{
    // A double's exponents differ by up to 2,045; 64 bits of a value, 17 of a count, a sign; two words to divide. A square takes
    // twice that, and four words for the factors.
    private const int MostWords = 36;
    private const int MostSquareWords = (2 * MostWords) + 4;

    /// <summary>1 above the band, −1 below it, 0 inside.</summary>
    public static int Side<T>(ReadOnlySpan<T> window, T value, Threshold threshold) where T : unmanaged, INumber<T>
    {
        int lowest = int.MaxValue;
        int highest = int.MinValue;
        ExactValue.TryRange([value], ref lowest, ref highest);
        if (!ExactValue.TryRange(window, ref lowest, ref highest))
        {
            return 0;
        }

        int size = Size(lowest, highest);
        var sum = new WideInteger((stackalloc ulong[MostWords])[..size]);
        var spread = new WideInteger((stackalloc ulong[MostSquareWords])[..((2 * size) + 4)]);
        Sums(window, lowest, sum, spread);

        // n·x − S₁
        var distance = new WideInteger((stackalloc ulong[MostWords])[..size]);
        ExactValue x = ExactValue.Of(value);
        distance.Add((UInt128)x.Magnitude * (ulong)window.Length, x.Magnitude == 0 ? 0 : x.Exponent - lowest, x.IsNegative);
        distance.Subtract(sum);
        bool below = distance.IsNegative;
        if (below)
        {
            distance.Negate();
        }

        var left = new WideInteger((stackalloc ulong[MostSquareWords])[..((2 * size) + 4)]);
        left.SetSquare(distance);
        left.Multiply((ulong)window.Length - 1);
        left.Multiply((ulong)threshold.Divisor);
        left.Multiply((ulong)threshold.Divisor);
        spread.Multiply((ulong)window.Length);
        spread.Multiply((ulong)threshold.Dividend);
        spread.Multiply((ulong)threshold.Dividend);
        return left.CompareTo(spread) <= 0 ? 0 : below ? -1 : 1;
    }

    /// <summary>mean ± threshold · stddev in doubles, from a mean that is rounded once and the root of a variance that is rounded once.</summary>
    public static double Bound<T>(ReadOnlySpan<T> window, int side, Threshold threshold) where T : unmanaged, INumber<T>
    {
        int lowest = int.MaxValue;
        int highest = int.MinValue;
        if (!ExactValue.TryRange(window, ref lowest, ref highest))
        {
            return 0;
        }

        int size = Size(lowest, highest);
        var sum = new WideInteger((stackalloc ulong[MostWords])[..size]);
        var spread = new WideInteger((stackalloc ulong[MostSquareWords])[..((2 * size) + 4)]);
        Sums(window, lowest, sum, spread);
        bool negative = sum.IsNegative;
        if (negative)
        {
            sum.Negate();
        }

        (double significand, int exponent) = sum.Quotient((ulong)window.Length);
        double mean = Math.ScaleB(negative ? -significand : significand, exponent + lowest);
        (significand, exponent) = spread.Quotient((ulong)window.Length * ((ulong)window.Length - 1));
        if ((exponent & 1) != 0)
        {
            significand *= 2;
            exponent--;
        }

        double deviation = Math.ScaleB(Math.Sqrt(significand), (exponent / 2) + lowest);
        return mean + (side * threshold.Value * deviation);
    }

    /// <summary>Words for n·x and S₁ with their signs, and two to divide.</summary>
    private static int Size(int lowest, int highest) => ((highest - lowest + 64 + 17 + 1) / 64) + 3;

    /// <summary>S₁, and n·S₂ − S₁², in units of 2^lowest and its square.</summary>
    private static void Sums<T>(ReadOnlySpan<T> window, int lowest, WideInteger sum, WideInteger spread) where T : unmanaged, INumber<T>
    {
        foreach (T item in window)
        {
            ExactValue value = ExactValue.Of(item);
            if (value.Magnitude != 0)
            {
                int shift = value.Exponent - lowest;
                sum.Add(value.Magnitude, shift, value.IsNegative);
                spread.Add((UInt128)value.Magnitude * value.Magnitude, 2 * shift, negative: false);
            }
        }

        spread.Multiply((ulong)window.Length);
        Span<ulong> magnitudeWords = stackalloc ulong[MostWords];
        var magnitude = new WideInteger(magnitudeWords);
        magnitude.Subtract(sum);
        if (magnitude.IsNegative)
        {
            magnitude.Negate();
        }

        Span<ulong> squareWords = stackalloc ulong[2 * MostWords];
        var square = new WideInteger(squareWords);
        square.SetSquare(magnitude);
        spread.Subtract(square);
    }
}
