using System;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Doubles with a fixed number of digits behind the point: the usual ones, whose digits are sixteen at most.</summary>
internal static class FixedText
{
    private const int Digits = 16;
    private const ulong TooMany = 10_000_000_000_000_000;
    private const ulong EightDigits = 100_000_000;
    private const ulong Half = 1UL << 63;
    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes ±<paramref name="mantissa"/> / 2^<paramref name="shift"/>, rounded once from the exact value, ties to even; a result of zero has no sign.</summary>
    /// <param name="isNegative">The sign.</param>
    /// <param name="mantissa">Below 2^53.</param>
    /// <param name="shift">Not negative.</param>
    /// <param name="decimals">Digits behind the point, 18 at most.</param>
    /// <param name="target">What is behind the text may be overwritten.</param>
    /// <returns>The length; 0 where it is none of the usual ones, or there is no room to write it sixteen bytes at once.</returns>
    public static int Write(bool isNegative, ulong mantissa, int shift, int decimals, Span<byte> target)
    {
        if (shift is 0 or > 63 || decimals >= Digits || target.Length <= Digits)
        {
            return 0;
        }

        ulong high = Math.BigMul(mantissa, Numbers.IntegerPowers[decimals], out ulong low);
        ulong whole = (high << (64 - shift)) | (low >> shift);
        ulong rest = low << (64 - shift);
        if (high >> shift != 0 || whole >= TooMany - 1)
        {
            return 0;
        }

        whole += (rest > Half ? 1UL : 0) | ((rest == Half ? 1UL : 0) & whole);
        int sign = isNegative & (whole != 0) ? 1 : 0;
        target[0] = (byte)'-';
        int length = Write(whole, decimals, target[sign..]);
        return length > 0 ? sign + length : 0;
    }

    private static int Write(ulong magnitude, int decimals, Span<byte> target)
    {
        ulong upper = magnitude / EightDigits;
        (ulong first, ulong second) = DigitText.Split(upper, magnitude - (upper * EightDigits));
        int zeros = first != 0 ? BitOperations.TrailingZeroCount(first) >> 3 : 8 + (BitOperations.TrailingZeroCount(second | (1UL << 56)) >> 3);
        int point = Digits - decimals;
        int start = Math.Min(zeros, point - 1);
        int length = point - start;

        // The digits from the first on, and over what follows the point those from there on; bytes behind the last one are garbage.
        Vector128<byte> digits = Vector128.Create(first | Zeros, second | Zeros).AsByte();
        From(digits, start).CopyTo(target);
        if (decimals == 0)
        {
            return length;
        }

        if (target.Length <= length + Digits)
        {
            return 0;
        }

        target[length] = (byte)'.';
        From(digits, point).CopyTo(target[(length + 1)..]);
        return length + 1 + decimals;
    }

    private static Vector128<byte> From(Vector128<byte> digits, int place) =>
        Vector128.ShuffleNative(digits, Vector128<byte>.Indices + Vector128.Create((byte)place));
}
