using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>Short texts of a column as two words each, with a hash of them.</summary>
public static class TextWords
{
    /// <summary>The longest text that two words hold beside its length.</summary>
    public const int MaxLength = 15;

    /// <summary>Where in the second word the length is.</summary>
    public const int LengthShift = 56;

    /// <summary>Reads the texts of rows up to the first that is null or longer than <see cref="MaxLength"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="column">Its column.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="words">By row, two words: bytes 0–7, and bytes 8–14 with the length in the highest byte.</param>
    /// <param name="hashes">By row.</param>
    /// <param name="seed">Of the hash.</param>
    /// <param name="secret">Of the hash, odd.</param>
    /// <returns>How many of the rows were read.</returns>
    public static unsafe int Read(Batch batch, Column<Text> column, ReadOnlySpan<int> rows, Span<long> words, Span<uint> hashes, ulong seed, ulong secret)
    {
        if (rows.IsEmpty)
        {
            return 0;
        }

        ReadOnlySpan<Text> texts = batch.Values(column);
        ReadOnlySpan<ulong> validity = batch.Validity(column.Ordinal);

        // The last row is the highest.
        int last = rows[^1];
        _ = texts[last];
        _ = validity[last >> 6];
        _ = hashes[last];
        _ = words[(2 * last) + 1];

        // Safe: rows ascend to one that was looked at everywhere, and texts have readable bytes behind their ends.
        ref Text text = ref MemoryMarshal.GetReference(texts);
        ref ulong valid = ref MemoryMarshal.GetReference(validity);
        ref long word = ref MemoryMarshal.GetReference(words);
        ref uint hashed = ref MemoryMarshal.GetReference(hashes);
        byte* payload = batch.PayloadStart;
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above.
            nint row = rows[i];
            Text value = Unsafe.Add(ref text, row);
            if ((uint)value.Length > MaxLength || (Unsafe.Add(ref valid, row >> 6) >> (int)row & 1) == 0)
            {
                return i;
            }

            // Safe: as above.
            (ulong low, ulong high) = Kernels.ShortText.LoadPadded(ref value.Offset < 0 ? ref batch.Arena.At(value) : ref payload[value.Offset], value.Length);
            high |= (ulong)value.Length << LengthShift;
            ref long pair = ref Unsafe.Add(ref word, 2 * row);
            pair = (long)low;
            Unsafe.Add(ref pair, 1) = (long)high;
            Unsafe.Add(ref hashed, row) = Hash(low ^ seed, high ^ secret);
        }

        return rows.Length;
    }

    /// <summary>A 64 × 64 → 128 bit product folded (wyhash's step), and once more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ulong a, ulong b)
    {
        ulong hash = Fold(a, b);
        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>A product of 128 bits, its halves folded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
