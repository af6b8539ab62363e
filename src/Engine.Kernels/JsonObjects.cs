using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Goes over lines that are flat JSON objects: any keys in any order, and scalars under them.</summary>
/// <remarks>
/// Every byte of what is recognised is checked as RFC 8259 has it (UTF-8 is not looked at); all else is for a parser: containers inside, keys with escapes, a key twice that is needed.
/// <code>
/// text    { " k e y " : 1 . 5 , " n a m e " : " x " }     between two strings a number has no choice where it ends,
/// signs     ^       ^           ^         ^   ^   ^       so that a member is settled without waiting for a search
/// </code>
/// Whether a value is a string or a number, and which key it has, is foreseen by nobody where the order changes: so no branch depends on it.
/// </remarks>
public static class JsonObjects
{
    private const ushort QuoteColon = '"' | (':' << 8);

    /// <summary>Reads records from a line's beginning on, as many as follow each other.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a line begins; then where the first one does that was not read.</param>
    /// <param name="signs">Their signs, which <see cref="JsonSigns.Seek"/> brought there.</param>
    /// <param name="names">The keys; those that are new are added as nobody's as long as there is room.</param>
    /// <param name="run">Where the values go.</param>
    /// <param name="room">The most records.</param>
    /// <param name="maxRecordSize">The longest record, line end included, that is taken.</param>
    /// <returns>How many there are.</returns>
    public static int Read(ReadOnlySpan<byte> text, ref int start, JsonSigns signs, JsonNames names, JsonRun run, int room, int maxRecordSize)
    {
        ArgumentNullException.ThrowIfNull(signs);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)room, (uint)(JsonRun.MaxRecords - run.Count));
        int first = run.Count;
        while (run.Count < first + room && signs.Next < signs.Limit)
        {
            int next = signs.Next;
            int end = ReadRecord(text, start, ref next, ref signs.Origin, names, run, out int lineEnd);
            if (end < 0 || end - start > maxRecordSize)
            {
                run.TakeBack(run.Count);
                break;
            }

            run.Begin(start, lineEnd);
            signs.Next = next;
            start = end;
        }

        return run.Count - first;
    }

    /// <summary>Whether this is a number as JSON has it.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text) => JsonScan.EndOfAnyNumber(text, 0) == text.Length;

    /// <summary>Reads one record; where the next one begins, or −1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    private static int ReadRecord(ReadOnlySpan<byte> text, int start, ref int next, ref int signs, JsonNames names, JsonRun run, out int lineEnd)
    {
        // Safe: read only at signs' places and up to 40 bytes behind or eight before them; 64 bytes behind the text are readable. Four signs behind the last line feed may be looked at.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref byte block = ref names.Block;
        ref byte lanes = ref run.Lanes;
        ulong factor = names.Factor;
        byte record = (byte)run.Count;
        ulong seen = 0;
        int at = next;
        int open = Sign(ref signs, at);
        lineEnd = 0;
        if (Byte(ref origin, open) != '"' || ((open != start + 1 || Byte(ref origin, start) != '{') && !Opens(text, start, open)))
        {
            return -1;
        }

        int last; // not 0 once the record is over
        do
        {
            int close = Sign(ref signs, at + 1);
            int length = close - open - 1;
            ulong low = JsonNames.Lowest(Word(ref origin, open + 1), length);
            ulong high = JsonNames.Lowest(Word(ref origin, Math.Max(open + 1, close - 8)), length);

            // Safe: numbers of names stand in the block alone.
            ref JsonName name = ref Name(ref block, Unsafe.Add(ref block, JsonNames.Hash(low, high, factor) + JsonNames.PlacesAt));
            if (((low ^ name.Low) | (high ^ name.High) | (uint)(length ^ name.Length)) != 0 || (length > 16 && !names.IsKey(name, text.Slice(open + 1, length))))
            {
                name = ref Name(ref block, NameOf(text.Slice(open + 1, length), names, run));
            }

            int value = close + 2;
            value += Bit(Byte(ref origin, value) == ' ');
            int first = Byte(ref origin, value);
            int isText = Bit(first == '"');
            int textEnd = Sign(ref signs, at + 3);
            int nextSign = at + 2 + (2 * isText);
            int place = Sign(ref signs, nextSign);
            int end = place - 1 - Bit(Byte(ref origin, place - 1) == ' '); // where the comma or the bracket stands
            last = Byte(ref origin, place) ^ '"';
            int wrong = (Half(ref origin, close) ^ QuoteColon) | (Byte(ref origin, end) ^ (last == 0 ? ',' : '}'))
                | (((textEnd + 1 - end) | (Byte(ref origin, textEnd) ^ '"')) & -isText);

            // A word, a container, white space: of a number's bytes only its ends are looked at where others look at all of them.
            wrong |= JsonScan.EdgeFault(ref origin, value, end) & (isText - 1);
            if ((isText | name.IsReadStrictly) == 0)
            {
                wrong |= JsonScan.NumberFault(ref origin, value, end - value);
            }

            int kind = (int)JsonKind.Number + isText;
            int mark = value - 1 + isText;
            end -= isText;
            if (wrong != 0)
            {
                var member = new Member { Sign = at, Close = close };
                if (!TryReadUnusual(text, ref signs, ref member))
                {
                    return -1;
                }

                (nextSign, mark, end, kind, place) = (member.Sign, member.Mark, member.End, (int)member.Kind, member.Place);
                last = Byte(ref origin, place) ^ '"';
            }

            if ((seen & name.Bit) != 0)
            {
                return -1;
            }

            seen |= name.Bit;

            // Safe: lanes come from the names alone, and a lane gets one entry of a record, since its key comes once.
            ref byte lane = ref Unsafe.Add(ref lanes, (nint)(uint)name.Lane);
            ref int entries = ref Unsafe.As<byte, int>(ref Unsafe.Add(ref lane, JsonRun.CountAt));
            nint entry = (nint)(uint)entries;
            ref int marks = ref Unsafe.As<byte, int>(ref Unsafe.Add(ref lane, 8 * entry));
            marks = mark;
            Unsafe.Add(ref marks, 1) = end;
            Unsafe.Add(ref lane, entry + JsonRun.RecordsAt) = record;
            Unsafe.Add(ref lane, entry + JsonRun.KindsAt) = (byte)kind;
            entries = (int)entry + name.Step;
            (open, at) = (place, nextSign);
        }
        while (last == 0);

        lineEnd = open;
        next = at + 1;
        if (Byte(ref origin, open) == Lines.LineFeed)
        {
            lineEnd -= Bit(Byte(ref origin, open - 1) == Lines.CarriageReturn);
            return open + 1;
        }

        next = at + 2;
        return Byte(ref origin, open) == Lines.CarriageReturn && Byte(ref origin, open + 1) == Lines.LineFeed ? open + 2 : -1;
    }

    /// <summary>Whether nothing but white space and the bracket stand before the first key.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Opens(ReadOnlySpan<byte> text, int start, int open)
    {
        int bracket = SkipWhite(text, start);
        return bracket < text.Length && text[bracket] == '{' && SkipWhite(text, bracket + 1) == open;
    }

    /// <summary>The number of a key that was not found at the first look.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int NameOf(ReadOnlySpan<byte> key, JsonNames names, JsonRun run)
    {
        int found = names.Find(key);
        return found == 0 && names.TryAdd(key, run.Spare, isNeeded: false) ? names.Count : found;
    }

    /// <summary>A member of any form: white space, words, escapes, long numbers and exponents.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadUnusual(ReadOnlySpan<byte> text, ref int signs, ref Member member)
    {
        if (text[member.Close] != '"')
        {
            return false;
        }

        // A line feed ends each of these steps, so the way never leaves the line.
        int at = SkipWhite(text, member.Close + 1);
        if (text[at] != ':')
        {
            return false;
        }

        at = SkipWhite(text, at + 1);

        // Safe: the ends of values are looked for inside the text alone.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        byte first = text[at];
        int end;
        if (first == '"')
        {
            end = JsonScan.EndOfEscaped(ref origin, at + 1, text.Length, out bool isEscaped);
            member.Kind = isEscaped ? JsonKind.EscapedText : JsonKind.Text;
            (member.Mark, member.End) = (at, end);
            at = end + 1;
        }
        else
        {
            member.Kind = first switch { (byte)'t' => JsonKind.True, (byte)'f' => JsonKind.False, (byte)'n' => JsonKind.Null, _ => JsonKind.Number };
            end = member.Kind == JsonKind.Number ? JsonScan.EndOfAnyNumber(text, at) : JsonScan.EndOfWord(ref origin, at);
            (member.Mark, member.End) = (at - 1, end);
            at = end;
        }

        if (end < 0 || at >= text.Length)
        {
            return false;
        }

        at = SkipWhite(text, at);
        byte sign = text[at];
        if (sign is not ((byte)',' or (byte)'}'))
        {
            return false;
        }

        at = SkipWhite(text, at + 1);
        if (text[at] != (sign == ',' ? (byte)'"' : Lines.LineFeed))
        {
            return false;
        }

        member.Place = at;
        while (Sign(ref signs, member.Sign) < at)
        {
            member.Sign++;
        }

        return true;
    }

    private static int SkipWhite(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            at++;
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref JsonName Name(ref byte block, int number) =>
        // Safe: see the callers.
        ref Unsafe.As<byte, JsonName>(ref Unsafe.Add(ref block, (nint)(uint)number * JsonName.Size));

    // Safe: see the callers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sign(ref int signs, int at) => Unsafe.Add(ref signs, (nint)(uint)at);

    // Safe: see the callers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Byte(ref byte origin, int at) => Unsafe.Add(ref origin, (nint)(uint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Half(ref byte origin, int at)
    {
        // Safe: see the callers.
        ushort half = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, (nint)(uint)at));
        return BitConverter.IsLittleEndian ? half : BinaryPrimitives.ReverseEndianness(half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte origin, int at)
    {
        // Safe: see the callers.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, (nint)(uint)at));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    // Safe: a bool that a comparison made is the byte 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Bit(bool value) => Unsafe.BitCast<bool, byte>(value);

    private struct Member
    {
        public int Sign; // the key's first one; then the next key's or the line feed's
        public int Close;
        public int Mark;
        public int End;
        public int Place;
        public JsonKind Kind;
    }
}
