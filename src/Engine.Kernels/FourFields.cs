using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>The same field of four records at once, each in a lane of 64 bits: the usual short forms, or nothing.</summary>
/// <remarks>
/// The values are those of <see cref="Fields"/>' own loops, bit for bit. Against these on Zen 3: float64 3.1 ns a field instead of 8.9, timestamps 3.4 instead of 8.7
/// (<c>docs/PERFORMANCE.md</c>), so AVX2 is worth its own code here.
/// </remarks>
internal static class FourFields
{
    /// <summary>Records that are read at once.</summary>
    public const int Count = 4;

    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong Ones = 0x0101_0101_0101_0101;

    public static bool IsSupported => Avx2.IsSupported;

    private static Vector256<sbyte> TensAndOnes => Vector256.Create((short)0x010A).AsSByte();

    private static Vector256<short> HundredsAndOnes => Vector256.Create(0x0001_0064).AsInt16();

    public static Vector256<short> MyriadsAndOnes => Vector256.Create(0x0001_2710).AsInt16();

    /// <summary>Up to eight characters each: digits, a minus in front, one point.</summary>
    /// <remarks>
    /// <code>
    /// word      1 9 . 1 3 , 0 .     the point moves out, what is before it moves up
    /// aligned   0 0 0 1 9 . 1 3     shifted to the top, so that digits lead with zeros
    /// digits    0 0 0 0 1 9 1 3     pairs, fours, all: 1913 / 10²
    /// </code>
    /// At most eight digits and a power up to 10⁷ are exact, so one division rounds once: the nearest double (Clinger, 1990).
    /// </remarks>
    /// <param name="text">The text.</param>
    /// <param name="marks">Its marks.</param>
    /// <param name="at">The mark that ends the first of the four.</param>
    /// <param name="width">Marks of a record.</param>
    /// <param name="tail">1 where a CR ends each of the four, otherwise 0.</param>
    /// <param name="isJson">Zeros in front of others, and points without digits on both sides, are something else.</param>
    /// <param name="target">The first of four values.</param>
    /// <returns>False where one of the four is something else; the target is as it was.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadFloat64(ref byte text, ref int marks, int at, int width, int tail, bool isJson, ref double target)
    {
        Edges edges = new(ref marks, at, width, tail);
        if (!edges.HaveTails(ref text))
        {
            return false;
        }

        Vector256<ulong> length = edges.Length;
        Vector256<ulong> missing = (Vector256.Create(8UL) - length) << 3;
        Vector256<ulong> words = edges.Words(ref text, 0);
        Vector256<ulong> digits = Avx2.ShiftLeftLogicalVariable(words, missing);
        digits = (digits | Avx2.ShiftRightLogicalVariable(Vector256.Create(Zeros), length << 3)) ^ Vector256.Create(Zeros);

        Vector256<byte> points = Vector256.Equals(digits.AsByte(), Vector256.Create((byte)('.' ^ '0')));
        Vector256<byte> signs = Vector256.Equals(digits.AsByte(), Vector256.Create((byte)('-' ^ '0')));
        digits = Vector256.AndNot(digits, signs.AsUInt64());
        Vector256<ulong> point = points.AsUInt64() & Vector256.Create(Ones);
        Vector256<ulong> isWhole = Vector256.Equals(point, Vector256<ulong>.Zero);
        Vector256<ulong> isPositive = Vector256.Equals(signs.AsUInt64(), Vector256<ulong>.Zero);
        Vector256<ulong> before = Vector256.AndNot(point - Vector256.Create(1UL), isWhole);
        digits = Vector256.AndNot(digits, before | points.AsUInt64()) | ((digits & before) << 8);

        // A sign that is not in front, a second point, a length that is not 1 to 8, no digit, something that is none.
        Vector256<ulong> count = length - Vector256.Create(2UL) - isWhole - isPositive;
        Vector256<ulong> wrong = Vector256.AndNot(signs.AsUInt64(), Avx2.ShiftLeftLogicalVariable(Vector256.Create(0xFFUL), missing))
            | (point & (point - Vector256.Create(1UL)))
            | ((length - Vector256.Create(1UL)) & Vector256.Create(~7UL))
            | Vector256.GreaterThan(Vector256<long>.One, count.AsInt64()).AsUInt64()
            | Avx2.SubtractSaturate(digits.AsByte(), Vector256.Create((byte)9)).AsUInt64();
        if (isJson)
        {
            wrong |= NotJson(words, length, points.AsUInt64(), isPositive);
        }

        if (wrong != Vector256<ulong>.Zero)
        {
            return false;
        }

        Vector256<int> fours = FoursOf(digits);
        Vector256<int> whole = Avx2.MultiplyAddAdjacent(Avx2.PackUnsignedSaturate(fours, fours).AsInt16(), MyriadsAndOnes);
        Vector256<double> values = Avx.ConvertToVector256Double(Sse2.UnpackLow(whole.GetLower().AsInt64(), whole.GetUpper().AsInt64()).AsInt32());

        // The point's place counted from the last character: 0 where there is none.
        Vector256<byte> places = points & Vector256.Create(0x0001_0203_0405_0607UL).AsByte();
        values /= PowersOf(Avx2.SumAbsoluteDifferences(places, Vector256<byte>.Zero).AsUInt64());
        values ^= Vector256.AndNot(Vector256.Create(-0.0), isPositive.AsDouble());

        // Safe: the caller has room for four.
        values.StoreUnsafe(ref target);
        return true;
    }

    /// <summary>Eight digits each as two numbers of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> FoursOf(Vector256<ulong> digits) => Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(digits.AsByte(), TensAndOnes), HundredsAndOnes);

    /// <summary>Powers of ten by their exponents' lowest three bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> PowersOf(Vector256<ulong> exponents)
    {
        Vector256<int> numbers = Avx2.PermuteVar8x32(exponents.AsInt32(), Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6));
        return Avx.ConvertToVector256Double(Avx2.PermuteVar8x32(Vector256.Create(1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f), numbers).GetLower());
    }

    /// <summary>Not 0 where a number begins with a zero that others follow, or begins or ends with its point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> NotJson(Vector256<ulong> words, Vector256<ulong> length, Vector256<ulong> points, Vector256<ulong> isPositive)
    {
        Vector256<ulong> sign = Vector256.Create(8UL) + (isPositive << 3);
        Vector256<ulong> pair = Avx2.ShiftRightLogicalVariable(words, sign);
        Vector256<ulong> first = pair & Vector256.Create(0xFFUL);
        Vector256<ulong> second = pair & Vector256.Create(0xFF00UL);
        Vector256<ulong> isZero = Vector256.Equals(first, Vector256.Create((ulong)'0'));
        Vector256<ulong> isPoint = Vector256.Equals(second, Vector256.Create((ulong)'.' << 8));
        Vector256<ulong> isAlone = Vector256.Equals(length - Vector256.Create(2UL) - isPositive, Vector256<ulong>.Zero);
        return Vector256.AndNot(isZero, isPoint | isAlone) | Vector256.Equals(first, Vector256.Create((ulong)'.')) | (points & Vector256.Create(0xFF00_0000_0000_0000UL));
    }

    /// <summary><c>yyyy-MM-ddTHH:mm:ss[.f…]Z</c> with up to six digits, all of one day that was read before.</summary>
    /// <param name="text">The text.</param>
    /// <param name="marks">Its marks.</param>
    /// <param name="at">The mark that ends the first of the four.</param>
    /// <param name="width">Marks of a record.</param>
    /// <param name="tail">1 where a CR ends each of the four, otherwise 0.</param>
    /// <param name="day">The day's bytes 0 to 7, as the first of the four must have them.</param>
    /// <param name="dayEnd">Its bytes 3 to 10.</param>
    /// <param name="midnight">Its first microsecond.</param>
    /// <param name="target">The first of four values.</param>
    /// <returns>False where one of the four is something else; the target is as it was.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadTimestamps(ref byte text, ref int marks, int at, int width, int tail, ulong day, ulong dayEnd, long midnight, ref long target)
    {
        Edges edges = new(ref marks, at, width, tail);
        if (!edges.HaveTails(ref text))
        {
            return false;
        }

        Vector256<ulong> point = edges.Length - Vector256.Create(20UL); // bytes from the point to the last digit
        Vector256<ulong> bits = point << 3;
        Vector256<ulong> time = edges.Words(ref text, 11) ^ Vector256.Create(0x3030_3A30_303A_3030UL);
        Vector256<ulong> rest = edges.Words(ref text, 19);
        Vector256<ulong> fraction = Vector256.AndNot(rest ^ Vector256.Create(0x5A30_3030_3030_302EUL), Avx2.ShiftLeftLogicalVariable(Vector256<ulong>.AllBitsSet, bits));
        Vector256<short> parts = Avx2.MultiplyAddAdjacent(time.AsByte(), Vector256.Create(0x010A_0001_0A00_010AUL).AsSByte()); // hours, tens of minutes, minutes, seconds

        Vector256<ulong> wrong = (edges.Words(ref text, 0) ^ Vector256.Create(day)) | (edges.Words(ref text, 3) ^ Vector256.Create(dayEnd))
            | (point & Vector256.Create(~7UL)) | Vector256.Equals(point, Vector256<ulong>.One)
            | Avx2.SubtractSaturate(time.AsByte(), Vector256.Create(0x0905_0009_0500_0902UL).AsByte()).AsUInt64()
            | Vector256.GreaterThan(parts, Vector256.Create(0x7FFF_7FFF_7FFF_0017UL).AsInt16()).AsUInt64()
            | ((rest ^ Vector256.Create(0x5A5A_5A5A_5A5A_5A5AUL)) & Avx2.ShiftLeftLogicalVariable(Vector256.Create(0xFFUL), bits))
            | Avx2.SubtractSaturate(fraction.AsByte(), Vector256.Create(0x0009_0909_0909_0900UL).AsByte()).AsUInt64();
        if (wrong != Vector256<ulong>.Zero)
        {
            return false;
        }

        Vector256<ulong> seconds = Avx2.MultiplyAddAdjacent(parts, Vector256.Create(0x0001_003C_003C_0E10UL).AsInt16()).AsUInt64();
        seconds = (seconds + (seconds >> 32)) & Vector256.Create(0xFFFF_FFFFUL);
        Vector256<ulong> fours = Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent((fraction << 8).AsByte(), TensAndOnes), HundredsAndOnes).AsUInt64();
        Vector256<ulong> micros = Avx2.Multiply(seconds.AsUInt32(), Vector256.Create(1_000_000U)) + Avx2.Multiply(fours.AsUInt32(), Vector256.Create(10_000U)) + (fours >> 32);

        // Safe: the caller has room for four.
        (micros.AsInt64() + Vector256.Create(midnight)).StoreUnsafe(ref target);
        return true;
    }

    /// <summary>The marks before and behind each field: low and high halves of a word.</summary>
    internal readonly ref struct Edges
    {
        private readonly ulong _a;
        private readonly ulong _b;
        private readonly ulong _c;
        private readonly ulong _d;
        private readonly int _tail;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Edges(ref int marks, int at, int width, int tail)
        {
            _tail = tail;

            // Safe: the run's marks were checked when it was made; four records of it are left, and each has a mark before its field's.
            ref byte first = ref Unsafe.As<int, byte>(ref Unsafe.Add(ref marks, (nint)(uint)at - 1));
            nint step = (nint)(uint)width * sizeof(int);
            _a = Unsafe.ReadUnaligned<ulong>(ref first);
            _b = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref first, step));
            _c = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref first, 2 * step));
            _d = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref first, 3 * step));
        }

        public Vector256<ulong> Length
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                // In halves: the mark before a text's first field is −1.
                Vector256<ulong> marks = Vector256.Create(_a, _b, _c, _d);
                return ((marks >> 32).AsInt32() - marks.AsInt32() - Vector256.Create(1 + _tail)).AsUInt64() & Vector256.Create(0xFFFF_FFFFUL);
            }
        }

        /// <summary>Whether each field has the CR that its length does not count.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool HaveTails(ref byte text) => _tail == 0
            || (IsReturn(ref text, _a) && IsReturn(ref text, _b) && IsReturn(ref text, _c) && IsReturn(ref text, _d));

        /// <summary>Eight bytes of each field from a place on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> Words(ref byte text, int place) =>
            Vector256.Create(Word(ref text, (int)_a + 1 + place), Word(ref text, (int)_b + 1 + place), Word(ref text, (int)_c + 1 + place), Word(ref text, (int)_d + 1 + place));

        /// <summary>Whether the first field ends at least eight bytes behind the text's beginning, as the others then do.</summary>
        public bool HaveLastWords => (int)(_a >> 32) >= 8 + _tail;

        /// <summary>The last eight bytes of each field, and what stands before it where it has fewer.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<ulong> LastWords(ref byte text) =>
            Vector256.Create(Word(ref text, (int)(_a >> 32) - _tail - 8), Word(ref text, (int)(_b >> 32) - _tail - 8), Word(ref text, (int)(_c >> 32) - _tail - 8), Word(ref text, (int)(_d >> 32) - _tail - 8));

        // Safe: a field that is not empty ends before its mark; an empty one's mark has at least the line end before it, or begins the text and is not looked at.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static bool IsReturn(ref byte text, ulong marks) =>
            (int)(marks >> 32) > (int)marks + 1 && Unsafe.AddByteOffset(ref text, (nuint)(uint)((int)(marks >> 32) - 1)) == Lines.CarriageReturn;

        // Safe: the place is inside a field, or up to 30 bytes behind its beginning, and 64 bytes behind the text are readable.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Word(ref byte text, int place) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref text, (nuint)(uint)place));
    }
}
