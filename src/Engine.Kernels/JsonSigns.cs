using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace DataStream.Kernels;

/// <summary>Where the quotes, backslashes and bytes below 0x20 of a stretch of text stand, in order: what bounds strings and lines.</summary>
/// <remarks>
/// One thread's; allocated whole at construction. A stretch is as much as stays in the first cache until it is read. Escaped quotes are among the places, each behind its backslash, and so
/// are line feeds inside of what looks like a string: a line ends at its line feed whatever stands before it (JSON strings have none).
/// </remarks>
public sealed class JsonSigns
{
    internal const int Stretch = 16384;
    private const int Ahead = 4; // signs that are written at once, as if there were as many
    private const int Behind = 4; // signs behind the last one that may be looked at

    private readonly int[] _places = new int[Stretch + Block64.Length + Ahead + Behind];
    private int _from;
    private int _until; // behind the last whole line; of a stretch without one, behind that
    private bool _isSound; // it has whole lines, and these are UTF-8

    /// <summary>Behind the last line feed's place.</summary>
    internal int Limit { get; private set; }

    /// <summary>Behind the stretch's last whole line.</summary>
    public int End => _until;

    /// <summary>The place that is looked at next.</summary>
    internal int Next { get; set; }

    internal ref int Origin => ref _places[0];

    /// <summary>Forgets the text.</summary>
    public void Clear() => (_from, _until, _isSound) = (0, 0, false);

    /// <summary>Goes to the places from <paramref name="start"/> on, where a line begins; false where no whole line of a stretch's length does, or where it stands among some that are no UTF-8.</summary>
    /// <param name="text">The text, the same as long as nothing was forgotten, with <see cref="Block64.Length"/> readable bytes behind it.</param>
    /// <param name="start">Not before the one of the call before.</param>
    public bool Seek(ReadOnlySpan<byte> text, int start)
    {
        if (start >= _until || start < _from)
        {
            Fill(text, start);
        }

        while (_isSound && _places[Next] < start)
        {
            Next++;
        }

        return _isSound;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    private void Fill(ReadOnlySpan<byte> text, int start)
    {
        int end = Math.Min(text.Length, start + Stretch);

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref int place = ref _places[0];
        int count = 0;
        Vector256<byte> all = Vector256<byte>.Zero;
        for (int at = start; at < end; at += Block64.Length)
        {
            // Safe: at is inside the text, and 64 bytes behind that are readable.
            all |= Vector256.LoadUnsafe(ref origin, (nuint)at) | Vector256.LoadUnsafe(ref origin, (nuint)at + 32);
            ulong signs = (JsonScan.Special(ref origin, at) | ((ulong)JsonScan.Special(ref origin, at + 32) << 32)) & Block64.Lowest(text.Length - at);
            int found = BitOperations.PopCount(signs);

            // Safe: a stretch, a block and what is written ahead have room, since no more signs than bytes were found.
            ref int first = ref Unsafe.Add(ref place, count);
            for (int left = found; left > 0; left -= Ahead)
            {
                // Safe: as above. In fours, since a loop's end that comes sooner or later by one is foreseen by nobody.
                first = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
                Unsafe.Add(ref first, 1) = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
                Unsafe.Add(ref first, 2) = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
                Unsafe.Add(ref first, 3) = at + BitOperations.TrailingZeroCount(signs);
                signs &= signs - 1;
                first = ref Unsafe.Add(ref first, Ahead);
            }

            count += found;
        }

        _places.AsSpan(count, Behind).Fill(end);
        while (count > 0 && text[_places[count - 1]] != Lines.LineFeed)
        {
            count--;
        }

        (Limit, Next, _from, _until) = (count, 0, start, count == 0 ? end : _places[count - 1] + 1);

        // Bytes of other alphabets are rare enough to be looked at again.
        _isSound = count > 0 && (all.ExtractMostSignificantBits() == 0 || Utf8.IsValid(text[start.._until]));
    }
}
