using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>A cell holds a value and the separator behind it. Against row by row: half the time (Zen 3).</summary>
/// <remarks>What does not fit a cell, or needs quotes, makes its row odd.</remarks>
internal sealed class CsvCells(IReadOnlyList<Field> fields, byte delimiter, byte quote, int decimals, bool guardsFormulas) : RowCells(fields, fields.Count)
{
    /// <summary>The most columns whose cells fit one reservation.</summary>
    public const int MaxColumns = (OutputBuffer.MaxReserve / Cells.Width) - 1;

    /// <summary>The first columns may pass with their records.</summary>
    public void Pass(int columns)
    {
        // A cell brings the separator behind it, so that only the first one behind a record needs one before it.
        byte[] leads = new byte[(Width + 1) * Cells.Width];
        byte[] lengths = new byte[Width + 1];
        leads[columns * Cells.Width] = columns == Width ? Lines.LineFeed : delimiter;
        lengths[columns] = 1;
        byte[][] before = new byte[columns][];
        Array.Fill(before, [delimiter]);
        before[0] = [];
        Passed = PassedRecords.Create(Fields.AsSpan(0, columns), new RecordForm(false, delimiter, quote), before, leads, lengths);
    }

    protected override void SetNull(int index, int column) => End(index, column, 0);

    /// <summary>A value ends its cell with the separator behind it.</summary>
    private void End(int index, int column, int length)
    {
        int place = (index * Width) + column;
        Cell(place)[length] = column == Width - 1 ? Lines.LineFeed : delimiter;
        Lengths[place] = (byte)(length + 1);
    }

    /// <summary>The same for all values of a column.</summary>
    private void EndAll(int column)
    {
        byte separator = column == Width - 1 ? Lines.LineFeed : delimiter;
        Span<byte> cells = CellsFrom(column);
        Span<byte> lengths = Lengths[column..];
        for (int i = 0, place = 0; i < Rows.Length; i++, place += Width)
        {
            cells[(place * Cells.Width) + lengths[place]++] = separator;
        }
    }

    private Span<byte> Cell(int index, int column) => Cell((index * Width) + column);

    protected override void FillColumn(Batch batch, int column)
    {
        Field field = Fields[column];
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
                    End(i, column, micros is < Timestamp.MinMicroseconds or > Timestamp.MaxMicroseconds ? 0 : Times[column].Write(micros, Cell(i, column)));
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
        if (decimals < 0)
        {
            Float64Cells.Write(values, rows, Width, CellsFrom(column), Lengths[column..]);
            EndAll(column);
            return;
        }

        Span<byte> room = stackalloc byte[NumberText.MaxFixedLength];
        for (int i = 0; i < rows.Length; i++)
        {
            double value = values[rows[i]];
            int length = NumberText.FormatUsualFixed(value, decimals, Cell(i, column));
            if (length > 0)
            {
                End(i, column, length);
                continue;
            }

            length = NumberText.FormatFixed(value, decimals, room);
            if (length <= Cells.MaxValue)
            {
                room[..Cells.Width].CopyTo(Cell(i, column));
                End(i, column, length);
            }
            else
            {
                SetOdd(i);
            }
        }
    }

    private void FillTexts(Batch batch, Field field, int column)
    {
        ReadOnlySpan<Text> texts = batch.Whole<Text>(field.Ordinal);
        ulong haveValue = HaveValue(batch, field);
        ReadOnlySpan<int> rows = Rows;
        for (int i = 0; i < rows.Length; i++)
        {
            Text text = texts[rows[i]];
            if ((haveValue >> rows[i] & 1) == 0)
            {
                continue; // it lies anywhere
            }

            bool isFormula = guardsFormulas && Formulas.IsFormula(batch.Bytes(text));
            if (!isFormula && text.Length is > 0 and <= Cells.MaxValue && batch.TryCopyPlain(text, delimiter, quote, Cell(i, column)))
            {
                End(i, column, text.Length);
            }
            else
            {
                SetOdd(i);
            }
        }
    }
}
