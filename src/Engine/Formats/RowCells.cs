using System;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Formats up to 64 rows column by column into cells, which are then joined row by row. One per encoder.</summary>
/// <remarks>A row with a value that fits no cell is odd: the encoder writes it in its way for any row.</remarks>
internal abstract class RowCells
{
    private readonly byte[] _cells;
    private readonly byte[] _lengths;
    private readonly int[] _rows = new int[Batch.BlockLength];
    private int _count;
    private int _word;
    private ulong _odd;
    private int _passed; // columns of the rows at hand that pass with their records

    /// <param name="fields">The columns in order.</param>
    /// <param name="width">Cells of a row.</param>
    protected RowCells(IReadOnlyList<Field> fields, int width)
    {
        Fields = [.. fields];
        Width = width;
        _cells = new byte[Batch.BlockLength * width * Cells.Width];
        _lengths = new byte[Batch.BlockLength * width];
        Times = new TimestampText[fields.Count];
        for (int i = 0; i < Times.Length; i++)
        {
            Times[i] = new TimestampText();
        }
    }

    protected Field[] Fields { get; }

    /// <summary>Cells of a row: from a cell to the same one of the next row.</summary>
    protected int Width { get; }

    /// <summary>By column: neighbours often are of one instant.</summary>
    protected TimestampText[] Times { get; }

    /// <summary>What looks for records that pass; null: none does.</summary>
    protected PassedRecords? Passed { get; set; }

    /// <summary>The batch's rows that are formatted, in order.</summary>
    protected ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>How many bytes of each cell count.</summary>
    protected Span<byte> Lengths => _lengths;

    /// <summary>Writes the rows of a selection in order; odd ones by <paramref name="encodeRow"/>.</summary>
    public void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output, Action<Batch, int, OutputBuffer> encodeRow)
    {
        for (int word = 0; word < rows.Length; word++)
        {
            if (rows[word] == 0)
            {
                continue;
            }

            Fill(batch, word, rows[word]);
            for (int i = WriteRows(batch, 0, output); i < _count; i += 1 + WriteRows(batch, i + 1, output))
            {
                if ((_odd >> i & 1) != 0 || _passed > 0)
                {
                    encodeRow(batch, _rows[i], output);
                }
                else
                {
                    Write(i, output);
                }
            }
        }
    }

    /// <summary>Which of the rows have a value in a column: bit by bit, a row's number without its higher bits.</summary>
    protected ulong HaveValue(Batch batch, Field field) => batch.Validity(field.Ordinal)[_word];

    /// <summary>Formats all rows' values of a column; those that are null are garbage, and seen to later.</summary>
    protected abstract void FillColumn(Batch batch, int column);

    /// <summary>Writes a null, by the row's place among <see cref="Rows"/>.</summary>
    protected abstract void SetNull(int index, int column);

    /// <summary>The most bytes of a row of cells.</summary>
    protected virtual int MaxRow => Width * Cells.Width;

    /// <summary>Joins rows, as many as <paramref name="room"/> has <see cref="MaxRow"/> for; returns how many.</summary>
    protected virtual int Join(ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, Span<byte> room, out int length) => Cells.JoinRows(cells, lengths, Width, room, out length);

    /// <summary>A row, by its place among <see cref="Rows"/>, must be written another way.</summary>
    protected void SetOdd(int index) => _odd |= 1UL << index;

    /// <summary>A cell and all those behind it.</summary>
    protected Span<byte> CellsFrom(int place) => _cells.AsSpan(place * Cells.Width);

    protected Span<byte> Cell(int place) => _cells.AsSpan(place * Cells.Width, Cells.Width);

    private void Fill(Batch batch, int word, ulong selection)
    {
        _count = 0;
        _word = word;
        _odd = 0;
        for (ulong rest = selection; rest != 0; rest &= rest - 1)
        {
            _rows[_count++] = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rest);
        }

        _passed = Passed is not null && Passed.Take(batch, Rows, word, selection) ? Passed.Columns : 0;
        for (int column = _passed; column < Fields.Length; column++)
        {
            FillColumn(batch, column);
            ulong nulls = selection & ~batch.Validity(Fields[column].Ordinal)[word];
            for (; nulls != 0; nulls &= nulls - 1)
            {
                SetNull(BitOperations.PopCount(selection & ((nulls & (0 - nulls)) - 1)), column);
            }
        }
    }

    /// <summary>Writes rows from one on up to an odd one, as many as there is room for at hand.</summary>
    /// <returns>How many.</returns>
    private int WriteRows(Batch batch, int first, OutputBuffer output)
    {
        int count = Math.Min(_count, first < Batch.BlockLength ? BitOperations.TrailingZeroCount(_odd >> first << first) : 0) - first;
        Span<byte> room = count > 0 ? output.RoomForRows() : default;
        if (room.IsEmpty)
        {
            return 0;
        }

        ReadOnlySpan<byte> cells = CellsFrom(first * Width);
        ReadOnlySpan<byte> lengths = _lengths.AsSpan(first * Width, count * Width);
        int rows = _passed > 0 ? Passed!.Join(batch, first, count, cells, lengths, room, out int length) : Join(cells, lengths, room, out length);
        output.CommitRows(rows, length);
        return rows;
    }

    private void Write(int index, OutputBuffer output)
    {
        // Beside the output, which is asked for no more than the row needs: it may drop what does not fit.
        Span<byte> row = stackalloc byte[MaxRow];
        Join(CellsFrom(index * Width), _lengths.AsSpan(index * Width, Width), row, out int length);
        output.BeginRow();
        row[..length].CopyTo(output.Reserve(length));
        output.Commit(length);
        output.EndRow();
    }
}
