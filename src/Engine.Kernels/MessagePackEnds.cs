using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Finds where maps end that stand one behind the other: those like the one before by their shape, others by two bytes of each key and value.</summary>
/// <remarks>What has other keys than short texts, or lists or large containers in it, is the caller's. One thread's.</remarks>
public sealed class MessagePackEnds
{
    private const int Rows = MessagePackMaps.Rows;

    private readonly MessagePackShape _shape = new(0);
    private readonly int[] _places = new int[Rows * MessagePackShape.StrideOf(0)];
    private readonly int[] _starts = new int[Rows];

    /// <summary>Goes over records; returns how many.</summary>
    /// <param name="bytes">Records, one behind the other. One that reaches beyond is left.</param>
    /// <param name="at">Where the first one begins; then where the first one does that was not gone over.</param>
    /// <param name="count">The most records.</param>
    /// <param name="maxRecordSize">Longer records are left.</param>
    public unsafe int Pass(ReadOnlySpan<byte> bytes, ref int at, int count, int maxRecordSize)
    {
        int done = 0;

        // Safe: pinned; there are places and a start for each row.
        fixed (byte* text = bytes)
        fixed (int* places = _places)
        fixed (int* starts = _starts)
        {
            while (done < count && at <= bytes.Length - MessagePackMaps.Room)
            {
                var run = new MessagePackRun { Text = text, Length = bytes.Length, At = at, Places = places, Starts = starts, Rows = Math.Min(count - done, Rows), MaxRecordSize = maxRecordSize };
                _shape.Read(ref run);
                at = run.At;
                done += run.Row;
                if (run.Row == run.Rows || at > bytes.Length - MessagePackMaps.Room)
                {
                    continue;
                }

                int from = at;
                int passed = Walk(text, bytes.Length, ref at, Math.Min(count - done, _shape.Patience(text[at])), maxRecordSize);
                if (passed == 0)
                {
                    break;
                }

                done += passed;
                _shape.Learn(bytes[from..at], passed, null, 0);
            }
        }

        return done;
    }

    /// <summary>Takes note of a record that the caller went over.</summary>
    public void Learn(ReadOnlySpan<byte> record) => _shape.Learn(record, 1, null, 0);

    private unsafe int Walk(byte* text, int length, ref int at, int count, int maxRecordSize)
    {
        byte* limit = text + (length - MessagePackMaps.Room);
        var walk = new State { Start = text + at, P = text + at, Limit = MessagePackJumps.IsSupported ? text : limit, LastRecord = limit, End = text + length, Count = count, MaxRecordSize = maxRecordSize };
        while (Walk(ref walk) && MessagePackJumps.IsSupported && walk.P <= limit)
        {
            _shape.Jumps.Fill(walk.P, walk.End, 2 * (count - walk.Done));
            walk.Distance = _shape.Jumps.Distance;
            walk.Limit = _shape.Jumps.Last < limit ? _shape.Jumps.Last : limit;
        }

        at = (int)(walk.Start - text);
        return walk.Done;
    }

    /// <summary>Goes over records up to the limit; false where it cannot go on behind it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static unsafe bool Walk(ref State walk)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within its room. There are 256 sizes, and jumps up to the limit.
        ref byte sizes = ref MemoryMarshal.GetReference(T.Sizes);
        byte* limit = walk.Limit;
        byte* p = walk.P;
        nint distance = walk.Distance;
        int left = walk.Left;
        while (true)
        {
            if (p == walk.Start)
            {
                if (walk.Done == walk.Count || p > walk.LastRecord || *p >> 4 != 8)
                {
                    return false;
                }

                left = *p++ & 0xF;
            }

            for (; left > 0; left--)
            {
                if (p > limit)
                {
                    walk.P = p;
                    walk.Left = left;
                    return true;
                }

                nuint jump = MessagePackJumps.IsSupported ? p[distance] : 0U;
                if (jump != 0)
                {
                    p += jump;
                    continue;
                }

                if ((*p & 0xE0) != 0xA0)
                {
                    return false;
                }

                byte* last = p + (nuint)(*p & 0x1FU);
                nuint token = last[1];

                // Safe: as above.
                nuint size = Unsafe.Add(ref sizes, token);
                if (size == 0)
                {
                    // Of a small map the keys follow like the others.
                    left += token >> 4 == 8 ? (int)token & 0xF : 0;
                    size = token >> 4 == 8 ? 1 : (nuint)T.TextSize(last + 1);
                    if (size == 0)
                    {
                        return false;
                    }
                }

                p = last + 1 + size;
            }

            if (p > walk.End || p - walk.Start > walk.MaxRecordSize)
            {
                return false;
            }

            walk.Done++;
            walk.Start = p;
        }
    }

    /// <summary>Of a walk over records: what it needs to go on.</summary>
    private unsafe struct State
    {
        public byte* P;

        /// <summary>The last place that has a jump, of those that may be looked at as they are.</summary>
        public byte* Limit;

        /// <summary>The last of those.</summary>
        public byte* LastRecord;

        public byte* End;

        /// <summary>How far behind a place its jump stands.</summary>
        public nint Distance;

        /// <summary>Where the record begins that is gone over.</summary>
        public byte* Start;

        /// <summary>Keys that are left in it.</summary>
        public int Left;

        public int Done;
        public int Count;
        public int MaxRecordSize;
    }
}
