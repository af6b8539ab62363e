using System;
using System.Buffers.Binary;
using System.IO.Hashing;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Writes the keys of rows as words, and hashes them. One for all lanes of a plan: records of two lanes meet by their hashes.</summary>
internal sealed class KeyReader(KeyShape shape)
{
    private const int HalfLength = 2 * sizeof(ulong);

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64(); // both so that nobody can prepare keys that collide
    private readonly ulong _secret = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>Writes the keys of the rows, and their hashes.</summary>
    public void Read(Batch batch, ReadOnlySpan<int> rows, Span<long> keys, Span<uint> hashes)
    {
        if (shape.IsText)
        {
            ReadText(shape.Columns[0].Ordinal, batch, rows, keys, hashes);
            return;
        }

        if (shape.HasNullBits)
        {
            foreach (int row in rows)
            {
                keys[row * shape.Words] = 0;
            }
        }

        foreach (KeyColumn column in shape.Columns)
        {
            Read(column, batch, rows, keys);
        }

        int words = shape.Words;
        foreach (int row in rows)
        {
            hashes[row] = Hash(keys.Slice(row * words, words));
        }
    }

    /// <summary>The records of rows whose key is one text, up to the first that needs a closer look.</summary>
    public int FindTexts(Batch batch, ReadOnlySpan<int> rows, Span<int> places, ref WindowTable table, int stride) =>
        TextWords.Find(batch, new Column<Text>(shape.Columns[0].Ordinal), rows, places, table.Slots.Items, table.Records.Items, stride, _seed, _secret);

    /// <summary>The hash of a key's words: 64 × 64 → 128 bit products folded (wyhash's step).</summary>
    public uint Hash(ReadOnlySpan<long> key)
    {
        if (shape.IsText)
        {
            return HashOfText(key);
        }

        ulong hash = _seed;
        if (shape.HasNullBits)
        {
            hash ^= (ulong)key[0] * 0x9E37_79B9_7F4A_7C15;
        }

        foreach (KeyColumn column in shape.Columns)
        {
            ulong other = column.Kind == ColumnKind.Text ? _secret ^ (ulong)TextKey.Essence(key[column.Word + 1]) : 0x8EBC_6AF0_9C88_C6E3;
            hash = TextWords.Fold((ulong)key[column.Word] ^ hash, other);
        }

        return (uint)(hash ^ (hash >> 32)); // of small numbers the low half is not even enough with every seed
    }

    /// <summary>Of one text the low half is even enough, and its kernel spares the rest (<see cref="TextWords"/>).</summary>
    private uint HashOfText(ReadOnlySpan<long> key) => TextWords.Hash((ulong)key[0] ^ _seed, _secret ^ (ulong)TextKey.Essence(key[1]));

    private static ulong WordAt(ReadOnlySpan<byte> text, int at) => BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);

    private void Read(KeyColumn column, Batch batch, ReadOnlySpan<int> rows, Span<long> keys)
    {
        switch (column.Kind)
        {
            case ColumnKind.Text:
                ReadTexts(column, batch, rows, keys);
                break;
            case ColumnKind.Float64:
                ReadDoubles(column, batch, rows, keys);
                break;
            case ColumnKind.Bool:
                ReadBools(column, batch, rows, keys);
                break;
            default:
                ReadWords(column, batch, rows, keys);
                break;
        }
    }

    private void ReadTexts(KeyColumn column, Batch batch, ReadOnlySpan<int> rows, Span<long> keys)
    {
        ReadOnlySpan<Text> texts = batch.Values(new Column<Text>(column.Ordinal));
        ReadOnlySpan<ulong> validity = batch.Validity(column.Ordinal);
        foreach (int row in rows)
        {
            Span<long> key = keys.Slice((row * shape.Words) + column.Word, TextKey.Words);
            if ((validity[row >> 6] & (1UL << row)) == 0)
            {
                (key[0], key[1]) = (0, TextKey.Null);
                continue;
            }

            Write(batch, texts[row], key);
        }
    }

    /// <summary>The key of one row whose key is one text that is not null, and its hash.</summary>
    public uint ReadText(int ordinal, Batch batch, int row, Span<long> key)
    {
        Write(batch, batch.Values(new Column<Text>(ordinal))[row], key);
        return HashOfText(key);
    }

    /// <summary>The first word of a long text.</summary>
    public long HashText(ReadOnlySpan<byte> text)
    {
        if (text.Length is < HalfLength or > 2 * HalfLength)
        {
            return (long)XxHash3.HashToUInt64(text, (long)_seed);
        }

        // The usual long text, its halves overlapping: two of wyhash's steps.
        ReadOnlySpan<byte> end = text[^HalfLength..];
        ulong hash = TextWords.Fold(WordAt(text, 0) ^ _secret, WordAt(text, sizeof(ulong)) ^ _seed);
        return (long)TextWords.Fold(WordAt(end, 0) ^ _secret, WordAt(end, sizeof(ulong)) ^ hash);
    }

    private void Write(Batch batch, Text text, Span<long> key)
    {
        if (text.Length <= TextKey.MaxInline)
        {
            (ulong low, ulong high) = batch.ShortText(text);
            (key[0], key[1]) = ((long)low, TextKey.Short(high, text.Length));
        }
        else
        {
            (key[0], key[1]) = (HashText(batch.Bytes(text)), TextKey.Long(text.Length, text.Offset));
        }
    }

    private void ReadWords(KeyColumn column, Batch batch, ReadOnlySpan<int> rows, Span<long> keys)
    {
        ReadOnlySpan<long> values = batch.Values(new Column<long>(column.Ordinal));
        foreach (int row in rows)
        {
            Put(column, batch, row, values[row], keys);
        }
    }

    private void ReadDoubles(KeyColumn column, Batch batch, ReadOnlySpan<int> rows, Span<long> keys)
    {
        ReadOnlySpan<double> values = batch.Values(new Column<double>(column.Ordinal));
        foreach (int row in rows)
        {
            Put(column, batch, row, BitConverter.DoubleToInt64Bits(values[row] + 0.0), keys); // + 0.0 makes −0 a 0
        }
    }

    private void ReadBools(KeyColumn column, Batch batch, ReadOnlySpan<int> rows, Span<long> keys)
    {
        ReadOnlySpan<bool> values = batch.Values(new Column<bool>(column.Ordinal));
        foreach (int row in rows)
        {
            Put(column, batch, row, values[row] ? 1 : 0, keys);
        }
    }

    private void Put(KeyColumn column, Batch batch, int row, long value, Span<long> keys)
    {
        int at = row * shape.Words;
        bool isNull = batch.IsNull(column.Ordinal, row);
        keys[at + column.Word] = isNull ? 0 : value;
        keys[at] |= isNull ? 1L << column.Number : 0;
    }

    /// <summary>The common key, one text: words and hash in one go.</summary>
    private void ReadText(int ordinal, Batch batch, ReadOnlySpan<int> rows, Span<long> keys, Span<uint> hashes)
    {
        var column = new Column<Text>(ordinal);
        for (int i = 0; i < rows.Length; i++)
        {
            i += TextWords.Read(batch, column, rows[i..], keys, hashes, _seed, _secret);
            if (i == rows.Length)
            {
                return;
            }

            int row = rows[i];
            Span<long> key = keys.Slice(row * TextKey.Words, TextKey.Words);
            if (batch.IsNull(ordinal, row))
            {
                (key[0], key[1]) = (0, TextKey.Null);
            }
            else
            {
                Write(batch, batch.Values(column)[row], key);
            }

            hashes[row] = HashOfText(key);
        }
    }
}
