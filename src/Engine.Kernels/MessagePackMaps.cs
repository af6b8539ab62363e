using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Finds where the values of fields stand in up to 64 records whose keys are all known; <see cref="MessagePackColumns"/> reads them.</summary>
/// <remarks>
/// Records like the one before them go by its <see cref="MessagePackShape"/>. Of others each key is looked up, in whatever order they come, and no branch depends on which
/// one it is: none could be foreseen. A record is gone over whole or not at all: what looks in the least unusual (a key twice, hundreds of containers in a value) is the
/// general reader's.
/// </remarks>
public ref struct MessagePackMaps
{
    /// <summary>The most records at a time.</summary>
    public const int Rows = 64;

    /// <summary>Bytes that may be looked at before anything is checked: a key, the value's token and its fixed data.</summary>
    public const int Room = 64;

    private const int DeepestMap = 48; // there is room for another one when what is open fits so many bits

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly MessagePackStepTable _table;
    private readonly MessagePackShape _shape;
    private readonly Span<int> _places;
    private readonly Span<int> _starts;
    private readonly int _nowhere;
    private readonly ulong _all;
    private readonly int _maxRecordSize;

    /// <param name="bytes">Records, one behind the other.</param>
    /// <param name="table">The keys.</param>
    /// <param name="shape">Of the records before.</param>
    /// <param name="places">By field (<see cref="PlacesOf"/>) and record: where the value's token stands, or 0. One field more takes what nobody needs. Fields have the bits from 0 on.</param>
    /// <param name="starts">Where records begin, and the last one ends: one more than <see cref="Rows"/>.</param>
    /// <param name="maxRecordSize">Longer records are left.</param>
    public MessagePackMaps(ReadOnlySpan<byte> bytes, MessagePackStepTable table, MessagePackShape shape, Span<int> places, Span<int> starts, int maxRecordSize)
    {
        _bytes = bytes;
        (_table, _shape) = (table, shape);
        _places = places;
        _starts = starts;
        (_nowhere, _all, _maxRecordSize) = (places.Length - Rows, (1UL << ((places.Length / Rows) - 1)) - 1, maxRecordSize);
    }

    /// <summary>Where a field's places begin.</summary>
    public static int PlacesOf(int field) => field * Rows;

    /// <summary>Some of the records that were gone over lack keys that have a bit.</summary>
    public bool IsLacking { get; private set; }

    /// <summary>Goes over records from a place on; returns how many. Fewer than were asked for: the next one is of another form, dead, or near the end of the bytes.</summary>
    public unsafe int Find(int at, int count)
    {
        _places.Clear();
        int row = 0;
        if (_bytes.Length < Room)
        {
            return 0;
        }

        // Safe: pinned; the number of places is a multiple of Rows for each field and the one more, and rows are below it.
        fixed (byte* text = _bytes)
        fixed (int* places = _places)
        fixed (int* starts = _starts)
        {
            while (true)
            {
                row = _shape.Read(text, _bytes.Length, ref at, places, starts, row, count, _maxRecordSize, out bool isOther);
                if (row == count)
                {
                    break;
                }

                if (isOther)
                {
                    for (int i = row; i < _places.Length; i += Rows)
                    {
                        places[i] = 0; // the shape has begun with the record
                    }
                }

                int first = row, from = at;
                row = Pass(text, ref at, places, starts, row, Math.Min(count, row + _shape.Patience(text[at])));
                if (row == first)
                {
                    break;
                }

                _shape.Learn(_bytes[from..at], row - first, _table, _nowhere, _all);
                if (row == count)
                {
                    break;
                }
            }

            starts[row] = at;
        }

        IsLacking |= _shape.WasLacking;
        return row;
    }

    /// <summary>Goes over records up to a row; returns the row of the first one that it cannot go over.</summary>
    private unsafe int Pass(byte* text, ref int at, int* places, int* starts, int row, int rows)
    {
        var walk = new State
        {
            Limit = text + (_bytes.Length - Room),
            End = text + _bytes.Length,
            Start = text + at,
            P = text + at + 1,
            Left = text[at] & 0xF,
            Place = places + row,
            LastPlace = places + rows,
            StartOf = starts + row,
            All = _all,
            MaxRecordSize = _maxRecordSize,
        };
        if (walk.Start <= walk.Limit && *walk.Start >> 4 == 8)
        {
            while (Walk(ref walk, text, _table.Block, _table.Factor))
            {
                if (walk.Place == walk.LastPlace)
                {
                    break;
                }

                if (walk.IsEnd)
                {
                    (walk.Left, walk.Map) = ((int)(walk.Open & 0xF), (int)(walk.Open >> 4) & 0x3F);
                    walk.Open >>= 11;
                }
                else if (walk.Inner != 0 && T.IsMap(*walk.P))
                {
                    if (*walk.P >= T.Map16 || walk.Open >> DeepestMap != 0)
                    {
                        break;
                    }

                    // The mark keeps an open map with nothing left from looking like none.
                    walk.Open = (walk.Open << 11) | 0x400 | ((ulong)walk.Map << 4) | (uint)walk.Left;
                    (walk.Left, walk.Map) = (*walk.P & 0xF, walk.Inner);
                    walk.P++;
                }
                else
                {
                    int end = T.EndOf(_bytes, (int)(walk.P - text));
                    if (end < 0)
                    {
                        break;
                    }

                    walk.P = text + end;
                }
            }
        }

        IsLacking |= walk.Lacking != 0;
        at = (int)(walk.Start - text);
        return (int)(walk.Place - places);
    }

    /// <summary>Goes over records, key by key, to the last row, to the end of a map in a record, or to a value that is the caller's: one that may be a map that matters, or whose end has to be looked for. False where it cannot.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static unsafe bool Walk(ref State walk, byte* text, byte* table, ulong factor)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within Room. The table has a slot for each number that Slot
        // returns, a line for each number in a slot, and a size for each token.
        byte* p = walk.P;
        byte* limit = walk.Limit;
        int* place = walk.Place;
        ulong seen = walk.Seen;
        ulong map = MessagePackStepTable.HashOf(walk.Map);
        uint others = (uint)walk.Map << MessagePackStepTable.MapShift;
        int left = walk.Left;
        while (true)
        {
            for (; left > 0; left--)
            {
                if (p > limit)
                {
                    return false;
                }

                // The next key follows from two bytes of this one's alone: what is computed besides is waited for by nothing.
                nuint head = *p;
                Vector256<byte> key = Vector256.Load(p) & Vector256.Load(table + MessagePackStepTable.Ones + (~head & (MessagePackStepTable.MaxKey - 1)));
                byte* line = table + MessagePackStepTable.Keys + ((nuint)table[MessagePackStepTable.Slot(key, map, factor)] << 6);
                ulong meta = *(ulong*)(line + MessagePackStepTable.MaxKey);
                ulong bit = *(ulong*)(line + MessagePackStepTable.Bits);
                if (Vector256.Load(line) != key || (seen & bit) != 0)
                {
                    return false;
                }

                seen |= bit;
                byte* last = p + (head & 0x1F);
                place[(nuint)(meta >> 32)] = (int)(last - text) + 1;
                nuint size = table[MessagePackStepTable.Sizes + (nuint)last[1]];
                if (size == 0 || ((uint)meta & MessagePackStepTable.Others) != others)
                {
                    walk.P = last + 1;
                    (walk.Seen, walk.Left, walk.Inner, walk.IsEnd) = (seen, left - 1, MessagePackStepTable.InnerOf(meta), false);
                    return MessagePackStepTable.MapOf(meta) == walk.Map;
                }

                p = last + 1 + size;
            }

            if (walk.Open != 0)
            {
                walk.P = p;
                (walk.Seen, walk.IsEnd) = (seen, true);
                return true;
            }

            if (p > walk.End || p - walk.Start > walk.MaxRecordSize)
            {
                return false;
            }

            *walk.StartOf++ = (int)(walk.Start - text);
            walk.Lacking |= walk.All & ~seen;
            walk.Start = p;
            walk.Place = ++place;
            if (place == walk.LastPlace)
            {
                return true;
            }

            if (p > limit || *p >> 4 != 8)
            {
                return false;
            }

            left = *p++ & 0xF;
            (seen, map, others) = (0, 0, 0);
        }
    }

    /// <summary>Of a walk over records: what it needs to go on.</summary>
    private unsafe struct State
    {
        public byte* P;
        public byte* Limit;
        public byte* End;

        /// <summary>Where the record begins.</summary>
        public byte* Start;

        /// <summary>The row's place of the first field, that behind the last row's, and where the record's start goes.</summary>
        public int* Place;
        public int* LastPlace;
        public int* StartOf;

        /// <summary>The bits of the keys that there were, that there may be, and that some record lacks.</summary>
        public ulong Seen;
        public ulong All;
        public ulong Lacking;

        /// <summary>Maps around this one, 11 bits each: a mark, the map's number, how many of its keys are left.</summary>
        public ulong Open;

        /// <summary>Keys that are left behind the one at hand.</summary>
        public int Left;

        public int Map;

        /// <summary>The map that the value at hand may be.</summary>
        public int Inner;

        public int MaxRecordSize;

        /// <summary>A map in the record is at its end.</summary>
        public bool IsEnd;
    }
}
