using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DataStream.Kernels;

namespace DataStream.Batches;

/// <summary>Short texts of a column as two words each, with a hash of them.</summary>
public static class TextWords
{
    /// <summary>The longest text that two words hold beside its length.</summary>
    public const int MaxLength = 15;

    /// <summary>Where in the second word the length is.</summary>
    public const int LengthShift = 56;

    // A text as a word: an offset below 0, or a length above 15.
    private const ulong NotNear = 0xFFFF_FFF0_8000_0000;

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
            (ulong low, ulong high) = ShortText.LoadPadded(ref value.Offset < 0 ? ref batch.Arena.At(value) : ref payload[value.Offset], value.Length);
            high |= (ulong)value.Length << LengthShift;
            ref long pair = ref Unsafe.Add(ref word, 2 * row);
            pair = (long)low;
            Unsafe.Add(ref pair, 1) = (long)high;
            Unsafe.Add(ref hashed, row) = Hash(low ^ seed, high ^ secret);
        }

        return rows.Length;
    }

    /// <summary>The records of the rows' texts in a table of groups, up to the first text that is longer than <see cref="MaxLength"/>, in an arena, or not there.</summary>
    /// <remarks>One look from the text to its record, for tables in near caches: with few instructions, as nothing is kept of a row but its record's place.</remarks>
    /// <param name="batch">The batch.</param>
    /// <param name="column">Its column: no null in any of the rows.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="places">Filled, for each of the rows: where its record begins.</param>
    /// <param name="slots">As many as a power of two (<see cref="GroupSlots"/>).</param>
    /// <param name="records">The groups' records, which begin with the text's two words.</param>
    /// <param name="stride">Words of a record.</param>
    /// <param name="seed">Of the hash.</param>
    /// <param name="secret">Of the hash, odd.</param>
    /// <returns>How many rows have their places.</returns>
    public static unsafe int Find(Batch batch, Column<Text> column, ReadOnlySpan<int> rows, Span<int> places, ReadOnlySpan<uint> slots, ReadOnlySpan<long> records, int stride, ulong seed, ulong secret)
    {
        places = places[..rows.Length];
        if (rows.IsEmpty || slots.IsEmpty || !BitConverter.IsLittleEndian)
        {
            return 0;
        }

        ReadOnlySpan<Text> texts = batch.Values(column);

        // The last row is the highest.
        _ = texts[rows[^1]];

        // Safe: rows ascend to one that was looked at, texts have readable bytes behind their ends, and slots lead to whole records by numbers from 1 on.
        ref ulong text = ref Unsafe.As<Text, ulong>(ref MemoryMarshal.GetReference(texts));
        ref int row = ref MemoryMarshal.GetReference(rows);
        ref int target = ref MemoryMarshal.GetReference(places);
        ref uint first = ref MemoryMarshal.GetReference(slots);
        ref long before = ref Unsafe.Subtract(ref MemoryMarshal.GetReference(records), stride);
        ref byte mask = ref ShortText.MaskOf(0);
        byte* payload = batch.PayloadStart;
        uint sizeMask = (uint)slots.Length - 1;
        Vector128<ulong> seeds = Vector128.Create(seed, secret);
        int count = 0;
        for (; count < rows.Length; count++)
        {
            // Safe: as above.
            ulong value = Unsafe.Add(ref text, (nint)(uint)Unsafe.Add(ref row, (nint)(uint)count));
            if ((value & NotNear) != 0)
            {
                break;
            }

            // Safe: as above, and each length's mask is that many bytes before the empty text's.
            nuint length = (nuint)(value >> 32);
            Vector128<byte> words = Vector128.LoadUnsafe(ref payload[(uint)value]) & Vector128.LoadUnsafe(ref Unsafe.SubtractByteOffset(ref mask, length));
            words = words.WithElement(MaxLength, (byte)length);
            Vector128<ulong> mixed = words.AsUInt64() ^ seeds;
            uint at = Hash(mixed[0], mixed[1]) & sizeMask;
            int place;
            while (true)
            {
                // Safe: as above.
                int number = (int)(Unsafe.Add(ref first, (nint)at) & sizeMask);
                if (number == 0)
                {
                    return count;
                }

                // Safe: as above.
                place = number * stride;
                if (words.AsInt64() == Vector128.LoadUnsafe(ref Unsafe.Add(ref before, (nint)(uint)place)))
                {
                    break;
                }

                at = (at + 1) & sizeMask;
            }

            // Safe: as above.
            Unsafe.Add(ref target, (nint)(uint)count) = place - stride;
        }

        return count;
    }

    /// <summary>A 64 × 64 → 128 bit product folded (wyhash's step): its lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ulong a, ulong b) => (uint)Fold(a, b);

    /// <summary>A product of 128 bits, its halves folded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fold(ulong a, ulong b)
    {
        // The runtime's product passes its low half through memory.
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.MultiplyNoFlags(a, b) ^ (a * b);
        }

        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
