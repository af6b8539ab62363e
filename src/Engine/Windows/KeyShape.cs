using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>The key's columns, and how a key is written as words. Fixed when the plan is made.</summary>
/// <remarks>
/// First, where a column is not a text, one word of null bits. Then a text takes two words (<see cref="TextKey"/>), every other column one, −0 being 0.
/// </remarks>
internal sealed class KeyShape
{
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
            word += field.Type.Kind == ColumnKind.Text ? TextKey.Words : 1;
        }

        Words = word;
        _columns = [.. columns];
        _reader = new KeyReader(this);
        HasText = fields.Any(f => f.Type.Kind == ColumnKind.Text);
        IsText = HasText && _columns.Length == 1;
    }

    public ReadOnlySpan<KeyColumn> Columns => _columns;

    public int Words { get; }

    public bool HasNullBits { get; }

    public bool HasText { get; }

    /// <summary>The common key: one text.</summary>
    public bool IsText { get; }

    /// <summary>Writes the keys of the rows, and their hashes.</summary>
    public void Read(Batch batch, ReadOnlySpan<int> rows, Span<long> keys, Span<uint> hashes) => _reader.Read(batch, rows, keys, hashes);

    /// <summary>The records of rows whose key is one text that is not null, up to the first that needs a closer look.</summary>
    public int FindTexts(Batch batch, ReadOnlySpan<int> rows, Span<int> places, ref WindowTable table, int stride) => _reader.FindTexts(batch, rows, places, ref table, stride);

    /// <summary>The key of one row whose key is one text that is not null, and its hash.</summary>
    public uint ReadText(Batch batch, int row, Span<long> key) => _reader.ReadText(_columns[0].Ordinal, batch, row, key);

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

        if (IsText)
        {
            return IsSame(key, batch, ref table, record);
        }

        if (HasNullBits && key[0] != record[0])
        {
            return false;
        }

        foreach (KeyColumn column in _columns)
        {
            int word = column.Word;
            bool isSame = column.Kind == ColumnKind.Text ? IsSame(key[word..], batch, ref table, record[word..]) : key[word] == record[word];
            if (!isSame)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text of a row is a record's, by their two words.</summary>
    private static bool IsSame(ReadOnlySpan<long> key, Batch batch, ref WindowTable table, ReadOnlySpan<long> record) =>
        key[0] == record[0]
        && TextKey.Essence(key[1]) == TextKey.Essence(record[1])
        && (!TextKey.IsLong(record[1]) || RowBytes(batch, key[1]).SequenceEqual(Bytes(ref table, record[1])));

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
                && (TextKey.Essence(a[word + 1]) != TextKey.Essence(b[word + 1])
                    || (TextKey.IsLong(a[word + 1]) && !Bytes(ref table, a[word + 1]).SequenceEqual(Bytes(ref other, b[word + 1])))))
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
            if (column.Kind == ColumnKind.Text && TextKey.IsLong(key[column.Word + 1]))
            {
                Store(RowBytes(batch, key[column.Word + 1]), ref table, place + column.Word + 1, charge);
            }
        }
    }

    /// <summary>Copies a record's key into another table.</summary>
    public void Keep(ref WindowTable from, int other, ref WindowTable table, int place, Action<long> charge)
    {
        from.Records.Items.Slice(other, Words).CopyTo(table.Records.Items.Slice(place, Words));
        foreach (KeyColumn column in _columns)
        {
            if (column.Kind == ColumnKind.Text && TextKey.IsLong(from.Records[other + column.Word + 1]))
            {
                Store(Bytes(ref from, from.Records[other + column.Word + 1]), ref table, place + column.Word + 1, charge);
            }
        }
    }

    /// <summary>A record came back from an image: hashes in its key are this process's.</summary>
    public void Restore(ref WindowTable table, int place)
    {
        foreach (KeyColumn column in _columns)
        {
            if (column.Kind == ColumnKind.Text && TextKey.IsLong(table.Records[place + column.Word + 1]))
            {
                table.Records[place + column.Word] = _reader.HashText(Bytes(ref table, table.Records[place + column.Word + 1]));
            }
        }
    }

    public void Release(ref WindowTable table, int place)
    {
        foreach (KeyColumn column in _columns)
        {
            if (column.Kind == ColumnKind.Text && TextKey.IsLong(table.Records[place + column.Word + 1]))
            {
                long second = table.Records[place + column.Word + 1];
                HeapText.Release(ref table.Heap, TextKey.PlaceOf(second), TextKey.LengthOf(second));
            }
        }
    }

    /// <summary>The text of a record's key, copied to an arena.</summary>
    public static Text CopyText(ref WindowTable table, ReadOnlySpan<long> record, int word, TextArena arena)
    {
        long second = record[word + 1];
        if (TextKey.IsLong(second))
        {
            return arena.Append(Bytes(ref table, second));
        }

        ShortText.Store((ulong)record[word], (ulong)second, arena.Reserve(ShortText.MaxLength));
        return arena.Commit(TextKey.LengthOf(second));
    }

    /// <summary>The bytes of a long text in a record.</summary>
    public static ReadOnlySpan<byte> Bytes(ref WindowTable table, long second) => table.Heap.Bytes(TextKey.PlaceOf(second), TextKey.LengthOf(second));

    /// <summary>The bytes of a long text in a row's key.</summary>
    private static ReadOnlySpan<byte> RowBytes(Batch batch, long second) => batch.Bytes(new Text(TextKey.PlaceOf(second), TextKey.LengthOf(second)));

    private static void Store(ReadOnlySpan<byte> text, ref WindowTable table, int at, Action<long> charge)
    {
        int block = HeapText.Store(ref table.Heap, text, charge);
        table.Records[at] = TextKey.Long(text.Length, block);
    }
}
