using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Ends of JSON's scalars, as vectors find them. 64 bytes behind the text are readable; an end may lie in them, which the caller sees by its place.</summary>
internal static class JsonScan
{
    /// <summary>One bit for each of 32 bytes that is a quote, a backslash or below 0x20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Special(ref byte origin, int at)
    {
        // Safe: the caller vouches for a place in the text or right behind it, and 64 bytes behind that are readable.
        return Special(Vector256.LoadUnsafe(ref origin, (nuint)at));
    }

    /// <summary>One bit for each byte that is a quote, a backslash or below 0x20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Special(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
            | Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes)).ExtractMostSignificantBits();

    /// <summary>Where the quote stands that closes a string without escapes; −1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfString(ref byte origin, int at, int length)
    {
        for (; at < length; at += Vector256<byte>.Count)
        {
            uint found = Special(ref origin, at);
            if (found != 0)
            {
                // What the literal behind it begins with decides whether it is a quote, and whether it lies in the text.
                return at + BitOperations.TrailingZeroCount(found);
            }
        }

        return -1;
    }

    /// <summary>Where a number ends that has no exponent and up to 31 characters; −1 for any other, also by grammar.</summary>
    /// <remarks>
    /// One load settles it, so that the next place is known soon.
    /// <code>
    /// number   - 1 9 . 2 5 ,        lowest bit first
    /// others   0 0 0 1 0 0 1        without the sign
    /// </code>
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfNumber(ref byte origin, int at)
    {
        // Safe: the place is in the text or right behind it, and 64 bytes behind that are readable: more than the 34 that are looked at.
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref origin, (nuint)at);
        uint others = Vector256.GreaterThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9)).ExtractMostSignificantBits();
        ref byte first = ref Unsafe.Add(ref origin, (nint)(uint)at);
        int sign = first == '-' ? 1 : 0;
        others ^= (uint)sign;
        int end = BitOperations.TrailingZeroCount(others);
        bool isBad = end == sign | (Unsafe.Add(ref first, (nint)(uint)sign) == '0' & end > sign + 1);

        // Safe: as above.
        if (Unsafe.Add(ref first, (nint)(uint)end) == '.')
        {
            int point = end;
            others &= others - 1;
            end = BitOperations.TrailingZeroCount(others);
            isBad |= end == point + 1;
        }

        return isBad | others == 0 ? -1 : at + end;
    }

    /// <summary>0 where so many bytes are a number without an exponent, and few enough to be seen at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NumberFault(ref byte origin, int at, int length)
    {
        // Safe: see the caller.
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref origin, (nuint)(uint)at);
        uint below = (1U << length) - 1;
        uint points = Vector256.Equals(bytes, Vector256.Create((byte)'.')).ExtractMostSignificantBits() & below;
        int sign = Bit(Unsafe.Add(ref origin, (nint)(uint)at) == '-');
        uint others = (Vector256.GreaterThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9)).ExtractMostSignificantBits() & below) ^ (uint)sign;
        uint zero = (uint)Bit(Unsafe.Add(ref origin, (nint)(uint)(at + sign)) == '0') & ((~others & below) >> (sign + 1));
        return (int)((others ^ points) | (points & (points - 1)) | (points & ((1U << sign) | (below ^ (below >> 1)))) | zero)
            | Bit((uint)(length - 1 - sign) > 29);
    }

    /// <summary>0 where the bytes are not none, begin with a digit or a minus, and end with a digit: what else they are is a number or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EdgeFault(ref byte origin, int at, int end)
    {
        // Safe: see the caller.
        int first = Unsafe.Add(ref origin, (nint)(uint)at);
        int last = Unsafe.Add(ref origin, (nint)(uint)(end - 1)) - '0';
        return ((first - '-') | ('9' - first) | last | (9 - last) | (end - at - 1)) & int.MinValue;
    }

    // Safe: a bool that a comparison made is the byte 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Bit(bool value) => Unsafe.BitCast<bool, byte>(value);

    /// <summary>Where a number of any length ends; −1 where its grammar is not JSON's.</summary>
    public static int EndOfAnyNumber(ReadOnlySpan<byte> text, int at)
    {
        at += At(text, at) == '-' ? 1 : 0;
        int first = at;
        at = EndOfDigits(text, at);
        if (at == first || (text[first] == '0' && at > first + 1))
        {
            return -1;
        }

        if (At(text, at) == '.')
        {
            first = at + 1;
            at = EndOfDigits(text, first);
            if (at == first)
            {
                return -1;
            }
        }

        if ((At(text, at) | 0x20) == 'e')
        {
            at += At(text, at + 1) is '+' or '-' ? 2 : 1;
            first = at;
            at = EndOfDigits(text, first);
            if (at == first)
            {
                return -1;
            }
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfWord(ref byte origin, int at)
    {
        // Safe: the place is in the text or right behind it, and 64 bytes behind that are readable.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, (nint)(uint)at));
        return (uint)word is 0x6575_7274 or 0x6C6C_756E ? at + 4 : (word & 0xFF_FFFF_FFFF) == 0x65_736C_6166 ? at + 5 : -1;
    }

    /// <summary>
    /// As <see cref="EndOfString"/>, with escapes (RFC 8259, 7), which are checked; −1 where one is none, and at any other byte below 0x20.
    /// </summary>
    public static int EndOfEscaped(ref byte origin, int at, int length, out bool isEscaped)
    {
        isEscaped = false;
        while (true)
        {
            at = EndOfString(ref origin, at, length);
            if (at < 0 || at >= length)
            {
                return -1;
            }

            // Safe: at < length, and an escape's six bytes lie before the end of the readable bytes behind the text.
            byte value = Unsafe.Add(ref origin, (nint)(uint)at);
            if (value != '\\')
            {
                return value == '"' ? at : -1;
            }

            isEscaped = true;

            // Safe: as above.
            byte letter = Unsafe.Add(ref origin, (nint)(uint)at + 1);
            at += 2;
            if (letter == 'u')
            {
                for (int end = at + 4; at < end; at++)
                {
                    // Safe: as above.
                    if (!char.IsAsciiHexDigit((char)Unsafe.Add(ref origin, (nint)(uint)at)))
                    {
                        return -1;
                    }
                }
            }
            else if (letter is not ((byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t'))
            {
                return -1;
            }
        }
    }

    private static int EndOfDigits(ReadOnlySpan<byte> text, int at)
    {
        while ((uint)(At(text, at) - '0') <= 9)
        {
            at++;
        }

        return at;
    }

    private static int At(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : Lines.LineFeed;
}
