using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Rows that begin with a piece of text as it came, and end with cells (<see cref="Cells"/>) that have leads, as <see cref="LedRows"/> joins them.</summary>
public static class PassedRows
{
    /// <summary>Joins whole rows without gaps, up to one that might not fit.</summary>
    /// <param name="text">What the pieces lie in; 64 bytes are readable behind it: the caller vouches for them.</param>
    /// <param name="starts">Of each row, where its piece begins.</param>
    /// <param name="ends">And where it ends.</param>
    /// <param name="columns">How many columns the pieces stand for: their cells and leads are passed over.</param>
    /// <param name="cells">One after the other, row by row.</param>
    /// <param name="lengths">For each cell the bytes that count, up to <see cref="Cells.Width"/>.</param>
    /// <param name="leads">Cells too: one before each value of a row, and one behind the last.</param>
    /// <param name="leadLengths">For each of these the bytes that count.</param>
    /// <param name="target">Room; what is behind the rows is overwritten too.</param>
    /// <param name="length">The bytes of all rows.</param>
    /// <returns>How many rows.</returns>
    public static int Join(ReadOnlySpan<byte> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int columns,
        ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, ReadOnlySpan<byte> leads, ReadOnlySpan<byte> leadLengths, Span<byte> target, out int length)
    {
        int width = leadLengths.Length - 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)columns, (uint)width);
        ArgumentOutOfRangeException.ThrowIfLessThan(lengths.Length, starts.Length * width);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells.Length, lengths.Length * Cells.Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(leads.Length, leadLengths.Length * Cells.Width);
        int rest = (((2 * (width - columns)) + 1) * Cells.Width) + Cells.Width; // the most behind a piece, which is copied in whole vectors

        // Safe: where they begin; what is read and written there is checked row by row.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref byte to = ref MemoryMarshal.GetReference(target);
        int total = 0;
        int row = 0;
        for (; row < starts.Length; row++)
        {
            int piece = ends[row] - starts[row];
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)ends[row], (uint)text.Length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)starts[row], (uint)ends[row]);
            if (total > target.Length - rest - piece)
            {
                break;
            }

            // Safe: the piece is in the text, there was room for it and the rest, and the cells were counted.
            ref byte from = ref Unsafe.Add(ref origin, starts[row]);
            for (int i = 0; i < piece; i += Cells.Width)
            {
                Vector256.LoadUnsafe(ref from, (nuint)(uint)i).StoreUnsafe(ref to, (nuint)(uint)(total + i));
            }

            total += piece;
            int cell = (row * width) + columns;
            for (int column = columns; column < width; column++, cell++)
            {
                // Safe: as above.
                Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(leads), (nuint)(uint)(column * Cells.Width)).StoreUnsafe(ref to, (nuint)(uint)total);
                total += Math.Min((int)leadLengths[column], Cells.Width);
                Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(cells), (nuint)(uint)(cell * Cells.Width)).StoreUnsafe(ref to, (nuint)(uint)total);
                total += Math.Min((int)lengths[cell], Cells.Width);
            }

            // Safe: as above.
            Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(leads), (nuint)(uint)(width * Cells.Width)).StoreUnsafe(ref to, (nuint)(uint)total);
            total += Math.Min((int)leadLengths[width], Cells.Width);
        }

        length = total;
        return row;
    }
}
