using Xunit;

namespace DataStream.Tests.Expressions;

/// <summary>The examples of the contract's section on expressions.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Int64_overflow_and_remainder_by_zero_kill()
    {
        using var table = new ExpressionTable("a: int64, b: int64", "7,4", "9223372036854775807,1", "9223372036854775806,1", "4611686018427387904,2", "7,0");
        table.Check("a + b", "11", "†bad_arithmetic", "9223372036854775807", "4611686018427387906", "7");
        table.Check("a * b", "28", "9223372036854775807", "9223372036854775806", "†bad_arithmetic", "0");
        table.Check("a % b", "3", "0", "0", "0", "†bad_arithmetic");
        table.Check("-a - 2", "-9", "†bad_arithmetic", "-9223372036854775808", "-4611686018427387906", "-9");
        table.Check("9223372036854775807 + 1", "†bad_arithmetic", "†bad_arithmetic", "†bad_arithmetic", "†bad_arithmetic", "†bad_arithmetic");
    }

    [Fact]
    public void Casts_read_and_write_as_fields_do()
    {
        using var table = new ExpressionTable("t: text, u: text, v: float64", "12,2026-01-01T10:00:00+02:00,1.5", "-1.5,2026-01-01,100", "soon,soon,-0.25", "9223372036854775808,2026-02-30,");
        table.Check("int64(t)", "12", "", "", "");
        table.Check("float64(t)", "12", "-1.5", "", "9223372036854776000");
        table.Check("timestamp(u)", "2026-01-01T08:00:00.000Z", "2026-01-01T00:00:00.000Z", "", "");
        table.Check("text(v)", "1.5", "100", "-0.25", "");
        table.Check("int64(v * 3)", "4", "300", "0", "");
    }

    [Fact]
    public void Casts_of_numbers_bools_and_times()
    {
        using var table = new ExpressionTable("d: decimal(2), b: bool, i: int64, at: timestamp, f: float64", "-1.99,true,1767225600,2026-01-01,9223372036854775807", "2.00,false,1767225600123,2026-01-01T00:00:00.000001Z,-9223372036854775808", ",,,,0.0000001");
        table.Check("int64(d)", "-1", "2", "");
        table.Check("float64(d)", "-1.99", "2", "");
        table.Check("text(d)", "-1.99", "2.00", "");
        table.Check("int64(b)", "1", "0", "");
        table.Check("float64(b)", "1", "0", "");
        table.Check("text(b)", "true", "false", "");
        table.Check("timestamp(i)", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.123Z", "");
        table.Check("text(at)", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000001Z", "");
        table.Check("int64(f)", "", "-9223372036854775808", "0");
        table.Check("timestamp(f)", "2262-04-11T23:47:16.854776Z", "1677-09-21T00:12:43.145224Z", "1970-01-01T00:00:00.000Z");
        table.Check("timestamp(float64(i) + 0.5)", "2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00.123500Z", "");
        table.Check("text(i)", "1767225600", "1767225600123", "");
    }

    [Fact]
    public void A_choice_takes_one_branch_and_its_null()
    {
        using var table = new ExpressionTable("id: int64, a: int64, b: int64", "1,1,10", "2,2,20", "3,1,", "4,,40");
        table.Check("if(id > 2, a, b)", "10", "20", "1", "");
        table.Check("if(a is null, -1, a)", "1", "2", "1", "-1");
        table.Check("coalesce(a, b)", "1", "2", "1", "40");
        table.Check("if(null, a, b)", "10", "20", "", "40");
        table.Check("if(a > 1, 'x', 'y')", "y", "x", "y", "y");
        table.Check("if(id > 2, a > 1, b > 10)", "false", "true", "false", "");
        table.Check("if(id > 2, a, b * 0.5)", "5", "10", "1", "");
        table.Check("coalesce(a > 1, false)", "false", "true", "false", "false");
    }

    [Fact]
    public void Division_is_float64_and_by_zero_null()
    {
        using var table = new ExpressionTable("a: int64, b: int64, f: float64", "7,2,1.5", "6,3,0", "1,0,1", "0,0,0", "-1,4,-0.5");
        table.Check("a / b", "3.5", "2", "", "", "-0.25");
        table.Check("f / b", "0.75", "0", "", "", "-0.125");
        table.Check("b / f", "1.3333333333333333", "", "0", "", "-8");
    }

    [Fact]
    public void Integers_and_doubles_compare_by_exact_values()
    {
        using var table = new ExpressionTable("i: int64, f: float64", "9007199254740993,9007199254740992", "9007199254740992,9007199254740992", "9007199254740991,9007199254740992", "-9007199254740993,-9007199254740992", "9223372036854775807,9223372036854775807", "1,1.5");
        table.Check("i > f", "true", "false", "false", "false", "false", "false");
        table.Check("i == f", "false", "true", "false", "false", "false", "false");
        table.Check("i < f", "false", "false", "true", "true", "true", "true");
        table.Check("f > i", "false", "false", "true", "true", "true", "true");
        table.Check("i < 9223372036854775808", "true", "true", "true", "true", "true", "true");
        table.Check("i >= 1.5", "true", "true", "true", "false", "true", "false");
        table.Check("f > 9007199254740993", "false", "false", "false", "false", "true", "false");
    }

    [Fact]
    public void What_is_not_finite_is_null()
    {
        using var table = new ExpressionTable("v: float64", "4", "-4");
        table.Check("sqrt(v)", "2", "");
        table.Check("v * 1e308", "", "");
        table.Check("exp(v * 1000)", "", "0");
        table.Check("log(v - v)", "", "");
        table.Check("v + 1", "5", "-3");
    }

    [Fact]
    public void Null_in_null_out()
    {
        using var table = new ExpressionTable("a: int64, b: int64", "1,2", ",2", "4,", ",");
        table.Check("a + b", "3", "", "", "");
        table.Check("-a", "-1", "", "-4", "");
        table.Check("a < b", "true", "", "", "");
        table.Check("a == b", "false", "", "", "");
        table.Check("a between 0 and b", "true", "", "", "");
        table.Check("a in (1, 2)", "true", "", "false", "");
        table.Check("sqrt(a)", "1", "", "2", "");
        table.Check("greatest(a, b)", "2", "", "", "");
        table.Check("coalesce(a, b, 9)", "1", "2", "4", "9");
        table.Check("a is null", "false", "true", "false", "true");
        table.Check("a in (1, null)", "true", "", "", "");
        table.Check("a not in (2, null)", "", "", "", "");
        table.Check("a not in (1, null)", "false", "", "", "");
        table.Check("a + null", "", "", "", "");
        table.Check("a between 5 and null", "false", "", "false", "");
    }

    [Fact]
    public void Numeric_functions()
    {
        using var table = new ExpressionTable("v: float64", "0.75", "1.5", "2.5", "3.25", "-2.5", "-3.5", "-7");
        table.Check("abs(v)", "0.75", "1.5", "2.5", "3.25", "2.5", "3.5", "7");
        table.Check("round(v)", "1", "2", "2", "3", "-2", "-4", "-7");
        table.Check("round(v, 1)", "0.8", "1.5", "2.5", "3.2", "-2.5", "-3.5", "-7");
        table.Check("floor(v)", "0", "1", "2", "3", "-3", "-4", "-7");
        table.Check("ceil(v)", "1", "2", "3", "4", "-2", "-3", "-7");
        table.Check("sqrt(v * v)", "0.75", "1.5", "2.5", "3.25", "2.5", "3.5", "7");
        table.Check("least(v, 2.25)", "0.75", "1.5", "2.25", "2.25", "-2.5", "-3.5", "-7");
        table.Check("greatest(v, 2.25, -9)", "2.25", "2.25", "2.5", "3.25", "2.25", "2.25", "2.25");
        table.Check("exp(v - v)", "1", "1", "1", "1", "1", "1", "1");
        table.Check("log(exp(v - v))", "0", "0", "0", "0", "0", "0", "0");
    }

    [Fact]
    public void Round_keeps_its_arguments_type_and_judges_the_exact_value()
    {
        using var table = new ExpressionTable("i: int64, d: decimal(3), f: float64", "1250,1.005,1.115", "1350,-2.500,2.675", "9223372036854775807,9223372036854775.807,-0.125");
        table.Check("round(i)", "1250", "1350", "9223372036854775807");
        table.Check("round(i, -2)", "1200", "1400", "9223372036854775800");
        table.Check("round(i, -19)", "0", "0", "†bad_arithmetic");
        table.Check("round(i, -20)", "0", "0", "0");
        table.Check("round(d)", "1.000", "-2.000", "†bad_arithmetic");
        table.Check("round(d, 2)", "1.000", "-2.500", "†bad_arithmetic");
        table.Check("round(f, 2)", "1.11", "2.67", "-0.12");
        table.Check("abs(i)", "1250", "1350", "9223372036854775807");
        table.Check("floor(i)", "1250", "1350", "9223372036854775807");
        table.Check("floor(d)", "1", "-3", "9223372036854776");
    }

    [Fact]
    public void Operands_that_cannot_matter_do_not_kill()
    {
        using var table = new ExpressionTable("a: int64, b: int64", "7,3", "7,0");
        table.Check("b > 0 and a % b == 1", "true", "false");
        table.Check("b == 0 or a % b == 1", "true", "true");
        table.Check("if(b == 0, -1, a % b)", "1", "-1");
        table.Check("coalesce(a, a % b)", "7", "7");
        table.Check("a % b == 1 and b > 0", "true", "†bad_arithmetic");
        table.Check("null and a % b == 1", "", "†bad_arithmetic");
        Assert.Equal([0], table.Filter("a % b == 1 or b > 5"));
    }

    [Fact]
    public void Rows_not_live_do_not_die()
    {
        using var table = new ExpressionTable("a: int64, b: int64", "7,4", "7,0", "7,", "9,5");
        table.Dropped.UnionWith([1, 2]);
        table.Check("a % b", "3", "–", "–", "4");
    }

    [Fact]
    public void Other_spellings()
    {
        using var table = new ExpressionTable("n: int64, t: text, ok: bool", "1,it's,true", "2,its,false", "4,,", ",x,true");
        table.Check("n = 2", "false", "true", "false", "");
        table.Check("n <> 2", "true", "false", "true", "");
        table.Check("n != 2", "true", "false", "true", "");
        table.Check("n not between 2 and 3", "true", "false", "true", "");
        table.Check("n not in (1, 2)", "false", "false", "true", "");
        table.Check("n is not null", "true", "true", "true", "false");
        table.Check("t = 'it''s'", "true", "false", "", "false");
        table.Check("ok = true", "true", "false", "", "true");
        table.Check("coalesce(null, n, 0)", "1", "2", "4", "0");
        table.Check("null", "", "", "", "");
    }

    [Fact]
    public void Precedence()
    {
        using var table = new ExpressionTable("a: int64, b: int64, c: int64", "7,2,4", "20,8,5", "1,1,1");
        table.Check("-a * b + c", "-10", "-155", "0");
        table.Check("a + b * c", "15", "60", "2");
        table.Check("a - b - c", "1", "7", "-1");
        table.Check("a * (b + c)", "42", "260", "2");
        table.Check("a + b % c", "9", "23", "1");
        table.Check("a * b % c", "2", "0", "0");
        table.Check("-(a - b) - -c", "-1", "-7", "1");
        table.Check("a / b / c", "0.875", "0.5", "1");
        table.Check("a - b / c * b", "6", "7.199999999999999", "0");
    }

    [Fact]
    public void Precedence_of_logic()
    {
        using var table = new ExpressionTable("a: int64, b: int64, c: int64", "1,2,3", "3,2,1", "2,1,3", "2,3,1", "1,1,1", "4,3,2");
        table.Check("a < b or b < c and c < a", "true", "false", "false", "true", "false", "false");
        table.Check("(a < b or b < c) and c < a", "false", "false", "false", "true", "false", "false");
        table.Check("not a < b and b < c", "false", "false", "true", "false", "false", "false");
        table.Check("not (a < b and b < c)", "false", "true", "true", "true", "true", "true");
        table.Check("not a < b or not b < c", "false", "true", "true", "true", "true", "true");
        table.Check("a + 1 < b * 2 and c between a and a + b or a == c", "true", "false", "false", "false", "true", "false");
        table.Check("not a in (1, 2) and b in (2, 3)", "false", "true", "false", "false", "false", "true");
    }

    [Fact]
    public void The_remainder_has_the_dividends_sign()
    {
        using var table = new ExpressionTable("a: int64, b: int64, f: float64, g: float64", "7,4,5.5,2", "-7,4,-5.5,2", "7,-4,5.5,-2", "-7,-4,5.5,0");
        table.Check("a % b", "3", "-3", "3", "-3");
        table.Check("f % g", "1.5", "-1.5", "1.5", "");
    }

    [Fact]
    public void Text_functions()
    {
        using var table = new ExpressionTable("t: text", "Abba", " a b ", "Straße", "ÉΣ", "😀", "\"\"");
        table.Check("lower(t)", "abba", " a b ", "straße", "éσ", "😀", "\"\"");
        table.Check("upper(t)", "ABBA", " A B ", "STRAßE", "ÉΣ", "😀", "\"\"");
        table.Check("trim(t)", "Abba", "a b", "Straße", "ÉΣ", "😀", "\"\"");
        table.Check("length(t)", "4", "5", "6", "2", "1", "0");
        table.Check("starts_with(t, 'A')", "true", "false", "false", "false", "false", "false");
        table.Check("ends_with(t, 'a')", "true", "false", "false", "false", "false", "false");
        table.Check("contains(t, 'b')", "true", "true", "false", "false", "false", "false");
        table.Check("concat(t, '-', t)", "Abba-Abba", " a b - a b ", "Straße-Straße", "ÉΣ-ÉΣ", "😀-😀", "-");
        table.Check("trim(concat(' ', upper(t), ' '))", "ABBA", "A B", "STRAßE", "ÉΣ", "😀", "\"\"");
        table.Check("concat(t, null)", "", "", "", "", "", "");
    }

    [Fact]
    public void Values_lie_between_two_constants()
    {
        using var table = new ExpressionTable("f: float64, n: int64, d: decimal(2), at: timestamp", "-5,2,1.00,2026-01-01", "150,3,2.50,2026-01-02", "150.1,5,2.51,2026-01-02T00:00:00.000001Z", "-5.1,-9223372036854775808,0.99,2025-12-31", ",,,");
        table.Check("f between -5 and 150", "true", "true", "false", "false", "");
        table.Check("f not between -5 and 150", "false", "false", "true", "true", "");
        table.Check("f + 1 between -4 and 151", "true", "true", "false", "false", "");
        table.Check("f between 150 and -5", "false", "false", "false", "false", "");
        table.Check("n between 2 and 4", "true", "true", "false", "false", "");
        table.Check("n between 2.5 and 5.5", "false", "true", "true", "false", "");
        table.Check("d between 1 and 2.5", "true", "true", "false", "false", "");
        table.Check("at between timestamp('2026-01-01') and timestamp('2026-01-02')", "true", "true", "false", "false", "");
        table.Check("f between -5 and null", "", "", "", "false", "");
        table.Check("f between -5 and 150 or n == 5", "true", "true", "true", "false", "");
    }

    [Fact]
    public void Texts_compare_by_bytes()
    {
        using var table = new ExpressionTable("my key: text, n: int64", "Z,1", "a,2", "b,3", "é,4", "aa,5");
        table.Check("`my key` < 'a'", "true", "false", "false", "false", "false");
        table.Check("`my key` > 'z'", "false", "false", "false", "true", "false");
        table.Check("`my key` in ('b', 'Z')", "true", "false", "true", "false", "false");
        table.Check("n between 2 and 4", "false", "true", "true", "true", "false");
        table.Check("'a' <= `my key`", "false", "true", "true", "true", "true");
        table.Check("least(`my key`, 'b')", "Z", "a", "b", "b", "aa");
        table.Check("`my key` == lower(`my key`)", "false", "true", "true", "true", "true");
    }

    [Fact]
    public void Three_valued_logic()
    {
        using var table = new ExpressionTable("p: bool, q: bool", "true,true", "true,false", "true,", "false,true", "false,false", "false,", ",true", ",false", ",");
        table.Check("p and q", "true", "false", "", "false", "false", "false", "", "false", "");
        table.Check("p or q", "true", "true", "true", "true", "false", "", "true", "", "");
        table.Check("not (p or q)", "false", "false", "false", "false", "true", "", "false", "", "");
        table.Check("(p and q) is null", "false", "false", "true", "false", "false", "false", "true", "false", "true");
        table.Check("p < q", "false", "false", "", "true", "false", "", "", "", "");
        Assert.Equal([0, 1, 2, 3, 6], table.Filter("p or q"));
    }

    [Fact]
    public void Times_are_compared_subtracted_and_shifted()
    {
        using var table = new ExpressionTable("a: timestamp, b: timestamp, s: int64", "2026-01-01T00:00:10Z,2026-01-01T00:00:08.5Z,2", "2026-01-01,2026-01-01T00:00:00.000001Z,-3");
        table.Check("a > b", "true", "false");
        table.Check("a - b", "1500000", "-1");
        table.Check("a + 1h", "2026-01-01T01:00:10.000Z", "2026-01-01T01:00:00.000Z");
        table.Check("b - 250ms", "2026-01-01T00:00:08.250Z", "2025-12-31T23:59:59.750001Z");
        table.Check("1h + 30m + a", "2026-01-01T01:30:10.000Z", "2026-01-01T01:30:00.000Z");
        table.Check("a + s * 1s", "2026-01-01T00:00:12.000Z", "2025-12-31T23:59:57.000Z");
        table.Check("a + (a - b)", "2026-01-01T00:00:11.500Z", "2025-12-31T23:59:59.999999Z");
        table.Check("a - b > 1s", "true", "false");
        table.Check("a > timestamp('2026-01-01T00:00:05Z')", "true", "false");
        table.Check("a + 2920000d", "†bad_arithmetic", "†bad_arithmetic");
        table.Check("a - null", "", "");
    }

    [Fact]
    public void Calendar_functions_are_in_utc()
    {
        using var table = new ExpressionTable("t: timestamp", "2026-01-05T23:59:59.999Z", "2026-01-04T00:00:00Z", "2026-02-28T12:34:56.789Z", "2024-02-29T15:45:00+05:30", "1969-12-31T23:30:00Z");
        table.Check("hour(t)", "23", "0", "12", "10", "23");
        table.Check("day(t)", "5", "4", "28", "29", "31");
        table.Check("weekday(t)", "1", "7", "6", "4", "3");
        table.Check("truncate(t, 1h)", "2026-01-05T23:00:00.000Z", "2026-01-04T00:00:00.000Z", "2026-02-28T12:00:00.000Z", "2024-02-29T10:00:00.000Z", "1969-12-31T23:00:00.000Z");
        table.Check("truncate(t, 15m)", "2026-01-05T23:45:00.000Z", "2026-01-04T00:00:00.000Z", "2026-02-28T12:30:00.000Z", "2024-02-29T10:15:00.000Z", "1969-12-31T23:30:00.000Z");
        table.Check("truncate(t, 1d)", "2026-01-05T00:00:00.000Z", "2026-01-04T00:00:00.000Z", "2026-02-28T00:00:00.000Z", "2024-02-29T00:00:00.000Z", "1969-12-31T00:00:00.000Z");
    }

    [Fact]
    public void Decimals()
    {
        using var table = new ExpressionTable("d: decimal(2), e: decimal(2), w: decimal(4), i: int64, f: float64", "9.99,0.01,9.9900,9,9.99", "-5.00,2.30,-5.0001,-5,-5", "92233720368547758.07,0.00,1.0000,92233720368547758,1");
        table.Check("d + e", "10.00", "-2.70", "92233720368547758.07");
        table.Check("d - e - e", "9.97", "-9.60", "92233720368547758.07");
        table.Check("d % e", "0.00", "-0.40", "†bad_arithmetic");
        table.Check("d + d", "19.98", "-10.00", "†bad_arithmetic");
        table.Check("d * 2", "19.98", "-10", "184467440737095520");
        table.Check("d == 9.99", "true", "false", "false");
        table.Check("d > 9.985", "true", "false", "true");
        table.Check("9.995 >= d", "true", "true", "false");
        table.Check("d == w", "true", "false", "false");
        table.Check("d > w", "false", "true", "true");
        table.Check("d == i", "false", "true", "false");
        table.Check("d > i", "true", "false", "true");
        table.Check("d == f", "false", "true", "false");
        table.Check("coalesce(d, 0)", "9.99", "-5.00", "92233720368547758.07");
        table.Check("greatest(0.5, d)", "9.99", "0.50", "92233720368547758.07");
        table.Check("d in (9.99, -5)", "true", "true", "false");
        table.Check("-e", "-0.01", "-2.3", "-0");
    }
}
