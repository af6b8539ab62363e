using System;
using System.Collections.Generic;
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

    private readonly KeyReader _reader;
    private readonly KeyColumn[] _columns;

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
        _reader = new KeyReader(this);
        HasText = fields.Any(f => f.Type.Kind == ColumnKind.Text);
    }

    public ReadOnlySpan<KeyColumn> Columns => _columns;

    public int Words { get; }

    public bool HasNullBits { get; }

    public bool HasText { get; }

    /// <summary>Writes the keys of the rows, and their hashes.</summary>
    public void Read(Batch batch, ReadOnlySpan<int> rows, Span<long> keys, Span<uint> hashes) => _reader.Read(batch, rows, keys, hashes);

    /// <summary>The hash of a key's words.</summary>
    public uint Hash(ReadOnlySpan<long> key) => _reader.Hash(key);

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
}
