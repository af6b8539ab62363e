using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>One double of up to 24 characters, a sign and an exponent, whatever memory it lies in: without a branch on its digits or the place of its point.</summary>
/// <remarks>
/// <code>
/// text      1 9 . 1 3 … … …     sixteen bytes from its beginning on
/// digits    0 0 0 0 0 … 1 9 1 3     one shuffle moves them to the end, and the point out
/// </code>
/// Pairs, fours, eights, sixteen digits grow together. Both operands of the division are exact, so it rounds once (Clinger, 1990).
/// </remarks>
internal static class OneFloat64
{
    /// <summary>The longest text.</summary>
    public const int MaxLength = MaxPlain + 1 + MaxTail;

    private const int MaxPlain = 24; // without sign and exponent
    private const int MaxTail = 5; // e-324
    private const int Width = 16;
    private const ulong MaxUpper = 999; // with sixteen digits behind it what always fits a ulong
    private const int PageSize = 4096; // of the smallest pages

    public static bool IsSupported => Sse41.IsSupported;

    /// <summary>From the byte of so many digits on: where each of sixteen places takes its character from; none of the first.</summary>
    private static ReadOnlySpan<byte> Places =>
    [
        240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    /// <summary>Of so many digits behind the point, from that byte on: ones for them, which take theirs from one place further on.</summary>
    private static ReadOnlySpan<byte> Behind =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    ];

    /// <summary>Powers of ten with a plus, then with a minus: of zero too it makes the sign.</summary>
    private static ReadOnlySpan<double> Powers =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        -1e0, -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8, -1e9, -1e10, -1e11, -1e12, -1e13, -1e14, -1e15,
    ];

    /// <summary>False decides nothing: the text is of another form, or its number beyond the range.</summary>
    /// <param name="text">Of 1 to <see cref="MaxLength"/> bytes.</param>
    /// <param name="value">The nearest double, ties to even.</param>
    public static unsafe bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        // Safe: pinned, so that it does not move between the look at its address and the load; what is behind the text is never used, and memory is there or not by pages.
        fixed (byte* start = &MemoryMarshal.GetReference(text))
        {
            ulong minus = *start == (byte)'-' ? 1UL : 0;
            byte* first = start + minus;
            int length = text.Length - (int)minus;
            if ((uint)(length - 1) < Width && ((nuint)first & (PageSize - 1)) <= PageSize - Width)
            {
                // The most frequent form, without a call, so that everything stays in registers.
                Vector128<byte> bytes = Vector128.Load(first);
                uint points = Vector128.Equals(bytes, Vector128.Create((byte)'.')).ExtractMostSignificantBits();
                int before = BitOperations.TrailingZeroCount(points | (1U << length));
                int digits = length - (before != length ? 1 : 0);
                int behind = digits - before;
                Vector128<byte> values = Digits(bytes, digits, behind);

                // The first product is exact (10^8 brings eight zeros), and so is the sum of up to 15 digits; sixteen have no point, so that the sum alone rounds.
                Vector128<double> parts = Sse2.ConvertToVector128Double(Eights(values));
                double mantissa = (parts.ToScalar() * DigitText.EightDigits) + parts.GetElement(1);
                if (AreDigits(values) && digits > 0)
                {
                    // Safe: at most 15 behind the point, and from the 16th power on the negative ones.
                    value = mantissa / Unsafe.Add(ref MemoryMarshal.GetReference(Powers), (nint)((uint)behind + (minus * Width)));
                    return true;
                }
            }

            return TryReadAny(start, text.Length, out value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe bool TryReadAny(byte* start, int length, out double value)
    {
        int sign = *start is (byte)'-' or (byte)'+' ? 1 : 0;
        int power = 0;
        bool isRead = TryReadPlain(start + sign, length - sign, out ulong mantissa, out int behind)
            || (TryReadExponent(new ReadOnlySpan<byte>(start, length), out int before, out power) && TryReadPlain(start + sign, before - sign, out mantissa, out behind));
        power -= behind;
        double nearest = NearestFloat64.Of(mantissa, power);
        value = *start == (byte)'-' ? -nearest : nearest;
        return isRead && double.IsFinite(value);
    }

    private static unsafe bool TryReadPlain(byte* first, int length, out ulong mantissa, out int behind)
    {
        byte* end = first + length;
        if (WideFloat64.IsSupported && ((nuint)end & (PageSize - 1)) >= WideFloat64.Reach)
        {
            // Safe: the bytes before the end are in the page of the last character.
            return WideFloat64.TryRead(ref Unsafe.AsRef<byte>(end), length, isJson: false, out mantissa, out behind);
        }

        if (length > Width)
        {
            return TryReadLong(first, length, out mantissa, out behind);
        }

        (mantissa, behind) = (0, 0);
        if (length <= 0)
        {
            return false;
        }

        // Safe: as above.
        Vector128<byte> bytes = ((nuint)first & (PageSize - 1)) <= PageSize - Width ? Vector128.Load(first) : Load(first, length);
        uint points = Vector128.Equals(bytes, Vector128.Create((byte)'.')).ExtractMostSignificantBits() & ((1U << length) - 1);
        int digits = length - (points != 0 ? 1 : 0);
        behind = digits - BitOperations.TrailingZeroCount(points | (1U << length));
        return digits > 0 && TryJoin(bytes, digits, behind, out mantissa);
    }

    /// <summary>An exponent of up to three digits at a text's end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The bytes before it.</param>
    /// <param name="power">The exponent.</param>
    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int length, out int power)
    {
        power = 0;
        int unit = 1;
        for (length = text.Length - 1; length > 0 && unit <= 1000; length--)
        {
            uint digit = (uint)text[length] - '0';
            if (digit > 9)
            {
                break;
            }

            power += (int)digit * unit;
            unit *= 10;
        }

        if (unit is 1 or > 1000 || length == 0)
        {
            return false;
        }

        power = text[length] == '-' ? -power : power;
        length -= text[length] is (byte)'-' or (byte)'+' ? 1 : 0;
        return length > 0 && (text[length] | 0x20) == 'e';
    }

    /// <summary>Of 17 to 24 characters the last sixteen, and one to eight before them.</summary>
    private static unsafe bool TryReadLong(byte* first, int length, out ulong mantissa, out int behind)
    {
        // Safe: there are more than sixteen bytes.
        int more = length - Width;
        Vector128<byte> head = Vector128.Load(first);
        Vector128<byte> tail = Vector128.Load(first + more);
        uint headPoints = Vector128.Equals(head, Vector128.Create((byte)'.')).ExtractMostSignificantBits() & ((1U << more) - 1);
        uint tailPoints = Vector128.Equals(tail, Vector128.Create((byte)'.')).ExtractMostSignificantBits();
        int headDigits = more - (headPoints != 0 ? 1 : 0);
        int tailDigits = Width - (tailPoints != 0 ? 1 : 0);
        int headBehind = headDigits - BitOperations.TrailingZeroCount(headPoints | (1U << more));
        int tailBehind = tailDigits - BitOperations.TrailingZeroCount(tailPoints | (1U << Width));
        mantissa = 0;
        behind = tailBehind + (headPoints != 0 ? headBehind + Width : 0);
        if (length > MaxPlain || (headPoints != 0 && tailPoints != 0) || !TryJoin(head, headDigits, headBehind, out ulong upper) || !TryJoin(tail, tailDigits, tailBehind, out ulong lower) || upper > MaxUpper)
        {
            return false;
        }

        mantissa = (upper * Numbers.IntegerPowers[tailDigits]) + lower;
        return true;
    }

    /// <summary>Sixteen bytes, of which some count.</summary>
    private static unsafe Vector128<byte> Load(byte* first, int length)
    {
        Span<byte> room = stackalloc byte[Width];
        room.Clear();
        new ReadOnlySpan<byte>(first, length).CopyTo(room);
        return Vector128.Create<byte>(room);
    }

    /// <summary>The digits as a number; false where one is none.</summary>
    private static bool TryJoin(Vector128<byte> bytes, int digits, int behind, out ulong value)
    {
        Vector128<byte> values = Digits(bytes, digits, behind);
        ulong eights = Eights(values).AsUInt64().ToScalar();
        value = ((eights & uint.MaxValue) * DigitText.EightDigits) + (eights >> 32);
        return AreDigits(values);
    }

    /// <summary>The digits' values at the end of sixteen, without the point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Digits(Vector128<byte> bytes, int digits, int behind)
    {
        // Safe: both are from 0 to 16, and the tables have 16 bytes from there on.
        Vector128<byte> places = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Places), (nuint)(uint)digits)
            + Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Behind), (nuint)(uint)behind);
        return Ssse3.Shuffle(bytes - Vector128.Create((byte)'0'), places);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreDigits(Vector128<byte> values) => Sse2.SubtractSaturate(values, Vector128.Create((byte)9)) == Vector128<byte>.Zero;

    /// <summary>The first and the last eight digits as numbers, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Eights(Vector128<byte> values)
    {
        Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(values, Vector128.Create((short)0x010A).AsSByte());
        Vector128<int> fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        return Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create(0x0001_2710).AsInt16());
    }
}
