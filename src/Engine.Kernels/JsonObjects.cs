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
    private const ushort BracketQuote = '{' | ('"' << 8);
    private const int CommaOrBracket = ',' ^ '}';

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
        bool isSound = true;
        while (isSound && run.Count < first + room && signs.Next < signs.Limit)
        {
            int next = signs.Next;
            isSound = ReadRecords(text, start, ref next, ref signs.Origin, signs.Limit, names, run, first + room);
            (start, signs.Next) = (run.NextStart, next);
        }

        if (signs.HasReturns)
        {
            run.TrimReturns(text, first);
        }

        // A stretch is no longer, nor are its records.
        for (int record = first; record < run.Count && maxRecordSize < JsonSigns.Stretch; record++)
        {
            int from = run.BoundsOf(record).Start;
            if (run.StartBehind(record) - from > maxRecordSize)
            {
                run.TakeBack(record);
                start = from;
                signs.Return();
            }
        }

        return run.Count - first;
    }

    /// <summary>Whether this is a number as JSON has it.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text) => JsonScan.EndOfAnyNumber(text, 0) == text.Length;

    /// <summary>
    /// Reads records, whose members follow each other in one loop: how many a record has is foreseen by nobody either. False at one that is not sound, whose members are taken back;
    /// true also where it is to be called again, since a record opens in another way.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a line begins.</param>
    /// <param name="next">The sign that is looked at next.</param>
    /// <param name="signs">All of them, and four behind <paramref name="limit"/> that may be looked at.</param>
    /// <param name="limit">Behind the last line feed's.</param>
    /// <param name="names">The keys.</param>
    /// <param name="run">Where the values go.</param>
    /// <param name="most">Records that it may have then.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    private static bool ReadRecords(ReadOnlySpan<byte> text, int start, ref int next, ref int signs, int limit, JsonNames names, JsonRun run, int most)
    {
        // Safe: read only at signs' places and up to 40 bytes behind or eight before them; 64 bytes behind the text are readable.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        ref byte block = ref names.Block;
        ref byte lanes = ref run.Lanes;
        ref int bounds = ref run.Bounds;
        ulong factor = names.Factor;
        int record = run.Count;
        ulong seen = 0;
        int at = next;
        int open = Sign(ref signs, at) & JsonSigns.Place;

        // Safe: a run has room for the bounds of its records, and for one beginning more.
        Unsafe.Add(ref bounds, 2 * record) = start;
        if (Byte(ref origin, open) != '"' || ((open != start + 1 || Byte(ref origin, start) != '{') && !Opens(text, start, open)))
        {
            return false;
        }

        while (true)
        {
            int close = Sign(ref signs, at + 1);
            int second = Sign(ref signs, at + 2);
            int isText = (second - close - 4) >> 31; // all ones or nothing: of a number, and what is around it, there are more bytes
            int ending = second ^ ((second ^ Sign(ref signs, at + 4)) & isText);
            int isEnd = ending >> JsonSigns.FeedBit;
            close &= JsonSigns.Place;
            int length = close - open - 1;
            ulong low = JsonNames.Lowest(Word(ref origin, open + 1), length);
            ulong high = JsonNames.Lowest(Word(ref origin, Math.Max(open + 1, close - 8)), length);

            // Safe: numbers of names stand in the block alone.
            ref JsonName name = ref Name(ref block, Unsafe.Add(ref block, JsonNames.Hash(low, high, factor) + JsonNames.PlacesAt));
            if (((low ^ name.Low) | (high ^ name.High) | (uint)(length ^ name.Length)) != 0 || (length > 16 && !names.IsKey(name, text.Slice(open + 1, length))))
            {
                name = ref Name(ref block, NameOf(text.Slice(open + 1, length), names, run));
                factor = names.Factor; // a new key may have found another
            }

            int place = ending & JsonSigns.Place;
            int value = close + 2;
            value += Bit(Byte(ref origin, value) == ' ');
            int end = place - 1 - Bit(Byte(ref origin, place - 1) <= ' '); // where the comma or the bracket stands
            int textEnd = Sign(ref signs, at + 3) & JsonSigns.Place;
            int wrong = (Half(ref origin, close) ^ QuoteColon) | (Byte(ref origin, end) ^ ',' ^ (CommaOrBracket & -isEnd)) | ((Byte(ref origin, place) ^ '"') & (isEnd - 1))
                | (((second ^ value) | (Byte(ref origin, value) ^ '"') | (textEnd + 1 - end) | (Byte(ref origin, textEnd) ^ '"')) & isText);

            // A word, a container, white space: of a number's bytes only its ends are looked at where others look at all of them.
            wrong |= JsonScan.EdgeFault(ref origin, value, end) & ~isText;
            if ((isText | name.IsReadStrictly) == 0)
            {
                wrong |= JsonScan.NumberFault(ref origin, value, end - value);
            }

            int kind = (int)JsonKind.Number - isText;
            int mark = value - 1 - isText;
            end += isText;
            at += 2 - (2 * isText);
            if (wrong != 0)
            {
                var member = new Member { Sign = at - 2 + (2 * isText), Close = close };
                if (!TryReadUnusual(text, ref signs, ref member))
                {
                    break;
                }

                (at, mark, end, kind, place) = (member.Sign, member.Mark, member.End, (int)member.Kind, member.Place);
                isEnd = Bit(Byte(ref origin, place) != '"');
            }

            if ((seen & name.Bit) != 0)
            {
                break;
            }

            seen = (seen | name.Bit) & (ulong)(isEnd - 1L);

            // Safe: lanes come from the names alone, and a lane gets one entry of a record, since its key comes once.
            ref byte lane = ref Unsafe.Add(ref lanes, (nint)(uint)name.Lane);
            ref int entries = ref Unsafe.As<byte, int>(ref Unsafe.Add(ref lane, JsonRun.CountAt));
            nint entry = (nint)(uint)entries;
            ref int marks = ref Unsafe.As<byte, int>(ref Unsafe.Add(ref lane, 8 * entry));
            marks = mark;
            Unsafe.Add(ref marks, 1) = end;
            Unsafe.Add(ref lane, entry + JsonRun.RecordsAt) = (byte)record;
            Unsafe.Add(ref lane, entry + JsonRun.KindsAt) = (byte)kind;
            entries = (int)entry + name.Step;

            // Safe: as above. Where the record goes on, the next member's are written over these.
            ref int bound = ref Unsafe.Add(ref bounds, (nint)(uint)(2 * record));
            Unsafe.Add(ref bound, 1) = place;
            Unsafe.Add(ref bound, 2) = place + 1;
            record += isEnd;
            at += isEnd;
            open = place + (2 * isEnd);

            // The next record's opening; all this comes to something only where one has ended.
            if ((((Half(ref origin, place + 1) ^ BracketQuote) & -isEnd) | Bit(record == most) | Bit(at >= limit)) != 0)
            {
                (run.Count, next) = (record, at);
                return true;
            }
        }

        run.TakeBack(record);
        run.Count = record;
        return false;
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
        while ((Sign(ref signs, member.Sign) & JsonSigns.Place) < at)
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
