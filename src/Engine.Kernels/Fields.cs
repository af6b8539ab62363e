using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Reads a field of many records in one loop: the usual short forms as words of eight bytes, all others by <see cref="Numbers"/> and <see cref="Timestamps"/>.</summary>
/// <remarks>
/// The same values as those, bit for bit. Each method stops at the first field that is no value and returns how many came before it; the caller settles that one and goes on
/// behind it. Words are read from the text past the field's end, and what does not belong to it is shifted out.
/// </remarks>
public static class Fields
{
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong Points = 0x2E2E_2E2E_2E2E_2E2E;
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong Highest = 0x8080_8080_8080_8080;

    // Above 9 a byte, or it plus this, has its highest bit. A carry comes only out of a byte that is wrong itself.
    private const ulong ToHighest = 0x7676_7676_7676_7676;

    private const int MaxWords = 18; // a sign, eight digits on either side of the point
    private const int MaxShort = 15; // longer numbers come in all lengths from 16 to 21, which no branch foresees: they are read one way
    private const long MicrosecondsPerSecond = 1_000_000;

    // Records to read one by one where four at once were not of the usual form: more each time, so that other forms cost little.
    private const int FirstWait = FourFields.Count;
    private const int MaxWait = 64;

    /// <summary>As <see cref="Numbers.ParseInt64"/>; up to eight digits in one word.</summary>
    public static int ReadInt64(in FieldRun run, Span<long> values)
    {
        // Safe: read only below, at marks of the run and at words that begin inside a field: these end in the readable bytes behind the text.
        ref byte text = ref MemoryMarshal.GetReference(run.Text);
        ref int marks = ref MemoryMarshal.GetReference(run.Marks);
        int at = run.First;
        int width = run.Width;
        bool isLast = run.IsLast;
        bool isJson = run.IsJson;
        values = values[..run.Count];
        for (int i = 0; i < values.Length; i++, at += width)
        {
            int start = Place(ref marks, at - 1) + 1;
            int length = LengthOf(ref text, start, Place(ref marks, at), isLast);
            int first = At(ref text, start);
            if (length == 1 && (uint)(first - '0') <= 9)
            {
                values[i] = first - '0'; // states and flags
                continue;
            }

            int minus = first == '-' ? 1 : 0;
            length -= minus;
            ulong digits = (Word(ref text, start + minus) ^ Zeros) << (64 - (8 * length));
            bool isPadded = isJson && length > 1 && At(ref text, start + minus) == '0';
            if ((uint)(length - 1) > 7 || isPadded || !AreDigits(digits))
            {
                if ((isJson && !JsonObjects.IsNumber(run.Field(i))) || Numbers.ParseInt64(run.Field(i), out values[i]) != FieldStatus.Value)
                {
                    return i;
                }

                continue;
            }

            values[i] = (Number(digits) ^ -minus) + minus;
        }

        return values.Length;
    }

    /// <summary>
    /// As <see cref="Numbers.ParseFloat64"/>; up to eight characters in one word, up to eight digits on either side of the point in two.
    /// <code>
    /// word      1 9 . 1 3 , 0 .     the point is at 2
    /// closed    1 9 1 3 , 0 .       what is above it moves down
    /// digits            1 9 1 3     shifted to the top, so zeros lead: 1913 / 10²
    /// </code>
    /// </summary>
    /// <remarks>At most 15 digits and a power up to 10⁸ are exact, so one division rounds once: the nearest double (Clinger, 1990).</remarks>
    public static int ReadFloat64(in FieldRun run, Span<double> values)
    {
        // Safe: read only below, at marks of the run and at words that begin inside a field: these end in the readable bytes behind the text.
        ref byte text = ref MemoryMarshal.GetReference(run.Text);
        ref int marks = ref MemoryMarshal.GetReference(run.Marks);
        int at = run.First;
        int width = run.Width;
        bool isLast = run.IsLast;
        values = values[..run.Count];
        int lastFour = FourFields.IsSupported ? values.Length - FourFields.Count : -1;
        int tail = 0;
        int next = isLast ? 1 : 0; // the first one tells how records end
        int wait = FirstWait;
        bool isLong = false;
        for (int i = 0; i < values.Length; i++, at += width)
        {
            if (i >= next && i <= lastFour)
            {
                // Numbers of more than eight characters seldom come alone.
                if ((!isLong && FourFields.TryReadFloat64(ref text, ref marks, at, width, tail, run.IsJson, ref values[i]))
                    || (isLong = TryReadFourLong(ref text, ref marks, at, width, tail, run.IsJson, ref values[i])))
                {
                    wait = FirstWait;
                    at += (FourFields.Count - 1) * width;
                    i += FourFields.Count - 1;
                    continue;
                }

                next = i + wait;
                wait = Math.Min(2 * wait, MaxWait);
            }

            int start = Place(ref marks, at - 1) + 1;
            int length = LengthOf(ref text, start, Place(ref marks, at), isLast);
            tail = Place(ref marks, at) - start - length; // what ends this record probably ends the next ones
            if (WideFloat64.IsSupported)
            {
                int read = WideFloat64.ReadRun(ref text, ref marks, at, width, isLast, run.IsJson, values[i..Math.Max(i + 1, Math.Min(next, values.Length))]);
                if (read > 0)
                {
                    at += (read - 1) * width;
                    i += read - 1;
                    continue;
                }
            }

            if (run.IsJson && !JsonObjects.IsNumber(run.Field(i)))
            {
                return i;
            }

            if (length > (WideFloat64.IsSupported ? 0 : OneFloat64.IsSupported ? MaxShort : MaxWords))
            {
                if (Numbers.ParseFloat64(run.Field(i), out values[i]) != FieldStatus.Value)
                {
                    return i;
                }

                continue;
            }

            int minus = At(ref text, start) == '-' ? 1 : 0;
            start += minus;
            length -= minus;
            ulong word = Word(ref text, start);
            ulong points = word ^ Points;
            int point = BitOperations.TrailingZeroCount((points - Ones) & ~points & Highest) >> 3; // 8 where there is none
            int behind = 0;
            int count = length;
            if (point < length)
            {
                ulong below = (1UL << (8 * (point & 7))) - 1;
                below = point == 8 ? ulong.MaxValue : below;
                word = (word & below) | ((word >> 8) & ~below);
                count--;
                behind = count - point;
            }

            ulong digits = (word ^ Zeros) << (64 - (8 * count));
            double value;
            if (length <= 8 && count > 0 && AreDigits(digits))
            {
                value = Number(digits) / Numbers.ExactPower(behind);
            }
            else if ((uint)(behind - 1) > 7 || !TryReadLong(ref text, start, point, behind, out value))
            {
                if (Numbers.ParseFloat64(run.Field(i), out values[i]) != FieldStatus.Value)
                {
                    return i;
                }

                continue;
            }

            values[i] = minus == 0 ? value : -value;
        }

        return values.Length;
    }

    /// <summary>
    /// As <see cref="Timestamps.TryParse"/> with local times as UTC; <c>yyyy-MM-ddTHH:mm:ss[.f…]Z</c> with up to six digits by words: a day that is the row's before is not read again.
    /// </summary>
    public static int ReadTimestamps(in FieldRun run, Span<long> values)
    {
        // Safe: read only below, at marks of the run and at words that begin inside a field: these end in the readable bytes behind the text.
        ref byte text = ref MemoryMarshal.GetReference(run.Text);
        ulong day = 0;
        ulong dayEnd = ulong.MaxValue; // both words have the bytes 3 to 7, so no text is equal to these
        long midnight = 0;
        ref int marks = ref MemoryMarshal.GetReference(run.Marks);
        int at = run.First;
        int width = run.Width;
        bool isLast = run.IsLast;
        values = values[..run.Count];
        int lastFour = FourFields.IsSupported ? values.Length - FourFields.Count : -1;
        int tail = 0;
        int next = 1; // the first one tells the day
        int wait = FirstWait;
        for (int i = 0; i < values.Length; i++, at += width)
        {
            if (i >= next && i <= lastFour)
            {
                if (FourFields.TryReadTimestamps(ref text, ref marks, at, width, tail, day, dayEnd, midnight, ref values[i]))
                {
                    wait = FirstWait;
                    at += (FourFields.Count - 1) * width;
                    i += FourFields.Count - 1;
                    continue;
                }

                next = i + wait;
                wait = Math.Min(2 * wait, MaxWait);
            }

            int start = Place(ref marks, at - 1) + 1;
            int length = LengthOf(ref text, start, Place(ref marks, at), isLast);
            tail = Place(ref marks, at) - start - length; // what ends this record probably ends the next ones
            int point = length - 20; // bytes from the point to the last digit
            if ((uint)point <= 7 && point != 1)
            {
                if (((Word(ref text, start) ^ day) | (Word(ref text, start + 3) ^ dayEnd)) != 0)
                {
                    if (!TryReadDay(run.Text.Slice(start, 11), out long read))
                    {
                        goto Any;
                    }

                    midnight = read;
                    day = Word(ref text, start);
                    dayEnd = Word(ref text, start + 3);
                }

                // HH:mm:ss and .ffffff with zeros for the digits that are not there: signs become 0, digits their values.
                ulong time = Word(ref text, start + 11) ^ 0x3030_3A30_303A_3030;
                ulong behind = (Word(ref text, start + 19) ^ 0x5A30_3030_3030_302E) & ((1UL << (8 * point)) - 1);
                ulong wrong = ((time | (time + ToHighest) | behind | (behind + ToHighest)) & Highest)
                    | (time & 0x0000_FF00_00FF_0000) | (behind & 0xFF) | (At(ref text, start + length - 1) ^ (ulong)'Z');
                time = ((time * 10) + (time >> 8)) & 0x00FF_0000_FF00_00FF;

                // 24 hours, 60 minutes, 60 seconds reach the highest bit.
                wrong |= (time + 0x0044_0000_4400_0068) & 0x0080_0000_8000_0080;
                if (wrong == 0)
                {
                    int seconds = ((int)(time & 0xFF) * 3600) + ((int)(time >> 24 & 0xFF) * 60) + (int)(time >> 48);
                    values[i] = midnight + (seconds * MicrosecondsPerSecond) + Number(behind << 8);
                    continue;
                }
            }

        Any:
            if (!Timestamps.TryParse(run.Field(i), out values[i], out _))
            {
                return i;
            }
        }

        return values.Length;
    }

    private static bool TryReadFourLong(ref byte text, ref int marks, int at, int width, int tail, bool isJson, ref double target)
    {
        FourFields.Edges edges = new(ref marks, at, width, tail);
        return edges.HaveLastWords && FourLongFields.TryRead(ref text, edges, isJson, ref target);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryReadLong(ref byte text, int start, int point, int behind, out double value)
    {
        value = 0;
        if (point is < 1 or > 7)
        {
            return false;
        }

        ulong whole = (Word(ref text, start) ^ Zeros) << (64 - (8 * point));
        ulong fraction = (Word(ref text, start + point + 1) ^ Zeros) << (64 - (8 * behind));
        if (!AreDigits(whole) || !AreDigits(fraction))
        {
            return false;
        }

        long power = (long)Numbers.IntegerPowers[behind];
        value = ((Number(whole) * power) + Number(fraction)) / Numbers.ExactPower(behind);
        return true;
    }

    private static bool TryReadDay(ReadOnlySpan<byte> text, out long midnight)
    {
        midnight = 0;
        return text[4] == '-' && (text[10] == ' ' || (text[10] | 0x20) == 't') && Timestamps.TryParse(text[..10], out midnight, out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreDigits(ulong digits) => ((digits | (digits + ToHighest)) & Highest) == 0;

    /// <summary>Eight digits, the first in the lowest byte: pairs, then fours, then all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Number(ulong digits)
    {
        ulong pairs = (digits * 10) + (digits >> 8);
        const ulong Mask = 0x0000_00FF_0000_00FF;
        return (long)((((pairs & Mask) * (100 + (1_000_000UL << 32))) + ((pairs >> 16 & Mask) * (1 + (10_000UL << 32)))) >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(ref int marks, int at) =>
        // Safe: a run's first to last mark, and the one before each, were checked when it was made.
        Unsafe.Add(ref marks, (nint)(uint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LengthOf(ref byte text, int start, int end, bool isLast) =>
        end - start - (isLast && end > start && At(ref text, end - 1) == Lines.CarriageReturn ? 1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte At(ref byte text, int place) =>
        // Safe: the place is inside a field, or the mark behind an empty one.
        Unsafe.AddByteOffset(ref text, (nuint)(uint)place);

    /// <summary>Eight bytes, the first one lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte text, int place)
    {
        // Safe: the place is inside the text, and 64 bytes behind the text are readable.
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref text, (nuint)(uint)place));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
