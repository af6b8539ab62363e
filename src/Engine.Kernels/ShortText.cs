using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DataStream.Kernels;

/// <summary>Texts of up to 16 bytes as two words, lowest byte first, zeros behind the end.</summary>
public static class ShortText
{
    public const int MaxLength = 16;

    // What a text of this length, 0 to 16, has of its first word; from 8 places on, of its second.
    private static readonly ulong[] s_masks = MakeMasks();

    /// <summary>The text's bytes 0–7 and 8–15. Reads 16 bytes whatever the length: the caller vouches that they are readable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // lengths vary from text to text, and a branch on them would be guessed wrong
    public static (ulong Low, ulong High) LoadPadded(ref byte text, int length)
    {
        // Safe: 16 bytes are readable.
        ulong low = Unsafe.ReadUnaligned<ulong>(ref text);
        ulong high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref text, 8));
        if (!BitConverter.IsLittleEndian)
        {
            (low, high) = (BinaryPrimitives.ReverseEndianness(low), BinaryPrimitives.ReverseEndianness(high));
        }

        return (low & s_masks[length + 8], high & s_masks[length]);
    }

    /// <summary>Two words back into bytes.</summary>
    public static void Store(ulong low, ulong high, Span<byte> sixteen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen, low);
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen[8..], high);
    }

    private static ulong[] MakeMasks()
    {
        // Eight times nothing, for second words of texts that have none, then one byte more each, then all of it.
        var masks = new ulong[MaxLength + 9];
        for (int i = 0; i < masks.Length; i++)
        {
            masks[i] = i <= 8 ? 0 : i < 16 ? (1UL << (8 * (i - 8))) - 1 : ulong.MaxValue;
        }

        return masks;
    }
}
