using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Between one bit per row and one value per row: bools of a column, and a choice between two columns.</summary>
public static class RowMasks
{
    private const int BlockLength = 64;

    /// <summary>Lists the bits that are set, lowest first.</summary>
    /// <param name="mask">One bit per row.</param>
    /// <param name="rows">Room for as many as there are.</param>
    /// <returns>How many there are.</returns>
    public static int List(ReadOnlySpan<ulong> mask, Span<int> rows)
    {
        int count = 0;
        for (int word = 0; word < mask.Length; word++)
        {
            ulong bits = mask[word];
            if (bits == ulong.MaxValue)
            {
                // The usual word: all of them.
                Span<int> block = rows.Slice(count, BlockLength);
                Vector256<int> next = Vector256.Create(word * BlockLength) + Vector256<int>.Indices;
                for (int i = 0; i < BlockLength; i += Vector256<int>.Count)
                {
                    next.CopyTo(block[i..]);
                    next += Vector256.Create(Vector256<int>.Count);
                }

                count += BlockLength;
                continue;
            }

            for (; bits != 0; bits &= bits - 1)
            {
                rows[count++] = (word * BlockLength) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return count;
    }

    /// <summary>One bit for each byte that is not 0.</summary>
    public static void FromBytes(ReadOnlySpan<byte> bytes, Span<ulong> mask)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, mask.Length * BlockLength);

        // Safe: there are 64 bytes for every word.
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        for (int word = 0; word < mask.Length; word++)
        {
            // Safe: there are 64 bytes for every word.
            mask[word] = ~Vector512.Equals(Vector512.LoadUnsafe(ref start, (nuint)(word * BlockLength)), Vector512<byte>.Zero).ExtractMostSignificantBits();
        }
    }

    /// <summary>The same for a column of bools.</summary>
    // Safe: a bool is a byte, and FromBytes takes any byte.
    public static void FromBools(ReadOnlySpan<bool> values, Span<ulong> mask) => FromBytes(MemoryMarshal.AsBytes(values), mask);

    internal static void FromBytesScalar(ReadOnlySpan<byte> bytes, Span<ulong> mask)
    {
        mask.Clear();
        for (int i = 0; i < mask.Length * BlockLength; i++)
        {
            mask[i >> 6] |= (bytes[i] != 0 ? 1UL : 0UL) << i;
        }
    }

    /// <summary>A byte 1 for each bit set, 0 for the others.</summary>
    public static void ToBytes(ReadOnlySpan<ulong> mask, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, mask.Length * BlockLength);
        for (int word = 0; word < mask.Length; word++)
        {
            ulong bits = mask[word];
            Span<byte> block = bytes.Slice(word * BlockLength, BlockLength);
            for (int i = 0; i < BlockLength; i += 8)
            {
                // bits 7…0 to bytes 7…0: the product puts a copy of the byte at every 7th place, so that bit k is the lowest of byte k.
                ulong low = bits & 0x7F;
                ulong spread = ((low * 0x0002_0408_1020_4081) & 0x0001_0101_0101_0101) | ((bits & 0x80) << 49);
                BinaryPrimitives.WriteUInt64LittleEndian(block[i..], spread);
                bits >>= 8;
            }
        }
    }

    /// <summary>The same for a column of bools.</summary>
    // Safe: ToBytes writes 0 and 1 alone, which are what a bool may hold.
    public static void ToBools(ReadOnlySpan<ulong> mask, Span<bool> values) => ToBytes(mask, MemoryMarshal.AsBytes(values));

    internal static void ToBytesScalar(ReadOnlySpan<ulong> mask, Span<byte> bytes)
    {
        for (int i = 0; i < mask.Length * BlockLength; i++)
        {
            bytes[i] = (byte)((mask[i >> 6] >> i) & 1);
        }
    }

    /// <summary>Copies the values of the rows in <paramref name="mask"/>, and leaves the others as they are.</summary>
    public static void CopyWhere<T>(ReadOnlySpan<ulong> mask, ReadOnlySpan<T> from, Span<T> to) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from.Length, mask.Length * BlockLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Length, mask.Length * BlockLength);
        for (int word = 0; word < mask.Length; word++)
        {
            ulong bits = mask[word];
            ReadOnlySpan<T> source = from.Slice(word * BlockLength, BlockLength);
            Span<T> target = to.Slice(word * BlockLength, BlockLength);
            if (bits == ulong.MaxValue)
            {
                source.CopyTo(target);
                continue;
            }

            for (; bits != 0; bits &= bits - 1)
            {
                int row = BitOperations.TrailingZeroCount(bits);
                target[row] = source[row];
            }
        }
    }

    internal static void CopyWhereScalar<T>(ReadOnlySpan<ulong> mask, ReadOnlySpan<T> from, Span<T> to) where T : unmanaged
    {
        for (int i = 0; i < mask.Length * BlockLength; i++)
        {
            if ((mask[i >> 6] & (1UL << i)) != 0)
            {
                to[i] = from[i];
            }
        }
    }
}
