using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO.Hashing;
using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>Numbers the keys of rows: equal values of all key columns, null among them, give one small dense slot.</summary>
/// <remarks>
/// Text is compared by bytes, numbers by value (−0 is 0). Without key columns all rows have slot 0. Keys may be removed; their slots are
/// used again. Open addressing with linear probing over native memory, with backward-shift deletion (Knuth, volume 3, 6.4, algorithm R).
/// </remarks>
internal sealed class KeyTable : IDisposable
{
    private const int Smallest = 64;

    private readonly int[] _ordinals;
    private readonly ColumnKind[] _kinds;
    private readonly NativeArray<byte> _scratch;
    private readonly NativeArray<Entry> _entries;
    private readonly NativeArray<Slot> _slots;
    private readonly NativePool _keys;
    private int _slotCount;
    private int _firstFree = -1;

    public KeyTable(IReadOnlyList<Field> columns, Action<long> charge)
    {
        _ordinals = new int[columns.Count];
        _kinds = new ColumnKind[columns.Count];
        for (int i = 0; i < _ordinals.Length; i++)
        {
            _ordinals[i] = columns[i].Ordinal;
            _kinds[i] = columns[i].Type.Kind;
        }

        _scratch = new NativeArray<byte>(charge);
        _entries = new NativeArray<Entry>(charge);
        _slots = new NativeArray<Slot>(charge);
        _keys = new NativePool(charge);
        if (_ordinals.Length > 0)
        {
            _scratch.Resize(Math.Max(64, 9 * _ordinals.Length));
            _entries.Resize(Smallest);
            _slots.Resize(Smallest / 2);
        }
    }

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the highest slot given out so far: what arrays by slot need.</summary>
    public int SlotCount => _ordinals.Length == 0 ? 1 : _slotCount;

    /// <summary>The slot of a row's key. A new key gets one, and <paramref name="isNew"/> is set.</summary>
    public int FindOrAdd(Batch batch, int row, out bool isNew)
    {
        if (_ordinals.Length == 0)
        {
            isNew = Count == 0;
            Count = 1;
            return 0;
        }

        ReadOnlySpan<byte> key = Encode(batch, row);
        ulong hash = XxHash3.HashToUInt64(key);
        Span<Entry> entries = _entries.Items;
        int mask = entries.Length - 1;
        uint tag = (uint)(hash >> 32);
        int at = (int)hash & mask;
        for (; entries[at].SlotPlusOne != 0; at = (at + 1) & mask)
        {
            if (entries[at].Tag == tag && Has(entries[at].SlotPlusOne - 1, hash, key))
            {
                isNew = false;
                return entries[at].SlotPlusOne - 1;
            }
        }

        isNew = true;
        return Add(key, hash, at);
    }

    /// <summary>Forgets the key of a slot.</summary>
    public void Remove(int slot)
    {
        Count--;
        if (_ordinals.Length == 0)
        {
            return;
        }

        Span<Entry> entries = _entries.Items;
        int mask = entries.Length - 1;
        ulong hash = _slots[slot].Hash;
        int hole = (int)hash & mask;
        while (entries[hole].SlotPlusOne != slot + 1)
        {
            hole = (hole + 1) & mask;
        }

        // Entries behind the hole move into it where their own place is not between the hole and them.
        for (int at = (hole + 1) & mask; entries[at].SlotPlusOne != 0; at = (at + 1) & mask)
        {
            int home = (int)_slots[entries[at].SlotPlusOne - 1].Hash & mask;
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                entries[hole] = entries[at];
                hole = at;
            }
        }

        entries[hole] = default;
        _keys.Return(_slots[slot].Key, _slots[slot].KeyLength);
        _slots[slot] = new Slot { KeyLength = -1, Key = _firstFree };
        _firstFree = slot;
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _entries.Dispose();
        _slots.Dispose();
        _keys.Dispose();
    }

    private bool Has(int slot, ulong hash, ReadOnlySpan<byte> key)
    {
        ref Slot known = ref _slots[slot];
        return known.Hash == hash && known.KeyLength == key.Length && _keys.Items<byte>(known.Key, key.Length).SequenceEqual(key);
    }

    private int Add(ReadOnlySpan<byte> key, ulong hash, int at)
    {
        int slot = _firstFree;
        if (slot < 0)
        {
            slot = _slotCount;
            _slots.EnsureLength(slot + 1);
            _slotCount++;
        }
        else
        {
            _firstFree = _slots[slot].Key;
        }

        int block = _keys.Rent(key.Length);
        key.CopyTo(_keys.Items<byte>(block, key.Length));
        _slots[slot] = new Slot { Hash = hash, Key = block, KeyLength = key.Length };
        _entries[at] = new Entry { Tag = (uint)(hash >> 32), SlotPlusOne = slot + 1 };
        Count++;
        if (Count > _entries.Length / 2)
        {
            Rehash();
        }

        return slot;
    }

    private void Rehash()
    {
        _entries.Resize(checked(_entries.Length * 2));
        Span<Entry> entries = _entries.Items;
        entries.Clear();
        int mask = entries.Length - 1;
        for (int slot = 0; slot < _slotCount; slot++)
        {
            ref Slot known = ref _slots[slot];
            if (known.KeyLength < 0)
            {
                continue;
            }

            int at = (int)known.Hash & mask;
            while (entries[at].SlotPlusOne != 0)
            {
                at = (at + 1) & mask;
            }

            entries[at] = new Entry { Tag = (uint)(known.Hash >> 32), SlotPlusOne = slot + 1 };
        }
    }

    /// <summary>The key as bytes that are equal where the keys are: per column a mark (0 = null) and, for a value, its eight bytes or length and text.</summary>
    private Span<byte> Encode(Batch batch, int row)
    {
        int length = 0;
        for (int i = 0; i < _ordinals.Length; i++)
        {
            int ordinal = _ordinals[i];
            if (batch.IsNull(ordinal, row))
            {
                _scratch[length++] = 0;
                continue;
            }

            ReadOnlySpan<byte> text = _kinds[i] == ColumnKind.Text ? batch.Bytes(batch.Values(new Column<Text>(ordinal))[row]) : default;
            _scratch.EnsureLength(length + 9 + text.Length + (9 * _ordinals.Length));
            _scratch[length] = 1;
            Span<byte> to = _scratch.Items[(length + 1)..];
            BinaryPrimitives.WriteInt64LittleEndian(to, _kinds[i] switch
            {
                ColumnKind.Text => text.Length,
                ColumnKind.Float64 => BitConverter.DoubleToInt64Bits(batch.Values(new Column<double>(ordinal))[row] + 0.0),
                ColumnKind.Bool => batch.Values(new Column<bool>(ordinal))[row] ? 1 : 0,
                _ => batch.Values(new Column<long>(ordinal))[row],
            });
            text.CopyTo(to[8..]);
            length += 9 + text.Length;
        }

        return _scratch.Items[..length];
    }

    private struct Entry
    {
        public uint Tag;          // the high half of the hash: most other keys are told apart without a look at them
        public int SlotPlusOne;   // 0: empty
    }

    private struct Slot
    {
        public ulong Hash;
        public int Key;           // a block of the pool; of a free slot the next free one
        public int KeyLength;     // −1: the slot is free
    }
}
