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
/// are line feeds inside of what looks like a string: a line ends at its line feed whatever stands before it (JSON strings have none). A CR before a line feed is none of them.
/// </remarks>
public sealed class JsonSigns
{
    internal const int Stretch = 16384;
    internal const int FeedBit = 30; // of signs that are line feeds
    internal const int Place = (1 << FeedBit) - 1; // the rest of each
    private const int Feed = 1 << FeedBit;
    private const int Ahead = 12; // signs that are written at once, as if there were as many: few blocks have more
    private const int Behind = 4; // signs behind the last one that may be looked at

    private readonly int[] _places = new int[Stretch + Block64.Length + Ahead + Behind];
    private int _from;
    private int _until; // behind the last whole line; of a stretch without one, behind that
    private bool _isSound; // it has whole lines, and these are UTF-8

    /// <summary>Behind the last line feed's place.</summary>
    internal int Limit { get; private set; }

    /// <summary>Behind the stretch's last whole line.</summary>
    public int End => _until;

    /// <summary>Whether CRs stand before line feeds.</summary>
    internal bool HasReturns { get; private set; }

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

        while (_isSound && (_places[Next] & Place) < start)
        {
            Next++;
        }

        return _isSound;
    }

    /// <summary>Goes back to the first place: the next call of <see cref="Seek"/> finds its own.</summary>
    internal void Return() => Next = 0;

    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    private void Fill(ReadOnlySpan<byte> text, int start)
    {
        int end = Math.Min(text.Length, start + Stretch);

        // Safe: read only below, at places inside the text.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref int place = ref _places[0];
        int count = 0;
        ulong returns = 0;
        Vector256<byte> all = Vector256<byte>.Zero;
        for (int at = start; at < end; at += Block64.Length)
        {
            // Safe: at is inside the text, and 64 bytes behind that are readable.
            Vector256<byte> low = Vector256.LoadUnsafe(ref origin, (nuint)at);
            Vector256<byte> high = Vector256.LoadUnsafe(ref origin, (nuint)at + 32);
            all |= low | high;
            ulong inside = Block64.Lowest(text.Length - at);
            ulong feeds = Masks(Vector256.Equals(low, Vector256.Create(Lines.LineFeed)), Vector256.Equals(high, Vector256.Create(Lines.LineFeed))) & inside;
            ulong dropped = Masks(Vector256.Equals(low, Vector256.Create(Lines.CarriageReturn)), Vector256.Equals(high, Vector256.Create(Lines.CarriageReturn)));
            if (dropped != 0)
            {
                // Safe: as above; of a CR at a block's end the byte behind the block tells.
                dropped &= (feeds >> 1) | ((at + Block64.Length < text.Length && Unsafe.Add(ref origin, at + Block64.Length) == Lines.LineFeed ? 1UL : 0) << 63);
                returns |= dropped;
            }

            ulong signs = (JsonScan.Special(low) | ((ulong)JsonScan.Special(high) << 32)) & inside & ~dropped;
            int found = BitOperations.PopCount(signs);

            // Safe: a stretch, a block and what is written ahead have room, since no more signs than bytes were found.
            ref int first = ref Unsafe.Add(ref place, count);
            ref int next = ref first;
            ulong rest = signs;
            for (int left = found; ; left -= Ahead)
            {
                // Safe: as above. In twelves, since a loop's end that comes sooner or later by one is foreseen by nobody.
                for (int i = 0; i < Ahead; i += 4)
                {
                    next = at + BitOperations.TrailingZeroCount(rest);
                    rest &= rest - 1;
                    Unsafe.Add(ref next, 1) = at + BitOperations.TrailingZeroCount(rest);
                    rest &= rest - 1;
                    Unsafe.Add(ref next, 2) = at + BitOperations.TrailingZeroCount(rest);
                    rest &= rest - 1;
                    Unsafe.Add(ref next, 3) = at + BitOperations.TrailingZeroCount(rest);
                    rest &= rest - 1;
                    next = ref Unsafe.Add(ref next, 4);
                }

                if (left <= Ahead)
                {
                    break;
                }
            }

            // Safe: as above. Whether there is a line feed is not foreseen either: without one, what is written lies behind the signs.
            do
            {
                Unsafe.Add(ref first, BitOperations.PopCount(signs & (feeds - 1) & ~feeds)) = (at + BitOperations.TrailingZeroCount(feeds)) | Feed;
                feeds &= feeds - 1;
            }
            while (feeds != 0);

            count += found;
        }

        _places.AsSpan(count, Behind).Fill(end);
        while (count > 0 && _places[count - 1] < Feed)
        {
            count--;
        }

        (Limit, Next, _from, _until) = (count, 0, start, count == 0 ? end : (_places[count - 1] & Place) + 1);
        HasReturns = returns != 0;

        // Bytes of other alphabets are rare enough to be looked at again.
        _isSound = count > 0 && text.Length < Feed && (all.ExtractMostSignificantBits() == 0 || Utf8.IsValid(text[start.._until]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Masks(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
