using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Batches;

/// <summary>Texts between marks.</summary>
internal static class TextMarks
{
    /// <summary>From behind a mark to another one, in record after record.</summary>
    /// <param name="marks">Positions in the payload.</param>
    /// <param name="first">The mark before the first text.</param>
    /// <param name="fields">Marks from the one before a text to the one behind it.</param>
    /// <param name="width">Marks of a record.</param>
    /// <param name="texts">Filled: one of each record.</param>
    public static void Between(ReadOnlySpan<int> marks, int first, int fields, int width, Span<Text> texts)
    {
        if (texts.IsEmpty)
        {
            return;
        }

        _ = marks[checked(first + fields + ((texts.Length - 1) * width))];

        // Safe: the last text's end was looked at, and the others are before it.
        ref int mark = ref Unsafe.Add(ref MemoryMarshal.GetReference(marks), (nint)(uint)first);
        ref long target = ref Unsafe.As<Text, long>(ref MemoryMarshal.GetReference(texts));
        nint end = fields;
        nint next = width;
        int i = 0;
        for (; Sse2.IsSupported && i <= texts.Length - 4; i += 4)
        {
            // Safe: as above.
            ref int third = ref Unsafe.Add(ref mark, 2 * next);
            Vector128<int> before = Vector128.Create(mark, Unsafe.Add(ref mark, next), third, Unsafe.Add(ref third, next));
            Vector128<int> behind = Vector128.Create(Unsafe.Add(ref mark, end), Unsafe.Add(ref mark, next + end), Unsafe.Add(ref third, end), Unsafe.Add(ref third, next + end));
            Vector128<int> starts = before + Vector128<int>.One;
            Vector128<int> lengths = behind - starts;

            // Safe: room for four. A text is its offset and then its length.
            Sse2.UnpackLow(starts, lengths).AsInt64().StoreUnsafe(ref Unsafe.Add(ref target, i));
            Sse2.UnpackHigh(starts, lengths).AsInt64().StoreUnsafe(ref Unsafe.Add(ref target, i + 2));
            mark = ref Unsafe.Add(ref third, 2 * next);
        }

        for (; i < texts.Length; i++)
        {
            // Safe: as above.
            int start = mark + 1;
            texts[i] = new Text(start, Unsafe.Add(ref mark, end) - start);
            mark = ref Unsafe.Add(ref mark, next);
        }
    }
}
