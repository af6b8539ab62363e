using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>One text in a state, or none. Words: length (−1: none), block of the heap.</summary>
internal static class TextState
{
    public const int Words = 2;

    public static void Start(Span<long> state)
    {
        state[0] = -1;
        state[1] = 0;
    }

    public static bool TryGet(ref WindowTable table, int at, out ReadOnlySpan<byte> bytes)
    {
        long length = table.Records[at];
        bytes = length < 0 ? default : table.Heap.Bytes((int)table.Records[at + 1], (int)length);
        return length >= 0;
    }

    /// <summary>Replaces the text. The bytes must not lie in the table's own heap.</summary>
    public static void Set(ref WindowTable table, int at, ReadOnlySpan<byte> bytes, Action<long> charge)
    {
        int before = (int)table.Records[at];
        int words = HeapText.WordsFor(bytes.Length);
        if (before >= 0 && NativeHeap.SizeOf(HeapText.WordsFor(before)) != NativeHeap.SizeOf(words))
        {
            Release(ref table, at);
            before = -1;
        }

        if (before < 0)
        {
            // The state holds no text while the heap grows, which may end the run.
            table.Records[at] = -1;
            table.Records[at + 1] = table.Heap.Allocate(words, charge);
        }

        bytes.CopyTo(table.Heap.Bytes((int)table.Records[at + 1], bytes.Length));
        table.Records[at] = bytes.Length;
    }

    public static void Release(ref WindowTable table, int at)
    {
        if (table.Records[at] >= 0)
        {
            HeapText.Release(ref table.Heap, (int)table.Records[at + 1], (int)table.Records[at]);
            table.Records[at] = -1;
        }
    }

    /// <summary>Gives a state's text to another state that has none or loses its own; within one table the block just changes hands.</summary>
    public static void Move(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
        if (!into.Records.IsSameAs(in from.Records))
        {
            TryGet(ref from, other, out ReadOnlySpan<byte> bytes);
            Set(ref into, at, bytes, charge);
            return;
        }

        Release(ref into, at);
        (into.Records[at], into.Records[at + 1]) = (from.Records[other], from.Records[other + 1]);
        from.Records[other] = -1;
    }
}
