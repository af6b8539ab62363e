using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Where the quotes, backslashes and bytes below 0x20 of a stretch of text stand, in order: what bounds strings and lines.</summary>
/// <remarks>
/// One thread's; allocated whole at construction. A stretch is as much as stays in the first cache until it is read. Escaped quotes are among the places, each behind its backslash, and so
/// are line feeds inside of what looks like a string: a line ends at its line feed whatever stands before it (JSON strings have none).
/// </remarks>
public sealed class JsonSigns
{
    internal const int Stretch = 16384;
    private const int Usual = 12; // signs of 64 bytes that are written without a question

    private const int Behind = 4; // signs behind the last one that may be looked at

    private readonly int[] _places = new int[Stretch + Block64.Length + Usual + Behind];
    private int _from;
    private int _until; // behind the last whole line

    /// <summary>Behind the last line feed's place.</summary>
    internal int Limit { get; private set; }

    /// <summary>The place that is looked at next.</summary>
    internal int Next { get; set; }

    internal ref int Origin => ref _places[0];

    /// <summary>Forgets the text.</summary>
    public void Clear() => (_from, _until) = (0, 0);

    /// <summary>Goes to the places from <paramref name="start"/> on, where a line begins; false where no whole line of a stretch's length does.</summary>
    /// <param name="text">The text, the same as long as nothing was forgotten, with <see cref="Block64.Length"/> readable bytes behind it.</param>
    /// <param name="start">Not before the one of the call before.</param>
    public bool Seek(ReadOnlySpan<byte> text, int start)
    {
        if (start >= _until || start < _from)
        {
            Fill(text, start);
            return Limit > 0;
        }

        while (_places[Next] < start)
        {
            Next++;
        }

        return true;
    }

    private void Fill(ReadOnlySpan<byte> text, int start)
    {
        int end = Math.Min(text.Length, start + Stretch);

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref int places = ref _places[0];
        int count = 0;
        for (int at = start; at < end; at += Block64.Length)
        {
            // Safe: at is inside the text, and 64 bytes behind that are readable.
            ulong signs = (JsonScan.Special(ref origin, at) | ((ulong)JsonScan.Special(ref origin, at + 32) << 32)) & Block64.Lowest(text.Length - at);
            int found = BitOperations.PopCount(signs);

            // Safe: a stretch, a block and what is written ahead have room, since no more signs than bytes were found.
            ref int place = ref Unsafe.Add(ref places, count);
            for (int i = 0; i < Usual; i++)
            {
                Unsafe.Add(ref place, i) = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
            }

            for (int i = Usual; i < found; i++)
            {
                // Safe: as above.
                Unsafe.Add(ref place, i) = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
            }

            count += found;
        }

        _places.AsSpan(count, Behind).Fill(end);
        while (count > 0 && text[_places[count - 1]] != Lines.LineFeed)
        {
            count--;
        }

        (Limit, Next, _from, _until) = (count, 0, start, count == 0 ? start : _places[count - 1] + 1);
    }
}
