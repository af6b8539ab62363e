using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Recognises JSON records of a known layout: the same bytes everywhere but for the values of strings, numbers and words.</summary>
/// <remarks>
/// Of such a record every byte is checked as RFC 8259 has it (UTF-8 is not looked at); all others end the run, and are for a parser. Every text has <see cref="Block64.Length"/>
/// readable bytes behind its end.
/// </remarks>
public static class JsonRecords
{
    /// <summary>Literals are given in pieces of so many bytes, the last one filled up with anything.</summary>
    public const int Piece = 32;

    /// <summary>The longest number, without its sign, whose digits before or behind the point are recognised.</summary>
    private const int MaxDigits = 16;

    /// <summary>Finds the records of a layout at the front.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a record begins; then where the first one begins that was not recognised.</param>
    /// <param name="literals">What stands around the gaps, each filled up to whole pieces; the last one ends with the record's line feed.</param>
    /// <param name="lengths">The literals' lengths: one more than gaps.</param>
    /// <param name="gaps">The gaps between them.</param>
    /// <param name="maxRecordSize">The longest record, line end included, that is taken.</param>
    /// <param name="marks">
    /// Filled with two marks for each gap, so that its bytes lie between them as <see cref="FieldRun"/> has it: a record takes twice its gaps. Its length bounds the run.
    /// </param>
    /// <returns>How many records were found.</returns>
    public static int Match(
        ReadOnlySpan<byte> text, ref int start, ReadOnlySpan<byte> literals, ReadOnlySpan<int> lengths, ReadOnlySpan<JsonGap> gaps, int maxRecordSize, Span<int> marks)
    {
        int width = 2 * gaps.Length;
        if (width == 0 || lengths.Length != gaps.Length + 1)
        {
            return 0;
        }

        int needed = 0;
        foreach (int length in lengths)
        {
            needed += Pieces(length);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(literals.Length, needed);

        // Safe: read only below, at places that were compared with the text's length, and in the literals that were counted.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref byte literal = ref MemoryMarshal.GetReference(literals);
        int records = 0;
        for (int mark = 0; mark <= marks.Length - width; mark += width)
        {
            int at = start;
            Span<int> own = marks.Slice(mark, width);
            ref byte next = ref literal;
            for (int i = 0; i < gaps.Length; i++)
            {
                int length = lengths[i];
                if (length > text.Length - at || !IsEqual(ref origin, at, ref next, length))
                {
                    return records;
                }

                // Safe: the literals were counted.
                next = ref Unsafe.Add(ref next, Pieces(length));
                at += length;
                own[2 * i] = at - 1;
                int end = gaps[i] switch
                {
                    JsonGap.String => EndOfString(ref origin, at, text.Length),
                    JsonGap.Number => EndOfNumber(ref origin, at),
                    _ => EndOfWord(ref origin, at),
                };
                if (end < 0)
                {
                    return records;
                }

                own[(2 * i) + 1] = end;
                at = end;
            }

            int last = lengths[gaps.Length];
            if (last > text.Length - at || !IsEqual(ref origin, at, ref next, last) || at + last - start > maxRecordSize)
            {
                return records;
            }

            start = at + last;
            records++;
        }

        return records;
    }

    /// <summary>The bytes that a literal takes.</summary>
    public static int Pieces(int length) => (length + Piece - 1) & -Piece;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEqual(ref byte origin, int at, ref byte literal, int length)
    {
        for (; length > Piece; length -= Piece, at += Piece)
        {
            // Safe: more than a piece of the literal is left, and as much of the text.
            if (Vector256.LoadUnsafe(ref origin, (nuint)at) != Vector256.LoadUnsafe(ref literal))
            {
                return false;
            }

            // Safe: as above.
            literal = ref Unsafe.Add(ref literal, Piece);
        }

        // Safe: the literal is filled up, and 64 bytes behind the text are readable.
        uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref origin, (nuint)at), Vector256.LoadUnsafe(ref literal)).ExtractMostSignificantBits();
        return (~equal & (uint)((1UL << length) - 1)) == 0;
    }

    /// <summary>Where the quote stands that closes a string without escapes; −1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfString(ref byte origin, int at, int length)
    {
        for (; at < length; at += Piece)
        {
            // Safe: at < length, and 64 bytes behind the text are readable.
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref origin, (nuint)at);
            Vector256<byte> special = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes);
            uint found = special.ExtractMostSignificantBits();
            if (found != 0)
            {
                // What the literal behind it begins with decides whether it is a quote, and whether it lies in the text.
                return at + BitOperations.TrailingZeroCount(found);
            }
        }

        return -1;
    }

    /// <summary>Where a number ends that has up to 15 digits on either side of its point; −1 for any other, also by grammar.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfNumber(ref byte origin, int at)
    {
        // Safe: the place is in the text or right behind it, and no more than 1 + 2 × 16 + 1 bytes from it are read: 64 are readable behind the text.
        at += Unsafe.Add(ref origin, (nint)(uint)at) == '-' ? 1 : 0;
        int digits = BitOperations.TrailingZeroCount(NotDigits(ref origin, at));

        // Safe: as above.
        if (digits == 0 || digits == MaxDigits || (digits > 1 && Unsafe.Add(ref origin, (nint)(uint)at) == '0'))
        {
            return -1;
        }

        at += digits;
        // Safe: as above.
        if (Unsafe.Add(ref origin, (nint)(uint)at) != '.')
        {
            return at;
        }

        at++;
        digits = BitOperations.TrailingZeroCount(NotDigits(ref origin, at));
        return digits is 0 or MaxDigits ? -1 : at + digits;
    }

    /// <summary>One bit for each of 16 bytes that is no digit, and one above them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NotDigits(ref byte origin, int at)
    {
        // Safe: the caller vouches for 16 bytes.
        Vector128<byte> values = Vector128.LoadUnsafe(ref origin, (nuint)at) - Vector128.Create((byte)'0');
        return Vector128.GreaterThan(values, Vector128.Create((byte)9)).ExtractMostSignificantBits() | (1U << MaxDigits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndOfWord(ref byte origin, int at)
    {
        // Safe: the place is in the text or right behind it, and 64 bytes behind that are readable.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, (nint)(uint)at));
        return (uint)word is 0x6575_7274 or 0x6C6C_756E ? at + 4 : (word & 0xFF_FFFF_FFFF) == 0x65_736C_6166 ? at + 5 : -1;
    }
}
