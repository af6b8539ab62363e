using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>One double of up to 24 characters behind its sign, read from its end: without a branch on its length, its digits or the place of its point.</summary>
/// <remarks>
/// <code>
/// thirty-two bytes up to the end    … , - 7 2 . 9 8 5 9 9 9 9 9 9 9
/// and up to the byte before it      … 0 , - 7 2 . 9 8 5 9 9 9 9 9 9
/// digits                            0 0 0 0 7 2 9 8 5 9 9 9 9 9 9 9     behind the point of the first, up to it of the second
/// </code>
/// Pairs, fours, eights, all grow together; then two multiplications at most, as <see cref="NearestFloat64"/> tells.
/// </remarks>
internal static class WideFloat64
{
    /// <summary>The bytes before a text's end that are read.</summary>
    public const int Reach = Width + 1;

    /// <summary>The longest text.</summary>
    public const int MaxLength = 24;

    private const int Width = 32;
    private const ulong MaxUpper = 1843; // with sixteen digits behind it what always fits a ulong

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Reads a field of records one after the other, up to one that is of another form, or whose number is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="marks">The marks of the run.</param>
    /// <param name="at">The mark that ends the first one's field.</param>
    /// <param name="width">Fields of a record.</param>
    /// <param name="isLast">A line end ends the field, and a CR before it is part of that.</param>
    /// <param name="isJson">Only JSON's numbers are numbers.</param>
    /// <param name="values">A place for each record.</param>
    /// <returns>How many were read.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ReadRun(ref byte text, ref int marks, int at, int width, bool isLast, bool isJson, Span<double> values)
    {
        for (int i = 0; i < values.Length; i++, at += width)
        {
            // Safe: the run's marks were checked when it was made, and they stand in the text, which is readable up to each of them.
            int start = Unsafe.Add(ref marks, (nint)(uint)at - 1) + 1;
            int end = Unsafe.Add(ref marks, (nint)(uint)at);
            if (isLast && end > start && Unsafe.AddByteOffset(ref text, (nuint)(uint)end - 1) == Lines.CarriageReturn)
            {
                end--;
            }

            // Safe: as above; an empty field's first byte is the mark behind it.
            ulong minus = Unsafe.AddByteOffset(ref text, (nuint)(uint)start) == (byte)'-' ? 1UL : 0;
            // Safe: as above.
            if (end < Reach || !TryRead(ref Unsafe.AddByteOffset(ref text, (nuint)(uint)end), end - start - (int)minus, isJson, out ulong mantissa, out int behind))
            {
                return i;
            }

            ulong bits = mantissa == 0 ? 0 : NearestFloat64.Bits(mantissa, -behind);
            values[i] = BitConverter.UInt64BitsToDouble(bits | (minus << 63));
        }

        return values.Length;
    }

    /// <summary>A number's digits and how many of them stand behind its point. False decides nothing: the text is of another form, or its number too long.</summary>
    /// <param name="end">Behind the last character; <see cref="Reach"/> bytes before it are readable.</param>
    /// <param name="length">The characters, without a sign.</param>
    /// <param name="isJson">Zeros in front of others, and points without digits on both sides, are something else.</param>
    /// <param name="mantissa">The digits as a whole number.</param>
    /// <param name="behind">From 0 to 24.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref byte end, int length, bool isJson, out ulong mantissa, out int behind)
    {
        // Safe: the caller vouches for the bytes before the end.
        Vector256<byte> last = Vector256.LoadUnsafe(ref Unsafe.SubtractByteOffset(ref end, Width));
        Vector256<byte> before = Vector256.LoadUnsafe(ref Unsafe.SubtractByteOffset(ref end, Reach));
        Vector256<sbyte> places = Vector256<sbyte>.Indices;

        uint points = Vector256.Equals(last, Vector256.Create((byte)'.')).ExtractMostSignificantBits() & (uint)(ulong.MaxValue << (Width - length));
        behind = BitOperations.LeadingZeroCount(points); // 32 where there is none
        Vector256<byte> isBehind = Vector256.GreaterThan(places, Vector256.Create((sbyte)(Width - 1 - behind))).AsByte();
        behind &= Width - 1;
        int digits = length - (points != 0 ? 1 : 0); // a second point stays one, and is no digit
        Vector256<byte> counts = Vector256.GreaterThan(places, Vector256.Create((sbyte)(Width - 1 - digits))).AsByte();
        Vector256<byte> values = (Vector256.ConditionalSelect(isBehind, last, before) - Vector256.Create((byte)'0')) & counts;

        Vector256<short> pairs = Avx2.MultiplyAddAdjacent(values, Vector256.Create((short)0x010A).AsSByte());
        Vector256<int> fours = Avx2.MultiplyAddAdjacent(pairs, Vector256.Create(0x0001_0064).AsInt16());
        Vector256<ulong> eights = Avx2.MultiplyAddAdjacent(Avx2.PackUnsignedSaturate(fours, fours).AsInt16(), Vector256.Create(0x0001_2710).AsInt16()).AsUInt64();
        ulong upper = eights.ToScalar();
        ulong lower = eights.GetElement(2);
        mantissa = ((upper >> 32) * DigitText.EightDigits * DigitText.EightDigits) + ((lower & uint.MaxValue) * DigitText.EightDigits) + (lower >> 32);

        bool isRead = (uint)(length - 1) < MaxLength && digits > 0 && Avx2.SubtractSaturate(values, Vector256.Create((byte)9)) == Vector256<byte>.Zero
            && (uint)upper == 0 && upper >> 32 <= MaxUpper;
        return isRead && (!isJson || IsJson(ref end, length, digits - behind, points, behind));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsJson(ref byte end, int length, int whole, uint points, int behind) =>
        // Safe: the first character is at most Reach bytes before the end.
        (points == 0 || (behind > 0 && whole > 0)) && (whole == 1 || Unsafe.SubtractByteOffset(ref end, (nuint)(uint)length) != (byte)'0');
}
