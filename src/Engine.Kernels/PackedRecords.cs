using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using K = DataStream.Kernels.PackedStepKind;
using V = DataStream.Kernels.PackedValues;

namespace DataStream.Kernels;

/// <summary>
/// Reads records without keys (Avro's binary encoding) into columns, or goes over them: values stand one behind the other, whole numbers in zigzag and sevens of bits,
/// texts behind their length.
/// </summary>
/// <remarks>
/// One loop over the values of all records. Bounds are checked for every value; what looks in the least unusual (a number of nine bytes or more that must be in a range,
/// a branch written the long way, a double that is not finite) leaves the whole record to the caller.
/// </remarks>
public ref struct PackedRecords
{
    /// <summary>Bytes that a step may look at before it checks anything.</summary>
    public const int Room = 16;

    private const ulong NotFinite = 0x7FF0_0000_0000_0000;
    private const uint NotFiniteSingle = 0x7F80_0000;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<PackedStep> _steps;
    private readonly ReadOnlySpan<nint> _columns;
    private readonly Span<ulong> _nulls;
    private readonly int _words;
    private readonly nint _records;
    private readonly int _end;
    private readonly int _maxLength;
    private int _step;
    private bool _hasOthers;

    /// <param name="bytes">Records, one behind the other; and perhaps more bytes.</param>
    /// <param name="end">Where the records end. One that reaches beyond is not read.</param>
    /// <param name="steps">A record's.</param>
    /// <param name="columns">By number of the field: where its column begins, with as many rows as are asked for.</param>
    /// <param name="nulls">By number of the field as many words as rows need: bits are set where there is no value.</param>
    /// <param name="records">Where the column of the records' places begins, or 0.</param>
    /// <param name="maxLength">Longer records are not read.</param>
    public PackedRecords(ReadOnlySpan<byte> bytes, int end, ReadOnlySpan<PackedStep> steps, ReadOnlySpan<nint> columns, Span<ulong> nulls, nint records, int maxLength)
    {
        _bytes = bytes;
        _steps = steps;
        _columns = columns;
        _nulls = nulls;
        _words = columns.IsEmpty ? 0 : nulls.Length / columns.Length;
        (_end, _records, _maxLength) = (Math.Min(end, bytes.Length), records, maxLength);
    }

    /// <summary>Steps over records, for who wants nothing of them but to know that they are sound.</summary>
    public PackedRecords(ReadOnlySpan<byte> bytes, int end, ReadOnlySpan<PackedStep> steps, int maxLength)
        : this(bytes, end, steps, [], [], 0, maxLength)
    {
    }

    /// <summary>Where the next record begins; between <see cref="PackedEnd.Other"/> and the call after it, where the caller's value does, and then where it ended.</summary>
    public int At;

    /// <summary>The next row.</summary>
    public int Row;

    /// <summary>Where the record begins that is being read.</summary>
    public int Start;

    /// <summary>The number of what the caller does.</summary>
    public int Target;

    /// <summary>It is the first thing that the caller does for this record.</summary>
    public bool IsFirst;

    /// <summary>The bytes of the longest record so far.</summary>
    public int Longest;

    /// <summary>Forgets the record that is being read.</summary>
    public void Abandon() => (At, _step, _hasOthers) = (Start, 0, false);

    /// <summary>Reads records up to a row.</summary>
    public unsafe PackedEnd Read(int lastRow)
    {
        if (_step == 0)
        {
            Start = At;
        }

        if (_bytes.Length < Room)
        {
            Abandon();
            return PackedEnd.Unread;
        }

        // Safe: a place is looked at only up to the limit, which leaves Room bytes; lengths are compared with what is left before they are gone by. Numbers of steps and
        // fields come from who made the steps; the caller vouches that columns have the rows.
        fixed (byte* text = _bytes)
        fixed (nint* columns = _columns)
        {
            byte* end = text + _end;
            byte* limit = text + Math.Min(_end, _bytes.Length - Room);
            byte* p = text + At;
            byte* start = text + Start;
            ref PackedStep steps = ref MemoryMarshal.GetReference(_steps);
            ref PackedStep step = ref V.Next(ref steps, _step);
            nint row = Row;
            ulong word;
            long value;
            nint length;
            while (true)
            {
                if (p > limit)
                {
                    break;
                }

                switch (step.Kind)
                {
                    case K.End:
                        length = (nint)(p - start);
                        if (length > Longest)
                        {
                            if (length > _maxLength)
                            {
                                goto Unread;
                            }

                            Longest = (int)length;
                        }

                        if (_records != 0)
                        {
                            V.Put(_records, row, (uint)(start - text) | ((long)length << 32));
                        }

                        row++;
                        start = p;
                        step = ref steps;
                        if (_hasOthers || row == lastRow || p == end)
                        {
                            PackedEnd how = _hasOthers ? PackedEnd.Record : PackedEnd.Rows;
                            (At, Row, _step, _hasOthers) = ((int)(p - text), (int)row, 0, false);
                            return how;
                        }

                        continue;
                    case K.Bytes:
                        if (!V.Reaches(step.Length, p, end))
                        {
                            goto Unread;
                        }

                        p += step.Length;
                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.Int && p <= limit)
                        {
                            goto case K.Int;
                        }

                        continue;
                    case K.Text:
                        do
                        {
                            if (!V.TryTextLength(ref p, end, out length))
                            {
                                goto Unread;
                            }

                            p += length;
                            step = ref V.Next(ref step, 1);
                        }
                        while (step.Kind == K.Text && p <= limit);
                        if (step.Kind == K.ReadFloat64 && p <= limit)
                        {
                            goto case K.ReadFloat64;
                        }

                        continue;
                    case K.ReadText:
                        if (!V.TryTextLength(ref p, end, out length))
                        {
                            goto Unread;
                        }

                        V.Put(columns[step.Target], row, (uint)(p - text) | ((long)length << 32));
                        p += length;
                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.Text && p <= limit)
                        {
                            goto case K.Text;
                        }

                        continue;
                    case K.ReadFloat64:
                        do
                        {
                            word = V.Word(p);
                            if ((word & NotFinite) == NotFinite)
                            {
                                goto Unread;
                            }

                            V.Put(columns[step.Target], row, (long)word);
                            p += sizeof(double);
                            step = ref V.Next(ref step, 1);
                        }
                        while (step.Kind == K.ReadFloat64 && p <= limit);
                        if (step.Kind == K.ReadInt64 && p <= limit)
                        {
                            goto case K.ReadInt64;
                        }

                        continue;
                    case K.ReadInt64:
                        if (!V.TryNumber(ref p, out value))
                        {
                            goto NineBytes;
                        }

                        V.Put(columns[step.Target], row, value);
                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.Optional && p <= limit)
                        {
                            goto case K.Optional;
                        }

                        continue;
                    case K.ReadFloat64OfInt64:
                        if (!V.TryNumber(ref p, out value))
                        {
                            goto NineBytes;
                        }

                        V.Put(columns[step.Target], row, BitConverter.DoubleToInt64Bits(value));
                        break;
                    case K.ReadMilliseconds or K.ReadMicroseconds or K.ReadDays:
                        if (!V.TryNumber(ref p, out value) || !V.TryInstant(step.Kind, ref value))
                        {
                            goto Unread;
                        }

                        V.Put(columns[step.Target], row, value);
                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.ReadText && p <= limit)
                        {
                            goto case K.ReadText;
                        }

                        continue;
                    case K.ReadFloat64OfFloat32:
                        uint single = (uint)V.Word(p);
                        if ((single & NotFiniteSingle) == NotFiniteSingle)
                        {
                            goto Unread;
                        }

                        V.Put(columns[step.Target], row, BitConverter.DoubleToInt64Bits(BitConverter.UInt32BitsToSingle(single)));
                        p += sizeof(float);
                        break;
                    case K.Flag or K.ReadFlag:
                        if (*p > 1)
                        {
                            goto Unread;
                        }

                        if (step.Kind == K.ReadFlag)
                        {
                            V.PutByte(columns[step.Target], row, *p);
                        }

                        p++;
                        break;
                    case K.Long:
                        if (*p++ >= 0x80)
                        {
                            ulong stop = ~V.Word(p) & V.Continued;
                            if (stop == 0 && p[8] > 1)
                            {
                                goto Unread;
                            }

                            p += (BitOperations.TrailingZeroCount(stop) >> 3) + 1; // of 0 there are 64
                        }

                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.Text && p <= limit)
                        {
                            goto case K.Text;
                        }

                        continue;
                    case K.Int:
                        if (*p < 0x80)
                        {
                            p++;
                        }
                        else if (!V.TryNumber(ref p, out value) || (int)value != value)
                        {
                            goto Unread;
                        }

                        step = ref V.Next(ref step, 1);
                        if (step.Kind == K.Optional && p <= limit)
                        {
                            goto case K.Optional;
                        }

                        continue;
                    case K.Below:
                        if (!V.TryNumber(ref p, out value) || (ulong)value >= (uint)step.Length)
                        {
                            goto Unread;
                        }

                        break;
                    case K.Optional:
                        if (*p == step.Null)
                        {
                            p++;
                            step = ref V.Next(ref step, step.Length + 1);
                            if (step.Kind == K.End && p <= limit)
                            {
                                goto case K.End;
                            }

                            continue;
                        }

                        if (*p != step.Some)
                        {
                            goto Unread;
                        }

                        p++;
                        break;
                    case K.OptionalColumn:
                        if (*p == step.Null)
                        {
                            V.Put(columns[step.Target], row, 0);
                            SetNull(step.Target, row);
                            step = ref V.Next(ref step, step.Length);
                        }
                        else if (*p != step.Some)
                        {
                            goto Unread;
                        }

                        p++;
                        break;
                    case K.Null or K.NullFlag:
                        if (step.Kind == K.Null)
                        {
                            V.Put(columns[step.Target], row, 0);
                        }
                        else
                        {
                            V.PutByte(columns[step.Target], row, 0);
                        }

                        SetNull(step.Target, row);
                        break;
                    case K.Jump:
                        step = ref V.Next(ref step, step.Length);
                        break;
                    case K.Other:
                        (At, Row, Start, Target) = ((int)(p - text), (int)row, (int)(start - text), step.Target);
                        (IsFirst, _step, _hasOthers) = (!_hasOthers, V.CountTo(ref steps, ref step) + 1, true);
                        return PackedEnd.Other;
                    default:
                        goto Unread;
                }

                step = ref V.Next(ref step, 1);
                continue;
            NineBytes:
                if (!V.TryLongNumber(ref p, out value))
                {
                    break;
                }

                V.Put(columns[step.Target], row, step.Kind == K.ReadInt64 ? value : BitConverter.DoubleToInt64Bits(value));
                step = ref V.Next(ref step, 1);
            }

        Unread:
            (Row, At) = ((int)row, (int)(start - text));
            (Start, _step, _hasOthers) = (At, 0, false);
            return PackedEnd.Unread;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void SetNull(int target, nint row) =>
        // Safe: there are as many words for each field as rows need.
        Unsafe.Add(ref MemoryMarshal.GetReference(_nulls), (nint)((target * _words) + (row >> 6))) |= 1UL << (int)row;
}
