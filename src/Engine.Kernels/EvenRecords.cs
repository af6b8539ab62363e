using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Finds the fields of delimited text whose records are all alike: what most text is.</summary>
/// <remarks>Every text has <see cref="Block64.Length"/> readable bytes behind its end.</remarks>
public static class EvenRecords
{
    private const int MostBlocks = 120; // of which each may add two to a counter of eight bits

    /// <summary>
    /// Finds the records at the front that are plain, without quotes and all of <paramref name="width"/> fields: their line ends are every <paramref name="width"/>th mark, so one
    /// look at each of those is enough. What most text is, in less than half the time of <see cref="Separators.Index"/>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a record begins.</param>
    /// <param name="dialect">The signs.</param>
    /// <param name="width">Fields of a record, 2 at least: a blank line has one.</param>
    /// <param name="maxRecords">The most records to find.</param>
    /// <param name="marks">Filled as by <see cref="Separators.Index"/>.</param>
    /// <param name="hasReturns">Whether there may be a CR in any of the records.</param>
    /// <returns>How many records were found; what follows them is for <see cref="Separators.Index"/>.</returns>
    public static int Index(ReadOnlySpan<byte> text, int start, in Dialect dialect, int width, int maxRecords, Span<int> marks, out bool hasReturns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        long room = Math.Min(marks.Length - Separators.MinMarks, (long)maxRecords * width);
        int count = 1;
        int lines = 0;
        marks[0] = start - 1;
        hasReturns = false;

        // Safe: read and written only below, at places inside the text and the marks.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref int target = ref MemoryMarshal.GetReference(marks);
        int i = start;
        int last = text.Length - Block64.Length;
        while (i <= last && count <= room)
        {
            int from = i;
            lines += IndexBlocks(ref origin, ref i, last, dialect, ref target, ref count, room, ref hasReturns);
            if (i == from)
            {
                break; // a quote
            }
        }

        if (i < text.Length && count <= room)
        {
            // What is left of the text, or the block with the first quote, up to it.
            // Safe: i < text.Length, and 64 bytes behind the text are readable.
            Block64 block = Block64.Load(ref origin, i);
            ulong quotes = block.Equal(dialect.Quote);
            ulong valid = Block64.Lowest(text.Length - i) & ((quotes & (0 - quotes)) - 1);
            lines += BitOperations.PopCount(block.Equal(Lines.LineFeed) & valid);
            ulong separators = block.EqualEither(dialect.Delimiter, Lines.LineFeed) & valid;
            hasReturns |= (block.Equal(Lines.CarriageReturn) & valid) != 0;

            // Safe: as above.
            Separators.Write(ref Unsafe.Add(ref target, count), separators, i);
            count += BitOperations.PopCount(separators);
        }

        return Math.Min(maxRecords, CountEven(text, dialect, width, marks[..count], lines));
    }

    /// <summary>Marks in blocks of 64 bytes, up to the first quote, the room's end or as many as one counter takes. The number of line ends.</summary>
    private static int IndexBlocks(ref byte origin, ref int offset, int last, in Dialect dialect, ref int target, ref int marks, long room, ref bool hasReturns)
    {
        int i = offset;
        int count = marks;
        bool found = hasReturns;
        int lines = 0;
        if (Vector256.IsHardwareAccelerated && !Vector512.IsHardwareAccelerated)
        {
            Vector256<byte> feed = Vector256.Create(Lines.LineFeed);
            Vector256<byte> delimiter = Vector256.Create(dialect.Delimiter);
            Vector256<byte> quote = Vector256.Create(dialect.Quote);
            Vector256<byte> carriage = Vector256.Create(Lines.CarriageReturn);
            Vector256<byte> feeds = Vector256<byte>.Zero; // by place in a vector, less than 256
            for (last = Math.Min(last, i + ((MostBlocks - 1) * Block64.Length)); i <= last && count <= room; i += Block64.Length)
            {
                // Safe: the block lies in the text, and there is room for its marks, and for the few written beyond the last one.
                Vector256<byte> low = Vector256.LoadUnsafe(ref origin, (nuint)(uint)i);
                Vector256<byte> high = Vector256.LoadUnsafe(ref origin, (nuint)(uint)(i + Vector256<byte>.Count));
                Vector256<byte> quotes = Vector256.Equals(low, quote) | Vector256.Equals(high, quote);
                if ((quotes | Vector256.Equals(low, carriage) | Vector256.Equals(high, carriage)) != Vector256<byte>.Zero)
                {
                    if (quotes != Vector256<byte>.Zero)
                    {
                        break;
                    }

                    found = true;
                }

                Vector256<byte> lowFeeds = Vector256.Equals(low, feed);
                Vector256<byte> highFeeds = Vector256.Equals(high, feed);
                feeds -= lowFeeds;
                feeds -= highFeeds;
                uint lows = (Vector256.Equals(low, delimiter) | lowFeeds).ExtractMostSignificantBits();
                ulong separators = lows | ((ulong)(Vector256.Equals(high, delimiter) | highFeeds).ExtractMostSignificantBits() << 32);

                // Safe: as above.
                Separators.Write(ref Unsafe.Add(ref target, count), separators, i);
                count += BitOperations.PopCount(separators);
            }

            (Vector256<ushort> lowCounts, Vector256<ushort> highCounts) = Vector256.Widen(feeds);
            lines = Vector256.Sum(lowCounts + highCounts);
        }
        else
        {
            for (; i <= last && count <= room; i += Block64.Length)
            {
                // Safe: as above.
                Block64 block = Block64.Load(ref origin, i);
                if (block.ContainsEither(dialect.Quote, Lines.CarriageReturn))
                {
                    if (block.Contains(dialect.Quote))
                    {
                        break;
                    }

                    found = true;
                }

                lines += BitOperations.PopCount(block.Equal(Lines.LineFeed));
                ulong separators = block.EqualEither(dialect.Delimiter, Lines.LineFeed);

                // Safe: as above.
                Separators.Write(ref Unsafe.Add(ref target, count), separators, i);
                count += BitOperations.PopCount(separators);
            }
        }

        (offset, marks, hasReturns) = (i, count, found);
        return lines;
    }

    /// <summary>How many records at the front have their line end, and no other, at the last of <paramref name="width"/> marks.</summary>
    private static int CountEven(ReadOnlySpan<byte> text, in Dialect dialect, int width, ReadOnlySpan<int> marks, int lines)
    {
        if (dialect.Comment < 0)
        {
            // The usual text: all of its records are even and short. As many line ends as records, each at its place: there are no others.
            // Safe: marks lie in the text, whose first byte they are counted from, and only the first may be one before it.
            ref byte origin = ref MemoryMarshal.GetReference(text);
            ref int first = ref MemoryMarshal.GetReference(marks);
            int records = (marks.Length - 1) / width;
            int wrong = 0;
            int longest = 0;
            int before = first;
            nint mark = 0;
            for (int i = 0; i < records; i++)
            {
                // Safe: as above.
                mark += width;
                int end = Unsafe.Add(ref first, mark);
                wrong |= Unsafe.Add(ref origin, (nint)(uint)end) ^ Lines.LineFeed;
                longest = Math.Max(longest, end - before);
                before = end;
            }

            if (wrong == 0 && records == lines && longest - 1 <= dialect.MaxRecordSize)
            {
                return records;
            }
        }

        return CountFirstEven(text, dialect, width, marks, lines);
    }

    /// <summary>The same of any text.</summary>
    private static int CountFirstEven(ReadOnlySpan<byte> text, in Dialect dialect, int width, ReadOnlySpan<int> marks, int lines)
    {
        int comment = dialect.Comment;
        int maxRecordSize = dialect.MaxRecordSize;
        int records = 0;
        int start = marks[0] + 1;
        for (int mark = width; mark < marks.Length; mark += width)
        {
            int end = marks[mark];
            if (text[end] != Lines.LineFeed || end - start > maxRecordSize || text[start] == comment)
            {
                break;
            }

            records++;
            start = end + 1;
        }

        // As many line ends as records, each at its place: there are no others. Otherwise some may lie inside what was taken for a record.
        if (records != lines)
        {
            for (int mark = 1; mark <= records * width; mark++)
            {
                if (text[marks[mark]] == Lines.LineFeed && mark % width != 0)
                {
                    return mark / width;
                }
            }
        }

        return records;
    }
}
