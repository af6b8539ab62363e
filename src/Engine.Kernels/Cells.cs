using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Short texts in cells of equal width, written column by column and joined row by row: every copy is one vector, whatever the length.</summary>
public static class Cells
{
    /// <summary>Bytes of a cell.</summary>
    public const int Width = 32;

    /// <summary>The longest value; a separator follows it.</summary>
    public const int MaxValue = Width - 1;

    /// <summary>The longest text that <see cref="TryQuote"/> takes.</summary>
    public const int MaxQuoted = Width - 2;

    /// <summary>Joins the cells of whole rows without gaps, up to a row whose cells might not all fit.</summary>
    /// <param name="cells">One after the other, row by row.</param>
    /// <param name="lengths">For each cell the bytes that count, up to <see cref="Width"/>.</param>
    /// <param name="width">Cells of a row.</param>
    /// <param name="target">Room; what is behind the rows is overwritten too.</param>
    /// <param name="length">The bytes of all rows.</param>
    /// <returns>How many rows.</returns>
    public static int JoinRows(ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, int width, Span<byte> target, out int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cells.Length, lengths.Length * Width);

        // Safe: the cells were counted. A length is Width at most, so that a row that begins where there is room for all its cells ends there too.
        ref byte from = ref MemoryMarshal.GetReference(cells);
        ref byte to = ref MemoryMarshal.GetReference(target);
        int last = target.Length - (width * Width);
        int total = 0;
        int cell = 0;
        while (cell <= lengths.Length - width && total <= last)
        {
            for (int end = cell + width; cell < end; cell++)
            {
                // Safe: as above.
                Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to, (nuint)(uint)total);
                from = ref Unsafe.Add(ref from, Width);
                total += Math.Min((int)lengths[cell], Width);
            }
        }

        length = total;
        return cell / width;
    }

    /// <summary>Copies a text of up to <see cref="MaxValue"/> bytes that holds neither of two signs nor CR nor LF.</summary>
    /// <param name="text">Its first byte; <see cref="Width"/> bytes are readable from there on: the caller vouches for them.</param>
    /// <returns>False where it holds one; the cell is garbage then.</returns>
    public static bool TryCopyPlain(ref byte text, int length, byte sign, byte other, Span<byte> cell)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell.Length, Width);

        // Safe: the caller vouches for the text; the cell was measured.
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref text);
        bytes.StoreUnsafe(ref MemoryMarshal.GetReference(cell));
        Vector256<byte> special = Vector256.Equals(bytes, Vector256.Create(sign)) | Vector256.Equals(bytes, Vector256.Create(other))
            | Vector256.Equals(bytes, Vector256.Create(Lines.LineFeed)) | Vector256.Equals(bytes, Vector256.Create(Lines.CarriageReturn));
        return (special.ExtractMostSignificantBits() & ((1U << length) - 1)) == 0;
    }

    /// <summary>Writes a text of up to <see cref="MaxQuoted"/> bytes in quotes as JSON has it, when it is ASCII and nothing in it needs an escape.</summary>
    /// <param name="text">Its first byte; <see cref="Width"/> bytes are readable from there on: the caller vouches for them.</param>
    /// <returns>False otherwise; the cell is garbage then.</returns>
    public static bool TryQuote(ref byte text, int length, Span<byte> cell)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaxQuoted);
        ArgumentOutOfRangeException.ThrowIfLessThan(cell.Length, Width);

        // Safe: the caller vouches for the text; the cell was measured, and the halves are stored at 1 and 16 of its 32 bytes.
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref text);
        ref byte target = ref MemoryMarshal.GetReference(cell);
        bytes.GetLower().StoreUnsafe(ref target, 1);
        Vector128.LoadUnsafe(ref text, 15).StoreUnsafe(ref target, 16);
        target = (byte)'"';
        cell[length + 1] = (byte)'"';

        // Signed, whatever is not ASCII is below a space too.
        Vector256<byte> special = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
            | Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)' ')).AsByte();
        return (special.ExtractMostSignificantBits() & ((1U << length) - 1)) == 0;
    }
}
