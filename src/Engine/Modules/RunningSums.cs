using System;
using System.Numerics;

namespace DataStream.Modules;

/// <summary>
/// Sums of a window's distances from a pivot and of their squares in plain doubles, with a bound on their error: they settle nearly every
/// z-score; those they cannot are decided by <see cref="ZScore"/> from the window's values. Either way the answer is the exact one.
/// </summary>
internal struct RunningSums<T> where T : unmanaged, INumber<T>
{
    private const double Unit = 1.0 / (1L << 53);
    private const double Smallest = 1e-200; // below it products lose bits that the bounds do not count

    private T _pivot;
    private double _sum;
    private double _squares;
    private double _largest; // distance since the pivot was chosen
    private int _changes;    // values added or removed since then

    /// <summary>Starts anew from a window's values; the first one becomes the pivot.</summary>
    public void Reset(ReadOnlySpan<T> window, int oldest)
    {
        this = default;
        if (window.Length > 0)
        {
            _pivot = window[oldest];
        }

        foreach (T value in window)
        {
            Add(value);
        }

        _changes = 0;
    }

    /// <summary>How many values were added since the sums began.</summary>
    public readonly int Changes => _changes;

    public void Add(T value)
    {
        double distance = Distance(value);
        _sum += distance;
        _squares += distance * distance;
        _largest = Math.Max(_largest, Math.Abs(distance)); // NaN and Infinity stay: then nothing settles
        _changes++;
    }

    public void Remove(T value)
    {
        double distance = Distance(value);
        _sum -= distance;
        _squares -= distance * distance;
    }

    /// <summary>Whether the value is outside the band of a window of <paramref name="count"/> values, or null where rounding could matter.</summary>
    public readonly bool? IsOutside(T value, int count, Threshold threshold)
    {
        if (_largest == 0)
        {
            return value != _pivot; // no spread
        }

        double n = count;
        double operations = (2.0 * (_changes + count)) + 8;
        double sumError = operations * (n + 1) * Unit * _largest;
        double squaresError = sumError * _largest * 2;

        double away = Distance(value);
        double distance = (n * away) - _sum;
        double distanceError = sumError + (8 * Unit * ((n * Math.Abs(away)) + Math.Abs(_sum)));
        double left = (n - 1) * distance * distance;
        double leftError = ((n - 1) * distanceError * ((2 * Math.Abs(distance)) + distanceError)) + (8 * Unit * left);

        double spread = (n * _squares) - (_sum * _sum);
        double spreadError = (n * squaresError) + (sumError * ((2 * Math.Abs(_sum)) + sumError)) + (8 * Unit * ((n * Math.Abs(_squares)) + (_sum * _sum)));
        double factor = threshold.Value * threshold.Value * n;
        double right = factor * spread;
        double rightError = (factor * spreadError) + (16 * Unit * Math.Abs(right));

        double difference = left - right;
        double error = 2 * (leftError + rightError);
        return Math.Abs(difference) > error && Math.Abs(difference) > Smallest && Math.Abs(left) + Math.Abs(right) + error < double.MaxValue
            ? difference > 0
            : null;
    }

    /// <summary>value − pivot, rounded once, also between the extremes of a long.</summary>
    private readonly double Distance(T value)
    {
        if (typeof(T) == typeof(long))
        {
            long left = long.CreateTruncating(value);
            long right = long.CreateTruncating(_pivot);
            long difference = unchecked(left - right);
            return ((left ^ right) & (left ^ difference)) < 0 ? (double)((Int128)left - right) : difference;
        }

        return double.CreateTruncating(value - _pivot);
    }
}
