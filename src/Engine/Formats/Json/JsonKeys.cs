using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using DataStream.Batches;

namespace DataStream.Formats.Json;

/// <summary>The keys of an object that the plan needs, and those that stand beside them in the input.</summary>
/// <remarks>
/// Records of one source mostly have the same keys in the same order. The table learns which key follows which, so that a key is
/// mostly recognised by one comparison of <c>"key":</c> with the bytes at hand; any other order costs a look-up.
/// Keys that nobody needs are learned too, up to a bound; nothing is allocated after construction.
/// </remarks>
internal sealed class JsonKeys
{
    private const int MaxLearned = 64;
    private const int MaxLearnedLength = 64;

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private readonly int[] _table; // entry + 1 by hash; 0: free
    private int _bytesUsed;
    private int _count;
    private int _first;

    public JsonKeys(IReadOnlyList<(string Name, PathNode<JsonKeys> Node)> needed)
    {
        int size = MaxLearned * (MaxLearnedLength + 3);
        foreach ((string name, _) in needed)
        {
            size += JsonText.Quote(name).Length + 1 + Encoding.UTF8.GetByteCount(name);
        }

        _bytes = new byte[size];
        _entries = new Entry[needed.Count + MaxLearned];
        _table = new int[BitOperations.RoundUpToPowerOf2((uint)_entries.Length * 2)];
        foreach ((string name, PathNode<JsonKeys> node) in needed)
        {
            byte[] quoted = JsonText.Quote(name);
            byte[] plain = Encoding.UTF8.GetBytes(name);
            Range literal = Keep([.. quoted, (byte)':']);
            Add(new Entry { Literal = literal, Name = Keep(plain), Node = node, Next = (_count + 1) % needed.Count }, plain);
        }
    }

    /// <summary>Goes over a key, its colon and the white space around it.</summary>
    /// <param name="cursor">At the key.</param>
    /// <param name="previous">The entry of the key before, or −1; then this one's.</param>
    /// <param name="scratch">Where an escaped key is decoded; nothing is kept there.</param>
    /// <param name="node">What the plan looks for in the value; null: nothing.</param>
    /// <returns>False at a fault.</returns>
    public bool TryMatch(ref JsonCursor cursor, ref int previous, TextArena scratch, out PathNode<JsonKeys>? node)
    {
        int expected = previous < 0 ? _first : _entries[previous].Next;
        ref Entry entry = ref _entries[expected];
        if (cursor.Text[cursor.At..].StartsWith(Bytes(entry.Literal)))
        {
            cursor.At += entry.Literal.Length;
            cursor.SkipWhite();
            previous = expected;
            node = entry.Node;
            return true;
        }

        node = null;
        if (!cursor.SkipKey(out int start, out int length, out bool isEscaped))
        {
            return false;
        }

        ReadOnlySpan<byte> name = cursor.Text.Slice(start, length);
        if (isEscaped)
        {
            Span<byte> decoded = scratch.Reserve(length);
            name = decoded[..JsonText.Unescape(name, decoded)];
        }

        int found = Find(name, WordOf(name));
        if (found < 0 && !isEscaped && length <= MaxLearnedLength && _count < _entries.Length)
        {
            found = Learn(cursor.Text.Slice(start - 1, length + 2), name);
        }

        if (found >= 0)
        {
            (previous < 0 ? ref _first : ref _entries[previous].Next) = found;
            previous = found;
            node = _entries[found].Node;
        }

        return true;
    }

    private bool IsKey(in Entry entry, ulong word, ReadOnlySpan<byte> name) =>
        entry.Word == word && entry.Name.Length == name.Length && (name.Length <= 8 || name.SequenceEqual(Bytes(entry.Name)));

    /// <summary>A key's first eight bytes, the first one lowest, zeros behind its end.</summary>
    private static ulong WordOf(ReadOnlySpan<byte> name)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        name[..Math.Min(name.Length, 8)].CopyTo(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    private int Find(ReadOnlySpan<byte> name, ulong word)
    {
        int mask = _table.Length - 1;
        for (int at = Hash(word, name.Length) & mask; _table[at] != 0; at = (at + 1) & mask)
        {
            int entry = _table[at] - 1;
            if (IsKey(_entries[entry], word, name))
            {
                return entry;
            }
        }

        return -1;
    }

    private int Learn(ReadOnlySpan<byte> quoted, ReadOnlySpan<byte> name)
    {
        Range literal = Keep(quoted);
        _bytes[_bytesUsed++] = (byte)':';
        Add(new Entry { Literal = literal with { Length = literal.Length + 1 }, Name = new Range(literal.Start + 1, name.Length) }, name);
        return _count - 1;
    }

    private void Add(Entry entry, ReadOnlySpan<byte> name)
    {
        int mask = _table.Length - 1;
        entry.Word = WordOf(name);
        int at = Hash(entry.Word, name.Length) & mask;
        while (_table[at] != 0)
        {
            at = (at + 1) & mask;
        }

        _entries[_count++] = entry;
        _table[at] = _count;
    }

    private Range Keep(ReadOnlySpan<byte> bytes)
    {
        var range = new Range(_bytesUsed, bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_bytesUsed));
        _bytesUsed += bytes.Length;
        return range;
    }

    private ReadOnlySpan<byte> Bytes(Range range) => _bytes.AsSpan(range.Start, range.Length);

    /// <summary>Length and first bytes: keys are few, and the table is at most half full whatever they are.</summary>
    private static int Hash(ulong word, int length) => (int)(((word + (ulong)length) * 0x9E37_79B9_7F4A_7C15) >> 40);

    private readonly record struct Range(int Start, int Length);

    private struct Entry
    {
        public Range Literal;
        public Range Name;
        public ulong Word;
        public PathNode<JsonKeys>? Node;
        public int Next;
    }
}
