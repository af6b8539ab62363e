using System;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;

namespace DataStream.Tests.Expressions;

/// <summary>Makes random expressions of a wanted type, each with the function that says what it means.</summary>
internal sealed class OracleMaker(Random random)
{
    public Oracle Any(int depth) => random.Next(6) switch
    {
        0 => Int64(depth),
        1 => Float64(depth),
        2 => Decimal(depth),
        3 => Text(depth),
        4 => Time(depth),
        _ => Bool(depth),
    };

    public Oracle Bool(int depth) => depth <= 0 ? Leaf(("p", 6), ("q", 7)) : random.Next(12) switch
    {
        0 => Both(Bool(depth - 1), Bool(depth - 1)),
        1 => Either(Bool(depth - 1), Bool(depth - 1)),
        2 => Not(Bool(depth - 1)),
        3 => IsNull(Any(depth - 1)),
        4 => If(Bool(depth - 1), Bool(depth - 1), Bool(depth - 1)),
        5 => Coalesce(Bool(depth - 1), Bool(depth - 1)),
        6 => Between(Number(depth - 1), Number(depth - 1), Number(depth - 1)),
        7 => In(Number(depth - 1), Number(depth - 1), Number(0), Number(depth - 1)),
        8 => Compare(Text(depth - 1), Text(depth - 1)),
        9 => Compare(Time(depth - 1), Time(depth - 1)),
        10 => Contains(Text(depth - 1), Text(0)),
        _ => Compare(Number(depth - 1), Number(depth - 1)),
    };

    public Oracle Number(int depth) => random.Next(3) switch
    {
        0 => Int64(depth),
        1 => Float64(depth),
        _ => Decimal(depth),
    };

    public Oracle Int64(int depth) => depth <= 0 ? (random.Next(3) == 0 ? Literal(random.NextInt64(-3, 9)) : Leaf(("i", 0), ("j", 1))) : random.Next(9) switch
    {
        0 => Strict("({0} + {1})", static (a, b) => checked((long)a + (long)b), Int64(depth - 1), Int64(depth - 1)),
        1 => Strict("({0} - {1})", static (a, b) => checked((long)a - (long)b), Int64(depth - 1), Int64(depth - 1)),
        2 => Strict("({0} * {1})", static (a, b) => checked((long)a * (long)b), Int64(depth - 1), Int64(depth - 1)),
        3 => Strict("({0} % {1})", static (a, b) => Remainder((long)a, (long)b), Int64(depth - 1), Int64(depth - 1)),
        4 => Strict("(- {0})", static a => checked(-(long)a), Int64(depth - 1)),
        5 => If(Bool(depth - 1), Int64(depth - 1), Int64(depth - 1)),
        6 => Coalesce(Int64(depth - 1), Int64(depth - 1)),
        7 => Strict("length({0})", static a => (long)((string)a).EnumerateRunes().Count(), Text(depth - 1)),
        _ => Strict("int64({0})", static a => Cut((double)a), Float64(depth - 1)),
    };

    public Oracle Float64(int depth) => depth <= 0 ? (random.Next(3) == 0 ? Literal(random.Next(-20, 20) / 4.0) : Leaf(("f", 2), ("g", 3))) : random.Next(10) switch
    {
        0 => Float("({0} + {1})", static (a, b) => a + b, Mixed(depth - 1), Float64(depth - 1)),
        1 => Float("({0} - {1})", static (a, b) => a - b, Float64(depth - 1), Mixed(depth - 1)),
        2 => Float("({0} * {1})", static (a, b) => a * b, Mixed(depth - 1), Float64(depth - 1)),
        3 => Float("({0} / {1})", static (a, b) => a / b, Mixed(depth - 1), Mixed(depth - 1)),
        4 => Float("({0} % {1})", static (a, b) => a % b, Float64(depth - 1), Float64(depth - 1)),
        5 => Strict("sqrt({0})", static a => Finite(Math.Sqrt(Double(a))), Mixed(depth - 1)),
        6 => Strict("round({0})", static a => Math.Round((double)a), Float64(depth - 1)),
        7 => Strict("abs({0})", static a => Math.Abs((double)a), Float64(depth - 1)),
        8 => If(Bool(depth - 1), Float64(depth - 1), Float64(depth - 1)),
        _ => Strict("least({0}, {1})", static (a, b) => Double(b) < (double)a ? Double(b) : a, Float64(depth - 1), Int64(depth - 1)),
    };

    public Oracle Decimal(int depth) => depth <= 0 ? Leaf(("d", 4), ("e", 5)) : random.Next(5) switch
    {
        0 => Strict("({0} + {1})", static (a, b) => Scaled((decimal)a + (decimal)b), Decimal(depth - 1), Decimal(depth - 1)),
        1 => Strict("({0} - {1})", static (a, b) => Scaled((decimal)a - (decimal)b), Decimal(depth - 1), Decimal(depth - 1)),
        2 => Strict("({0} % {1})", static (a, b) => (decimal)b == 0 ? throw new OverflowException() : (decimal)a % (decimal)b, Decimal(depth - 1), Decimal(depth - 1)),
        3 => Coalesce(Decimal(depth - 1), Decimal(depth - 1)),
        _ => Strict("greatest({0}, {1})", static (a, b) => (decimal)b > (decimal)a ? b : a, Decimal(depth - 1), Decimal(depth - 1)),
    };

    public Oracle Text(int depth) => depth <= 0 ? (random.Next(3) == 0 ? new Oracle("'a''é'", static _ => "a'é") : Leaf(("t", 8), ("u", 9))) : random.Next(6) switch
    {
        0 => Strict("lower({0})", static a => ((string)a).ToLowerInvariant(), Text(depth - 1)),
        1 => Strict("upper({0})", static a => ((string)a).ToUpperInvariant(), Text(depth - 1)),
        2 => Strict("trim({0})", static a => ((string)a).Trim(' '), Text(depth - 1)),
        3 => Strict("concat({0}, {1})", static (a, b) => (string)a + (string)b, Text(depth - 1), Text(depth - 1)),
        4 => Strict("text({0})", static a => ((long)a).ToString(CultureInfo.InvariantCulture), Int64(depth - 1)),
        _ => If(Bool(depth - 1), Text(depth - 1), Text(depth - 1)),
    };

    public Oracle Time(int depth) => depth <= 0 ? Leaf(("at", 10), ("bt", 11)) : random.Next(4) switch
    {
        0 => Strict("({0} + 90m)", static a => ((DateTime)a).AddMinutes(90), Time(depth - 1)),
        1 => Strict("truncate({0}, 1h)", static a => Hour((DateTime)a), Time(depth - 1)),
        2 => Strict("({0} - ({1} - {0}))", static (a, b) => (DateTime)a - ((DateTime)b - (DateTime)a), Time(depth - 1), Time(depth - 1)),
        _ => Coalesce(Time(depth - 1), Time(depth - 1)),
    };

    public static Oracle Both(Oracle a, Oracle b) => new($"({a.Text} and {b.Text})", row =>
    {
        object? left = a.Value(row);
        if (left is false)
        {
            return false;
        }

        object? right = b.Value(row);
        return right is false ? false : left is null || right is null ? null : true;
    });

    private static Oracle Either(Oracle a, Oracle b) => new($"({a.Text} or {b.Text})", row =>
    {
        object? left = a.Value(row);
        if (left is true)
        {
            return true;
        }

        object? right = b.Value(row);
        return right is true ? true : left is null || right is null ? null : false;
    });

    private static Oracle Not(Oracle a) => Strict("(not {0})", static x => !(bool)x, a);

    private Oracle IsNull(Oracle a) => random.Next(2) == 0 ? new($"({a.Text} is null)", row => a.Value(row) is null) : new($"({a.Text} is not null)", row => a.Value(row) is not null);

    private static Oracle If(Oracle c, Oracle a, Oracle b) => new($"if({c.Text}, {a.Text}, {b.Text})", row => c.Value(row) is true ? a.Value(row) : b.Value(row));

    private static Oracle Coalesce(Oracle a, Oracle b) => new($"coalesce({a.Text}, {b.Text})", row => a.Value(row) ?? b.Value(row));

    private Oracle Compare(Oracle a, Oracle b)
    {
        (string sign, Func<int, bool> holds) = random.Next(6) switch
        {
            0 => ("==", static c => c == 0),
            1 => ("!=", static c => c != 0),
            2 => ("<", static c => c < 0),
            3 => ("<=", static c => c <= 0),
            4 => (">", static c => c > 0),
            _ => (">=", (Func<int, bool>)(static c => c >= 0)),
        };
        return Strict("({0} " + sign + " {1})", (x, y) => holds(Sign(x, y)), a, b);
    }

    // As a chain of 'and' and 'or': what decides hides what follows.
    private Oracle Between(Oracle x, Oracle low, Oracle high)
    {
        Oracle inside = Both(Strict("", static (a, b) => Sign(a, b) >= 0, x, low), Strict("", static (a, b) => Sign(a, b) <= 0, x, high));
        return random.Next(2) == 0 ? inside with { Text = $"({x.Text} between {low.Text} and {high.Text})" }
            : Not(inside) with { Text = $"({x.Text} not between {low.Text} and {high.Text})" };
    }

    private static Oracle In(Oracle x, Oracle a, Oracle b, Oracle c)
    {
        Oracle Same(Oracle item) => Strict("", static (v, w) => Sign(v, w) == 0, x, item);
        return Either(Either(Same(a), Same(b)), Same(c)) with { Text = $"({x.Text} in ({a.Text}, {b.Text}, {c.Text}))" };
    }

    private static Oracle Contains(Oracle a, Oracle b) => Strict("contains({0}, {1})", static (x, y) => ((string)x).Contains((string)y, StringComparison.Ordinal), a, b);

    private Oracle Mixed(int depth) => random.Next(3) == 0 ? Int64(depth) : random.Next(3) == 0 ? Decimal(depth) : Float64(depth);

    private Oracle Leaf(params (string Name, int Column)[] columns)
    {
        (string name, int column) = columns[random.Next(columns.Length)];
        return new Oracle(name, row => row[column]);
    }

    private static Oracle Literal(long value) => new(value.ToString(CultureInfo.InvariantCulture), _ => value);

    private static Oracle Literal(double value) => new(value.ToString("0.00", CultureInfo.InvariantCulture), _ => value);

    private static Oracle Float(string text, Func<double, double, double> operation, Oracle a, Oracle b) => Strict(text, (x, y) => Finite(operation(Double(x), Double(y))), a, b);

    private static Oracle Strict(string text, Func<object, object?> operation, Oracle a) =>
        new(string.Format(CultureInfo.InvariantCulture, text, a.Text), row => a.Value(row) is { } x ? operation(x) : null);

    // Both operands are worked out, also where the first is null: only four words hide operands.
    private static Oracle Strict(string text, Func<object, object, object?> operation, Oracle a, Oracle b) =>
        new(string.Format(CultureInfo.InvariantCulture, text, a.Text, b.Text), row =>
        {
            object? x = a.Value(row);
            object? y = b.Value(row);
            return x is null || y is null ? null : operation(x, y);
        });

    private static long Remainder(long a, long b) => b == 0 ? throw new OverflowException() : b == -1 ? 0 : a % b;

    private static long? Cut(double value) => Math.Truncate(value) is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)value : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static decimal Scaled(decimal value) => Math.Abs(value) <= 92233720368547758.07m || value == -92233720368547758.08m ? value : throw new OverflowException();

    private static DateTime Hour(DateTime time)
    {
        long ticks = (time - DateTime.UnixEpoch).Ticks;
        return DateTime.UnixEpoch.AddTicks((long)Math.Floor(ticks / (double)TimeSpan.TicksPerHour) * TimeSpan.TicksPerHour);
    }

    private static double Double(object value) => value switch
    {
        long whole => whole,
        decimal scaled => double.Parse(scaled.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        _ => (double)value,
    };

    private static int Sign(object a, object b) => (a, b) switch
    {
        (string x, string y) => Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)),
        (DateTime x, DateTime y) => x.CompareTo(y),
        _ => Exact(a).CompareTo(Exact(b)),
    };

    /// <summary>A number times 100 · 2^1074, which is whole for every double and every decimal of two digits.</summary>
    private static BigInteger Exact(object value)
    {
        BigInteger unit = BigInteger.One << 1074;
        if (value is not double number)
        {
            return new BigInteger(value is long whole ? whole * 100m : (decimal)value * 100) * unit;
        }

        int halvings = 0;
        while (number != Math.Truncate(number))
        {
            number *= 2;
            halvings++;
        }

        return (new BigInteger(number) * 100 * unit) >> halvings;
    }
}
