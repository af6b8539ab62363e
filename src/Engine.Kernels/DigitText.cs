using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>Decimal digits of whole numbers, eight or sixteen at once.</summary>
internal static class DigitText
{
    /// <summary>The limit of eight digits.</summary>
    internal const ulong EightDigits = 100_000_000;

    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Two numbers below 10^8 as eight values from 0 to 9 each, the first digit in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per number that is written
    internal static (ulong First, ulong Second) Split(ulong first, ulong second)
    {
        // Safe: instructions on values, used only where the machine has them.
        if (!Sse2.IsSupported)
        {
            return (Split(first), Split(second));
        }

        // Safe: as above. Fours, pairs and single digits, by multiplication with rounded-up inverses that are exact in their range.
        Vector128<ulong> whole = Vector128.Create(first, second);
        Vector128<ulong> upper = Sse2.Multiply(whole.AsUInt32(), Vector128.Create(3_518_437_209UL).AsUInt32()) >> 45;
        Vector128<ulong> fours = upper | ((whole - Sse2.Multiply(upper.AsUInt32(), Vector128.Create(10_000UL).AsUInt32())) << 32);
        Vector128<ushort> tops = Sse2.MultiplyHigh(fours.AsUInt16(), Vector128.Create((ushort)5243)) >> 3;
        Vector128<ushort> pairs = tops | ((fours.AsUInt16() - (tops * (ushort)100)).AsUInt32() << 16).AsUInt16();
        Vector128<ushort> tens = Sse2.MultiplyHigh(pairs, Vector128.Create((ushort)6554));
        Vector128<ulong> digits = (tens | ((pairs - (tens * (ushort)10)) << 8)).AsUInt64();
        return (digits.ToScalar(), digits.GetElement(1));
    }

    /// <summary>One number below 10^8 likewise.</summary>
    internal static ulong Split(ulong value)
    {
        ulong upper = value / 10_000;
        ulong fours = upper | ((value - (upper * 10_000)) << 32);
        ulong tops = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        ulong pairs = tops | ((fours - (tops * 100)) << 16);
        ulong tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
        return tens | ((pairs - (tens * 10)) << 8);
    }

    /// <summary>Writes digits of <see cref="Split(ulong)"/> without the zeros before them; of zero one. Eight bytes are overwritten.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per number that is written
    internal static int WriteSignificant(ulong digits, Span<byte> target)
    {
        int zeros = BitOperations.TrailingZeroCount(digits | (1UL << 56)) >> 3;
        BinaryPrimitives.WriteUInt64LittleEndian(target, (digits | Zeros) >> (8 * zeros));
        return 8 - zeros;
    }

    /// <summary>Writes all eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per number that is written
    internal static void WriteAll(ulong digits, Span<byte> target) => BinaryPrimitives.WriteUInt64LittleEndian(target, digits | Zeros);

    /// <summary>Writes a whole number of up to 20 digits, as many bytes of the target may be overwritten.</summary>
    /// <returns>Its length.</returns>
    internal static int Write(ulong value, Span<byte> target)
    {
        if (value < EightDigits)
        {
            return WriteSignificant(Split(value), target);
        }

        ulong upper = value / EightDigits;
        ulong lower = value - (upper * EightDigits);
        int length;
        if (upper < EightDigits)
        {
            (ulong first, ulong second) = Split(upper, lower);
            length = WriteSignificant(first, target);
            WriteAll(second, target[length..]);
            return length + 8;
        }

        ulong top = upper / EightDigits;
        (ulong middle, ulong last) = Split(upper - (top * EightDigits), lower);
        length = WriteSignificant(Split(top), target);
        WriteAll(middle, target[length..]);
        WriteAll(last, target[(length + 8)..]);
        return length + 16;
    }
}
