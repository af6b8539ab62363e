using System;
using System.Buffers;
using System.Text;

namespace DataStream.Kernels;

/// <summary>Functions of text as UTF-8 bytes; bytes that are no UTF-8 stay as they are.</summary>
public static class Utf8Text
{
    /// <summary>How many bytes a change of case can give: two bytes become three at most, and an ASCII letter stays one.</summary>
    public static int MaxCasedLength(int length) => checked(length + (length / 2) + 4);

    /// <summary>Maps each code point to its lower case, invariantly and one to one.</summary>
    public static int ToLower(ReadOnlySpan<byte> text, Span<byte> result)
    {
        // The ASCII beginning is most often the whole.
        Ascii.ToLower(text, result, out int done);
        return done == text.Length ? done : done + Map(text[done..], result[done..], lower: true);
    }

    public static int ToUpper(ReadOnlySpan<byte> text, Span<byte> result)
    {
        Ascii.ToUpper(text, result, out int done);
        return done == text.Length ? done : done + Map(text[done..], result[done..], lower: false);
    }

    /// <summary>Counts code points: every byte but those that continue one.</summary>
    public static int CountCodePoints(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte b in text)
        {
            count += (b & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Where the text begins and how long it is without ASCII white space at its ends.</summary>
    public static (int Start, int Length) Trim(ReadOnlySpan<byte> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end - start);
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (>= 9 and <= 13);

    private static int Map(ReadOnlySpan<byte> text, Span<byte> result, bool lower)
    {
        int written = 0;
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(text, out Rune rune, out int taken);
            if (status == OperationStatus.Done)
            {
                Rune mapped = lower ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune);
                written += mapped.EncodeToUtf8(result[written..]);
            }
            else
            {
                text[..taken].CopyTo(result[written..]);
                written += taken;
            }

            text = text[taken..];
        }

        return written;
    }
}
