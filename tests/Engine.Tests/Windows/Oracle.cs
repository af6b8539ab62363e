using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;

namespace DataStream.Tests.Windows;

/// <summary>What windows and aggregates should give, in plain LINQ and whole numbers of any size.</summary>
public static class Oracle
{
    private static readonly BigInteger s_unit = BigInteger.One << 1074; // doubles are whole numbers of 2^-1074

    /// <summary>n / d as the nearest double, halves to even.</summary>
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
            if (half > 0 || (half == 0 && !q.IsEven))
            {
                q++;
            }

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

    public static double Sum(IEnumerable<double> values) => Round(values.Aggregate(BigInteger.Zero, (s, x) => s + Units(x)), s_unit);

    public static double? Variance(IReadOnlyCollection<double> values) => Variance(values.Select(Units).ToList(), s_unit);

    /// <summary>Of numbers given in units of 1/<paramref name="unit"/>.</summary>
    public static double? Variance(IReadOnlyCollection<BigInteger> values, BigInteger unit)
    {
        BigInteger n = values.Count;
        if (n < 2)
        {
            return null;
        }

        BigInteger sum = values.Aggregate(BigInteger.Zero, (s, x) => s + x);
        BigInteger squares = values.Aggregate(BigInteger.Zero, (s, x) => s + (x * x));
        return Round((n * squares) - (sum * sum), n * (n - 1) * unit * unit);
    }

    public static double? Quantile(IEnumerable<double> values, double p)
    {
        List<double> sorted = [.. values.Order(Comparer<double>.Create((a, b) => a != b ? a.CompareTo(b) : double.IsNegative(b).CompareTo(double.IsNegative(a))))];
        if (sorted.Count == 0)
        {
            return null;
        }

        double h = (sorted.Count - 1) * p;
        int i = (int)h;
        double f = h - i;
        double high = f == 0 ? sorted[i] : sorted[i + 1];
        return sorted[i] == high ? sorted[i] : double.IsFinite(high - sorted[i]) ? sorted[i] + ((high - sorted[i]) * f) : (sorted[i] * (1 - f)) + (high * f);
    }

    /// <summary>The value of an aggregate as written in the tests' configurations.</summary>
    public static object? Aggregate(string text, IReadOnlyList<Event> events, bool hasEventTime)
    {
        string function = text[..text.IndexOf('(')];
        string[] arguments = text[(text.IndexOf('(') + 1)..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (arguments.Length == 0)
        {
            return (long)events.Count;
        }

        string column = arguments[0];
        List<Event> present = [.. events.Where(e => Get(e, column) is not null)];
        List<object> values = [.. present.Select(e => Get(e, column)!)];
        IEnumerable<Event> timed = hasEventTime ? present.OrderBy(e => e.Time).ThenBy(e => e.Arrival) : present.OrderBy(e => e.Arrival);
        return function switch
        {
            "count" => (long)values.Count,
            "count_distinct" => (long)values.Select(v => v is double d ? d + 0.0 : v).Distinct().Count(),
            _ when values.Count == 0 => null,
            "min" => values.Order(ByValue).First(),
            "max" => values.Order(ByValue).Last(),
            "first" => Get(timed.First(), column),
            "last" => Get(timed.Last(), column),
            "sum" => column == "v" ? Finite(Sum(values.Cast<double>())) : (object?)Long(Total(values)),
            "mean" => column == "v" ? Finite(Sum(values.Cast<double>()) / values.Count) : Round(Total(values), Unit(column)) / values.Count,
            "variance" => Spread(column, values),
            "stddev" => Spread(column, values) is { } variance ? Math.Sqrt(variance) : null,
            "quantile" => Quantile(values.Select(v => v is double d ? d : Round((long)v, Unit(column))), double.Parse(arguments[1], System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException(text),
        };
    }

    public static Comparer<object> ByValue { get; } = Comparer<object>.Create((a, b) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        (double x, double y) => x != y ? x.CompareTo(y) : double.IsNegative(y).CompareTo(double.IsNegative(x)),
        _ => Comparer<object>.Default.Compare(a, b),
    });

    public static object? Get(Event e, string column) => column switch
    {
        "t" => e.Time,
        "k" => e.Key,
        "n" => e.Number,
        "v" => e.Value,
        "c" => e.Cents,
        "b" => e.Flag,
        _ => e.Name,
    };

    private static BigInteger Unit(string column) => column == "c" ? 100 : 1;

    private static BigInteger Total(List<object> values) => values.Aggregate(BigInteger.Zero, (s, x) => s + (long)x);

    private static long? Long(BigInteger sum) => sum >= long.MinValue && sum <= long.MaxValue ? (long)sum : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double? Spread(string column, List<object> values)
    {
        double? variance = column == "v" ? Variance([.. values.Cast<double>()]) : Variance([.. values.Select(v => (BigInteger)(long)v)], Unit(column));
        return variance is { } v && !double.IsFinite(v) ? null : variance;
    }
}
