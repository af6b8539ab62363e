using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Doubles as the shortest text that reads back to their bits, in ECMAScript's layout.</summary>
internal static class ShortestText
{
    private const double Integers = 1UL << 52; // a double from here on has no bits behind the point
    private const ulong IntegerBits = 0x4330_0000_0000_0000; // its bits: the fraction counts ones
    private const int MostDigits = 17;
    internal const ulong NoMillionths = ulong.MaxValue;
    private const ulong SixteenDigits = 10_000_000_000_000_000;

    /// <summary>Writes a value into 32 bytes.</summary>
    internal static int Write(double value, Span<byte> target)
    {
        int sign = (int)(BitConverter.DoubleToUInt64Bits(value) >> 63);
        target[0] = (byte)'-';
        double size = Math.Abs(value);

        // Up to six digits behind the point are common. What is counted in millionths has at most 15 digits, and a decimal of up to 15 digits that divides back to the
        // value is the only one of its length, but for the zeros at its end.
        if (size < 1e9)
        {
            double sum = (size * 1e6) + Integers;
            if ((sum - Integers) / 1e6 == size)
            {
                ulong millionths = BitConverter.DoubleToUInt64Bits(sum) - IntegerBits;
                ulong whole = millionths / 1_000_000;
                return sign + WritePoint(whole, millionths - (whole * 1_000_000), target[sign..]);
            }
        }
        else if (size < 1e12)
        {
            double sum = (size * 1e3) + Integers; // times in seconds, with milliseconds
            if ((sum - Integers) / 1e3 == size)
            {
                ulong thousandths = BitConverter.DoubleToUInt64Bits(sum) - IntegerBits;
                ulong whole = thousandths / 1_000;
                return sign + WritePoint(whole, (thousandths - (whole * 1_000)) * 1_000, target[sign..]);
            }
        }

        return WriteAny(value, size, sign, target);
    }

    /// <summary>For each value, four at once, how many millionths it is when that is all there is to it, as <see cref="Write(double, Span{byte})"/> has it; else <see cref="NoMillionths"/>.</summary>
    internal static void CountMillionths(ReadOnlySpan<double> values, Span<ulong> millionths)
    {
        for (int i = 0; i < values.Length; i += Vector256<double>.Count)
        {
            Vector256<double> size = Vector256.Abs(Vector256.Create(values[i..]));
            Vector256<double> sum = (size * Vector256.Create(1e6)) + Vector256.Create(Integers);
            Vector256<double> isCounted = Vector256.Equals((sum - Vector256.Create(Integers)) / Vector256.Create(1e6), size) & Vector256.LessThan(size, Vector256.Create(1e9));
            Vector256<ulong> count = sum.AsUInt64() - Vector256.Create(IntegerBits);
            Vector256.ConditionalSelect(isCounted.AsUInt64(), count, Vector256.Create(NoMillionths)).CopyTo(millionths[i..]);
        }
    }

    /// <summary>The same as <see cref="Write(double, Span{byte})"/> where the value's millionths were counted.</summary>
    internal static int Write(double value, ulong millionths, Span<byte> target)
    {
        if (millionths == NoMillionths)
        {
            return Write(value, target);
        }

        int sign = (int)(BitConverter.DoubleToUInt64Bits(value) >> 63);
        target[0] = (byte)'-';
        ulong whole = millionths / 1_000_000;
        return sign + WritePoint(whole, millionths - (whole * 1_000_000), target[sign..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WritePoint(ulong whole, ulong millionths, Span<byte> target)
    {
        ulong first;
        ulong second;
        int length;
        if (whole < DigitText.EightDigits)
        {
            (first, second) = DigitText.Split(whole, millionths);
            length = DigitText.WriteSignificant(first, target);
        }
        else
        {
            second = DigitText.Split(millionths);
            length = DigitText.Write(whole, target);
        }

        // Two zeros come before the six.
        second >>= 16;
        BinaryPrimitives.WriteUInt64LittleEndian(target[length..], ((second | 0x3030_3030_3030) << 8) | '.');
        int digits = (71 - BitOperations.LeadingZeroCount(second)) >> 3;
        return length + digits + (digits > 0 ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteAny(double value, double size, int sign, Span<byte> target)
    {
        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "NaN"u8 : "Infinity"u8;
            sign = double.IsNaN(value) ? 0 : sign;
            name.CopyTo(target[sign..]);
            return sign + name.Length;
        }

        (ulong digits, int exponent) = ShortestDecimal.Of(size);
        return sign + LayOut(digits, exponent, target[sign..]);
    }

    /// <summary>ECMA-262, Number::toString, of digits times a power of ten.</summary>
    private static int LayOut(ulong digits, int exponent, Span<byte> target)
    {
        // 17 digits, the first of them not zero, then what is left of them: each place of the text is known before a digit is.
        int length = LengthOf(digits);
        int point = length + exponent; // the value is 0.digits · 10^point
        digits *= Numbers.IntegerPowers[MostDigits - length];
        ulong first = digits / SixteenDigits;
        ulong rest = digits - (first * SixteenDigits);
        ulong upper = rest / DigitText.EightDigits;
        (ulong middle, ulong last) = DigitText.Split(upper, rest - (upper * DigitText.EightDigits));
        int count = last != 0 ? MostDigits - (BitOperations.LeadingZeroCount(last) >> 3) : 9 - (BitOperations.LeadingZeroCount(middle) >> 3);
        byte head = (byte)('0' + first);
        if (point is > 0 and <= 21)
        {
            target[0] = head;
            WriteTail(middle, last, target[1..]);
            if (count <= point)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target[MostDigits..], 0x3030_3030);
                return point;
            }

            // The digits behind the point once more, one place further on.
            int moved = 8 * (point - 1);
            UInt128 behind = (new UInt128(last, middle) | new UInt128(0x3030_3030_3030_3030, 0x3030_3030_3030_3030)) >> moved;
            target[point] = (byte)'.';
            int left = count - point;
            BinaryPrimitives.WriteUInt64LittleEndian(target[(point + 1)..], (ulong)behind);
            if (left > sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target[(point + 1 + left - sizeof(ulong))..], (ulong)(behind >> (8 * (left - sizeof(ulong)))));
            }

            return count + 1;
        }

        if (point is > -6 and <= 0)
        {
            "0.000000"u8.CopyTo(target);
            target[2 - point] = head;
            WriteTail(middle, last, target[(3 - point)..]);
            return 2 - point + count;
        }

        target[0] = head;
        target[1] = (byte)'.';
        WriteTail(middle, last, target[2..]);
        int end = count > 1 ? count + 1 : 1;
        exponent = point - 1;
        target[end] = (byte)'e';
        target[end + 1] = (byte)(exponent < 0 ? '-' : '+');
        return end + 2 + DigitText.Write((ulong)Math.Abs(exponent), target[(end + 2)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteTail(ulong middle, ulong last, Span<byte> target)
    {
        DigitText.WriteAll(middle, target);
        DigitText.WriteAll(last, target[sizeof(ulong)..]);
    }

    /// <summary>How many digits a number from 1 to below 10^18 has.</summary>
    private static int LengthOf(ulong value)
    {
        int least = (BitOperations.Log2(value) * 1233) >> 12; // ⌊log10 2^n⌋
        return least + (value >= Numbers.IntegerPowers[least + 1] ? 2 : 1);
    }
}
