using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>64 bytes of text. A question about each of them is answered by a mask, lowest bit first.</summary>
/// <remarks>Written once at 512 bits; narrower machines run it as two or four steps, and a machine without vectors by words. The same masks on all.</remarks>
public readonly struct Block64
{
    /// <summary>Bytes in a block, and the readable bytes that a text needs behind its end.</summary>
    public const int Length = 64;

    private readonly Vector512<byte> _bytes;

    private Block64(Vector512<byte> bytes) => _bytes = bytes;

    /// <summary>Takes the 64 bytes at an offset; the caller vouches that they are readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block64 Load(ref byte origin, int offset) =>
        // Safe: the caller keeps 64 readable bytes from the offset on.
        new(Vector512.LoadUnsafe(ref origin, (nuint)(uint)offset));

    /// <summary>One bit for each byte that equals the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value) =>
        Vector128.IsHardwareAccelerated
            ? Vector512.Equals(_bytes, Vector512.Create(value)).ExtractMostSignificantBits()
            : EqualScalar(value);

    /// <summary>The meaning of <see cref="Equal"/>: eight bytes at a time without vectors.</summary>
    public ulong EqualScalar(byte value)
    {
        // Safe: a block is 64 bytes, and the words are read only.
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<Block64, ulong>(MemoryMarshal.CreateReadOnlySpan(in this, 1));
        ulong pattern = value * 0x0101_0101_0101_0101UL;
        ulong mask = 0;
        for (int i = 0; i < words.Length; i++)
        {
            // A byte is zero when neither its low seven bits plus 0x7F nor itself reach bit 7.
            ulong difference = words[i] ^ pattern;
            ulong other = ((difference & 0x7F7F_7F7F_7F7F_7F7F) + 0x7F7F_7F7F_7F7F_7F7F) | difference;
            ulong zeros = ~other & 0x8080_8080_8080_8080;

            // The eight bits 7, 15, …, 63 meet in the product's highest byte, in order.
            mask |= (((zeros >> 7) * 0x0102_0408_1020_4080) >> 56) << (8 * i);
        }

        return mask;
    }

    /// <summary>Each bit is the parity of the bits at or below it.</summary>
    /// <remarks>
    /// <code>
    /// quotes  001000100     lowest bit first
    /// result  001111000     from an opening quote up to the byte before the closing one
    /// </code>
    /// Carry-less multiplication by all ones (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixXor(ulong bits) =>
        Pclmulqdq.IsSupported
            ? Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar()
            : PrefixXorScalar(bits);

    /// <summary>The meaning of <see cref="PrefixXor"/>, in six doublings.</summary>
    public static ulong PrefixXorScalar(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>The lowest bits set: all of those below a bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Below(ulong lowest) => lowest - 1;

    /// <summary>The lowest <paramref name="count"/> bits, from 0 to 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Lowest(int count) => count >= Length ? ulong.MaxValue : (1UL << count) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int First(ulong mask) => BitOperations.TrailingZeroCount(mask);
}
