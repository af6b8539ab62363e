using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Of one number of keys: which keys a record has, of which of its values tokens change, and the parts that its shape has for that. One thread's.</summary>
/// <remarks>
/// A value is loose from the third time on that its token is another one than drawn, if each time was within some 64 rows of the one before: below that it is cheaper
/// to go over such a record without the shape.
/// </remarks>
internal sealed class MessagePackOutline(int stride, int nowhere)
{
    /// <summary>The most parts.</summary>
    public const int MaxParts = 32;

    /// <summary>Nothing is known of a field's tokens.</summary>
    public const int NoForm = -1;

    private const int MaxValues = 64;
    private const int MaxDepth = 8;
    private const int NoMap = -1;
    private const int Oddity = 64; // rows that make a token of another kind forgotten
    private const int Loose = 2 * Oddity;
    private const int Absent = int.MinValue; // as an offset: with any place it is negative

    private readonly int[] _forms = new int[stride];
    private readonly int[] _drawn = new int[MaxValues]; // by value: the token's kind in the shape
    private readonly int[] _kinds = new int[MaxValues]; // of the record at hand
    private readonly int[] _before = new int[MaxValues]; // of the one before
    private readonly int[] _odd = new int[MaxValues]; // grows with each token of another kind
    private readonly byte[] _bytes = new byte[MessagePackPart.Width];
    private readonly byte[] _mask = new byte[MessagePackPart.Width];
    private ulong _drawnKeys; // of the shape, as one number
    private ulong _keys; // of the record at hand
    private ulong _drawnLoose;
    private int _drawnValues;
    private int _values;
    private long _lastOdd; // the row
    private bool _isDrawing;
    private int _from; // where the part at hand begins
    private int _count;

    /// <summary>The bits of the keys that the record has.</summary>
    public ulong Seen { get; private set; }

    /// <summary>By field what the shape's records have in common (<see cref="MessagePackShape.Forms"/>).</summary>
    public ReadOnlySpan<int> Forms => _forms;

    /// <summary>Looks at a record that is not of the shape; whether it has the same keys.</summary>
    /// <param name="record">Sound and whole.</param>
    /// <param name="table">The keys; null where no value is needed.</param>
    /// <param name="row">Counts rows.</param>
    /// <param name="isBetter">The shape is to be drawn again by this record: a value is loose that was not, or has the token that the record just before had too.</param>
    public bool Look(ReadOnlySpan<byte> record, MessagePackStepTable? table, long row, out bool isBetter)
    {
        isBetter = false;
        _kinds.CopyTo(_before.AsSpan());
        if (!TryWalk(record, table, [], []) || _keys != _drawnKeys || _values != _drawnValues)
        {
            return false;
        }

        int since = (int)Math.Min(row - _lastOdd, Loose);
        _lastOdd = row;
        bool isOther = false;
        for (int i = 0; i < _values; i++)
        {
            if (_odd[i] < Loose)
            {
                // What the record just before had too is perhaps what all have from now on.
                bool isOdd = _kinds[i] != _drawn[i];
                bool isMoved = isOdd && since == 1 && _kinds[i] == _before[i];
                _odd[i] = Math.Max(_odd[i] - since, 0) + (isOdd && !isMoved ? Oddity + 1 : 0);
                isBetter |= isMoved;
                isOther |= isOdd && !isMoved && _odd[i] < Loose;
            }

            isBetter |= _odd[i] >= Loose && (_drawnLoose >> i & 1) == 0;
        }

        isBetter &= !isOther;
        return true;
    }

    /// <summary>Draws the parts of a record; false where it has no shape.</summary>
    /// <param name="record">The one that was looked at.</param>
    /// <param name="table">The keys; null where no value is needed.</param>
    /// <param name="isSame">It has the keys of the shape before: loose values remain so.</param>
    /// <param name="parts">To be filled.</param>
    /// <param name="offsets">By part and field: how far behind the part's beginning the value's token stands; far below zero where it is in none or another.</param>
    /// <param name="count">How many parts there are.</param>
    public bool Draw(ReadOnlySpan<byte> record, MessagePackStepTable? table, bool isSame, Span<MessagePackPart> parts, Span<int> offsets, out int count)
    {
        if (!isSame)
        {
            Array.Clear(_odd);
        }

        _forms.AsSpan().Fill(NoForm);
        _drawnLoose = 0;
        (_isDrawing, _from, _count) = (true, 0, 0);
        offsets[..(MaxParts * stride)].Fill(Absent);
        bool isDrawn = TryWalk(record, table, parts, offsets) && (_from == record.Length || TryClose(record.Length, parts));
        _isDrawing = false;
        (_drawnKeys, _drawnValues, count) = (_keys, isDrawn ? _values : -1, _count);
        _kinds.CopyTo(_drawn.AsSpan());
        return isDrawn;
    }

    private bool TryWalk(ReadOnlySpan<byte> record, MessagePackStepTable? table, Span<MessagePackPart> parts, Span<int> offsets)
    {
        (_keys, _values, Seen) = (0, 0, 0);
        int at = 0;
        return TryPass(record, ref at, table, table is null ? NoMap : 0, nowhere, 0, parts, offsets);
    }

    /// <summary>Passes over a value; false where there is no room or its form has none.</summary>
    private bool TryPass(ReadOnlySpan<byte> record, ref int at, MessagePackStepTable? table, int map, int field, int depth, Span<MessagePackPart> parts, Span<int> offsets)
    {
        byte token = record[at];
        bool isMap = (token & 0xF0) == 0x80;
        if (!isMap && (token & 0xF0) != 0x90)
        {
            return TryPassScalar(record, ref at, field, parts, offsets);
        }

        if (depth > MaxDepth || !TryFix(record, at, 1, 0xFF, parts))
        {
            return false;
        }

        TakePlace(at, field, NoForm, offsets);
        AddKey(record.Slice(at++, 1));
        for (int left = token & 0xF; left > 0; left--)
        {
            (int inner, int innerField) = (NoMap, nowhere);
            if (isMap && !TryPassKey(record, ref at, table, map, parts, out inner, out innerField))
            {
                return false;
            }

            if (!TryPass(record, ref at, table, inner, innerField, depth + 1, parts, offsets))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryPassKey(ReadOnlySpan<byte> record, ref int at, MessagePackStepTable? table, int map, Span<MessagePackPart> parts, out int inner, out int field)
    {
        (inner, field) = (NoMap, nowhere);
        int length = (record[at] & 0x1F) + 1;
        if ((record[at] & 0xE0) != 0xA0 || !TryFix(record, at, length, 0xFF, parts))
        {
            return false;
        }

        if (table is not null && map != NoMap)
        {
            Span<byte> padded = stackalloc byte[MessagePackStepTable.MaxKey];
            padded.Clear();
            record.Slice(at, length).CopyTo(padded);
            int found = table.Find(padded, map);
            if (found == 0)
            {
                return false;
            }

            MessagePackStep step = table[found];
            (inner, field) = (step.Inner != 0 ? step.Inner : NoMap, step.Place);
            Seen |= step.Bit < 0 ? 0 : 1UL << step.Bit;
        }

        AddKey(record.Slice(at, length));
        at += length;
        return true;
    }

    private bool TryPassScalar(ReadOnlySpan<byte> record, ref int at, int field, Span<MessagePackPart> parts, Span<int> offsets)
    {
        byte token = record[at];
        int size = (int)T.Measure(record[at..], out long children);
        if (children != 0 || (T.Sizes[token] == 0 && !T.IsText(token)) || _values == MaxValues)
        {
            return false;
        }

        bool isExtension = token is >= T.FixExt1 and <= T.FixExt16;
        byte mask = token < 0x80 ? (byte)0x80 : token >= 0xE0 ? (byte)0xE0 : token is T.True or T.False ? (byte)0xFE : (byte)0xFF;
        int form = (token & mask) | (isExtension ? record[at + 1] << 8 : 0);

        // Texts with a length behind their token are of one kind each, whatever it is.
        int value = _values++;
        bool isLoose = _odd[value] >= Loose || T.Sizes[token] == 0;
        _kinds[value] = form;
        if (!_isDrawing)
        {
            at += size;
            return true;
        }

        if (!isLoose)
        {
            if (!TryFix(record, at, 1, mask, parts) || (isExtension && !TryFix(record, at + 1, 1, 0xFF, parts)))
            {
                return false;
            }

            TakePlace(at, field, mask == 0xFF || token < 0x80 ? form : NoForm, offsets);
            at += size;
            return true;
        }

        if ((at - _from > MessagePackPart.Width && !TryClose(at, parts)) || _count == MaxParts)
        {
            return false;
        }

        TakePlace(at, field, NoForm, offsets);
        TryClose(at, parts);
        ref MessagePackPart part = ref parts[_count - 1];
        (part.IsLoose, part.IsText) = (true, (token & 0xE0) == 0xA0);
        _drawnLoose |= 1UL << value;
        at += size;
        _from = at;
        return true;
    }

    /// <summary>Bytes that every record of the shape has there, as far as the mask goes.</summary>
    private bool TryFix(ReadOnlySpan<byte> record, int at, int length, byte mask, Span<MessagePackPart> parts)
    {
        for (int i = at; _isDrawing && i < at + length; i++)
        {
            if (i - _from >= MessagePackPart.Width && !TryClose(i, parts))
            {
                return false;
            }

            if (_count == MaxParts)
            {
                return false;
            }

            _bytes[i - _from] = (byte)(record[i] & mask);
            _mask[i - _from] = mask;
        }

        return true;
    }

    /// <summary>A value's token is at a place of the part at hand.</summary>
    private void TakePlace(int at, int field, int form, Span<int> offsets)
    {
        if (_isDrawing && field != nowhere)
        {
            offsets[(_count * stride) + field] = at - _from;
            _forms[field] = form;
        }
    }

    /// <summary>Ends the part at hand; the next one begins there.</summary>
    private bool TryClose(int end, Span<MessagePackPart> parts)
    {
        if (_count == MaxParts)
        {
            return false;
        }

        parts[_count++] = new MessagePackPart { Bytes = Vector512.Create<byte>(_bytes), Mask = Vector512.Create<byte>(_mask), Length = end - _from };
        Array.Clear(_bytes);
        Array.Clear(_mask);
        _from = end;
        return true;
    }

    private static ulong Mix(ulong keys, ulong word) => BitOperations.RotateLeft((keys ^ word) * 0x9E37_79B9_7F4A_7C15, 29);

    private void AddKey(ReadOnlySpan<byte> key)
    {
        // Not to be told apart for certain: of another layout that looks the same nothing but loose values would be taken over.
        for (; key.Length > sizeof(ulong); key = key[sizeof(ulong)..])
        {
            _keys = Mix(_keys, BinaryPrimitives.ReadUInt64LittleEndian(key));
        }

        ulong last = 0;
        foreach (byte b in key)
        {
            last = (last << 8) | b;
        }

        _keys = Mix(_keys, last ^ ((ulong)key.Length << 59));
    }
}
