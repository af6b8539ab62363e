using System;

namespace DataStream.Kernels;

/// <summary>Doubles as their shortest text, a column of cells (<see cref="Cells"/>) at a time: what is counted in millionths is known for all of them before the first is written.</summary>
public static class Float64Cells
{
    /// <summary>The most rows.</summary>
    public const int MaxRows = 64;

    /// <summary>Writes the values of some rows as <see cref="NumberText.FormatFloat64"/> does.</summary>
    /// <param name="column">The values.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="width">Cells of a row: from a cell to that of the next row.</param>
    /// <param name="cells">The first row's cell, and all others.</param>
    /// <param name="lengths">Likewise; filled.</param>
    public static void Write(ReadOnlySpan<double> column, ReadOnlySpan<int> rows, int width, Span<byte> cells, Span<byte> lengths)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Length, MaxRows);
        Span<double> values = stackalloc double[MaxRows];
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = column[rows[i]];
        }

        Span<ulong> millionths = stackalloc ulong[MaxRows];
        ShortestText.CountMillionths(values[..((rows.Length + 3) & ~3)], millionths);
        for (int i = 0, place = 0; i < rows.Length; i++, place += width)
        {
            lengths[place] = (byte)ShortestText.Write(values[i], millionths[i], cells.Slice(place * Cells.Width, Cells.Width));
        }
    }
}
