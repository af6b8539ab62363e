using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Rows of cells (<see cref="Cells"/>) whose values have something before them that all rows share, and something behind the last one.</summary>
public static class LedRows
{
    /// <summary>Joins whole rows without gaps, up to one whose cells might not all fit.</summary>
    /// <param name="cells">One after the other, row by row.</param>
    /// <param name="lengths">For each cell the bytes that count, up to <see cref="Cells.Width"/>.</param>
    /// <param name="leads">Cells too: one before each value of a row, and one behind the last.</param>
    /// <param name="leadLengths">For each of these the bytes that count.</param>
    /// <param name="target">Room; what is behind the rows is overwritten too.</param>
    /// <param name="length">The bytes of all rows.</param>
    /// <returns>How many rows.</returns>
    public static int Join(ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, ReadOnlySpan<byte> leads, ReadOnlySpan<byte> leadLengths, Span<byte> target, out int length)
    {
        int width = leadLengths.Length - 1;
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells.Length, lengths.Length * Cells.Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(leads.Length, leadLengths.Length * Cells.Width);

        // Safe: the cells were counted. A length is Cells.Width at most, so that a row that begins where there is room for all its cells ends there too.
        ref byte from = ref MemoryMarshal.GetReference(cells);
        ref byte to = ref MemoryMarshal.GetReference(target);
        int last = target.Length - (((2 * width) + 1) * Cells.Width);
        int total = 0;
        int cell = 0;
        while (cell <= lengths.Length - width && total <= last)
        {
            // Safe: as above.
            ref byte lead = ref MemoryMarshal.GetReference(leads);
            for (int column = 0; column < width; column++, cell++)
            {
                // Safe: as above.
                Vector256.LoadUnsafe(ref lead).StoreUnsafe(ref to, (nuint)(uint)total);
                total += Math.Min((int)leadLengths[column], Cells.Width);
                Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to, (nuint)(uint)total);
                total += Math.Min((int)lengths[cell], Cells.Width);
                lead = ref Unsafe.Add(ref lead, Cells.Width);
                from = ref Unsafe.Add(ref from, Cells.Width);
            }

            // Safe: as above.
            Vector256.LoadUnsafe(ref lead).StoreUnsafe(ref to, (nuint)(uint)total);
            total += Math.Min((int)leadLengths[width], Cells.Width);
        }

        length = total;
        return cell / width;
    }
}
