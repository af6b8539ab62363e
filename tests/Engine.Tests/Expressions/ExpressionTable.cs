using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Expressions;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests.Expressions;

/// <summary>A batch from lines of CSV (no quotes; <c>""</c> is the empty text), and what expressions make of it, as CSV output would write it.</summary>
internal sealed class ExpressionTable : IDisposable
{
    private readonly Schema _schema = new();
    private readonly string[][] _rows;
    private readonly TextArena _arena = new(static _ => { });

    public ExpressionTable(string schema, params string[] rows)
    {
        foreach (string column in schema.Split(", "))
        {
            string[] parts = column.Split(": ");
            Assert.True(ColumnType.TryParse(parts[1], out ColumnType type));
            _schema.Add(parts[0], type);
        }

        _rows = [.. rows.Select(r => r.Split(','))];
    }

    public Schema Schema => _schema;

    /// <summary>Rows that are dropped before anything is evaluated.</summary>
    public HashSet<int> Dropped { get; } = [];

    public static BoundExpression Bind(string text, Schema schema)
    {
        List<ExpressionError> errors = [];
        Expression? expression = Expression.Parse(text, errors);
        BoundExpression? bound = expression?.Bind(schema, errors);
        Assert.True(errors.Count == 0, $"{text}: {string.Join("; ", errors)}");
        return bound!;
    }

    /// <summary>Each row's value: empty for null, † and the reason for dead ones, – for dropped ones.</summary>
    public string[] Evaluate(string text)
    {
        BoundExpression bound = Bind(text, _schema);
        int target = _schema.AddHidden(bound.Type);
        using Batch batch = MakeBatch();
        bound.Evaluate(batch, target);
        return [.. Enumerable.Range(0, _rows.Length).Select(row => Show(batch, row, target, bound.Type))];
    }

    public void Check(string text, params string[] expected) => Assert.Equal(expected, Evaluate(text));

    /// <summary>The rows a filter keeps.</summary>
    public int[] Filter(string text)
    {
        BoundExpression bound = Bind(text, _schema);
        using Batch batch = MakeBatch();
        var matches = new ulong[batch.Words];
        ulong[] before = batch.Selection.ToArray();
        bound.Matches(batch, matches);
        Assert.Equal(before, batch.Selection.ToArray());
        Assert.Equal(0, batch.CountDead());
        bound.Filter(batch);
        Assert.Equal(matches, batch.Selection.ToArray());
        return [.. Enumerable.Range(0, _rows.Length).Where(batch.IsLive)];
    }

    public Batch MakeBatch()
    {
        var batch = new Batch(_schema.Storage, (_rows.Length + 63) / 64 * 64, _arena);
        batch.SetCount(_rows.Length);
        for (int column = 0; column < _rows[0].Length; column++)
        {
            for (int row = 0; row < _rows.Length; row++)
            {
                Fill(batch, row, column, _schema.Storage[column], _rows[row][column]);
            }
        }

        foreach (int row in Dropped)
        {
            batch.Drop(row);
        }

        return batch;
    }

    public void Dispose() => _arena.Dispose();

    private void Fill(Batch batch, int row, int column, ColumnType type, string text)
    {
        if (text.Length == 0)
        {
            batch.SetNull(column, row);
            return;
        }

        batch.SetValid(column, row);
        byte[] utf8 = text == "\"\"" ? [] : Encoding.UTF8.GetBytes(text);
        switch (type.Kind)
        {
            case ColumnKind.Text:
                batch.Padded<Text>(column)[row] = _arena.Append(utf8);
                break;
            case ColumnKind.Bool:
                batch.Padded<bool>(column)[row] = bool.Parse(text);
                break;
            case ColumnKind.Float64:
                batch.Padded<double>(column)[row] = double.Parse(text, CultureInfo.InvariantCulture);
                break;
            default:
                Assert.True(Literals.TryParse(text, type, out long bits));
                batch.Padded<long>(column)[row] = bits;
                break;
        }
    }

    private static string Show(Batch batch, int row, int column, ColumnType type)
    {
        if (!batch.IsLive(row))
        {
            return (batch.Dead[row >> 6] & (1UL << row)) != 0 ? "†" + batch.DeathOf(row).Reason.Name : "–";
        }

        if (batch.IsNull(column, row))
        {
            return "";
        }

        Span<byte> text = stackalloc byte[64];
        switch (type.Kind)
        {
            case ColumnKind.Text:
                string value = Encoding.UTF8.GetString(batch.Bytes(batch.Padded<Text>(column)[row]));
                return value.Length == 0 ? "\"\"" : value;
            case ColumnKind.Bool:
                return batch.Padded<bool>(column)[row] ? "true" : "false";
            case ColumnKind.Float64:
                return Encoding.UTF8.GetString(text[..NumberText.FormatFloat64(batch.Padded<double>(column)[row], text)]);
            case ColumnKind.Timestamp:
                return Encoding.UTF8.GetString(text[..Timestamps.Format(batch.Padded<long>(column)[row], text)]);
            default:
                return Encoding.UTF8.GetString(text[..NumberText.FormatDecimal(batch.Padded<long>(column)[row], type.Scale, text)]);
        }
    }
}
