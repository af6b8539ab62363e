using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Texts in a table's heap.</summary>
internal static class HeapText
{
    public static int Store(ref NativeHeap heap, ReadOnlySpan<byte> bytes, Action<long> charge)
    {
        int block = heap.Allocate(WordsFor(bytes.Length), charge);
        bytes.CopyTo(heap.Bytes(block, bytes.Length));
        return block;
    }

    public static void Release(ref NativeHeap heap, int block, int length) => heap.Release(block, WordsFor(length));

    public static int WordsFor(int length) => (length + 7) / 8;
}
