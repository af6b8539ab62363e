using System;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Formats up to 64 rows column by column into cells, each with its separator behind it. Against row by row: half the time (Zen 3).</summary>
/// <remarks>What does not fit a cell, or needs quotes, leaves its row to the encoder's way for any row. One per encoder.</remarks>
internal sealed class CsvCells
{
    /// <summary>The most columns whose cells fit one reservation.</summary>
    public const int MaxColumns = (OutputBuffer.MaxReserve / Cells.Width) - 1;

    private readonly Field[] _fields;
    private readonly TimestampText[] _times;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly int _decimals;
    private readonly bool _guardsFormulas;
    private readonly byte[] _cells;
    private readonly byte[] _lengths;
    private readonly int[] _rows = new int[Batch.BlockLength];
    private int _count;
    private ulong _odd;

    public CsvCells(IReadOnlyList<Field> fields, byte delimiter, byte quote, int decimals, bool guardsFormulas)
    {
        _fields = [.. fields];
        (_delimiter, _quote, _decimals, _guardsFormulas) = (delimiter, quote, decimals, guardsFormulas);
        _times = new TimestampText[fields.Count];
        for (int i = 0; i < _times.Length; i++)
        {
            _times[i] = new TimestampText();
        }

        _cells = new byte[Batch.BlockLength * fields.Count * Cells.Width];
        _lengths = new byte[Batch.BlockLength * fields.Count];
    }

    /// <summary>The batch's rows that were formatted, in order.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>Whether a row, by its place among <see cref="Rows"/>, must be written another way.</summary>
    public bool IsOdd(int index) => (_odd >> index & 1) != 0;

    /// <summary>Formats the rows of one word of a selection.</summary>
    public void Fill(Batch batch, int word, ulong selection)
    {
        _count = 0;
        _odd = 0;
        for (ulong rest = selection; rest != 0; rest &= rest - 1)
        {
            _rows[_count++] = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rest);
        }

        for (int column = 0; column < _fields.Length; column++)
        {
            Field field = _fields[column];
            FillColumn(batch, field, column);
            ulong nulls = selection & ~batch.Validity(field.Ordinal)[word];
            for (; nulls != 0; nulls &= nulls - 1)
            {
                End(BitOperations.PopCount(selection & ((nulls & (0 - nulls)) - 1)), column, 0);
            }
        }
    }

    /// <summary>Writes one formatted row.</summary>
    public void Write(int index, OutputBuffer output)
    {
        ReadOnlySpan<byte> lengths = _lengths.AsSpan(index * _fields.Length, _fields.Length);
        ReadOnlySpan<byte> cells = _cells.AsSpan(index * _fields.Length * Cells.Width, _fields.Length * Cells.Width);
        output.BeginRow();
        int length = Cells.Join(cells, lengths, output.Reserve(Cells.Total(lengths) + Cells.Width));
        output.Commit(length);
        output.EndRow();
    }

    /// <summary>A value ends its cell with the separator behind it.</summary>
    private void End(int index, int column, int length)
    {
        int at = (index * _fields.Length) + column;
        _cells[(at * Cells.Width) + length] = column == _fields.Length - 1 ? Lines.LineFeed : _delimiter;
        _lengths[at] = (byte)(length + 1);
    }

    private Span<byte> Cell(int index, int column) => _cells.AsSpan(((index * _fields.Length) + column) * Cells.Width, Cells.Width);

    /// <summary>Formats all rows' values; those that are null are garbage, and seen to later.</summary>
    private void FillColumn(Batch batch, Field field, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        switch (field.Type.Kind)
        {
            case ColumnKind.Text:
                FillTexts(batch, field, column);
                break;
            case ColumnKind.Timestamp:
                ReadOnlySpan<Timestamp> times = batch.Whole<Timestamp>(field.Ordinal);
                for (int i = 0; i < rows.Length; i++)
                {
                    // A null's instant may be beyond the years that have a text.
                    long micros = times[rows[i]].Microseconds;
                    End(i, column, micros is < Timestamp.MinMicroseconds or > Timestamp.MaxMicroseconds ? 0 : _times[column].Write(micros, Cell(i, column)));
                }

                break;
            case ColumnKind.Float64:
                FillFloats(batch.Whole<double>(field.Ordinal), column);
                break;
            case ColumnKind.Bool:
                ReadOnlySpan<bool> bools = batch.Whole<bool>(field.Ordinal);
                for (int i = 0; i < rows.Length; i++)
                {
                    End(i, column, Bools.Format(bools[rows[i]], Cell(i, column)));
                }

                break;
            default:
                ReadOnlySpan<long> values = batch.Whole<long>(field.Ordinal);
                bool isDecimal = field.Type.Kind == ColumnKind.Decimal;
                for (int i = 0; i < rows.Length; i++)
                {
                    long value = values[rows[i]];
                    End(i, column, isDecimal ? NumberText.FormatDecimal(value, field.Type.Scale, Cell(i, column)) : NumberText.FormatInt64(value, Cell(i, column)));
                }

                break;
        }
    }

    private void FillFloats(ReadOnlySpan<double> values, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        Span<byte> room = stackalloc byte[NumberText.MaxFixedLength];
        for (int i = 0; i < rows.Length; i++)
        {
            double value = values[rows[i]];
            if (_decimals < 0)
            {
                End(i, column, NumberText.FormatFloat64(value, Cell(i, column)));
                continue;
            }

            int length = NumberText.FormatFixed(value, _decimals, room);
            if (length <= Cells.MaxValue)
            {
                room[..length].CopyTo(Cell(i, column));
                End(i, column, length);
            }
            else
            {
                _odd |= 1UL << i;
            }
        }
    }

    private void FillTexts(Batch batch, Field field, int column)
    {
        ReadOnlySpan<Text> texts = batch.Whole<Text>(field.Ordinal);
        ReadOnlySpan<int> rows = Rows;
        for (int i = 0; i < rows.Length; i++)
        {
            Text text = texts[rows[i]];
            if (batch.IsNull(field.Ordinal, rows[i]))
            {
                continue; // it lies anywhere
            }

            bool isFormula = _guardsFormulas && Formulas.IsFormula(batch.Bytes(text));
            if (!isFormula && text.Length is > 0 and <= Cells.MaxValue && batch.TryCopyPlain(text, _delimiter, _quote, Cell(i, column)))
            {
                End(i, column, text.Length);
            }
            else
            {
                _odd |= 1UL << i;
            }
        }
    }
}
