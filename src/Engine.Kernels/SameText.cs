using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Whether values stand in records in the very text that they would be written with: such a record need not be written anew.</summary>
/// <remarks>
/// Each method goes, in every record, from a place over what is to stand before the value (its lead) and over the value, and tells whether both are so in all of them;
/// the places are behind the values then, and else anywhere. That the text is a value its decoder has seen to: here it is only known from others of the same value.
/// </remarks>
public static class SameText
{
    /// <summary>The longest lead and the longest text.</summary>
    public const int MaxLength = 31;

    private const int MaxDigits = 15; // decimals of so many are told apart by doubles, and so the shortest of theirs
    private const int MaxFraction = 6; // of a smaller one ECMAScript writes an exponent
    private const int MaxInteger = 19;
    private const uint ToMilliseconds = (1U << 23) - 1;
    private const uint ToMicroseconds = (1U << 27) - 1;
    private const uint ThreeZeros = 0x303030;

    /// <summary>Whole numbers, without signs or zeros that need not be.</summary>
    public static bool Integers(in PassedTexts texts)
    {
        ref byte origin = ref texts.Check();
        (Vector256<byte> lead, uint needed, int before) = texts.Shared;
        Span<int> places = texts.Places;
        ReadOnlySpan<int> ends = texts.Ends;
        for (int i = 0; i < places.Length && i < ends.Length; i++)
        {
            // Safe: places were checked, and stay before their ends; 64 bytes are readable behind the text.
            ref byte at = ref Unsafe.Add(ref origin, places[i]);
            if (Differs(ref at, lead, needed))
            {
                return false;
            }

            // Safe: as above.
            at = ref Unsafe.Add(ref at, before);
            int sign = at == '-' ? 1 : 0;
            int digits = BitOperations.TrailingZeroCount(~(Digits(ref at) >> sign));
            int next = places[i] + before + sign + digits;
            if ((uint)(digits - 1) >= MaxInteger || next > ends[i] || (Unsafe.Add(ref at, sign) == '0' && digits + sign != 1))
            {
                return false;
            }

            places[i] = next;
        }

        return true;
    }

    /// <summary>Doubles of up to 15 digits, as <see cref="NumberText.FormatFloat64"/> writes them.</summary>
    public static bool Doubles(in PassedTexts texts)
    {
        ref byte origin = ref texts.Check();
        (Vector256<byte> lead, uint needed, int before) = texts.Shared;
        Span<int> places = texts.Places;
        ReadOnlySpan<int> ends = texts.Ends;
        for (int i = 0; i < places.Length && i < ends.Length; i++)
        {
            // Safe: as above.
            ref byte at = ref Unsafe.Add(ref origin, places[i]);
            if (Differs(ref at, lead, needed))
            {
                return false;
            }

            // Safe: as above.
            at = ref Unsafe.Add(ref at, before);
            int sign = at == '-' ? 1 : 0;
            ulong digits = Digits(ref at) >> sign;
            at = ref Unsafe.Add(ref at, sign);
            int whole = BitOperations.TrailingZeroCount(~digits);
            int length = whole;
            if ((uint)(whole - 1) >= MaxDigits)
            {
                return false;
            }

            // Safe: as above.
            if (Unsafe.Add(ref at, whole) == '.')
            {
                int fraction = BitOperations.TrailingZeroCount(~(digits >> (whole + 1)));
                length += 1 + fraction;
                // Safe: as above.
                if ((uint)(fraction - 1) >= MaxFraction || whole + fraction > MaxDigits || Unsafe.Add(ref at, length - 1) == '0' || (at == '0' && whole != 1))
                {
                    return false;
                }
            }
            else if (at == '0' && whole + sign != 1)
            {
                return false;
            }

            int next = places[i] + before + sign + length;
            if (next > ends[i])
            {
                return false;
            }

            places[i] = next;
        }

        return true;
    }

    /// <summary>Instants as <see cref="Timestamps.Format"/> writes them.</summary>
    public static bool Times(in PassedTexts texts)
    {
        Vector256<byte> least = Vector256.Create("0000-00-00T00:00:00.000000Z\0\0\0\0\0"u8);
        Vector256<byte> range = Vector256.Create("9999-19-39T29:59:59.999999Z\0\0\0\0\0"u8) - least;
        ref byte origin = ref texts.Check();
        (Vector256<byte> lead, uint needed, int before) = texts.Shared;
        Span<int> places = texts.Places;
        ReadOnlySpan<int> ends = texts.Ends;
        for (int i = 0; i < places.Length && i < ends.Length; i++)
        {
            // Safe: as above.
            ref byte at = ref Unsafe.Add(ref origin, places[i]);
            if (Differs(ref at, lead, needed))
            {
                return false;
            }

            // Safe: as above.
            at = ref Unsafe.Add(ref at, before);
            uint inRange = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at) - least, range).ExtractMostSignificantBits();
            uint last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, 23)); // the microseconds behind the milliseconds, or the end
            int next = places[i] + before + 24;
            if ((byte)last == 'Z')
            {
                inRange |= ~ToMilliseconds;
            }
            else
            {
                next += 3;
                inRange = (last & 0xFF_FFFF) == ThreeZeros ? 0 : inRange | ~ToMicroseconds;
            }

            // Safe: as above.
            if (inRange != uint.MaxValue || next > ends[i] || (Unsafe.Add(ref at, 11) == '2' && Unsafe.Add(ref at, 12) > '3'))
            {
                return false;
            }

            places[i] = next;
        }

        return true;
    }

    /// <summary>Texts of up to <see cref="MaxLength"/> bytes of printable ASCII, without two signs.</summary>
    /// <param name="texts">The records.</param>
    /// <param name="values">Where the values are, in the lower half of a word, and how long.</param>
    /// <param name="rows">Of each record, which of these is its value.</param>
    /// <param name="sign">What ends a value.</param>
    /// <param name="other">What would be written in another way.</param>
    public static bool Texts(in PassedTexts texts, ReadOnlySpan<long> values, ReadOnlySpan<int> rows, byte sign, byte other)
    {
        ref byte origin = ref texts.Check();
        (Vector256<byte> lead, uint needed, int before) = texts.Shared;
        Span<int> places = texts.Places;
        ReadOnlySpan<int> ends = texts.Ends;
        Vector256<byte> signs = Vector256.Create(sign);
        Vector256<byte> others = Vector256.Create(other);
        for (int i = 0; i < places.Length && i < ends.Length; i++)
        {
            // Safe: as above.
            ref byte at = ref Unsafe.Add(ref origin, places[i]);
            long value = values[rows[i]];
            int start = places[i] + before;
            int length = (int)(value >> 32);
            if (Differs(ref at, lead, needed) || (int)value != start || (uint)(length - 1) >= MaxLength)
            {
                return false;
            }

            // Safe: as above. Signed, whatever is not ASCII is below a space too.
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref Unsafe.Add(ref at, before));
            uint special = (Vector256.Equals(bytes, signs) | Vector256.Equals(bytes, others) | Vector256.LessThan(bytes.AsSByte(), Vector256.Create((sbyte)' ')).AsByte()).ExtractMostSignificantBits();
            if ((special & ((1U << length) - 1)) != 0 || start + length > ends[i])
            {
                return false;
            }

            places[i] = start + length;
        }

        return true;
    }

    // Safe: 64 bytes behind a place are readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per value
    private static bool Differs(ref byte at, Vector256<byte> lead, uint needed) => (~Vector256.Equals(Vector256.LoadUnsafe(ref at), lead).ExtractMostSignificantBits() & needed) != 0;

    // Safe: 32 bytes behind a lead are readable.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per number
    private static ulong Digits(ref byte at) =>
        Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref at) - Vector256.Create((byte)'0'), Vector256.Create((byte)9)).ExtractMostSignificantBits();
}
