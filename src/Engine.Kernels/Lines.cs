using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Lines of text that end in LF or CRLF. Every text has <see cref="Block64.Length"/> readable bytes behind its end.</summary>
public static class Lines
{
    public const byte LineFeed = (byte)'\n';
    public const byte CarriageReturn = (byte)'\r';

    /// <summary>How many LFs there are.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        int count = 0;

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        for (int i = 0; i < text.Length; i += Block64.Length)
        {
            // Safe: i < text.Length, and 64 bytes behind the text are readable.
            ulong feeds = Block64.Load(ref origin, i).Equal(LineFeed) & Block64.Lowest(text.Length - i);
            count += BitOperations.PopCount(feeds);
        }

        return count;
    }

    /// <summary>The meaning of <see cref="Count"/>.</summary>
    public static int CountScalar(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte b in text)
        {
            count += b == LineFeed ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// The length of the whole lines at the front, line ends included: at most <paramref name="maxLines"/>, and none from the first one on that is longer than
    /// <paramref name="maxLine"/> without its line end.
    /// </summary>
    public static int Take(ReadOnlySpan<byte> text, int maxLines, int maxLine, out int lines)
    {
        // Only a block's first line end can close a line longer than a block.
        if (maxLine < Block64.Length)
        {
            return TakeScalar(text, maxLines, maxLine, out lines);
        }

        lines = 0;
        int end = 0;

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        for (int i = 0; i < text.Length && lines < maxLines; i += Block64.Length)
        {
            // Safe: i < text.Length, and 64 bytes behind the text are readable.
            ulong feeds = Block64.Load(ref origin, i).Equal(LineFeed) & Block64.Lowest(text.Length - i);
            if (feeds == 0)
            {
                continue;
            }

            if (ContentLength(text, end, i + Block64.First(feeds)) > maxLine)
            {
                return end;
            }

            int surplus = lines + BitOperations.PopCount(feeds) - maxLines;
            for (; surplus > 0; surplus--)
            {
                feeds ^= 1UL << (63 - BitOperations.LeadingZeroCount(feeds));
            }

            lines += BitOperations.PopCount(feeds);
            end = i + 64 - BitOperations.LeadingZeroCount(feeds);
        }

        return end;
    }

    /// <summary>The meaning of <see cref="Take"/>.</summary>
    public static int TakeScalar(ReadOnlySpan<byte> text, int maxLines, int maxLine, out int lines)
    {
        lines = 0;
        int end = 0;
        while (lines < maxLines)
        {
            int feed = text[end..].IndexOf(LineFeed);
            if (feed < 0 || ContentLength(text, end, end + feed) > maxLine)
            {
                break;
            }

            end += feed + 1;
            lines++;
        }

        return end;
    }

    /// <summary>The length of the line from <paramref name="start"/> to the LF at <paramref name="feed"/>, without a CR before it.</summary>
    public static int ContentLength(ReadOnlySpan<byte> text, int start, int feed) =>
        feed - start - (feed > start && text[feed - 1] == CarriageReturn ? 1 : 0);
}
