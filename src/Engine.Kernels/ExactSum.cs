using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>The exact sum of doubles, rounded once: it does not depend on the order or the grouping of the values.</summary>
/// <remarks>
/// While it fits, the sum is an unevaluated pair of doubles whose parts are found by Knuth's TwoSum; an addition that would lose a bit is refused.
/// The wide form is one fixed-point number as long as the range of doubles (Kulisch), in two's complement.
/// </remarks>
public static class ExactSum
{
    /// <summary>Words of the wide form: 2,176 bits from 2^-1074 on, and one that is set when something not finite was added.</summary>
    public const int WideWords = Limbs + 1;

    internal const int Limbs = 34;

    /// <summary>Adds a value where high + low stay the exact sum; nothing changes where a bit would be lost, or where a part is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // 3 ns a value: the call would double it
    public static bool TryAdd(ref double high, ref double low, double value)
    {
        double sum = high + value;
        double part = sum - high;
        double rest = (high - (sum - part)) + (value - part);
        double sumLow = low + rest;

        // Exact where each part is what is left without the other: then, and only then, TwoSum's error is 0. NaN is equal to nothing.
        if (sumLow - low != rest || sumLow - rest != low)
        {
            return false;
        }

        high = sum;
        low = sumLow;
        return true;
    }

    /// <summary>Adds a value to the wide form.</summary>
    public static void AddWide(Span<long> wide, double value)
    {
        if (!double.IsFinite(value))
        {
            wide[Limbs] = 1;
            return;
        }

        (ulong significand, int position) = Split(value);
        if (value >= 0)
        {
            Kernels.Limbs.Add(Unsigned(wide)[..Limbs], significand, position);
        }
        else
        {
            Kernels.Limbs.Subtract(Unsigned(wide)[..Limbs], significand, position);
        }
    }

    /// <summary>Adds one wide form to another.</summary>
    public static void MergeWide(Span<long> wide, ReadOnlySpan<long> other)
    {
        Kernels.Limbs.Add(Unsigned(wide)[..Limbs], Unsigned(other)[..Limbs]);
        wide[Limbs] |= other[Limbs];
    }

    /// <summary>The wide form's value, rounded once; infinite beyond the range, NaN where something not finite was added; zero has no sign.</summary>
    public static double RoundWide(ReadOnlySpan<long> wide)
    {
        if (wide[Limbs] != 0)
        {
            return double.NaN;
        }

        Span<ulong> number = stackalloc ulong[Limbs];
        Unsigned(wide)[..Limbs].CopyTo(number);
        bool negative = Kernels.Limbs.Magnitude(number);
        double magnitude = Kernels.Limbs.ToDouble(number, -1074);
        return negative ? -magnitude : magnitude;
    }

    /// <summary>A finite double as |value| = significand · 2^(position − 1074).</summary>
    internal static (ulong Significand, int Position) Split(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        ulong fraction = bits & 0xF_FFFF_FFFF_FFFF;
        return exponent == 0 ? (fraction, 0) : (fraction | (1UL << 52), exponent - 1);
    }

    // Safe: the same words without a sign.
    internal static Span<ulong> Unsigned(Span<long> words) => MemoryMarshal.Cast<long, ulong>(words);

    // Safe: the same words without a sign.
    internal static ReadOnlySpan<ulong> Unsigned(ReadOnlySpan<long> words) => MemoryMarshal.Cast<long, ulong>(words);
}
