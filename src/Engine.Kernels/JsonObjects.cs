using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Goes over flat JSON objects: any keys in any order, and scalars under them, with white space wherever it may stand.</summary>
/// <remarks>
/// Every byte of what is recognised is checked as RFC 8259 has it (UTF-8 is not looked at); all else is for a parser: containers inside, keys with escapes, exponents, long numbers.
/// Every text has <see cref="Block64.Length"/> readable bytes behind its end.
/// </remarks>
public static class JsonObjects
{
    private const int MaxWhite = 16;

    /// <summary>Reads the object that is a whole line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the line begins; behind its line feed when it was read.</param>
    /// <param name="members">Filled with the members in order.</param>
    /// <returns>How many there are; −1, and nothing moved, where the line is another thing, or has more members than there is room for.</returns>
    public static int Read(ReadOnlySpan<byte> text, ref int start, Span<JsonMember> members)
    {
        // Safe: read only below, at places that were compared with the text's length, and up to 64 bytes behind them.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        int at = SkipWhite(ref origin, start);
        if (at >= length || At(ref origin, at) != '{')
        {
            return -1;
        }

        at = SkipWhite(ref origin, at + 1);
        int count = 0;
        if (at < length && At(ref origin, at) == '}')
        {
            return EndLine(ref origin, at + 1, length, ref start) ? 0 : -1;
        }

        while (true)
        {
            if (at >= length || count == members.Length || At(ref origin, at) != '"')
            {
                return -1;
            }

            int key = at + 1;
            int keyEnd = JsonScan.EndOfString(ref origin, key, length);
            if (keyEnd < 0 || keyEnd >= length || At(ref origin, keyEnd) != '"')
            {
                return -1;
            }

            at = keyEnd + 1;
            if (At(ref origin, at) != ':')
            {
                at = SkipSomeWhite(ref origin, at);
                if (At(ref origin, at) != ':')
                {
                    return -1;
                }
            }

            at = SkipWhite(ref origin, at + 1);
            if (at >= length)
            {
                return -1;
            }

            byte first = At(ref origin, at);
            ref JsonMember member = ref members[count++];
            member.KeyWord = WordOf(ref origin, key, keyEnd - key);
            member.KeyStart = key;
            member.KeyLength = keyEnd - key;
            member.IsEscaped = false;
            int end;
            if (first == '"')
            {
                at++;
                member.Start = at;
                member.Kind = JsonGap.String;
                end = JsonScan.EndOfString(ref origin, at, length);
                if (end >= 0 && At(ref origin, end) != '"')
                {
                    end = JsonScan.EndOfEscaped(ref origin, at, length, out member.IsEscaped);
                }

                at = end + 1;
            }
            else
            {
                member.Start = at;
                bool isWord = first >= 'a';
                member.Kind = isWord ? JsonGap.Word : JsonGap.Number;
                end = isWord ? JsonScan.EndOfWord(ref origin, at) : JsonScan.EndOfNumber(ref origin, at);
                at = end;
            }

            if (end < 0)
            {
                return -1;
            }

            member.End = end;
            at = SkipWhite(ref origin, at);
            byte next = At(ref origin, at);
            if (at >= length || next != ',')
            {
                return at < length && next == '}' && EndLine(ref origin, at + 1, length, ref start) ? count : -1;
            }

            at = SkipWhite(ref origin, at + 1);
        }
    }

    /// <summary>A key's <see cref="JsonMember.KeyWord"/>.</summary>
    public static ulong WordOf(ReadOnlySpan<byte> key)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        key[..Math.Min(key.Length, 8)].CopyTo(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WordOf(ref byte origin, int at, int length)
    {
        // Safe: 64 bytes behind the text are readable.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, (nint)(uint)at));
        word = BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
        return length >= 8 ? word : word & ((1UL << (8 * length)) - 1);
    }

    private static bool EndLine(ref byte origin, int at, int length, ref int start)
    {
        at = SkipWhite(ref origin, at);
        if (at >= length || At(ref origin, at) != Lines.LineFeed)
        {
            return false;
        }

        start = at + 1;
        return true;
    }

    /// <summary>Over spaces, tabs and CRs; may go beyond the text by a few bytes, but not beyond those that are readable behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipWhite(ref byte origin, int at) => At(ref origin, at) > ' ' ? at : SkipSomeWhite(ref origin, at);

    private static int SkipSomeWhite(ref byte origin, int at)
    {
        // A parser takes over where there is more of it: so the way never leaves what is readable.
        for (int end = at + MaxWhite; at < end && At(ref origin, at) is (byte)' ' or (byte)'\t' or (byte)'\r'; at++)
        {
        }

        return at;
    }

    // Safe: the place is in the text, or among the 64 readable bytes behind it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte At(ref byte origin, int at) => Unsafe.Add(ref origin, (nint)(uint)at);
}
