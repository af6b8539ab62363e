using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Expressions;
using Xunit;

namespace DataStream.Tests.Expressions;

/// <summary>Where mistakes are told, and how often. A ^ stands under the character meant; a text without one has no mistake.</summary>
public sealed class ErrorPlaceTests
{
    [Theory]
    [InlineData("", "^")]
    [InlineData("   ", "^")]
    [InlineData("i +", "   ^")]
    [InlineData("i +   ", "   ^")]
    [InlineData("i + * 2", "    ^")]
    [InlineData("(i + 1", "      ^")]
    [InlineData("i + 1)", "     ^")]
    [InlineData("i between 1", "           ^")]
    [InlineData("i between 1 or 2", "            ^")]
    [InlineData("i in 1", "     ^")]
    [InlineData("i in ()", "      ^")]
    [InlineData("i in (1, )", "         ^")]
    [InlineData("i is 1", "     ^")]
    [InlineData("i not 1", "      ^")]
    [InlineData("i j", "  ^")]
    [InlineData("t == 'abc", "     ^")]
    [InlineData("`i", "^")]
    [InlineData("i & 1", "  ^")]
    [InlineData("i == \"x\"", "     ^")]
    [InlineData("i > 10x", "    ^")]
    [InlineData("f > 1e999", "    ^")]
    [InlineData("b == not b", "     ^")]
    public void Syntax(string text, string marks) => Check(text, marks);

    [Theory]
    [InlineData("i > 2 and w < 3", "          ^")]
    [InlineData("w + v", "^   ^")]
    [InlineData("f + sqroot(4)", "    ^")]
    [InlineData("sqroot(w)", "^      ^")]
    [InlineData("`my key` > 1", "^")]
    public void Names(string text, string marks) => Check(text, marks);

    [Theory]
    [InlineData("t + 1", "^")]
    [InlineData("1 + t", "    ^")]
    [InlineData("i * (t)", "    ^")]
    [InlineData("t + t", "^")]
    [InlineData("-t", " ^")]
    [InlineData("i == 'x'", "     ^")]
    [InlineData("i < b", "    ^")]
    [InlineData("at > '2026-01-01'", "     ^")]
    [InlineData("i and b", "^")]
    [InlineData("b and f or i", "      ^    ^")]
    [InlineData("not i", "    ^")]
    [InlineData("i between 1 and 'x'", "                ^")]
    [InlineData("i in (1, 'a', 2)", "         ^")]
    [InlineData("if(i, 1, 2)", "   ^")]
    [InlineData("if(b, 1, 'x')", "         ^")]
    [InlineData("if(b, d, i)", "         ^")]
    [InlineData("if(b, d, 1.005)", "         ^")]
    [InlineData("coalesce(t, at)", "            ^")]
    [InlineData("least(d, w4)", "         ^")]
    [InlineData("sqrt(t)", "     ^")]
    [InlineData("lower(i)", "      ^")]
    [InlineData("concat(t, i, b)", "          ^")]
    [InlineData("hour(i)", "     ^")]
    [InlineData("at + 1", "     ^")]
    [InlineData("1 + at", "    ^")]
    [InlineData("at + at", "     ^")]
    [InlineData("10s - at", "      ^")]
    [InlineData("at * 2", "^")]
    [InlineData("2 * at", "    ^")]
    [InlineData("at - 5", "     ^")]
    [InlineData("truncate(at, 60)", "             ^")]
    [InlineData("truncate(at, 0s)", "             ^")]
    [InlineData("truncate(i, 1h)", "         ^")]
    [InlineData("round(f, i)", "         ^")]
    [InlineData("round(f, 23)", "         ^")]
    [InlineData("sqrt()", "     ^")]
    [InlineData("sqrt(f, 2)", "        ^")]
    [InlineData("if(b, 1)", "       ^")]
    [InlineData("int64(at)", "      ^")]
    [InlineData("timestamp(b)", "          ^")]
    [InlineData("t + 1 == i and i == t", "^                   ^")]
    public void Types(string text, string marks) => Check(text, marks);

    [Theory]
    [InlineData("i + f * d / 2 % 3 - 1 > 0 and not b or t in ('a') and at - at < 1h")]
    [InlineData("AND_x + 1")]
    [InlineData("`and` + `is`")]
    [InlineData("_headers.trace == 'x' AND i IS NOT NULL")]
    [InlineData("i\n>\t1\r\nand b")]
    [InlineData(".5 + 5. + 1e3 + 1E-3 + 0x1")]
    public void Right_ones(string text) => Check(text.Replace("0x1", "01", StringComparison.Ordinal), "");

    [Fact]
    public void The_nearest_name_is_suggested()
    {
        Assert.Contains("did you mean 'sqrt'?", Errors("sqroot(4)").Single().Message, StringComparison.Ordinal);
        Assert.Contains("did you mean 'temperature'?", Errors("temperatur > 1").Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_from_an_earlier_mistake_is_silent()
    {
        Schema schema = MakeSchema();
        schema.Add("lost", ColumnType.Unknown);
        List<ExpressionError> errors = [];
        BoundExpression? bound = Expression.Parse("lost + 'x' > 1 and not lost", errors)!.Bind(schema, errors);
        Assert.Empty(errors);
        Assert.Equal(ColumnType.Unknown, bound!.Type);

        schema.IsIncomplete = true;
        bound = Expression.Parse("missing + 'x' > 1", errors)!.Bind(schema, errors);
        Assert.Empty(errors);
        Assert.Equal(ColumnType.Unknown, bound!.Type);

        Assert.Null(Expression.Parse("missing > 1 and i == t", errors)!.Bind(schema, errors));
        Assert.Equal(21, errors.Single().Position);
    }

    [Fact]
    public void Columns_and_reads_are_told()
    {
        Schema schema = MakeSchema();
        List<ExpressionError> errors = [];
        Expression expression = Expression.Parse("f + i > f", errors)!;
        Assert.Equal([("f", 0), ("i", 4), ("f", 8)], expression.Columns);
        BoundExpression bound = expression.Bind(schema, errors, recordReads: false)!;
        Assert.Equal([0, 1], bound.Reads);
        Assert.Empty(schema.Dependencies.Reads);
        expression.Bind(schema, errors);
        Assert.Equal([0, 1], schema.Dependencies.Reads);
    }

    [Fact]
    public void Deep_nesting_is_a_mistake_and_no_crash()
    {
        foreach (string text in (string[])
        [
            new('(', 100_000), new string('(', 100_000) + "i" + new string(')', 100_000), string.Concat(Enumerable.Repeat("- ", 100_000)) + "i",
            string.Concat(Enumerable.Repeat("not ", 100_000)) + "b", string.Concat(Enumerable.Repeat("abs(", 100_000)), string.Concat(Enumerable.Repeat("i + ", 100_000)) + "i",
            "i" + string.Concat(Enumerable.Repeat(" is null", 100_000)), string.Concat(Enumerable.Repeat("if(b, i, ", 100_000)),
        ])
        {
            Assert.Single(Errors(text));
        }
    }

    [Fact]
    public void A_megabyte_of_conditions_is_an_expression()
    {
        var text = new StringBuilder("i > 0");
        while (text.Length < 1_000_000)
        {
            text.Append(" or i == ").Append(text.Length);
        }

        using var table = new ExpressionTable("i: int64", "-5", "5", "-7");
        table.Check(text.ToString(), "false", "true", "false");
    }

    [Fact]
    public void A_megabyte_of_mistakes_is_told_in_few_words()
    {
        Assert.InRange(Errors(string.Join(" or ", Enumerable.Range(0, 60_000).Select(n => $"missing{n} > 1"))).Count, 1, 50);
        Assert.Single(Errors("i > " + new string('9', 1_000_000)));
        Assert.Single(Errors("coalesce(" + string.Join(',', Enumerable.Repeat("i", 300_000)) + ")"));
        Assert.Single(Errors(new string('x', 1_000_000) + " > 1"));
    }

    [Fact]
    public void Noise_never_crashes()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] words = ["i", "f", "t", "b", "at", "d", "(", ")", ",", "+", "-", "*", "/", "%", "==", "<", "and", "or", "not", "in", "between", "is", "null", "true", "'x'", "1", "2.5", "10s", "if(", "abs(", "concat(", "round(", "truncate(", "coalesce(", "`", "'", "\u0000", "😀", "."];
        for (int i = 0; i < 3_000; i++)
        {
            string text = string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 20)).Select(_ => words[random.Next(words.Length)]));
            foreach (ExpressionError error in Errors(text))
            {
                Assert.True(error.Position >= 0 && error.Position <= text.Length, $"seed {seed}: {text}: {error}");
            }
        }
    }

    private static Schema MakeSchema()
    {
        var schema = new Schema();
        schema.AddInt64("i");
        schema.AddFloat64("f");
        schema.AddText("t");
        schema.AddBool("b");
        schema.AddTimestamp("at");
        schema.AddDecimal("d", 2);
        schema.AddDecimal("w4", 4);
        schema.AddInt64("AND_x");
        schema.AddInt64("and");
        schema.AddInt64("is");
        schema.AddText("_headers.trace");
        schema.AddFloat64("temperature");
        return schema;
    }

    private static List<ExpressionError> Errors(string text)
    {
        List<ExpressionError> errors = [];
        Expression.Parse(text, errors)?.Bind(MakeSchema(), errors);
        return errors;
    }

    private static void Check(string text, string marks)
    {
        List<ExpressionError> errors = Errors(text);
        int[] expected = [.. Enumerable.Range(0, marks.Length).Where(i => marks[i] == '^')];
        Assert.True(expected.SequenceEqual(errors.Select(e => e.Position).Order()), $"{text}: {string.Join("; ", errors)}");
    }
}
