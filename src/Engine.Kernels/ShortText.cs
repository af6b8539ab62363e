using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Texts of up to 16 bytes as two words, lowest byte first, zeros behind the end.</summary>
public static class ShortText
{
    public const int MaxLength = 16;

    // The mask of a text's length begins that many bytes before the middle.
    private static ReadOnlySpan<byte> Masks =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The text's bytes 0–7 and 8–15. Reads 16 bytes whatever the length: the caller vouches that they are readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // lengths vary from text to text, and a branch on them would be guessed wrong
    public static (ulong Low, ulong High) LoadPadded(ref byte text, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaxLength);

        // Safe: 16 bytes are readable, and 16 of the masks' 32 from a place up to the middle.
        Vector128<byte> mask = Vector128.LoadUnsafe(ref Unsafe.Add(ref MemoryMarshal.GetReference(Masks), MaxLength - length));
        Vector128<ulong> words = (Vector128.LoadUnsafe(ref text) & mask).AsUInt64();
        (ulong low, ulong high) = (words[0], words[1]);
        return BitConverter.IsLittleEndian ? (low, high) : (BinaryPrimitives.ReverseEndianness(low), BinaryPrimitives.ReverseEndianness(high));
    }

    /// <summary>Where the 16 bytes begin that are all ones for the bytes of a text; each length's are one byte before those of the length below it.</summary>
    public static ref byte MaskOf(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaxLength);

        // Safe: 16 of the masks' 32 bytes from a place up to the middle.
        return ref Unsafe.Add(ref MemoryMarshal.GetReference(Masks), MaxLength - length);
    }

    /// <summary>Two words back into bytes.</summary>
    public static void Store(ulong low, ulong high, Span<byte> sixteen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen, low);
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen[8..], high);
    }
}
