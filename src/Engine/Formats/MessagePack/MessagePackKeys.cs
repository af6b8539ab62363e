using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.MessagePack;

/// <summary>The keys of a map that the plan needs, and those that stand beside them in the input.</summary>
/// <remarks>
/// Records of one source mostly have the same keys in the same order. The table learns which key follows which, so that a key is mostly recognised by one
/// comparison of the bytes at hand; any other order costs a look-up. Keys that nobody needs are learned too, up to a bound; nothing is allocated after construction.
/// </remarks>
internal sealed class MessagePackKeys
{
    private const int MaxLearned = 64;
    private const int MaxShortText = 31; // of a key whose head is one byte: what is learned

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private readonly int[] _table; // entry + 1 by hash; 0: free
    private int _bytesUsed;
    private int _count;
    private int _first;

    public MessagePackKeys(IReadOnlyList<(string Name, PathNode<MessagePackKeys> Node)> needed)
    {
        int size = MaxLearned * (MaxShortText + 1);
        foreach ((string name, _) in needed)
        {
            size += Encoding.UTF8.GetByteCount(name) + 1;
        }

        _bytes = new byte[size];
        _entries = new Entry[needed.Count + MaxLearned];
        _table = new int[BitOperations.RoundUpToPowerOf2((uint)_entries.Length * 4)];
        foreach ((string name, PathNode<MessagePackKeys> node) in needed)
        {
            Add(Encoding.UTF8.GetBytes(name), node, (_count + 1) % needed.Count);
        }
    }

    /// <summary>Goes over a key.</summary>
    /// <param name="cursor">At the key.</param>
    /// <param name="depth">The level that a container has if one begins here.</param>
    /// <param name="previous">The entry of the key before, or −1; then this one's.</param>
    /// <param name="node">What the plan looks for in the value; null: nothing.</param>
    /// <returns>False at a fault.</returns>
    public bool TryMatch(ref MessagePackCursor cursor, int depth, ref int previous, out PathNode<MessagePackKeys>? node)
    {
        int expected = previous < 0 ? _first : _entries[previous].Next;
        ref Entry entry = ref _entries[expected];
        ReadOnlySpan<byte> rest = cursor.Bytes[cursor.At..];
        if (Begins(rest, entry))
        {
            cursor.At += entry.Length;
            previous = expected;
            node = entry.Node;
            return true;
        }

        node = null;
        bool isShort = !rest.IsEmpty && (rest[0] & 0xE0) == 0xA0 && rest.Length > (rest[0] & MaxShortText);
        if (!TryName(ref cursor, depth, rest, isShort, out ReadOnlySpan<byte> name, out bool hasName))
        {
            return false;
        }

        if (!hasName)
        {
            return true;
        }

        int found = Find(name);
        if (found < 0 && isShort && _count < _entries.Length)
        {
            found = _count;
            Add(name, null, 0);
        }

        if (found >= 0)
        {
            (previous < 0 ? ref _first : ref _entries[previous].Next) = found;
            previous = found;
            node = _entries[found].Node;
        }

        return true;
    }

    /// <summary>Goes over a key and says what it is called; one that is no text has no name.</summary>
    private static bool TryName(ref MessagePackCursor cursor, int depth, ReadOnlySpan<byte> rest, bool isShort, out ReadOnlySpan<byte> name, out bool hasName)
    {
        if (isShort)
        {
            name = rest.Slice(1, rest[0] & MaxShortText);
            cursor.At += name.Length + 1;
            hasName = true;
            return true;
        }

        int start = cursor.At;
        bool isSound = cursor.SkipValue(depth);
        hasName = isSound && MessagePackTokens.IsText(cursor.Bytes[start]);
        name = hasName ? MessagePackValues.Text(cursor.Bytes[start..cursor.At]) : default;
        return isSound;
    }

    /// <summary>Whether the bytes begin with the key as most writers have it: with the shortest head.</summary>
    private bool Begins(ReadOnlySpan<byte> rest, in Entry entry)
    {
        const int Words = 2 * sizeof(ulong);
        if (rest.Length < Words || entry.Length > Words)
        {
            return entry.Length <= MaxShortText + 1 && rest.StartsWith(_bytes.AsSpan(entry.Start, entry.Length));
        }

        return (((BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ entry.Low) & entry.LowMask) | ((BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ulong)..]) ^ entry.High) & entry.HighMask)) == 0;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        int mask = _table.Length - 1;
        for (int at = Hash(name) & mask; _table[at] != 0; at = (at + 1) & mask)
        {
            int entry = _table[at] - 1;
            if (name.SequenceEqual(_bytes.AsSpan(_entries[entry].Start + 1, _entries[entry].Length - 1)))
            {
                return entry;
            }
        }

        return -1;
    }

    private void Add(ReadOnlySpan<byte> name, PathNode<MessagePackKeys>? node, int next)
    {
        int mask = _table.Length - 1;
        int at = Hash(name) & mask;
        while (_table[at] != 0)
        {
            at = (at + 1) & mask;
        }

        int start = _bytesUsed;
        _bytes[start] = (byte)(0xA0 | name.Length); // of a longer name it stands for nothing: Begins does not look
        name.CopyTo(_bytes.AsSpan(start + 1));
        _bytesUsed += name.Length + 1;
        Span<byte> words = stackalloc byte[16];
        Span<byte> masks = stackalloc byte[16];
        words.Clear();
        masks.Clear();
        int shown = Math.Min(name.Length + 1, words.Length);
        _bytes.AsSpan(start, shown).CopyTo(words);
        masks[..shown].Fill(0xFF);
        _entries[_count++] = new Entry
        {
            Start = start,
            Length = name.Length + 1,
            Node = node,
            Next = next,
            Low = BinaryPrimitives.ReadUInt64LittleEndian(words),
            High = BinaryPrimitives.ReadUInt64LittleEndian(words[8..]),
            LowMask = BinaryPrimitives.ReadUInt64LittleEndian(masks),
            HighMask = BinaryPrimitives.ReadUInt64LittleEndian(masks[8..]),
        };
        _table[at] = _count;
    }

    /// <summary>Length and a few bytes: keys are few, and the table is at most a quarter full whatever they are.</summary>
    private static int Hash(ReadOnlySpan<byte> name)
    {
        uint hash = (uint)name.Length;
        if (name.Length > 0)
        {
            hash = (hash * 31) + name[0];
            hash = (hash * 31) + name[name.Length / 2];
            hash = (hash * 31) + name[^1];
        }

        return (int)((hash * 0x9E3779B1) >> 8);
    }

    private struct Entry
    {
        public ulong Low;
        public ulong High;
        public ulong LowMask;
        public ulong HighMask;
        public int Start;
        public int Length; // with a head of one byte
        public PathNode<MessagePackKeys>? Node;
        public int Next;
    }
}
