using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>Numbers of up to 16 characters, four at once as in <see cref="FourFields"/>, each in two lanes of 64 bits.</summary>
internal static class FourLongFields
{
    private const int MaxLength = 16;
    private const int MaxDigits = 15;
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const byte Point = '.' ^ '0';
    private const byte Minus = '-' ^ '0';

    /// <summary>Digits, a minus in front, one point.</summary>
    /// <remarks>
    /// <code>
    /// text      1 0 1 2 . 3 4 5 6        nine characters
    /// high      0 0 0 0 0 0 0 1          what does not fit the last eight, to the top
    /// low       0 1 2 . 3 4 5 6          the last eight
    /// closed    0 0 0 0 0 0 0 0 | 1 0 1 2 3 4 5 6
    /// </code>
    /// At most 15 digits and a power up to 10¹⁵ are exact, so one division rounds once: the nearest double (Clinger, 1990).
    /// </remarks>
    /// <param name="text">The text.</param>
    /// <param name="edges">Where the four stand, the first one's end at least eight bytes behind the text's beginning.</param>
    /// <param name="isJson">Zeros in front of others, and points without digits on both sides, are something else.</param>
    /// <param name="target">The first of four values.</param>
    /// <returns>False where one of the four is something else; the target is as it was.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryRead(ref byte text, in FourFields.Edges edges, bool isJson, ref double target)
    {
        if (!edges.HaveTails(ref text))
        {
            return false;
        }

        Vector256<ulong> length = edges.Length;
        Vector256<ulong> words = edges.Words(ref text, 0);
        Vector256<ulong> kept = Avx2.ShiftLeftLogicalVariable(Vector256<ulong>.AllBitsSet, Avx2.Max(Vector256.Create(8UL).AsInt32() - length.AsInt32(), Vector256<int>.Zero).AsUInt64() << 3);
        Vector256<ulong> inHigh = (Vector256.Create(16UL) - length) << 3; // shifts of 64 and more give 0: a short number has no high part
        Vector256<ulong> inLow = (Vector256.Create(8UL) - length) << 3;
        Vector256<ulong> high = Avx2.ShiftLeftLogicalVariable(words ^ Vector256.Create(Zeros), inHigh);
        Vector256<ulong> low = (edges.LastWords(ref text) ^ Vector256.Create(Zeros)) & kept;

        Vector256<ulong> highSigns = Vector256.Equals(high.AsByte(), Vector256.Create(Minus)).AsUInt64();
        Vector256<ulong> lowSigns = Vector256.Equals(low.AsByte(), Vector256.Create(Minus)).AsUInt64();
        Vector256<ulong> wrong = Vector256.AndNot(highSigns, Avx2.ShiftLeftLogicalVariable(Vector256.Create(0xFFUL), inHigh)) | Vector256.AndNot(lowSigns, Avx2.ShiftLeftLogicalVariable(Vector256.Create(0xFFUL), inLow));
        high = Vector256.AndNot(high, highSigns);
        low = Vector256.AndNot(low, lowSigns);
        Vector256<ulong> isPositive = Vector256.Equals(highSigns | lowSigns, Vector256<ulong>.Zero);

        Vector256<ulong> highPoints = Vector256.Equals(high.AsByte(), Vector256.Create(Point)).AsUInt64();
        Vector256<ulong> lowPoints = Vector256.Equals(low.AsByte(), Vector256.Create(Point)).AsUInt64();
        Vector256<ulong> highPoint = highPoints & Vector256.Create(Ones);
        Vector256<ulong> lowPoint = lowPoints & Vector256.Create(Ones);
        Vector256<ulong> isInHigh = ~Vector256.Equals(highPoint, Vector256<ulong>.Zero);
        Vector256<ulong> isInLow = ~Vector256.Equals(lowPoint, Vector256<ulong>.Zero);
        wrong |= (highPoint & (highPoint - Vector256.Create(1UL))) | (lowPoint & (lowPoint - Vector256.Create(1UL))) | (isInHigh & isInLow);

        // The point moves out, what is before it moves up: out of the high part into the low one where the point is there.
        Vector256<ulong> beforeHigh = (highPoint - Vector256.Create(1UL)) & isInHigh;
        Vector256<ulong> beforeLow = (lowPoint - Vector256.Create(1UL)) & isInLow;
        Vector256<ulong> closed = Vector256.AndNot(high, beforeHigh | highPoints) | ((high & beforeHigh) << 8);
        low = Vector256.AndNot(low, beforeLow | lowPoints) | ((low & beforeLow) << 8) | ((high >> 56) & isInLow);
        high = Vector256.ConditionalSelect(isInLow, high << 8, closed);

        Vector256<long> count = (length + isInHigh + isInLow - isPositive - Vector256.Create(1UL)).AsInt64(); // of digits: what is true is −1
        wrong |= Vector256.GreaterThan(Vector256<long>.One, count).AsUInt64() | Vector256.GreaterThan(count, Vector256.Create((long)MaxDigits)).AsUInt64()
            | Vector256.GreaterThan(length.AsInt64(), Vector256.Create((long)MaxLength)).AsUInt64()
            | Avx2.SubtractSaturate(high.AsByte(), Vector256.Create((byte)9)).AsUInt64() | Avx2.SubtractSaturate(low.AsByte(), Vector256.Create((byte)9)).AsUInt64();
        if (isJson)
        {
            wrong |= FourFields.NotJson(words, length, lowPoints, isPositive);
        }

        if (wrong != Vector256<ulong>.Zero)
        {
            return false;
        }

        Vector256<int> eights = Avx2.MultiplyAddAdjacent(Avx2.PackUnsignedSaturate(FourFields.FoursOf(high), FourFields.FoursOf(low)).AsInt16(), FourFields.MyriadsAndOnes);
        eights = Avx2.Permute4x64(eights.AsInt64(), 0b11_01_10_00).AsInt32(); // high parts, then low ones
        Vector256<double> values = (Avx.ConvertToVector256Double(eights.GetLower()) * Vector256.Create(1e8)) + Avx.ConvertToVector256Double(eights.GetUpper());

        // The point's place counted from the last character: 0 where there is none.
        Vector256<ulong> places = (highPoints & Vector256.Create(0x0809_0A0B_0C0D_0E0FUL)) | (lowPoints & Vector256.Create(0x0001_0203_0405_0607UL));
        Vector256<ulong> behind = Avx2.SumAbsoluteDifferences(places.AsByte(), Vector256<byte>.Zero).AsUInt64();
        Vector256<double> powers = FourFields.PowersOf(behind) * Vector256.ConditionalSelect(Vector256.GreaterThan(behind.AsInt64(), Vector256.Create(7L)).AsDouble(), Vector256.Create(1e8), Vector256<double>.One);
        values /= powers;
        values ^= Vector256.AndNot(Vector256.Create(-0.0), isPositive.AsDouble());

        // Safe: the caller has room for four.
        values.StoreUnsafe(ref target);
        return true;
    }
}
