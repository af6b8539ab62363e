using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>Cuts whole records of delimited text, without looking for their fields.</summary>
/// <remarks>What is plain, and what ends the search, is as with <see cref="Separators"/>. Every text has <see cref="Block64.Length"/> readable bytes behind its end.</remarks>
public static class PlainRecords
{
    private const int GroupLength = 4 * Block64.Length;

    /// <summary>The length of the whole, plain records at the front, at most <paramref name="maxRecords"/>.</summary>
    /// <param name="text">Where a record begins.</param>
    /// <param name="maxRecords">The most to take.</param>
    /// <param name="dialect">The signs.</param>
    /// <param name="records">How many were taken.</param>
    /// <param name="hasQuotes">Whether there were quotes on the way; without any, every LF taken ends a record.</param>
    public static int Take(ReadOnlySpan<byte> text, int maxRecords, in Dialect dialect, out int records, out bool hasQuotes)
    {
        records = 0;
        hasQuotes = false;
        int rowStart = 0;
        ulong inQuotes = 0;

        // A record that begins within a group of blocks and ends there is not too long.
        bool canCount = dialect is { Comment: < 0, MaxRecordSize: >= GroupLength };
        int next = 0; // where a group of plain blocks is looked for

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        for (int i = 0; i < text.Length && records < maxRecords && i - rowStart <= dialect.MaxRecordSize;)
        {
            if (canCount && inQuotes == 0 && i >= next)
            {
                int taken = TakeGroups(ref origin, i, text.Length, maxRecords, dialect, ref records, ref rowStart);
                next = i + taken + GroupLength;
                if (taken > 0)
                {
                    i += taken;
                    continue;
                }
            }

            // Safe: i < text.Length, and 64 bytes behind the text are readable.
            Block64 block = Block64.Load(ref origin, i);
            ulong valid = Block64.Lowest(text.Length - i);
            ulong feeds = block.Equal(Lines.LineFeed) & valid;
            bool isOdd = false;
            if (inQuotes != 0 || block.Contains(dialect.Quote))
            {
                hasQuotes = true;
                ulong separators = (block.Equal(dialect.Delimiter) & valid) | feeds;
                ulong plain = Separators.Plain(text, i, 0, dialect, separators, block.Equal(dialect.Quote) & valid, ref inQuotes, out ulong inside);
                isOdd = plain != ulong.MaxValue;
                feeds &= plain & ~inside;
            }

            int count = BitOperations.PopCount(feeds);
            if (canCount && count > 0 && records + count <= maxRecords && i + Block64.First(feeds) - rowStart <= dialect.MaxRecordSize)
            {
                records += count;
                rowStart = i + Block64.Length - BitOperations.LeadingZeroCount(feeds);
                feeds = 0;
            }

            for (; feeds != 0 && records < maxRecords; feeds &= feeds - 1)
            {
                int end = i + Block64.First(feeds);
                if (end - rowStart > dialect.MaxRecordSize || text[rowStart] == dialect.Comment)
                {
                    return rowStart;
                }

                records++;
                rowStart = end + 1;
            }

            if (isOdd)
            {
                break;
            }

            i += Block64.Length;
        }

        return rowStart;
    }

    /// <summary>The length of the groups of four blocks at the front that have no quote, no record that may be too long, and no more records than wanted.</summary>
    private static int TakeGroups(ref byte origin, int start, int length, int maxRecords, in Dialect dialect, ref int records, ref int rowStart)
    {
        if (!Avx2.IsSupported)
        {
            return 0;
        }

        Vector256<byte> feed = Vector256.Create(Lines.LineFeed);
        Vector256<byte> quote = Vector256.Create(dialect.Quote);
        int i = start;
        int begun = rowStart;
        int count = records;
        for (; i <= length - GroupLength && i + GroupLength - begun <= dialect.MaxRecordSize; i += GroupLength)
        {
            // Safe: the group lies in the text.
            ref byte group = ref Unsafe.AddByteOffset(ref origin, (nuint)(uint)i);
            Vector256<byte> quotes = Vector256<byte>.Zero;
            Vector256<byte> feeds = Vector256<byte>.Zero; // by place in a vector
            for (int at = 0; at < GroupLength; at += 2 * Vector256<byte>.Count)
            {
                // Safe: as above.
                Vector256<byte> low = Vector256.LoadUnsafe(ref group, (nuint)(uint)at);
                Vector256<byte> high = Vector256.LoadUnsafe(ref group, (nuint)(uint)(at + Vector256<byte>.Count));
                quotes |= Vector256.Equals(low, quote) | Vector256.Equals(high, quote);
                feeds -= Vector256.Equals(low, feed) + Vector256.Equals(high, feed);
            }

            Vector256<ushort> sums = Avx2.SumAbsoluteDifferences(feeds, Vector256<byte>.Zero);
            int found = (int)Vector128.Sum((sums.GetLower() + sums.GetUpper()).AsUInt64());
            if (quotes != Vector256<byte>.Zero || count + found > maxRecords)
            {
                break;
            }

            count += found;
            for (int at = GroupLength - Vector256<byte>.Count; at >= 0; at -= Vector256<byte>.Count)
            {
                // Safe: as above.
                uint last = Vector256.Equals(Vector256.LoadUnsafe(ref group, (nuint)(uint)at), feed).ExtractMostSignificantBits();
                if (last != 0)
                {
                    begun = i + at + Vector256<byte>.Count - BitOperations.LeadingZeroCount(last);
                    break;
                }
            }
        }

        (records, rowStart) = (count, begun);
        return i - start;
    }
}
