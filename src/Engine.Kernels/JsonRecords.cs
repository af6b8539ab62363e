using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace DataStream.Kernels;

/// <summary>Recognises JSON records of a known layout: the same bytes everywhere but for the values of strings, numbers and words.</summary>
/// <remarks>
/// Of such a record every byte is checked as RFC 8259 has it, UTF-8 too where literals are; of <see cref="JsonGap.Digits"/> that they are a number's. All others end the run, and are for a parser. Every text has <see cref="Block64.Length"/>
/// readable bytes behind its end.
/// </remarks>
public static class JsonRecords
{
    /// <summary>Literals are given in pieces of so many bytes, the last one filled up with anything.</summary>
    public const int Piece = 32;

    private const int NotShort = -2;

    /// <summary>The most steps of a layout.</summary>
    public const int MaxSteps = 64;

    /// <summary>Finds the records of a layout at the front.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where a record begins; then where the first one begins that was not recognised.</param>
    /// <param name="literals">What stands around the gaps, each filled up to whole pieces; the last one ends with the record's line feed.</param>
    /// <param name="steps">The literals and gaps, two at least.</param>
    /// <param name="maxRecordSize">The longest record, line end included, that is taken.</param>
    /// <param name="marks">Filled with two marks for each gap, so that its bytes lie between them as <see cref="FieldRun"/> has it: those of the next record behind those of the one before it.</param>
    /// <param name="ends">Filled with the place behind each record.</param>
    /// <param name="room">The most records.</param>
    /// <param name="escaped">One bit for each step of the last record whose string has escapes; none of the others has any, since such a record ends the run.</param>
    /// <returns>How many records were found.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // apart, so that its state fits the registers
    public static int Match(
        ReadOnlySpan<byte> text, ref int start, ReadOnlySpan<byte> literals, Span<JsonPart> steps, int maxRecordSize, Span<int> marks, Span<int> ends, int room, out ulong escaped)
    {
        escaped = 0;
        int needed = 0;
        foreach (ref readonly JsonPart step in steps)
        {
            needed += Pieces(step.Length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)step.Target, (uint)Math.Max(marks.Length - (2L * room), -1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)step.Usual, (uint)(Piece - 1));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(literals.Length, needed);
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ends.Length, room);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(steps.Length - 2), (uint)(MaxSteps - 2));

        // A record whose strings and numbers are short lies in so many bytes.
        long reach = needed + ((long)Piece * steps.Length);
        int records = 0;
        while (records < room)
        {
            // Safe: read only, as far as they were counted; marks lie in the room behind each target.
            ref byte literal = ref MemoryMarshal.GetReference(literals);
            int end = text.Length - start < reach ? NotShort : MatchShort(text, start, (int)reach, ref literal, steps, ref marks[2 * records], ref escaped);
            if (end == NotShort)
            {
                end = MatchOne(text, start, ref literal, steps, ref marks[2 * records], out escaped);
            }

            if (end < 0 || end - start > maxRecordSize)
            {
                escaped = 0;
                break;
            }

            start = end;
            ends[records++] = end;
            if (escaped != 0)
            {
                break;
            }
        }

        return records;
    }

    /// <summary>The bytes that a literal takes.</summary>
    public static int Pieces(int length) => (length + Piece - 1) & -Piece;

    /// <summary>
    /// As <see cref="MatchOne"/>, for strings of up to 31 bytes, all of them ASCII and without escapes; the caller vouches for as many readable bytes as these
    /// can have. Where a string is as long as the one before it nothing is waited for. Others are looked at alone where as many bytes are behind them.
    /// <see cref="NotShort"/> where the record may be of the layout all the same.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int MatchShort(ReadOnlySpan<byte> text, int at, int reach, ref byte literal, ReadOnlySpan<JsonPart> steps, ref int marks, ref ulong escaped)
    {
        // Safe: see above.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        uint high = 0;
        for (int i = 0; ; i++)
        {
            // Safe: see the caller; there are as many steps, each with its piece.
            ref readonly JsonPart step = ref steps[i];
            int rest = step.Length;
            while (rest > Piece && Vector256.LoadUnsafe(ref origin, (nuint)(uint)at) == Vector256.LoadUnsafe(ref literal))
            {
                // Safe: as above.
                (rest, at) = (rest - Piece, at + Piece);
                literal = ref Unsafe.Add(ref literal, Piece);
            }

            // Safe: as above.
            uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref origin, (nuint)(uint)at), Vector256.LoadUnsafe(ref literal)).ExtractMostSignificantBits();
            if ((~equal & step.Mask) != 0 || rest > Piece)
            {
                // Safe: as above.
                return Unsafe.Add(ref origin, (nint)(uint)at) == '\\' ? NotShort : -1;
            }

            // Safe: as above.
            literal = ref Unsafe.Add(ref literal, Piece);
            at += rest;
            if (i == steps.Length - 1)
            {
                return high == 0 ? at : NotShort;
            }

            // Safe: as above.
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref origin, (nuint)(uint)at);
            int length;
            if (step.Gap == JsonGap.String)
            {
                uint special = JsonScan.Special(bytes);
                uint below = special ^ (special - 1);
                high |= bytes.ExtractMostSignificantBits() & below;
                length = step.Usual;
                if (below >> length != 1)
                {
                    length = BitOperations.TrailingZeroCount(special);

                    // Safe: as above.
                    if (special == 0 || Unsafe.Add(ref origin, (nint)(uint)(at + length)) == '\\')
                    {
                        length = LengthOfAny(text, at, i, ref escaped);
                        if (length < 0 || text.Length - at - length < reach)
                        {
                            return length < 0 ? -1 : NotShort;
                        }
                    }
                    else
                    {
                        // Safe: a foresight in the caller's own steps.
                        Unsafe.AsRef(in step).Usual = length;
                    }
                }
            }
            else if (step.Gap == JsonGap.Digits)
            {
                // Digits, signs, points: who reads them checks them; what follows is the next literal's.
                bytes -= Vector256.Create((byte)'-');
                length = BitOperations.TrailingZeroCount(~Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)('9' - '-'))), bytes).ExtractMostSignificantBits());
            }
            else
            {
                int end = step.Gap == JsonGap.Number ? JsonScan.EndOfNumber(ref origin, at) : JsonScan.EndOfWord(ref origin, at);
                if (end < 0)
                {
                    return -1;
                }

                length = end - at;
            }

            // Safe: the target's two marks lie in the record's room.
            ref int target = ref Unsafe.Add(ref marks, step.Target);
            target = at - 1;
            at += length;
            Unsafe.Add(ref target, 1) = at;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // rare
    private static int MatchOne(ReadOnlySpan<byte> text, int at, ref byte literals, ReadOnlySpan<JsonPart> steps, ref int marks, out ulong escaped)
    {
        // Safe: read only below, at places that were compared with the text's length; the literals and the marks' room were counted by the caller.
        ref byte origin = ref MemoryMarshal.GetReference(text);
        int length = text.Length;
        nint next = 0;
        escaped = 0;
        for (int i = 0; ; i++)
        {
            ref readonly JsonPart step = ref steps[i];
            if (step.Length > length - at || !TryPass(ref origin, ref at, ref next, ref literals, step))
            {
                return -1;
            }

            if (i == steps.Length - 1)
            {
                return at;
            }

            int end;
            if (step.Gap == JsonGap.String)
            {
                // A string as long as the one before it: what is foreseen needs not be waited for.
                uint special = JsonScan.Special(ref origin, at);
                end = at + step.Usual;
                if ((special & (uint)((2UL << step.Usual) - 1)) != 1U << step.Usual)
                {
                    end = special != 0 ? at + BitOperations.TrailingZeroCount(special) : JsonScan.EndOfString(ref origin, at + Piece, length);

                    // Safe: a foresight in the caller's own steps.
                    Unsafe.AsRef(in step).Usual = (end - at) & (Piece - 1);
                }

                // Safe: an end is no more than 32 bytes behind the text, where it is one.
                if (end < 0 || (Unsafe.Add(ref origin, (nint)(uint)end) == '\\' && (end = EndOfEscaped(ref origin, end, length, i, ref escaped)) < 0) || end > length
                    || !Utf8.IsValid(text[at..end]))
                {
                    return -1;
                }
            }
            else
            {
                end = step.Gap == JsonGap.Word ? JsonScan.EndOfWord(ref origin, at) : JsonScan.EndOfNumber(ref origin, at);
                if (end < 0)
                {
                    return -1;
                }
            }

            // Safe: the target's two marks lie in the record's room.
            ref int target = ref Unsafe.Add(ref marks, step.Target);
            target = at - 1;
            Unsafe.Add(ref target, 1) = end;
            at = end;
        }
    }

    /// <summary>The length of a string of any length, perhaps with escapes; −1 where it is none, or no UTF-8.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // rare
    private static int LengthOfAny(ReadOnlySpan<byte> text, int at, int step, ref ulong escaped)
    {
        // Safe: the end is looked for inside the text, and 64 bytes behind that are readable.
        int end = JsonScan.EndOfEscaped(ref MemoryMarshal.GetReference(text), at, text.Length, out bool isEscaped);
        if (end < 0 || !Utf8.IsValid(text[at..end]))
        {
            return -1;
        }

        escaped |= (isEscaped ? 1UL : 0) << step;
        return end - at;
    }

    private static int EndOfEscaped(ref byte origin, int at, int length, int step, ref ulong escaped)
    {
        escaped |= 1UL << step;
        return JsonScan.EndOfEscaped(ref origin, at, length, out _);
    }

    /// <summary>Goes over a literal in the text, and to the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPass(ref byte origin, ref int at, ref nint literal, ref byte literals, in JsonPart step)
    {
        int length = step.Length;
        for (; length > Piece; length -= Piece, at += Piece)
        {
            // Safe: more than a piece of the literal is left, and as much of the text.
            if (Vector256.LoadUnsafe(ref origin, (nuint)at) != Vector256.LoadUnsafe(ref literals, (nuint)literal))
            {
                return false;
            }

            literal += Piece;
        }

        // Safe: the literal is filled up, and 64 bytes behind the text are readable.
        uint equal = Vector256.Equals(Vector256.LoadUnsafe(ref origin, (nuint)at), Vector256.LoadUnsafe(ref literals, (nuint)literal)).ExtractMostSignificantBits();
        literal += Piece;
        at += length;
        return (~equal & step.Mask) == 0;
    }
}
