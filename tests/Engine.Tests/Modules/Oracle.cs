using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace DataStream.Tests.Modules;

/// <summary>The outlier module for one key as its definition reads, in exact fractions.</summary>
internal sealed class Oracle(string method, string threshold, int window, int warmup, int resetAfter)
{
    private readonly Fraction _threshold = Fraction.Parse(threshold);
    private List<Fraction> _accepted = [];
    private List<bool> _judged = [];

    public Oracle Clone() => new(method, threshold, window, warmup, resetAfter) { _accepted = [.. _accepted], _judged = [.. _judged] };

    public bool IsOutlier(Fraction x)
    {
        if (_accepted.Count < warmup)
        {
            _accepted.Add(x);
            return false;
        }

        bool outlier = Side(x) != 0;
        _judged.Add(outlier);
        if (!outlier)
        {
            _accepted.Add(x);
        }
        else if (_judged.TakeLast(2 * resetAfter).Count(o => o) >= resetAfter)
        {
            _accepted.Clear();
            _judged.Clear();
        }

        return outlier;
    }

    public int Side(Fraction x)
    {
        List<Fraction> v = [.. _accepted.TakeLast(window).Order()];
        if (method == "zscore")
        {
            (Fraction mean, Fraction variance) = Moments(v);
            Fraction away = x - mean;
            return (away * away).CompareTo(_threshold * _threshold * variance) <= 0 ? 0 : away.CompareTo(default) > 0 ? 1 : -1;
        }

        (Fraction low, Fraction high) = Bounds(v);
        return x.CompareTo(high) > 0 ? 1 : x.CompareTo(low) < 0 ? -1 : 0;
    }

    public double Bound(Fraction x)
    {
        List<Fraction> v = [.. _accepted.TakeLast(window).Order()];
        int side = Side(x);
        if (method == "zscore")
        {
            (Fraction mean, Fraction variance) = Moments(v);
            return mean.ToDouble() + (side * _threshold.ToDouble() * Math.Sqrt(variance.ToDouble()));
        }

        return (side > 0 ? Bounds(v).High : Bounds(v).Low).ToDouble();
    }

    private (Fraction Low, Fraction High) Bounds(List<Fraction> v)
    {
        if (method == "mad")
        {
            Fraction median = Quantile(v, 1, 2);
            Fraction spread = _threshold * new Fraction(14826, 10000) * Quantile([.. v.Select(y => (y - median).Abs()).Order()], 1, 2);
            return (median - spread, median + spread);
        }

        Fraction q1 = Quantile(v, 1, 4);
        Fraction q3 = Quantile(v, 3, 4);
        return (q1 - (_threshold * (q3 - q1)), q3 + (_threshold * (q3 - q1)));
    }

    private static Fraction Quantile(List<Fraction> v, int numerator, int denominator)
    {
        int at = (v.Count - 1) * numerator / denominator;
        var part = new Fraction(((v.Count - 1) * numerator) - (at * denominator), denominator);
        return v[at] + (part * (v[Math.Min(at + 1, v.Count - 1)] - v[at]));
    }

    private static (Fraction Mean, Fraction Variance) Moments(List<Fraction> v)
    {
        Fraction mean = v.Aggregate((a, b) => a + b) * new Fraction(1, v.Count);
        return (mean, v.Select(y => (y - mean) * (y - mean)).Aggregate((a, b) => a + b) * new Fraction(1, v.Count - 1));
    }
}

/// <summary>A rational number; not reduced but by powers of two, which is enough for small oracles.</summary>
internal readonly struct Fraction(BigInteger numerator, BigInteger denominator) : IComparable<Fraction>
{
    private BigInteger Numerator { get; } = numerator;

    private BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    private readonly BigInteger _denominator = denominator;

    public static Fraction Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        exponent = Math.Max(exponent, 1) - 1075;
        mantissa = bits < 0 ? -mantissa : mantissa;
        return exponent < 0 ? new Fraction(mantissa, BigInteger.One << -exponent).Reduce() : new Fraction(mantissa << exponent, 1);
    }

    public static Fraction Parse(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? new Fraction(BigInteger.Parse(text, CultureInfo.InvariantCulture), 1)
            : new Fraction(BigInteger.Parse(text.Remove(point, 1), CultureInfo.InvariantCulture), BigInteger.Pow(10, text.Length - point - 1));
    }

    public static Fraction operator +(Fraction a, Fraction b) => a.Denominator == b.Denominator ? new Fraction(a.Numerator + b.Numerator, a.Denominator).Reduce() : new Fraction((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator).Reduce();

    public static Fraction operator -(Fraction a, Fraction b) => a + new Fraction(-b.Numerator, b.Denominator);

    public static Fraction operator *(Fraction a, Fraction b) => new Fraction(a.Numerator * b.Numerator, a.Denominator * b.Denominator).Reduce();

    public int CompareTo(Fraction other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public Fraction Abs() => new(BigInteger.Abs(Numerator), Denominator);

    /// <summary>Rounded once, half to even.</summary>
    public double ToDouble()
    {
        if (Numerator.IsZero)
        {
            return 0;
        }

        BigInteger magnitude = BigInteger.Abs(Numerator);
        int shift = 54 + (int)(Denominator.GetBitLength() - magnitude.GetBitLength());
        (BigInteger scaled, BigInteger divisor) = shift >= 0 ? (magnitude << shift, Denominator) : (magnitude, Denominator << -shift);
        BigInteger quotient = BigInteger.DivRem(scaled, divisor, out BigInteger rest);
        int extra = (int)quotient.GetBitLength() - 53;
        BigInteger half = BigInteger.One << (extra - 1);
        BigInteger low = quotient & ((BigInteger.One << extra) - 1);
        BigInteger kept = quotient >> extra;
        if (low > half || (low == half && (!rest.IsZero || !kept.IsEven)))
        {
            kept++;
        }

        return Math.ScaleB((double)kept, extra - shift) * Numerator.Sign;
    }

    private Fraction Reduce()
    {
        int twos = Numerator.IsZero ? 0 : (int)BigInteger.Min(BigInteger.TrailingZeroCount(Numerator), BigInteger.TrailingZeroCount(Denominator));
        return twos == 0 ? this : new Fraction(Numerator >> twos, Denominator >> twos);
    }
}
