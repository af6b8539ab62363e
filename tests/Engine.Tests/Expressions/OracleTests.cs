using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Expressions;
using Xunit;

namespace DataStream.Tests.Expressions;

/// <summary>Random expressions over random rows, against an evaluator that knows one row, boxed values and nothing of batches.</summary>
public sealed class OracleTests
{
    private const string Columns = "i: int64, j: int64, f: float64, g: float64, d: decimal(2), e: decimal(2), p: bool, q: bool, t: text, u: text, at: timestamp, bt: timestamp";

    [Fact]
    public void Batches_agree_with_rows()
    {
        int seed = Environment.TickCount;
        for (int round = 0; round < 40; round++)
        {
            Check(new Random(seed + round), seed + round);
        }
    }

    [Fact]
    public void The_oracle_finds_a_planted_difference()
    {
        // The text says 'or' where the oracle thinks 'and'.
        using var table = new ExpressionTable("p: bool, q: bool", "true,false");
        Oracle and = OracleMaker.Both(Bool("p", 0), Bool("q", 1));
        Assert.NotEqual(Show(and.Value([true, false])), table.Evaluate(and.Text.Replace("and", "or", StringComparison.Ordinal))[0]);

        static Oracle Bool(string name, int column) => new(name, row => row[column]);
    }

    private static void Check(Random random, int seed)
    {
        string[] types = [.. Columns.Split(", ").Select(c => c.Split(": ")[1])];
        object?[][] rows = [.. Enumerable.Range(0, random.Next(1, 130)).Select(_ => types.Select(type => RandomValue(random, type)).ToArray())];
        using var table = new ExpressionTable(Columns, [.. rows.Select(row => string.Join(',', row.Select(Show)))]);
        table.Dropped.UnionWith(Enumerable.Range(0, rows.Length).Where(_ => random.Next(5) == 0));
        for (int n = 0; n < 4; n++)
        {
            Oracle oracle = new OracleMaker(random).Any(random.Next(1, 6));
            string[] expected = [.. rows.Select((row, i) => table.Dropped.Contains(i) ? "–" : Run(oracle, row))];
            string[] actual = table.Evaluate(oracle.Text);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.True(expected[i] == actual[i], $"seed {seed}: {oracle.Text} of row {i} ({string.Join(',', rows[i].Select(Show))}) is {expected[i]}, not {actual[i]}");
            }
        }
    }

    private static string Run(Oracle oracle, object?[] row)
    {
        try
        {
            return Show(oracle.Value(row));
        }
        catch (OverflowException)
        {
            return "†bad_arithmetic";
        }
    }

    private static string Show(object? value)
    {
        Span<byte> text = stackalloc byte[40];
        return value switch
        {
            null => "",
            bool b => b ? "true" : "false",
            string s => s.Length == 0 ? "\"\"" : s,
            double f => Encoding.ASCII.GetString(text[..DataStream.Kernels.NumberText.FormatFloat64(f, text)]),
            DateTime time => time.ToString(time.Ticks % 10_000 == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(other is decimal ? "F2" : null, CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException(value.GetType().Name),
        };
    }

    private static object? RandomValue(Random random, string type)
    {
        if (random.Next(6) == 0)
        {
            return null;
        }

        return type switch
        {
            "int64" => random.Next(6) == 0 ? (random.Next(2) == 0 ? long.MaxValue : long.MinValue) : random.Next(4) == 0 ? random.NextInt64() : random.NextInt64(-5, 6),
            "float64" => random.Next(5) == 0 ? random.NextInt64() : random.Next(8) == 0 ? 1e300 : random.Next(-40, 41) / 8.0,
            "decimal(2)" => random.Next(8) == 0 ? 92233720368547758.07m : random.Next(-500, 501) / 100m,
            "bool" => random.Next(2) == 0,
            "timestamp" => DateTime.UnixEpoch.AddTicks(random.NextInt64(-10_000_000, 2_000_000_000_000) * 1_000),
            _ => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => (string)random.GetItems(["a", "B", " ", "é", "Z", "😀"], 1)[0])),
        };
    }
}
