using System;
using System.Buffers.Binary;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>Puts the groups of a table in the order of their keys: column by column, texts by bytes, numbers by value, false before true, null first.</summary>
/// <remarks>
/// Every key is first written as words whose unsigned order is the keys' order. The bits in which they differ at all, at most 64 of them,
/// are gathered into one word and sorted by radix; what is still equal then is compared in full. One lane's; its lists grow natively.
/// </remarks>
internal sealed class GroupOrder(RecordLayout layout, Action<long> charge) : IDisposable
{
    private const byte LongOrder = TextKey.MaxInline + 2;

    private readonly KeyShape _shape = layout.Key;
    private readonly int _words = WordsOf(layout.Key);
    private readonly bool _oneText = layout.Key is { Words: TextKey.Words, HasNullBits: false, HasText: true };
    private readonly NativeArray<int> _places = new(charge);
    private readonly NativeArray<int> _placesSpare = new(charge);
    private readonly NativeArray<ulong> _packed = new(charge);
    private readonly NativeArray<ulong> _packedSpare = new(charge);

    /// <summary>The places of all groups in order; valid until the next call.</summary>
    public ReadOnlySpan<int> Sort(ref WindowTable table)
    {
        int count = table.Live;
        Ensure(count);
        Span<int> places = _places.Items[..count];
        if (table.FreeRecords == 0)
        {
            // Records lie without a gap: in their order memory is read as it comes.
            for (int i = 0; i < count; i++)
            {
                places[i] = i * layout.Stride;
            }
        }
        else
        {
            ListLive(ref table, places);
        }

        if (count > 1)
        {
            Sort(ref table, count);
        }

        return _places.Items[..count];
    }

    /// <summary>Compares two keys of one table.</summary>
    public int Compare(ref WindowTable table, int place, int other)
    {
        Span<ulong> a = stackalloc ulong[_words];
        Span<ulong> b = stackalloc ulong[_words];
        Write(ref table, place, a);
        Write(ref table, other, b);
        return Compare(ref table, a, place, b, other);
    }

    public void Dispose()
    {
        _places.Dispose();
        _placesSpare.Dispose();
        _packed.Dispose();
        _packedSpare.Dispose();
    }

    /// <summary>A text takes 15 bytes and behind them its length + 1 (0: null, 17: more than 15); everything else whether it is a value, and the value.</summary>
    private static int WordsOf(KeyShape shape) => 2 * shape.Columns.Length;

    private void ListLive(ref WindowTable table, Span<int> places)
    {
        int count = 0;
        ReadOnlySpan<uint> slots = table.Slots.Items;
        foreach (uint slot in slots)
        {
            if (slot != 0)
            {
                places[count++] = GroupSlots.GroupOf(slot, slots.Length) * layout.Stride;
            }
        }
    }

    private void Ensure(int count)
    {
        _places.EnsureLength(count);
        _placesSpare.EnsureLength(count);
        _packed.EnsureLength(count);
        _packedSpare.EnsureLength(count);
    }

    private void Sort(ref WindowTable table, int count)
    {
        Span<int> places = _places.Items[..count];
        Span<ulong> first = stackalloc ulong[_words];
        Span<ulong> word = stackalloc ulong[_words];
        Span<ulong> differing = stackalloc ulong[_words];
        differing.Clear();
        Write(ref table, places[0], first);
        int exactWords = _words;
        foreach (int place in places)
        {
            exactWords = Math.Min(exactWords, Write(ref table, place, word));
            for (int i = 0; i < word.Length; i++)
            {
                differing[i] |= word[i] ^ first[i];
            }
        }

        // What stands behind a long text counts only once its remaining bytes were compared.
        bool exact = exactWords == _words;
        differing[Math.Min(exactWords + 1, _words)..].Clear();
        int bits = KeepHighest(differing, ref exact);
        Span<ulong> packed = _packed.Items[..count];
        for (int i = 0; i < count; i++)
        {
            Write(ref table, places[i], word);
            packed[i] = Pack(word, differing);
        }

        RadixSort.Sort(packed, places, _packedSpare.Items[..count], _placesSpare.Items[..count], (bits + 7) / 8);
        if (!exact)
        {
            SortTies(ref table, packed, places);
        }
    }

    /// <summary>Keeps of the bits that differ 64 at most, the highest.</summary>
    private static int KeepHighest(Span<ulong> differing, ref bool exact)
    {
        int bits = 0;
        for (int i = 0; i < differing.Length; i++)
        {
            int surplus = bits + BitOperations.PopCount(differing[i]) - 64;
            for (; surplus > 0; surplus--)
            {
                exact = false;
                differing[i] &= differing[i] - 1;
            }

            bits += BitOperations.PopCount(differing[i]);
        }

        return bits;
    }

    private static ulong Pack(ReadOnlySpan<ulong> word, ReadOnlySpan<ulong> masks)
    {
        ulong packed = 0;
        for (int i = 0; i < word.Length; i++)
        {
            // A mask of 64 bits is the only one that is not empty: what is moved by 64, which is 0 here, is 0.
            packed = (packed << BitOperations.PopCount(masks[i])) | BitGather.Take(word[i], masks[i]);
        }

        return packed;
    }

    /// <summary>Writes a key as words in order.</summary>
    /// <returns>How many of them, from the first on, say all there is to say.</returns>
    private int Write(ref WindowTable table, int place, Span<ulong> words)
    {
        ReadOnlySpan<long> record = table.Records.Items.Slice(place, _shape.Words);
        if (_oneText && !TextKey.IsLong(record[1]))
        {
            words[0] = BinaryPrimitives.ReverseEndianness((ulong)record[0]);
            words[1] = ShortOrder(record[1]);
            return _words;
        }

        int exact = _words;
        int at = 0;
        foreach (KeyColumn column in _shape.Columns)
        {
            long value = record[column.Word];
            if (column.Kind == ColumnKind.Text)
            {
                long second = record[column.Word + 1];
                if (!TextKey.IsLong(second))
                {
                    words[at] = BinaryPrimitives.ReverseEndianness((ulong)value);
                    words[at + 1] = ShortOrder(second);
                }
                else
                {
                    ReadOnlySpan<byte> bytes = KeyShape.Bytes(ref table, second);
                    words[at] = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                    words[at + 1] = (BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & ~0xFFUL) | LongOrder;
                    exact = Math.Min(exact, at + 1);
                }

                at += 2;
                continue;
            }

            bool isNull = (record[0] & (1L << column.Number)) != 0;
            words[at] = isNull ? 0UL : 1;
            words[at + 1] = isNull ? 0 : (ulong)(column.Kind == ColumnKind.Float64
                ? OrderedFloat64.Order(BitConverter.Int64BitsToDouble(value)) : value) ^ (1UL << 63);
            at += 2;
        }

        return exact;
    }

    private int Compare(ref WindowTable table, ReadOnlySpan<ulong> a, int place, ReadOnlySpan<ulong> b, int other)
    {
        int at = 0;
        foreach (KeyColumn column in _shape.Columns)
        {
            for (int i = at; i < at + 2; i++)
            {
                if (a[i] != b[i])
                {
                    return a[i] < b[i] ? -1 : 1;
                }
            }

            if (column.Kind == ColumnKind.Text && (byte)a[at + 1] == LongOrder)
            {
                int order = LongText(ref table, place, column).SequenceCompareTo(LongText(ref table, other, column));
                if (order != 0)
                {
                    return order;
                }
            }

            at += 2;
        }

        return 0;
    }

    /// <summary>Bytes 8 to 14 of a short text, then its length + 1; of a null 0.</summary>
    private static ulong ShortOrder(long second) => second == TextKey.Null ? 0 : BinaryPrimitives.ReverseEndianness((ulong)second) + 1;

    private static ReadOnlySpan<byte> LongText(ref WindowTable table, int place, KeyColumn column) =>
        KeyShape.Bytes(ref table, table.Records[place + column.Word + 1]);

    private void SortTies(ref WindowTable table, ReadOnlySpan<ulong> packed, Span<int> places)
    {
        for (int from = 0; from < places.Length;)
        {
            int to = from + 1;
            while (to < places.Length && packed[to] == packed[from])
            {
                to++;
            }

            if (to - from > 1)
            {
                MergeSort(ref table, places[from..to], _placesSpare.Items[from..to]);
            }

            from = to;
        }
    }

    /// <summary>Merge sort from runs of one up: n · log n comparisons whatever the keys.</summary>
    private void MergeSort(ref WindowTable table, Span<int> places, Span<int> spare)
    {
        for (int width = 1; width < places.Length; width *= 2)
        {
            for (int start = 0; start < places.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, places.Length);
                int end = Math.Min(middle + width, places.Length);
                int left = start;
                int right = middle;
                for (int i = start; i < end; i++)
                {
                    bool takeLeft = left < middle && (right >= end || Compare(ref table, places[left], places[right]) <= 0);
                    spare[i] = takeLeft ? places[left++] : places[right++];
                }
            }

            spare.CopyTo(places);
        }
    }
}
