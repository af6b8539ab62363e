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

    /// <summary>Bytes that may be looked at before anything is checked: a part of a shape, or a key; a value's token and its fixed data.</summary>
    public const int Room = 80;

    private const int DeepestMap = 48; // there is room for another one when what is open fits so many bits

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly MessagePackStepTable _table;
    private readonly MessagePackShape _shape;
    private readonly Span<int> _places;
    private readonly Span<int> _starts;
    private readonly int _stride;
    private readonly ulong _all;
    private readonly int _maxRecordSize;

    /// <param name="bytes">Records, one behind the other.</param>
    /// <param name="table">The keys.</param>
    /// <param name="shape">Of the records before, with as many fields.</param>
    /// <param name="fields">How many there are. They have the bits from 0 on, and the next number takes what nobody needs.</param>
    /// <param name="places">By record and field (<see cref="MessagePackShape.StrideOf"/>): where the value's token stands, or 0.</param>
    /// <param name="starts">Where records begin, and the last one ends: one more than <see cref="Rows"/>.</param>
    /// <param name="maxRecordSize">Longer records are left.</param>
    public MessagePackMaps(ReadOnlySpan<byte> bytes, MessagePackStepTable table, MessagePackShape shape, int fields, Span<int> places, Span<int> starts, int maxRecordSize)
    {
        _bytes = bytes;
        (_table, _shape) = (table, shape);
        _places = places;
        _starts = starts;
        (_stride, _all, _maxRecordSize) = (MessagePackShape.StrideOf(fields), (1UL << fields) - 1, maxRecordSize);
    }

    /// <summary>Some of the records that were gone over lack keys that have a bit.</summary>
    public bool IsLacking { get; private set; }

    /// <summary>Goes over records from a place on; returns how many. Fewer than were asked for: the next one is of another form, dead, or near the end of the bytes.</summary>
    public unsafe int Find(int at, int count)
    {
        _shape.Begin();
        if (_bytes.Length < Room)
        {
            return 0;
        }

        int row;

        // Safe: pinned; there are places for each row, and rows are below the count.
        fixed (byte* text = _bytes)
        fixed (int* places = _places)
        fixed (int* starts = _starts)
        {
            var run = new MessagePackRun { Text = text, Length = _bytes.Length, At = at, Places = places, Starts = starts, Rows = count, MaxRecordSize = _maxRecordSize };
            while (true)
            {
                _shape.Read(ref run);
                if (run.Row == count)
                {
                    break;
                }

                int first = run.Row, from = run.At;
                Pass(ref run, Math.Min(count, first + _shape.Patience(text[from])));
                if (run.Row == first)
                {
                    break;
                }

                _shape.Forget();
                _shape.Learn(_bytes[from..run.At], run.Row - first, _table, _all);
                if (run.Row == count)
                {
                    break;
                }
            }

            row = run.Row;
            starts[row] = run.At;
        }

        IsLacking |= _shape.WasLacking;
        return row;
    }

    /// <summary>Goes over records up to a row, or to the first one that it cannot go over.</summary>
    private unsafe void Pass(ref MessagePackRun run, int rows)
    {
        _places[(run.Row * _stride)..(rows * _stride)].Clear();
        byte* text = run.Text;
        byte* start = text + run.At;
        var walk = new State
        {
            LastRecord = text + (_bytes.Length - Room),
            End = text + _bytes.Length,
            Start = start,
            P = start + 1,
            Left = *start & 0xF,
            Place = run.Places + (run.Row * _stride),
            LastPlace = run.Places + (rows * _stride),
            Stride = _stride,
            StartOf = run.Starts + run.Row,
            All = _all,
            MaxRecordSize = _maxRecordSize,
        };
        if (start <= walk.LastRecord && *start >> 4 == 8)
        {
            Stop stop = Stop.Limit;
            while (stop switch { Stop.Limit => TryFill(ref walk), Stop.Value or Stop.MapEnd => TryStep(ref walk, stop, text), _ => false })
            {
                stop = Walk(ref walk, text, _table.Block, _table.Factor);
            }
        }

        IsLacking |= walk.Lacking != 0;
        run.At = (int)(walk.Start - text);
        run.Row = (int)(walk.StartOf - run.Starts);
    }

    /// <summary>Lets a walk go on to the end of the bytes, or as far as jumps are computed; false where it is at its end.</summary>
    private readonly unsafe bool TryFill(ref State walk)
    {
        if (walk.P > walk.LastRecord)
        {
            return false;
        }

        walk.Limit = walk.LastRecord;
        if (MessagePackJumps.IsSupported)
        {
            MessagePackJumps jumps = _shape.Jumps;
            jumps.Fill(walk.P, walk.End, (int)(2 * (walk.LastPlace - walk.Place) / walk.Stride)); // records are rarely longer than that
            walk.Distance = jumps.Distance;
            walk.Limit = jumps.Last < walk.LastRecord ? jumps.Last : walk.LastRecord;
        }

        return true;
    }

    /// <summary>Does what a walk left to its caller; false where it cannot go on.</summary>
    private readonly unsafe bool TryStep(ref State walk, Stop stop, byte* text)
    {
        if (stop == Stop.MapEnd)
        {
            (walk.Left, walk.Map) = ((int)(walk.Open & 0xF), (int)(walk.Open >> 4) & 0x3F);
            walk.Open >>= 11;
            return true;
        }

        if (walk.Inner != 0 && T.IsMap(*walk.P))
        {
            if (*walk.P >= T.Map16 || walk.Open >> DeepestMap != 0)
            {
                return false;
            }

            // The mark keeps an open map with nothing left from looking like none.
            walk.Open = (walk.Open << 11) | 0x400 | ((ulong)walk.Map << 4) | (uint)walk.Left;
            (walk.Left, walk.Map) = (*walk.P & 0xF, walk.Inner);
            walk.P++;
            return true;
        }

        int end = T.EndOf(_bytes, (int)(walk.P - text));
        walk.P = text + end;
        return end >= 0;
    }

    /// <summary>Goes over records, key by key, until the caller has something to do.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static unsafe Stop Walk(ref State walk, byte* text, byte* table, ulong factor)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within Room. The table has a slot for each number that Slot
        // returns, a line for each number in a slot, and a size for each token; there are jumps up to the limit.
        byte* p = walk.P;
        byte* limit = walk.Limit;
        int* place = walk.Place;
        ulong seen = walk.Seen;
        ulong map = MessagePackStepTable.HashOf(walk.Map);
        uint others = (uint)walk.Map << MessagePackStepTable.MapShift;
        int left = walk.Left;
        nint distance = walk.Distance;
        while (true)
        {
            for (; left > 0; left--)
            {
                if (p > limit)
                {
                    walk.P = p;
                    (walk.Seen, walk.Left) = (seen, left);
                    return Stop.Limit;
                }

                // The next key follows from its jump, or from two bytes of this one's: what is computed besides is waited for by nothing.
                nuint head = *p;
                Vector256<byte> key = Vector256.Load(p) & Vector256.Load(table + MessagePackStepTable.Ones + (~head & (MessagePackStepTable.MaxKey - 1)));
                byte* line = table + MessagePackStepTable.Keys + ((nuint)table[MessagePackStepTable.Slot(key, map, factor)] << 6);
                ulong meta = *(ulong*)(line + MessagePackStepTable.MaxKey);
                ulong bit = *(ulong*)(line + MessagePackStepTable.Bits);
                if (Vector256.Load(line) != key || (seen & bit) != 0)
                {
                    return Stop.Other;
                }

                seen |= bit;
                byte* last = p + (head & 0x1F);
                place[(nuint)(meta >> 32)] = (int)(last - text) + 1;
                nuint size = MessagePackJumps.IsSupported ? p[distance] : table[MessagePackStepTable.Sizes + (nuint)last[1]];
                if (size == 0 || ((uint)meta & MessagePackStepTable.Others) != others)
                {
                    walk.P = last + 1;
                    (walk.Seen, walk.Left, walk.Inner) = (seen, left - 1, MessagePackStepTable.InnerOf(meta));
                    return MessagePackStepTable.MapOf(meta) == walk.Map ? Stop.Value : Stop.Other;
                }

                p = (MessagePackJumps.IsSupported ? p : last + 1) + size;
            }

            if (walk.Open != 0)
            {
                walk.P = p;
                walk.Seen = seen;
                return Stop.MapEnd;
            }

            if (p > walk.End || p - walk.Start > walk.MaxRecordSize)
            {
                return Stop.Other;
            }

            *walk.StartOf++ = (int)(walk.Start - text);
            walk.Lacking |= walk.All & ~seen;
            walk.Start = p;
            walk.Place = place += walk.Stride;
            if (place == walk.LastPlace)
            {
                return Stop.Rows;
            }

            if (p > walk.LastRecord || *p >> 4 != 8)
            {
                return Stop.Other;
            }

            left = *p++ & 0xF;
            (seen, map, others) = (0, 0, 0);
        }
    }

    /// <summary>Why a walk stopped.</summary>
    private enum Stop
    {
        /// <summary>The record cannot be gone over.</summary>
        Other,

        /// <summary>All rows that were asked for are gone over.</summary>
        Rows,

        /// <summary>The next key has no jump yet, or is near the end of the bytes.</summary>
        Limit,

        /// <summary>A value may be a map that matters, or its end has to be looked for.</summary>
        Value,

        /// <summary>A map in the record is at its end.</summary>
        MapEnd,
    }

    /// <summary>Of a walk over records: what it needs to go on.</summary>
    private unsafe struct State
    {
        public byte* P;

        /// <summary>The last place that may be looked at as it is.</summary>
        public byte* Limit;

        /// <summary>The same of the bytes.</summary>
        public byte* LastRecord;

        public byte* End;

        /// <summary>How far behind a place its jump stands.</summary>
        public nint Distance;

        /// <summary>Where the record begins.</summary>
        public byte* Start;

        /// <summary>The row's places, those behind the last row's, and where the record's start goes.</summary>
        public int* Place;
        public int* LastPlace;
        public int* StartOf;
        public nint Stride;

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
    }
}
