using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Where the plain part of a JSON string ends.</summary>
public static class JsonStrings
{
    /// <summary>The first position from <paramref name="start"/> on that holds a quote, a backslash or a byte below 0x20; the length where there is none.</summary>
    public static int PlainEnd(ReadOnlySpan<byte> text, int start)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)text.Length);
        // Safe: read below only inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        int at = start;
        while (at <= text.Length - Vector128<byte>.Count)
        {
            // Safe: at + 16 <= text.Length.
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref origin, (nuint)at);
            Vector128<byte> special = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)0x20));
            if (special != Vector128<byte>.Zero)
            {
                return at + BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
            }

            at += Vector128<byte>.Count;
        }

        return PlainEndScalar(text, at);
    }

    /// <summary>The meaning of <see cref="PlainEnd"/>, a byte at a time.</summary>
    public static int PlainEndScalar(ReadOnlySpan<byte> text, int start)
    {
        int at = start;
        while (at < text.Length && text[at] is >= 0x20 and not ((byte)'"' or (byte)'\\'))
        {
            at++;
        }

        return at;
    }
}
