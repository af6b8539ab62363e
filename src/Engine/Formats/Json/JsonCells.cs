using System;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Formats up to 64 rows column by column into cells; between them stand cells with the keys, which never change.</summary>
/// <remarks>A row with a text that is long, is not ASCII or needs escapes, or with another value that fits no cell, is left to the encoder's way for any row. One per encoder.</remarks>
internal sealed class JsonCells
{
    /// <summary>The most columns whose cells fit one reservation.</summary>
    public const int MaxColumns = ((OutputBuffer.MaxReserve / Cells.Width) - 2) / 2;

    private readonly Field[] _fields;
    private readonly TimestampText[] _times;
    private readonly int _decimals;
    private readonly int _width; // cells of a row: key and value by turns, and the end
    private readonly byte[] _cells;
    private readonly byte[] _lengths;
    private readonly int[] _rows = new int[Batch.BlockLength];
    private int _count;
    private ulong _odd;

    private JsonCells(IReadOnlyList<Field> fields, byte[][] leads, int decimals)
    {
        _fields = [.. fields];
        _decimals = decimals;
        _width = (2 * fields.Count) + 1;
        _cells = new byte[Batch.BlockLength * _width * Cells.Width];
        _lengths = new byte[Batch.BlockLength * _width];
        _times = new TimestampText[fields.Count];
        for (int column = 0; column < _times.Length; column++)
        {
            _times[column] = new TimestampText();
            for (int row = 0; row < Batch.BlockLength; row++)
            {
                SetCell((row * _width) + (2 * column), leads[column]);
            }
        }

        for (int row = 0; row < Batch.BlockLength; row++)
        {
            SetCell((row * _width) + _width - 1, "}\n"u8);
        }
    }

    /// <summary>Null where keys or columns are too many or too long for cells.</summary>
    /// <param name="fields">The columns in order.</param>
    /// <param name="leads">Their keys, with what stands before and behind them.</param>
    /// <param name="decimals">Digits behind a double's point; −1: as many as it takes.</param>
    public static JsonCells? Create(IReadOnlyList<Field> fields, byte[][] leads, int decimals) =>
        fields.Count is > 0 and <= MaxColumns && Array.TrueForAll(leads, lead => lead.Length <= Cells.Width) ? new JsonCells(fields, leads, decimals) : null;

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
                SetCell(Place(BitOperations.PopCount(selection & ((nulls & (0 - nulls)) - 1)), column), "null"u8);
            }
        }
    }

    /// <summary>Writes one formatted row.</summary>
    public void Write(int index, OutputBuffer output)
    {
        ReadOnlySpan<byte> lengths = _lengths.AsSpan(index * _width, _width);
        ReadOnlySpan<byte> cells = _cells.AsSpan(index * _width * Cells.Width, _width * Cells.Width);
        output.BeginRow();
        int length = Cells.Join(cells, lengths, output.Reserve(Cells.Total(lengths) + Cells.Width));
        output.Commit(length);
        output.EndRow();
    }

    private int Place(int index, int column) => (index * _width) + (2 * column) + 1;

    private Span<byte> Cell(int place) => _cells.AsSpan(place * Cells.Width, Cells.Width);

    private void SetCell(int place, ReadOnlySpan<byte> content)
    {
        content.CopyTo(Cell(place));
        _lengths[place] = (byte)content.Length;
    }

    /// <summary>Formats all rows' values; those that are null are garbage, and seen to later.</summary>
    private void FillColumn(Batch batch, Field field, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        int place = Place(0, column);
        switch (field.Type.Kind)
        {
            case ColumnKind.Text:
                FillTexts(batch, field, column);
                break;
            case ColumnKind.Timestamp:
                FillTimes(batch.Whole<Timestamp>(field.Ordinal), column);
                break;
            case ColumnKind.Float64:
                FillFloats(batch.Whole<double>(field.Ordinal), column);
                break;
            case ColumnKind.Bool:
                ReadOnlySpan<bool> bools = batch.Whole<bool>(field.Ordinal);
                for (int i = 0; i < rows.Length; i++, place += _width)
                {
                    _lengths[place] = (byte)Bools.Format(bools[rows[i]], Cell(place));
                }

                break;
            default:
                ReadOnlySpan<long> values = batch.Whole<long>(field.Ordinal);
                bool isDecimal = field.Type.Kind == ColumnKind.Decimal;
                for (int i = 0; i < rows.Length; i++, place += _width)
                {
                    long value = values[rows[i]];
                    _lengths[place] = (byte)(isDecimal ? NumberText.FormatDecimal(value, field.Type.Scale, Cell(place)) : NumberText.FormatInt64(value, Cell(place)));
                }

                break;
        }
    }

    private void FillTimes(ReadOnlySpan<Timestamp> times, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        int place = Place(0, column);
        for (int i = 0; i < rows.Length; i++, place += _width)
        {
            // A null's instant may be beyond the years that have a text.
            long micros = times[rows[i]].Microseconds;
            if (micros is >= Timestamp.MinMicroseconds and <= Timestamp.MaxMicroseconds)
            {
                Span<byte> cell = Cell(place);
                int length = _times[column].Write(micros, cell[1..]);
                cell[0] = (byte)'"';
                cell[length + 1] = (byte)'"';
                _lengths[place] = (byte)(length + 2);
            }
            else
            {
                _odd |= 1UL << i;
            }
        }
    }

    private void FillFloats(ReadOnlySpan<double> values, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        Span<byte> room = stackalloc byte[NumberText.MaxFixedLength];
        int place = Place(0, column);
        for (int i = 0; i < rows.Length; i++, place += _width)
        {
            double value = values[rows[i]];
            if (_decimals < 0)
            {
                _lengths[place] = (byte)NumberText.FormatFloat64(value, Cell(place));
                continue;
            }

            int length = NumberText.FormatFixed(value, _decimals, room);
            if (length <= Cells.Width)
            {
                SetCell(place, room[..length]);
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
        int place = Place(0, column);
        for (int i = 0; i < rows.Length; i++, place += _width)
        {
            Text text = texts[rows[i]];
            if (batch.IsNull(field.Ordinal, rows[i]))
            {
                continue; // it lies anywhere
            }

            if (text.Length <= Cells.MaxQuoted && batch.TryQuote(text, Cell(place)))
            {
                _lengths[place] = (byte)(text.Length + 2);
            }
            else
            {
                _odd |= 1UL << i;
            }
        }
    }
}
