using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>What records have in common with one before them: the bytes between values. Records of that shape are gone over by a comparison for each value.</summary>
/// <remarks>
/// <code>
/// 83 A2 'i' 'd'   07   A1 'v'   CB …   A1 's'   A5 …       parts: bytes that must be the same, then a value of any kind
/// └── part 0 ──┘      └ part 1 ┘      └ part 2 ┘
/// </code>
/// One shape is kept for each number of keys. A record that differs is the caller's, who shows it to <see cref="Learn"/>. Where no two records are alike, the shape is
/// tried less and less often. One thread's.
/// </remarks>
public sealed class MessagePackShape
{
    private const int Heads = 16;
    private const int MaxParts = 32;
    private const int MaxWait = 255; // records that are not tried
    private const int MaxDepth = 8;
    private const int Width = 16;
    private const int NoToken = 256;
    private const int NoMap = -1;

    private readonly MessagePackPart[] _parts = new MessagePackPart[(Heads * MaxParts) + 1];
    private readonly Known[] _known = new Known[Heads];
    private int _first; // of the parts of the shape that is being learned
    private int _count;
    private ulong _seen;

    /// <summary>Of the last rows: some of the records that it went over lack keys that are of interest.</summary>
    internal bool WasLacking { get; private set; }

    /// <summary>Goes over records up to a row, or to the first one of another shape, and returns its row.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="at">Where the next record begins.</param>
    /// <param name="places">By <see cref="MessagePackPart.Place"/> and row; each is written in every record of the shape.</param>
    /// <param name="starts">By row: where the record begins.</param>
    /// <param name="row">The first one.</param>
    /// <param name="rows">The one behind the last.</param>
    /// <param name="maxRecordSize">Longer records are left.</param>
    /// <param name="isOther">Places of the row that is returned were written.</param>
    internal unsafe int Read(byte* text, int length, ref int at, int* places, int* starts, int row, int rows, int maxRecordSize, out bool isOther)
    {
        isOther = false;
        WasLacking &= row > 0; // a new run over rows
        while (row < rows && at <= length - MessagePackMaps.Room)
        {
            int head = text[at] % Heads;
            ref Known known = ref _known[head];
            if (known.Count == 0 || known.Wait > 0)
            {
                break;
            }

            int first = row;
            row = Run(ref _parts[head * MaxParts], known.Count, text, length, ref at, places, starts, row, rows, maxRecordSize);
            if (row == first)
            {
                known.Misses++;
                isOther = true;
                break;
            }

            WasLacking |= known.IsLacking;
            (known.Misses, known.NextWait) = (0, 0);
        }

        return row;
    }

    /// <summary>How many records may go by before the next one is tried again: at least one.</summary>
    internal int Patience(byte head) => Math.Max(_known[head % Heads].Wait, 1);

    /// <summary>Records that were gone over without the shape: takes that of a single one over, unless it looks like the only one of its kind.</summary>
    /// <param name="records">Sound records, whole.</param>
    /// <param name="count">How many.</param>
    /// <param name="table">Their keys; null where no value is needed.</param>
    /// <param name="nowhere">The place of values that nobody needs.</param>
    /// <param name="all">The bits of keys whose lack is of interest.</param>
    internal void Learn(ReadOnlySpan<byte> records, int count, MessagePackStepTable? table, int nowhere, ulong all)
    {
        ref Known known = ref _known[records[0] % Heads];
        if (known.Wait > 0)
        {
            known.Wait = Math.Max(known.Wait - count, 0);
            return;
        }

        if (count > 1 || (known.Count > 0 && known.Misses < 2))
        {
            return;
        }

        (_first, _count, _seen) = (records[0] % Heads * MaxParts, 0, 0);
        int from = 0, end = 0;
        bool isLearned = TryAdd(records, ref from, ref end, table, table is null ? NoMap : 0, nowhere, nowhere, 0) && (from == end || TryAddBytes(records, ref from, end, nowhere));
        (known.Count, known.Misses, known.IsLacking) = (isLearned ? _count : 0, 0, (all & ~_seen) != 0);
        (known.Wait, known.NextWait) = (known.NextWait, Math.Min((2 * known.NextWait) + 1, MaxWait));
    }

    /// <summary>Goes over records of one shape.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static unsafe int Run(ref MessagePackPart parts, int count, byte* text, int length, ref int at, int* places, int* starts, int row, int rows, int maxRecordSize)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within its room. There are so many parts, and 256 sizes.
        ref MessagePackPart behind = ref Unsafe.Add(ref parts, count);
        ref byte sizes = ref MemoryMarshal.GetReference(T.Sizes);
        byte* limit = text + (length - MessagePackMaps.Room);
        byte* start = text + at;
        byte first = *start;
        while (row < rows && start <= limit && *start == first)
        {
            byte* p = start;
            int* place = places + row;
            Vector128<byte> others = Vector128<byte>.Zero;
            ref MessagePackPart part = ref parts;
            do
            {
                if (p > limit)
                {
                    goto Other;
                }

                others |= (Vector128.Load(p) & part.Mask) ^ part.Bytes;
                p += part.Length;
                place[part.Place] = (int)(p - text);
                int token = *p;
                if (part.IsText && (token & 0xE0) == 0xA0)
                {
                    p += (nuint)(uint)(token & 0x1F) + 1;
                }
                else if (token == part.Token)
                {
                    p += part.Size; // known without waiting for a table
                }
                else if (!part.IsBare)
                {
                    // Of a list or a map this has no size: a map may have keys that matter.
                    // Safe: as above.
                    int size = Unsafe.Add(ref sizes, token);
                    size = size != 0 ? size : T.TextSize(p);
                    if (size == 0)
                    {
                        goto Other;
                    }

                    p += size;
                }

                // Safe: up to the one behind the last.
                part = ref Unsafe.Add(ref part, 1);
            }
            while (Unsafe.IsAddressLessThan(ref part, ref behind));

            if (others != Vector128<byte>.Zero || p - text > length || p - start > maxRecordSize)
            {
                break;
            }

            starts[row++] = (int)(start - text);
            start = p;
        }

    Other:
        at = (int)(start - text);
        return row;
    }

    /// <summary>Adds the value that begins at a place, with the bytes from another one on before it; false where there is no room or its form has none.</summary>
    private bool TryAdd(ReadOnlySpan<byte> record, ref int from, ref int at, MessagePackStepTable? table, int map, int place, int nowhere, int depth)
    {
        byte token = record[at];
        bool isMap = (token & 0xF0) == 0x80;
        if (!isMap && (token & 0xF0) != 0x90)
        {
            return TryAddBytes(record, ref from, at, place) && TryAddValue(record, ref from, ref at);
        }

        if (depth > MaxDepth || (place != nowhere && !TryAddBytes(record, ref from, at, place)))
        {
            return false;
        }

        at++;
        for (int left = token & 0xF; left > 0; left--)
        {
            (int inner, int innerPlace) = (NoMap, nowhere);
            if (isMap && !TryPassKey(record, ref at, table, map, nowhere, out inner, out innerPlace))
            {
                return false;
            }

            if (!TryAdd(record, ref from, ref at, table, inner, innerPlace, nowhere, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryPassKey(ReadOnlySpan<byte> record, ref int at, MessagePackStepTable? table, int map, int nowhere, out int inner, out int place)
    {
        (inner, place) = (NoMap, nowhere);
        if ((record[at] & 0xE0) != 0xA0)
        {
            return false;
        }

        int length = (record[at] & 0x1F) + 1;
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
            (inner, place) = (step.Inner != 0 ? step.Inner : NoMap, step.Place);
            _seen |= step.Bit < 0 ? 0 : 1UL << step.Bit;
        }

        at += length;
        return true;
    }

    /// <summary>Adds bytes that are always the same, and of the last of them where the value behind them goes.</summary>
    private bool TryAddBytes(ReadOnlySpan<byte> record, ref int from, int end, int place)
    {
        Span<byte> bytes = stackalloc byte[Width];
        Span<byte> mask = stackalloc byte[Width];
        do
        {
            if (_count == MaxParts)
            {
                return false;
            }

            int length = Math.Min(end - from, Width);
            bytes.Clear();
            mask.Clear();
            record.Slice(from, length).CopyTo(bytes);
            mask[..length].Fill(0xFF);
            from += length;
            _parts[_first + _count++] = new MessagePackPart { Bytes = Vector128.Create<byte>(bytes), Mask = Vector128.Create<byte>(mask), Length = length, Place = place, Token = NoToken, IsBare = true };
        }
        while (from < end);
        return true;
    }

    /// <summary>Adds a scalar behind the last bytes.</summary>
    private bool TryAddValue(ReadOnlySpan<byte> record, ref int from, ref int at)
    {
        ref MessagePackPart part = ref _parts[_first + _count - 1];
        byte token = record[at];
        part.IsText = (token & 0xE0) == 0xA0;
        part.IsBare = false;
        int size = T.Sizes[token];
        if (!part.IsText && size != 0)
        {
            (part.Token, part.Size) = (token, size);
        }

        long length = T.Measure(record[at..], out long children);
        at += (int)length;
        from = at;
        return children == 0 && (size != 0 || T.IsText(token));
    }

    /// <summary>Of one number of keys: how many parts the shape has, records in a row that were of another, records that are not tried.</summary>
    private struct Known
    {
        public int Count;
        public int Misses;
        public int Wait;
        public int NextWait;
        public bool IsLacking;
    }
}
