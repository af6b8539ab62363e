using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>What records have in common with those before them: keys, and mostly tokens too. Records of that shape are gone over by a comparison for each 64 bytes.</summary>
/// <remarks>
/// <code>
/// 86 A2 'i' 'd' CB ........ A1 'v' A5 ..... A1 'n'   07          parts: bytes under a mask, up to a value whose token changes
/// └───────────── part 0 ─────────────────────────┘  loose
/// </code>
/// One shape is kept for each number of keys. A record that differs is the caller's, who shows it to <see cref="Learn"/>: a value of which that happens more than rarely
/// ends a part from then on, and other keys make another shape. Where no two records are alike, the shape is tried less and less often. One thread's.
/// </remarks>
public sealed unsafe class MessagePackShape
{
    internal const int Heads = 16;
    private const int MaxWait = 1023; // records that are not tried: a look at one costs as much as some records without a shape
    private const int Lane = 8; // places that are written at once

    private readonly MessagePackOutline[] _outlines = new MessagePackOutline[Heads];
    private readonly Known[] _known = new Known[Heads];
    private readonly int _stride;

    // Pinned for ever: by head so many parts, of each part so many offsets, and how many parts are to be tried.
    private readonly MessagePackPart[] _parts = GC.AllocateArray<MessagePackPart>(Heads * MessagePackOutline.MaxParts, pinned: true);
    private readonly int[] _offsets;
    private readonly int[] _counts = GC.AllocateArray<int>(Heads, pinned: true);
    private readonly int[] _passed = GC.AllocateArray<int>(Heads, pinned: true); // by head: rows that were gone over, until they are counted

    private readonly int[] _common;
    private bool _hasCommon;

    /// <param name="fields">How many have values whose places are of interest; the next number is that of all others.</param>
    public MessagePackShape(int fields)
    {
        _stride = StrideOf(fields);
        _common = new int[_stride];
        for (int head = 0; head < Heads; head++)
        {
            _outlines[head] = new MessagePackOutline(_stride, fields);
        }

        _offsets = GC.AllocateArray<int>(Heads * MessagePackOutline.MaxParts * _stride, pinned: true);
    }

    /// <summary>Of the last rows: some of the records that it went over lack keys that are of interest.</summary>
    internal bool WasLacking { get; private set; }

    /// <summary>
    /// By field what is known of the tokens of the last rows: the one that all have, with the type of an extension in the second byte; 0 where all are whole numbers of one
    /// byte from 0 on; negative where nothing is.
    /// </summary>
    public ReadOnlySpan<int> Forms => _common;

    /// <summary>Places of a row: one for each field, and at least one that takes what nobody needs.</summary>
    public static int StrideOf(int fields) => (fields + Lane) / Lane * Lane;

    /// <summary>For records that are not of the shape.</summary>
    internal MessagePackJumps Jumps { get; } = new();

    /// <summary>Begins with other rows.</summary>
    internal void Begin() => (WasLacking, _hasCommon) = (false, false);

    /// <summary>Some of the rows are not of the shape: nothing is known of their tokens.</summary>
    internal void Forget()
    {
        _common.AsSpan().Fill(MessagePackOutline.NoForm);
        _hasCommon = true;
    }

    /// <summary>Goes over records up to a row, or to the first one of another shape.</summary>
    internal void Read(ref MessagePackRun run)
    {
        run.Heads = 0;

        // Safe: pinned, and there are so many of each as the run looks at.
        Run(ref run, ref MemoryMarshal.GetArrayDataReference(_parts), ref MemoryMarshal.GetArrayDataReference(_offsets), ref MemoryMarshal.GetArrayDataReference(_counts), ref MemoryMarshal.GetArrayDataReference(_passed), _stride);
        for (uint heads = run.Heads; heads != 0; heads &= heads - 1)
        {
            int head = BitOperations.TrailingZeroCount(heads);
            ref Known known = ref _known[head];
            (known.Misses, known.NextWait) = (0, 0);
            known.Rows += _passed[head];
            _passed[head] = 0;
            WasLacking |= known.IsLacking;
            Join(_outlines[head].Forms);
        }
    }

    /// <summary>How many records may go by before the next one is tried again: at least one.</summary>
    internal int Patience(byte head) => Math.Max(_known[head % Heads].Wait, 1);

    /// <summary>Records that were gone over without the shape: takes that of a single one over, unless it looks like the only one of its kind.</summary>
    /// <param name="records">Sound records, whole.</param>
    /// <param name="count">How many.</param>
    /// <param name="table">Their keys; null where no value is needed.</param>
    /// <param name="all">The bits of keys whose lack is of interest.</param>
    internal void Learn(ReadOnlySpan<byte> records, int count, MessagePackStepTable? table, ulong all)
    {
        int head = records[0] % Heads;
        ref Known known = ref _known[head];
        known.Rows += count;
        if (known.Wait > 0)
        {
            known.Wait = Math.Max(known.Wait - count, 0);
            _counts[head] = known.Wait == 0 ? known.Count : 0;
            return;
        }

        if (count > 1)
        {
            return;
        }

        MessagePackOutline outline = _outlines[head];
        known.Misses++;
        if (known.NextWait > 0 && known.Misses < 2)
        {
            return; // no two records were alike before
        }

        bool isSame = outline.Look(records, table, known.Rows, out bool isBetter) && known.Count > 0;
        if (known.Count > 0 && (isSame ? !isBetter : known.Misses < 2))
        {
            return;
        }

        // Safe: so many parts of each head.
        bool isLearned = outline.Draw(records, table, isSame, _parts.AsSpan(head * MessagePackOutline.MaxParts, MessagePackOutline.MaxParts), _offsets.AsSpan(head * MessagePackOutline.MaxParts * _stride), out int parts);
        known.Count = isLearned ? parts : 0;
        known.Misses = 0;
        known.IsLacking = (all & ~outline.Seen) != 0;
        if (!isSame)
        {
            (known.Wait, known.NextWait) = (known.NextWait, Math.Min((2 * known.NextWait) + 1, MaxWait));
        }

        _counts[head] = known.Wait == 0 ? known.Count : 0;
    }

    private void Join(ReadOnlySpan<int> forms)
    {
        if (!_hasCommon)
        {
            forms.CopyTo(_common);
            _hasCommon = true;
            return;
        }

        for (int i = 0; i < _common.Length; i++)
        {
            _common[i] = _common[i] == forms[i] ? forms[i] : MessagePackOutline.NoForm;
        }
    }

    /// <summary>Goes over records of shapes that are known.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static void Run(ref MessagePackRun run, ref MessagePackPart allParts, ref int allOffsets, ref int counts, ref int passed, int stride)
    {
        // Safe: each part is looked at after a comparison with the limit, and what is read from there on lies within its room. There are so many parts and offsets for each
        // head, places for each row and vectors of them in a row, and 256 sizes; the arrays are pinned.
        var parts = (MessagePackPart*)Unsafe.AsPointer(ref allParts);
        var offsets = (int*)Unsafe.AsPointer(ref allOffsets);
        ref byte sizes = ref MemoryMarshal.GetReference(T.Sizes);
        byte* text = run.Text;
        byte* limit = text + (run.Length - MessagePackMaps.Room);
        byte* start = text + run.At;
        int* place = run.Places + (run.Row * stride);
        int* last = run.Places + (run.Rows * stride);
        int* startOf = run.Starts + run.Row;
        MessagePackPart* first = parts;
        MessagePackPart* behind = parts;
        int* firstOffset = offsets;
        int* firstOfHead = startOf;
        int head = -1;
        while (place < last && start <= limit)
        {
            if (*start != head)
            {
                Count(ref run, ref passed, head, startOf - firstOfHead);
                firstOfHead = startOf;
                head = *start;
                int number = head % Heads;

                // Safe: as above.
                int count = Unsafe.Add(ref counts, number);
                if (count == 0)
                {
                    break;
                }

                first = parts + (number * MessagePackOutline.MaxParts);
                behind = first + count;
                firstOffset = offsets + (number * MessagePackOutline.MaxParts * stride);
            }

            // Safe: as above.
            byte* p = start;
            MessagePackPart* part = first;
            int* offset = firstOffset;
            Vector512<byte> others = Vector512<byte>.Zero;
            Vector256<byte> lowOthers = Vector256<byte>.Zero;
            Vector256<byte> highOthers = Vector256<byte>.Zero;
            Vector256<int> found = Vector256<int>.Zero;
            do
            {
                if (p > limit)
                {
                    goto Other;
                }

                // Safe: as above.
                if (Vector512.IsHardwareAccelerated)
                {
                    others |= (Vector512.Load(p) & part->Mask) ^ part->Bytes;
                }
                else
                {
                    // Safe: as above, 0 to 31 and 32 to 63.
                    lowOthers |= (Vector256.Load(p) & Vector256.Load((byte*)&part->Mask)) ^ Vector256.Load((byte*)&part->Bytes);
                    highOthers |= (Vector256.Load(p + 32) & Vector256.Load((byte*)&part->Mask + 32)) ^ Vector256.Load((byte*)&part->Bytes + 32);
                }

                // Offsets of fields that are not in the part are far below zero.
                // Safe: as above.
                Vector256<int> from = Vector256.Create((int)(p - text));
                if (stride == Lane)
                {
                    found = Vector256.Max(found, from + Vector256.Load(offset));
                }
                else
                {
                    for (int i = 0; i < stride; i += Lane)
                    {
                        // Safe: as above.
                        Vector256<int> before = part == first ? Vector256<int>.Zero : Vector256.Load(place + i);
                        Vector256.Store(Vector256.Max(before, from + Vector256.Load(offset + i)), place + i);
                    }
                }

                // Safe: as above.
                offset += stride;
                p += part->Length;
                if (part->IsLoose)
                {
                    int token = *p;
                    if (part->IsText && (token & 0xE0) == 0xA0)
                    {
                        p += (nuint)(uint)(token & 0x1F) + 1;
                    }
                    else
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
                }

                part++;
            }
            while (part < behind);

            bool isOther = Vector512.IsHardwareAccelerated ? others != Vector512<byte>.Zero : (lowOthers | highOthers) != Vector256<byte>.Zero;
            if (isOther || p - text > run.Length || p - start > run.MaxRecordSize)
            {
                break;
            }

            if (stride == Lane)
            {
                // Safe: as above.
                Vector256.Store(found, place);
            }

            place += stride;
            *startOf++ = (int)(start - text);
            start = p;
        }

    Other:
        Count(ref run, ref passed, head, startOf - firstOfHead);
        run.At = (int)(start - text);
        run.Row = (int)(startOf - run.Starts);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // no call in a run
    private static void Count(ref MessagePackRun run, ref int passed, int head, long rows)
    {
        if (rows > 0)
        {
            // Safe: a number for each head.
            Unsafe.Add(ref passed, head % Heads) += (int)rows;
            run.Heads |= 1U << (head % Heads);
        }
    }

    /// <summary>Of one number of keys: how many parts the shape has, records in a row that were of another, records that are not tried, rows in all.</summary>
    private struct Known
    {
        public int Count;
        public int Misses;
        public int Wait;
        public int NextWait;
        public long Rows;
        public bool IsLacking;
    }
}
