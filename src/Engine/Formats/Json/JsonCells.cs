using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Cells of values, between keys that never change and what ends the row.</summary>
/// <remarks>A text that is long, is not ASCII or needs escapes, and another value that fits no cell, make their row odd.</remarks>
internal sealed class JsonCells : RowCells
{
    /// <summary>The most columns whose cells fit one reservation.</summary>
    public const int MaxColumns = ((OutputBuffer.MaxReserve / Cells.Width) - 2) / 2;

    private readonly int _decimals;
    private readonly byte[] _leads;
    private readonly byte[] _leadLengths;
    private readonly byte[][] _keys;

    private JsonCells(IReadOnlyList<Field> fields, byte[][] leads, int decimals) : base(fields, fields.Count)
    {
        _decimals = decimals;
        _keys = leads;
        _leads = new byte[(leads.Length + 1) * Cells.Width];
        _leadLengths = new byte[leads.Length + 1];
        for (int column = 0; column <= leads.Length; column++)
        {
            ReadOnlySpan<byte> lead = column < leads.Length ? leads[column] : "}\n"u8;
            lead.CopyTo(_leads.AsSpan(column * Cells.Width));
            _leadLengths[column] = (byte)lead.Length;
        }
    }

    /// <summary>Null where keys or columns are too many or too long for cells.</summary>
    /// <param name="fields">The columns in order.</param>
    /// <param name="leads">Their keys, with what stands before and behind them.</param>
    /// <param name="decimals">Digits behind a double's point; −1: as many as it takes.</param>
    public static JsonCells? Create(IReadOnlyList<Field> fields, byte[][] leads, int decimals) =>
        fields.Count is > 0 and <= MaxColumns && Array.TrueForAll(leads, lead => lead.Length <= Cells.Width) ? new JsonCells(fields, leads, decimals) : null;

    /// <summary>The first columns may pass with their records.</summary>
    public void Pass(int columns) => Passed = PassedRecords.Create(Fields.AsSpan(0, columns), RecordForm.Json, _keys, _leads, _leadLengths);

    protected override int MaxRow => ((2 * Width) + 1) * Cells.Width;

    protected override void SetNull(int index, int column)
    {
        int place = Place(index, column);
        "null"u8.CopyTo(Cell(place));
        Lengths[place] = (byte)"null"u8.Length;
    }

    protected override int Join(ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, Span<byte> room, out int length) =>
        LedRows.Join(cells, lengths, _leads, _leadLengths, room, out length);

    private int Place(int index, int column) => (index * Width) + column;

    protected override void FillColumn(Batch batch, int column)
    {
        Field field = Fields[column];
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
                for (int i = 0; i < rows.Length; i++, place += Width)
                {
                    Lengths[place] = (byte)Bools.Format(bools[rows[i]], Cell(place));
                }

                break;
            default:
                ReadOnlySpan<long> values = batch.Whole<long>(field.Ordinal);
                bool isDecimal = field.Type.Kind == ColumnKind.Decimal;
                for (int i = 0; i < rows.Length; i++, place += Width)
                {
                    long value = values[rows[i]];
                    Lengths[place] = (byte)(isDecimal ? NumberText.FormatDecimal(value, field.Type.Scale, Cell(place)) : NumberText.FormatInt64(value, Cell(place)));
                }

                break;
        }
    }

    private void FillTimes(ReadOnlySpan<Timestamp> times, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        int place = Place(0, column);
        for (int i = 0; i < rows.Length; i++, place += Width)
        {
            // A null's instant may be beyond the years that have a text.
            long micros = times[rows[i]].Microseconds;
            if (micros is >= Timestamp.MinMicroseconds and <= Timestamp.MaxMicroseconds)
            {
                Span<byte> cell = Cell(place);
                int length = Times[column].Write(micros, cell[1..]);
                cell[0] = (byte)'"';
                cell[length + 1] = (byte)'"';
                Lengths[place] = (byte)(length + 2);
            }
            else
            {
                SetOdd(i);
            }
        }
    }

    private void FillFloats(ReadOnlySpan<double> values, int column)
    {
        ReadOnlySpan<int> rows = Rows;
        int place = Place(0, column);
        if (_decimals < 0)
        {
            Float64Cells.Write(values, rows, Width, CellsFrom(place), Lengths[place..]);
            return;
        }

        Span<byte> room = stackalloc byte[NumberText.MaxFixedLength];
        for (int i = 0; i < rows.Length; i++, place += Width)
        {
            double value = values[rows[i]];
            int length = NumberText.FormatUsualFixed(value, _decimals, Cell(place));
            if (length > 0)
            {
                Lengths[place] = (byte)length;
                continue;
            }

            length = NumberText.FormatFixed(value, _decimals, room);
            if (length <= Cells.Width)
            {
                room[..Cells.Width].CopyTo(Cell(place));
                Lengths[place] = (byte)length;
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
        int place = Place(0, column);
        for (int i = 0; i < rows.Length; i++, place += Width)
        {
            Text text = texts[rows[i]];
            if ((haveValue >> rows[i] & 1) == 0)
            {
                continue; // it lies anywhere
            }

            if (text.Length <= Cells.MaxQuoted && batch.TryQuote(text, Cell(place)))
            {
                Lengths[place] = (byte)(text.Length + 2);
            }
            else
            {
                SetOdd(i);
            }
        }
    }
}
