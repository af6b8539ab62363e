using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>The key's columns, and how a key is written as words. Fixed when the plan is made.</summary>
/// <remarks>
/// First, where a column is not a text, one word of null bits. Then a text takes three words: up to 16 bytes in two, and the length (−1: null);
/// of a longer one the first word is its hash and the second tells where it lies: in a row's key the batch's <see cref="Text"/>, in a record a block of the heap.
/// Every other column takes one word, −0 being 0.
/// </remarks>
internal sealed class KeyShape
{
    public const int InlineText = 16;
    public const int MaxColumns = 64; // one word of null bits

    private readonly KeyColumn[] _columns;
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64(); // both so that nobody can prepare keys that collide
    private readonly ulong _secret = (ulong)Random.Shared.NextInt64() | 1;

    public KeyShape(IReadOnlyList<Field> fields)
    {
        HasNullBits = fields.Any(f => f.Type.Kind != ColumnKind.Text);
        int word = HasNullBits ? 1 : 0;
        var columns = new List<KeyColumn>();
        foreach (Field field in fields)
        {
            columns.Add(new KeyColumn(field.Type.Kind, field.Ordinal, word, columns.Count));
            word += field.Type.Kind == ColumnKind.Text ? 3 : 1;
        }

        Words = word;
        _columns = [.. columns];
        HasText = fields.Any(f => f.Type.Kind == ColumnKind.Text);
    }

    public ReadOnlySpan<KeyColumn> Columns => _columns;

    public int Words { get; }

    public bool HasNullBits { get; }

    public bool HasText { get; }

    /// <summary>Writes the keys of the rows, and their hashes.</summary>
    public void Read(Batch batch, ReadOnlySpan<int> rows, Span<long> keys, Span<uint> hashes)
    {
        if (HasNullBits)
        {
            foreach (int row in rows)
            {
                keys[row * Words] = 0;
            }
        }

        foreach (KeyColumn column in _columns)
        {
            Read(column, batch, rows, keys);
        }

        int words = Words;
        foreach (int row in rows)
        {
            hashes[row] = Hash(keys.Slice(row * words, words));
        }
    }

    /// <summary>Whether a row's key is a record's.</summary>
    public bool Equal(ReadOnlySpan<long> key, Batch batch, ref WindowTable table, int place)
    {
        ReadOnlySpan<long> record = table.Records.Items.Slice(place, Words);
        if (!HasText)
        {
            return key.SequenceEqual(record);
        }

        if (HasNullBits && key[0] != record[0])
        {
            return false;
        }

        foreach (KeyColumn column in _columns)
        {
            int word = column.Word;
            if (key[word] != record[word])
            {
                return false;
            }

            if (column.Kind != ColumnKind.Text)
            {
                continue;
            }

            long length = record[word + 2];
            if (key[word + 2] != length)
            {
                return false;
            }

            if (length <= InlineText ? key[word + 1] != record[word + 1] : !RowBytes(batch, key, word).SequenceEqual(table.Heap.Bytes((int)record[word + 1], (int)length)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether two records of two tables have the same key.</summary>
    public bool Equal(ref WindowTable table, int place, ref WindowTable other, int otherPlace)
    {
        ReadOnlySpan<long> a = table.Records.Items.Slice(place, Words);
        ReadOnlySpan<long> b = other.Records.Items.Slice(otherPlace, Words);
        if (!HasText)
        {
            return a.SequenceEqual(b);
        }

        if (HasNullBits && a[0] != b[0])
        {
            return false;
        }

        foreach (KeyColumn column in _columns)
        {
            int word = column.Word;
            if (a[word] != b[word])
            {
                return false;
            }

            if (column.Kind == ColumnKind.Text
                && (a[word + 2] != b[word + 2]
                    || (a[word + 2] <= InlineText ? a[word + 1] != b[word + 1]
                        : !table.Heap.Bytes((int)a[word + 1], (int)a[word + 2]).SequenceEqual(other.Heap.Bytes((int)b[word + 1], (int)b[word + 2])))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes a row's key a record's: long texts are copied to the heap.</summary>
    public void Keep(ReadOnlySpan<long> key, Batch batch, ref WindowTable table, int place, Action<long> charge)
    {
        key.CopyTo(table.Records.Items.Slice(place, Words));
        foreach (KeyColumn column in _columns)
        {
            if (column.Kind == ColumnKind.Text && key[column.Word + 2] > InlineText)
            {
                table.Records[place + column.Word + 1] = HeapText.Store(ref table.Heap, RowBytes(batch, key, column.Word), charge);
            }
        }
    }

    /// <summary>Copies a record's key into another table.</summary>
    public void Keep(ref WindowTable from, int other, ref WindowTable table, int place, Action<long> charge)
    {
        from.Records.Items.Slice(other, Words).CopyTo(table.Records.Items.Slice(place, Words));
        foreach (KeyColumn column in _columns)
        {
            long length = column.Kind == ColumnKind.Text ? from.Records[other + column.Word + 2] : 0;
            if (length > InlineText)
            {
                ReadOnlySpan<byte> bytes = from.Heap.Bytes((int)from.Records[other + column.Word + 1], (int)length);
                table.Records[place + column.Word + 1] = HeapText.Store(ref table.Heap, bytes, charge);
            }
        }
    }

    public void Release(ref WindowTable table, int place)
    {
        foreach (KeyColumn column in _columns)
        {
            long length = column.Kind == ColumnKind.Text ? table.Records[place + column.Word + 2] : 0;
            if (length > InlineText)
            {
                HeapText.Release(ref table.Heap, (int)table.Records[place + column.Word + 1], (int)length);
            }
        }
    }

    /// <summary>The hash of a key's words: 64 × 64 → 128 bit products folded (wyhash's step).</summary>
    public uint Hash(ReadOnlySpan<long> key)
    {
        ulong hash = _seed;
        if (HasNullBits)
        {
            hash ^= (ulong)key[0] * 0x9E37_79B9_7F4A_7C15;
        }

        foreach (KeyColumn column in _columns)
        {
            int word = column.Word;
            if (column.Kind == ColumnKind.Text)
            {
                // Where a long text lies is no part of its key.
                ulong second = key[word + 2] <= InlineText ? (ulong)key[word + 1] : 0;
                hash = Fold((ulong)key[word] ^ hash, second ^ (_secret + (ulong)key[word + 2]));
            }
            else
            {
                hash = Fold((ulong)key[word] ^ hash, 0x8EBC_6AF0_9C88_C6E3);
            }
        }

        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>The text of a record's key, copied to an arena.</summary>
    public static Text CopyText(ref WindowTable table, ReadOnlySpan<long> record, int word, TextArena arena)
    {
        int length = (int)record[word + 2];
        if (length > InlineText)
        {
            return arena.Append(table.Heap.Bytes((int)record[word + 1], length));
        }

        ShortText.Store((ulong)record[word], (ulong)record[word + 1], arena.Reserve(InlineText));
        return arena.Commit(length);
    }

    /// <summary>The bytes of a long text in a row's key.</summary>
    private static ReadOnlySpan<byte> RowBytes(Batch batch, ReadOnlySpan<long> key, int word) =>
        batch.Bytes(new Text((int)(key[word + 1] >> 32), (int)key[word + 2]));

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

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
            Span<long> key = keys.Slice((row * Words) + column.Word, 3);
            if ((validity[row >> 6] & (1UL << row)) == 0)
            {
                (key[0], key[1], key[2]) = (0, 0, -1);
                continue;
            }

            Text text = texts[row];
            ReadOnlySpan<byte> bytes = batch.Bytes(text);
            if (bytes.Length <= InlineText)
            {
                (ulong low, ulong high) = ShortText.Load(bytes);
                (key[0], key[1], key[2]) = ((long)low, (long)high, bytes.Length);
            }
            else
            {
                (key[0], key[1], key[2]) = ((long)XxHash3.HashToUInt64(bytes, (long)_seed), (long)text.Offset << 32, bytes.Length);
            }
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
        int at = row * Words;
        bool isNull = batch.IsNull(column.Ordinal, row);
        keys[at + column.Word] = isNull ? 0 : value;
        keys[at] |= isNull ? 1L << column.Number : 0;
    }
}
