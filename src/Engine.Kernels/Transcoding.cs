using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace DataStream.Kernels;

/// <summary>Other encodings to UTF-8, piece by piece, and places in what came out back to places in what went in.</summary>
public static class Transcoding
{
    /// <summary>The most bytes that one byte of an encoding becomes (€ is 0x80 in windows-1252 and three bytes in UTF-8; a unit of UTF-16 is three at most).</summary>
    public const int MaxGrowth = 3;

    private const int UnitsAtOnce = 512;

    // The characters at 0x80 to 0x9F (https://encoding.spec.whatwg.org/index-windows-1252.txt).
    private const string WindowsCharacters =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>Turns the front of a text into UTF-8. Surrogates without their other half, and half a unit at the end, become U+FFFD.</summary>
    /// <param name="source">The text.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="target">Room; what does not fit stays for the next call.</param>
    /// <param name="isFinal">Nothing follows; otherwise a character that is not whole is left.</param>
    /// <param name="consumed">How many bytes were taken.</param>
    /// <returns>How many bytes were written.</returns>
    public static int ToUtf8(ReadOnlySpan<byte> source, TextEncoding encoding, Span<byte> target, bool isFinal, out int consumed)
    {
        switch (encoding)
        {
            case TextEncoding.Utf8:
                consumed = Math.Min(source.Length, target.Length);
                source[..consumed].CopyTo(target);
                return consumed;
            case TextEncoding.Latin1 or TextEncoding.Windows1252:
                return FromBytes(source, encoding == TextEncoding.Windows1252, target, out consumed);
            default:
                return FromUnits(source, encoding == TextEncoding.Utf16BigEndian, target, isFinal, out consumed);
        }
    }

    /// <summary>How many bytes a piece of UTF-8 was in its encoding; it must hold whole characters as <see cref="ToUtf8"/> made them.</summary>
    public static long LengthBefore(ReadOnlySpan<byte> utf8, TextEncoding encoding)
    {
        if (encoding == TextEncoding.Utf8)
        {
            return utf8.Length;
        }

        long characters = 0;
        long pairs = 0;
        foreach (byte b in utf8)
        {
            characters += (b & 0xC0) != 0x80 ? 1 : 0;
            pairs += b >= 0xF0 ? 1 : 0;
        }

        return encoding is TextEncoding.Latin1 or TextEncoding.Windows1252 ? characters : 2 * (characters + pairs);
    }

    private static int FromBytes(ReadOnlySpan<byte> source, bool isWindows, Span<byte> target, out int consumed)
    {
        int written = 0;
        consumed = 0;
        while (consumed < source.Length)
        {
            ReadOnlySpan<byte> rest = source[consumed..];
            int ascii = rest.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            ascii = Math.Min(ascii < 0 ? rest.Length : ascii, target.Length - written);
            rest[..ascii].CopyTo(target[written..]);
            consumed += ascii;
            written += ascii;
            while (consumed < source.Length && source[consumed] >= 0x80)
            {
                if (target.Length - written < MaxGrowth)
                {
                    return written;
                }

                byte b = source[consumed++];
                int code = isWindows && b < 0xA0 ? WindowsCharacters[b - 0x80] : b;
                if (code >= 0x800)
                {
                    target[written++] = (byte)(0xE0 | (code >> 12));
                    target[written++] = (byte)(0x80 | (code >> 6 & 0x3F));
                }
                else
                {
                    target[written++] = (byte)(0xC0 | (code >> 6));
                }

                target[written++] = (byte)(0x80 | (code & 0x3F));
            }

            if (written == target.Length)
            {
                break;
            }
        }

        return written;
    }

    private static int FromUnits(ReadOnlySpan<byte> source, bool isBigEndian, Span<byte> target, bool isFinal, out int consumed)
    {
        Span<char> units = stackalloc char[UnitsAtOnce];
        int written = 0;
        consumed = 0;
        OperationStatus status = OperationStatus.Done;
        while (source.Length - consumed >= 2 && status == OperationStatus.Done)
        {
            int count = Math.Min((source.Length - consumed) / 2, UnitsAtOnce);

            // Safe: two bytes make a char, and no more are copied than there are.
            source.Slice(consumed, 2 * count).CopyTo(MemoryMarshal.AsBytes(units));
            if (isBigEndian == BitConverter.IsLittleEndian)
            {
                // Safe: a char is an unsigned short.
                Span<ushort> numbers = MemoryMarshal.Cast<char, ushort>(units[..count]);
                BinaryPrimitives.ReverseEndianness(numbers, numbers);
            }

            bool isLast = isFinal && source.Length - consumed - (2 * count) < 2;
            status = Utf8.FromUtf16(units[..count], target[written..], out int read, out int length, replaceInvalidSequences: true, isFinalBlock: isLast);
            consumed += 2 * read;
            written += length;
            if (status == OperationStatus.NeedMoreData && read > 0 && source.Length - consumed > 2)
            {
                status = OperationStatus.Done; // the other half comes with the next units
            }
        }

        if (isFinal && source.Length - consumed == 1 && target.Length - written >= 3)
        {
            "\uFFFD"u8.CopyTo(target[written..]);
            written += 3;
            consumed++;
        }

        return written;
    }
}
