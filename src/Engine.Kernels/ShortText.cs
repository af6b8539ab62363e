using System;
using System.Buffers.Binary;

namespace DataStream.Kernels;

/// <summary>Texts of up to 16 bytes as two words, lowest byte first, zeros behind the end.</summary>
public static class ShortText
{
    /// <summary>The text's bytes 0–7 and 8–15. Reads no byte outside the text.</summary>
    public static (ulong Low, ulong High) Load(ReadOnlySpan<byte> text)
    {
        int length = text.Length;
        if (length >= 8)
        {
            // Two words that overlap; the second is moved down to its place.
            ulong last = BinaryPrimitives.ReadUInt64LittleEndian(text[(length - 8)..]);
            int surplus = 16 - length;
            return (BinaryPrimitives.ReadUInt64LittleEndian(text), surplus == 8 ? 0 : last >> (8 * surplus));
        }

        if (length >= 4)
        {
            ulong last = BinaryPrimitives.ReadUInt32LittleEndian(text[(length - 4)..]);
            return (BinaryPrimitives.ReadUInt32LittleEndian(text) | (last << (8 * (length - 4))), 0);
        }

        ulong word = 0;
        for (int i = length - 1; i >= 0; i--)
        {
            word = (word << 8) | text[i];
        }

        return (word, 0);
    }

    /// <summary>Two words back into bytes.</summary>
    public static void Store(ulong low, ulong high, Span<byte> sixteen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen, low);
        BinaryPrimitives.WriteUInt64LittleEndian(sixteen[8..], high);
    }
}
