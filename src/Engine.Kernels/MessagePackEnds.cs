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

    private readonly MessagePackShape _shape = new();
    private readonly int[] _places = new int[Rows];
    private readonly int[] _starts = new int[Rows + 1];

    /// <summary>Goes over records; returns how many.</summary>
    /// <param name="bytes">Records, one behind the other. One that reaches beyond is left.</param>
    /// <param name="at">Where the first one begins; then where the first one does that was not gone over.</param>
    /// <param name="count">The most records.</param>
    /// <param name="maxRecordSize">Longer records are left.</param>
    public unsafe int Pass(ReadOnlySpan<byte> bytes, ref int at, int count, int maxRecordSize)
    {
        int done = 0;

        // Safe: pinned; there is a place for each row, and a start more.
        fixed (byte* text = bytes)
        fixed (int* places = _places)
        fixed (int* starts = _starts)
        {
            while (done < count && at <= bytes.Length - MessagePackMaps.Room)
            {
                int rows = Math.Min(count - done, Rows);
                int row = _shape.Read(text, bytes.Length, ref at, places, starts, 0, rows, maxRecordSize, out _);
                done += row;
                if (row == rows || at > bytes.Length - MessagePackMaps.Room)
                {
                    continue;
                }

                int from = at;
                row = Walk(text, bytes.Length, ref at, Math.Min(count - done, _shape.Patience(text[at])), maxRecordSize);
                if (row == 0)
                {
                    break;
                }

                done += row;
                _shape.Learn(bytes[from..at], row, null, 0, 0);
            }
        }

        return done;
    }

    /// <summary>Takes note of a record that the caller went over.</summary>
    public void Learn(ReadOnlySpan<byte> record) => _shape.Learn(record, 1, null, 0, 0);

    [MethodImpl(MethodImplOptions.NoInlining)] // apart and without a call, so that its state stays in registers
    private static unsafe int Walk(byte* text, int length, ref int at, int count, int maxRecordSize)
    {
        // Safe: each place is looked at after a comparison with the limit, and what is read from it on lies within its room. There are 256 sizes.
        ref byte sizes = ref MemoryMarshal.GetReference(T.Sizes);
        byte* start = text + at;
        byte* limit = text + (length - MessagePackMaps.Room);
        int done = 0;
        while (done < count && start <= limit && *start >> 4 == 8)
        {
            byte* p = start + 1;
            for (int left = *start & 0xF; left > 0; left--)
            {
                if (p > limit || (*p & 0xE0) != 0xA0)
                {
                    goto Other;
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
                        goto Other;
                    }
                }

                p = last + 1 + size;
            }

            if (p - text > length || p - start > maxRecordSize)
            {
                break;
            }

            done++;
            start = p;
        }

    Other:
        at = (int)(start - text);
        return done;
    }
}
