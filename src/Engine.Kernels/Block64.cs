using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>64 bytes of text. A question about each of them is answered by a mask, lowest bit first.</summary>
/// <remarks>
/// A place, not a copy: each question reads the bytes again from the first cache, as wide as the machine can; a machine without vectors asks by words. The same masks on all.
/// </remarks>
public readonly ref struct Block64
{
    /// <summary>Bytes in a block, and the readable bytes that a text needs behind its end.</summary>
    public const int Length = 64;

    private readonly ref byte _bytes;

    private Block64(ref byte bytes) => _bytes = ref bytes;

    /// <summary>Takes the 64 bytes at an offset; the caller vouches that they are readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block64 Load(ref byte origin, int offset) =>
        // Safe: the caller keeps 64 readable bytes from the offset on.
        new(ref Unsafe.AddByteOffset(ref origin, (nuint)(uint)offset));

    /// <summary>One bit for each byte that equals the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Equal(byte value)
    {
        // Safe: all loads lie inside the block's 64 bytes.
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.Equals(Vector512.LoadUnsafe(ref _bytes), Vector512.Create(value)).ExtractMostSignificantBits();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            // Safe: as above, 0 to 31 and 32 to 63.
            Vector256<byte> sought = Vector256.Create(value);
            uint low = Vector256.Equals(Vector256.LoadUnsafe(ref _bytes), sought).ExtractMostSignificantBits();
            return low | ((ulong)Vector256.Equals(Vector256.LoadUnsafe(ref _bytes, 32), sought).ExtractMostSignificantBits() << 32);
        }

        return Vector128.IsHardwareAccelerated
            ? Equal16(value, 0) | (Equal16(value, 16) << 16) | (Equal16(value, 32) << 32) | (Equal16(value, 48) << 48)
            : EqualScalar(value);
    }

    /// <summary>One bit for each byte that equals either value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong EqualEither(byte value, byte other)
    {
        if (!Vector256.IsHardwareAccelerated || Vector512.IsHardwareAccelerated)
        {
            return Equal(value) | Equal(other);
        }

        // Joined before the mask is taken: half as many masks.
        // Safe: all loads lie inside the block's 64 bytes.
        Vector256<byte> low = Vector256.LoadUnsafe(ref _bytes);
        Vector256<byte> high = Vector256.LoadUnsafe(ref _bytes, 32);
        uint lows = (Vector256.Equals(low, Vector256.Create(value)) | Vector256.Equals(low, Vector256.Create(other))).ExtractMostSignificantBits();
        return lows | ((ulong)(Vector256.Equals(high, Vector256.Create(value)) | Vector256.Equals(high, Vector256.Create(other))).ExtractMostSignificantBits() << 32);
    }

    /// <summary>Whether any byte equals the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(byte value)
    {
        if (!Vector256.IsHardwareAccelerated || Vector512.IsHardwareAccelerated)
        {
            return Equal(value) != 0;
        }

        // Safe: all loads lie inside the block's 64 bytes.
        Vector256<byte> sought = Vector256.Create(value);
        return (Vector256.Equals(Vector256.LoadUnsafe(ref _bytes), sought) | Vector256.Equals(Vector256.LoadUnsafe(ref _bytes, 32), sought)) != Vector256<byte>.Zero;
    }

    /// <summary>Whether any byte equals either value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ContainsEither(byte value, byte other)
    {
        if (!Vector256.IsHardwareAccelerated || Vector512.IsHardwareAccelerated)
        {
            return (Equal(value) | Equal(other)) != 0;
        }

        // Safe: all loads lie inside the block's 64 bytes.
        Vector256<byte> low = Vector256.LoadUnsafe(ref _bytes);
        Vector256<byte> high = Vector256.LoadUnsafe(ref _bytes, 32);
        Vector256<byte> values = Vector256.Equals(low, Vector256.Create(value)) | Vector256.Equals(high, Vector256.Create(value));
        return (values | Vector256.Equals(low, Vector256.Create(other)) | Vector256.Equals(high, Vector256.Create(other))) != Vector256<byte>.Zero;
    }

    /// <summary>The meaning of <see cref="Equal"/>: eight bytes at a time without vectors.</summary>
    public ulong EqualScalar(byte value)
    {
        // Safe: a block is 64 readable bytes, and the words are read only.
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(MemoryMarshal.CreateReadOnlySpan(ref _bytes, Length));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Equal16(byte value, nuint offset) =>
        // Safe: the offset is at most 48 of the block's 64 bytes.
        Vector128.Equals(Vector128.LoadUnsafe(ref _bytes, offset), Vector128.Create(value)).ExtractMostSignificantBits();

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
