using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Finds the plain records of delimited text by masks: those whose quotes all stand at their fields' edges.</summary>
/// <remarks>
/// Everything else ends the search before its record, which the caller then reads byte by byte: a quote inside an unquoted field or behind a closing one, a record that
/// begins with the comment sign or is longer than allowed, one that the text does not hold whole. Every text has <see cref="Block64.Length"/> readable bytes behind its end.
/// </remarks>
public static class Separators
{
    /// <summary>The least room for marks that <see cref="Index"/> needs to find anything.</summary>
    public const int MinMarks = 2 * Block64.Length;

    private const int MaxWrittenAtOnce = 8;

    /// <summary>Finds delimiters and line ends outside quotes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a record begins.</param>
    /// <param name="dialect">The signs.</param>
    /// <param name="marks">Filled from index 1 with the positions in order; <c>marks[0]</c> is <paramref name="start"/> − 1, so that a field lies between two marks.</param>
    /// <param name="rowEnds">For each record the index in <paramref name="marks"/> of its LF.</param>
    /// <returns>How many whole, plain records were found; marks behind the last one's LF mean nothing.</returns>
    public static int Index(ReadOnlySpan<byte> text, int start, in Dialect dialect, Span<int> marks, Span<int> rowEnds)
    {
        int rows = 0;
        int count = 1;
        int rowStart = start;
        ulong inQuotes = 0; // all ones while a quote is open at the block's start
        marks[0] = start - 1;

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        for (int i = start; i < text.Length && i - rowStart <= dialect.MaxRecordSize; i += Block64.Length)
        {
            if (count > marks.Length - MinMarks)
            {
                return rows;
            }

            // Safe: i < text.Length, and 64 bytes behind the text are readable.
            Block64 block = Block64.Load(ref origin, i);
            ulong valid = Block64.Lowest(text.Length - i);
            ulong feeds = block.Equal(Lines.LineFeed) & valid;
            ulong separators = (block.Equal(dialect.Delimiter) & valid) | feeds;
            ulong quotes = block.Equal(dialect.Quote) & valid;
            bool isOdd = false;
            if ((quotes | inQuotes) != 0)
            {
                ulong plain = Plain(text, i, start, dialect, separators, quotes, ref inQuotes, out ulong inside);
                isOdd = plain != ulong.MaxValue;
                separators &= plain & ~inside;
                feeds &= plain & ~inside;
            }

            // Safe: there is room for a block's marks, and for the few written beyond the last one.
            Write(ref Unsafe.Add(ref MemoryMarshal.GetReference(marks), count), separators, i);
            for (ulong rest = feeds; rest != 0; rest &= rest - 1)
            {
                int end = i + Block64.First(rest);
                if (end - rowStart > dialect.MaxRecordSize || text[rowStart] == dialect.Comment)
                {
                    return rows;
                }

                rowEnds[rows++] = count + BitOperations.PopCount(separators & ((rest & (0 - rest)) - 1));
                rowStart = end + 1;
                if (rows == rowEnds.Length)
                {
                    return rows;
                }
            }

            count += BitOperations.PopCount(separators);
            if (isOdd)
            {
                return rows;
            }
        }

        return rows;
    }

    /// <summary>
    /// Which bytes of a block lie in quotes, and the bits below the first quote that is not at a field's edge (all ones where there is none).
    /// <code>
    /// text        a,"b,c",d"
    /// quotes      0010001001
    /// inside      0011110001    from an opening quote to the byte before the closing one
    /// separators  0100100100    edges: behind a separator it opens, before one it closes
    /// plain       1111111110    the last one opens behind a letter
    /// </code>
    /// </summary>
    internal static ulong Plain(ReadOnlySpan<byte> text, int offset, int start, in Dialect dialect, ulong separators, ulong quotes, ref ulong inQuotes, out ulong inside)
    {
        inside = Block64.PrefixXor(quotes) ^ inQuotes;
        inQuotes = (ulong)((long)inside >> 63);
        ulong edges = separators | quotes; // two quotes in a row inside quotes are one
        ulong opening = quotes & inside;
        ulong closing = quotes & ~inside;
        ulong doubtful = (opening & ~(edges << 1)) | (closing & ~(edges >> 1));
        for (; doubtful != 0; doubtful &= doubtful - 1)
        {
            // Block edges, and CRs before an LF, are looked at one by one.
            int at = Block64.First(doubtful);
            bool isEdge = (opening >> at & 1) != 0
                ? offset + at == start || IsEdge(text[offset + at - 1], dialect)
                : IsClosed(text, offset + at + 1, dialect);
            if (!isEdge)
            {
                return (1UL << at) - 1;
            }
        }

        return ulong.MaxValue;
    }

    private static bool IsEdge(byte b, in Dialect dialect) => b == dialect.Delimiter || b == dialect.Quote || b == Lines.LineFeed;

    private static bool IsClosed(ReadOnlySpan<byte> text, int next, in Dialect dialect)
    {
        if (next >= text.Length || IsEdge(text[next], dialect))
        {
            return true;
        }

        return text[next] == Lines.CarriageReturn && next + 1 < text.Length && text[next + 1] == Lines.LineFeed;
    }

    /// <summary>Writes the positions of a mask's bits, eight at a time: up to eight that mean nothing follow the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(ref int target, ulong mask, int offset)
    {
        // Most blocks have no more than eight, so that this loop ends as foreseen.
        do
        {
            // Safe: the caller has room for 64 positions and a few more.
            Unsafe.Add(ref target, 0) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 1) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 2) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 3) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 4) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 5) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 6) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            Unsafe.Add(ref target, 7) = offset + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            target = ref Unsafe.Add(ref target, MaxWrittenAtOnce);
        }
        while (mask != 0);
    }
}
