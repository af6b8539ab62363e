using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>How a text is written as two words of a key.</summary>
/// <remarks>
/// <code>
/// up to 15 bytes   bytes 0–7   bytes 8–14, the length in the highest byte
/// longer           a hash      the highest bit, 31 bits of length, 32 bits that tell where the bytes lie
/// null             0           16 in the highest byte
/// </code>
/// Where a long text lies is no part of the key: in a row's key it is the <see cref="Text"/>'s offset, in a record a block of the heap.
/// </remarks>
internal static class TextKey
{
    public const int Words = 2;

    /// <summary>The most bytes that need no heap.</summary>
    public const int MaxInline = TextWords.MaxLength;

    /// <summary>The second word of a null; the first is 0.</summary>
    public const long Null = (MaxInline + 1L) << LengthShift;

    private const int LengthShift = TextWords.LengthShift;

    public static bool IsLong(long second) => second < 0;

    /// <summary>The second word of a short text.</summary>
    public static long Short(ulong high, int length) => (long)(high | ((ulong)length << LengthShift));

    /// <summary>The second word of a long text.</summary>
    public static long Long(int length, int place) => long.MinValue | ((long)length << 32) | (uint)place;

    /// <summary>The length of a text that is not null.</summary>
    public static int LengthOf(long second) => second < 0 ? (int)(second >> 32) & int.MaxValue : (int)(second >> LengthShift);

    /// <summary>Where a long text lies.</summary>
    public static int PlaceOf(long second) => (int)second;

    /// <summary>What of the second word is the key's.</summary>
    public static long Essence(long second) => second < 0 ? second >> 32 : second;
}
