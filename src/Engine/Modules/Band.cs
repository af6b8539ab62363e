using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DataStream.Modules;

/// <summary>
/// The bounds of an outlier judgement by <c>mad</c> or <c>iqr</c>, as sums of four window values with whole factors over one divisor.
/// Values are compared with them exactly: the formula's real numbers decide, not their roundings.
/// </summary>
internal struct Band<T> where T : unmanaged, INumber<T>
{
    private Four<T> _values;
    private Four<long> _low;
    private Four<long> _high;
    private long _divisor;

    /// <summary>median ± threshold · 1.4826 · MAD of sorted values.</summary>
    public static Band<T> OfDeviation(ReadOnlySpan<T> sorted, Threshold threshold)
    {
        int count = sorted.Length;
        T a = sorted[(count - 1) / 2];
        T b = sorted[count / 2];
        int near = (count + 1) / 2;
        int start = Nearest(sorted, a, b, near);
        int end = start + near - 1;

        // The values whose deviations are the middle ones: the farther end of the nearest ones, and for an even count the next.
        bool firstBelow = Compare(a, b, sorted[start], sorted[end]) >= 0;
        T first = firstBelow ? sorted[start] : sorted[end];
        T second = first;
        bool secondBelow = firstBelow;
        if (count % 2 == 0)
        {
            secondBelow = end + 1 == count || (start > 0 && Compare(a, b, sorted[start - 1], sorted[end + 1]) <= 0);
            second = secondBelow ? sorted[start - 1] : sorted[end + 1];
        }

        // With t = p/q, 1.4826 = 7413/5000 and deviations ±(2v − a − b)/2, all times 20,000·q is whole.
        long middle = 10_000 * threshold.Divisor;
        long spread = 7413 * threshold.Dividend;
        long spread1 = firstBelow ? -spread : spread;
        long spread2 = secondBelow ? -spread : spread;
        var band = new Band<T> { _divisor = 2 * middle };
        ((ReadOnlySpan<T>)[a, b, first, second]).CopyTo(band._values);
        ((ReadOnlySpan<long>)[middle - spread1 - spread2, middle - spread1 - spread2, 2 * spread1, 2 * spread2]).CopyTo(band._high);
        ((ReadOnlySpan<long>)[middle + spread1 + spread2, middle + spread1 + spread2, -2 * spread1, -2 * spread2]).CopyTo(band._low);
        return band;
    }

    /// <summary>q1 − threshold · IQR and q3 + threshold · IQR of sorted values, quartiles by linear interpolation (type 7).</summary>
    public static Band<T> OfQuartiles(ReadOnlySpan<T> sorted, Threshold threshold)
    {
        int last = sorted.Length - 1;
        int first = last / 4;
        int third = (int)(3L * last / 4);
        long rest1 = last % 4;
        long rest3 = 3L * last % 4;

        // 4·q1 = (4 − rest)·v[i] + rest·v[i + 1]; with t = p/q the high bound times 4·q is (p + q)·4·q3 − p·4·q1.
        long p = threshold.Dividend;
        long pq = p + threshold.Divisor;
        var band = new Band<T> { _divisor = 4 * threshold.Divisor };
        ((ReadOnlySpan<T>)[sorted[first], sorted[Math.Min(first + 1, last)], sorted[third], sorted[Math.Min(third + 1, last)]]).CopyTo(band._values);
        ((ReadOnlySpan<long>)[-p * (4 - rest1), -p * rest1, pq * (4 - rest3), pq * rest3]).CopyTo(band._high);
        ((ReadOnlySpan<long>)[pq * (4 - rest1), pq * rest1, -p * (4 - rest3), -p * rest3]).CopyTo(band._low);
        return band;
    }

    /// <summary>1 above the high bound, −1 below the low one, 0 between them or on one.</summary>
    public readonly int Side(T value)
    {
        if (value == _values[0] && value == _values[1] && value == _values[2] && value == _values[3])
        {
            return 0; // no spread, and the value is where all are: common, and not worth exact arithmetic
        }

        ReadOnlySpan<T> values = [_values[0], _values[1], _values[2], _values[3], value];
        if (LinearForm.Sign(values, [_high[0], _high[1], _high[2], _high[3], -_divisor]) < 0)
        {
            return 1;
        }

        return LinearForm.Sign(values, [_low[0], _low[1], _low[2], _low[3], -_divisor]) > 0 ? -1 : 0;
    }

    /// <summary>The bound on a side: a double rounded once, a whole number cut toward the inside.</summary>
    public readonly T Bound(int side) => side > 0
        ? LinearForm.Quotient<T>(_values, _high, _divisor, upward: false)
        : LinearForm.Quotient<T>(_values, _low, _divisor, upward: true);

    /// <summary>Where the <paramref name="near"/> values nearest to the median begin: they are neighbours. The median is (a + b) / 2.</summary>
    private static int Nearest(ReadOnlySpan<T> sorted, T a, T b, int near)
    {
        int low = 0;
        int high = sorted.Length - near;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Compare(a, b, sorted[middle], sorted[middle + near]) > 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Compares a + b with c + d, exactly.</summary>
    private static int Compare(T a, T b, T c, T d)
    {
        if (typeof(T) == typeof(long))
        {
            return (Int128.CreateTruncating(a) + Int128.CreateTruncating(b)).CompareTo(Int128.CreateTruncating(c) + Int128.CreateTruncating(d));
        }

        T left = a + b;
        T right = c + d;
        if (!T.IsFinite(left) || !T.IsFinite(right))
        {
            return LinearForm.Sign([a, b, c, d], LinearForm.Difference);
        }

        return left != right ? left.CompareTo(right) : Lost(a, b, left).CompareTo(Lost(c, d, right));
    }

    /// <summary>What a sum lost by rounding: itself a double (TwoSum: Møller 1965, Knuth).</summary>
    private static T Lost(T a, T b, T sum)
    {
        T second = sum - a;
        return (a - (sum - second)) + (b - second);
    }
}

/// <summary>Four items in place.</summary>
[InlineArray(4)]
internal struct Four<T>
{
    private T _first;
}
