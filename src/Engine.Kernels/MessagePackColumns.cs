using System;
using System.Buffers.Binary;
using System.Numerics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Reads values that <see cref="MessagePackMaps"/> has found into columns, one column after the other, up to 64 rows at a time.</summary>
/// <remarks>
/// Each method is told whether some value may not be there at all, and returns the rows that are left, one bit each: where there is no value, or one of a form that it does not read. Their columns may hold anything.
/// Places are those that <see cref="MessagePackMaps"/> finds; the caller vouches that a column has a value for each of them, of 8 bytes but for bools.
/// </remarks>
public static unsafe class MessagePackColumns
{
    private const ulong NotFinite = 0x7FF0_0000_0000_0000;
    private const long Second = 1_000_000;
    private const ulong MaxNanoseconds = 999_999_999;
    private const int Timestamp8 = 0xFF00 | T.FixExt8; // type −1 behind the token
    private const int Timestamp4 = 0xFF00 | T.FixExt4;

    /// <summary>Doubles, and whole numbers as doubles.</summary>
    public static ulong ReadFloat64(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column, bool mayLack)
    {
        ulong left = 0;

        // Safe: pinned; what is read at a place lies within Room of a record's key, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            double* value = (double*)column;
            ulong others = 0;
            for (int row = 0; row < count; row++, place += stride)
            {
                // A number that is not finite has all bits of the exponent, so that one more carries into the sign.
                // Safe: as above.
                byte* p = text + *place;
                ulong bits = Word(p + 1);
                value[row] = BitConverter.UInt64BitsToDouble(bits);
                others |= (ulong)((uint)*p ^ T.Float64) | (((bits & NotFinite) + (1UL << 52)) & (1UL << 63));
            }

            place = first;
            for (int row = 0; others != 0 && row < count; row++, place += stride)
            {
                // Safe: as above.
                byte* p = text + *place;
                if (*p != T.Float64)
                {
                    left |= (TryWhole(p, out long whole) ? 0 : 1UL) << row;
                    value[row] = whole;
                }
                else
                {
                    left |= (double.IsFinite(value[row]) ? 0 : 1UL) << row;
                }
            }
        }

        return left | (mayLack ? Missing(places) : 0);
    }

    /// <summary>Whole numbers of every length.</summary>
    public static ulong ReadInt64(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column, bool mayLack)
    {
        ulong left = 0;

        // Safe: pinned; what is read at a place lies within Room of a record's key, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            long* value = (long*)column;

            // As if all were of one byte, without a branch on which are.
            ulong others = 0;
            for (int row = 0; row < count; row++, place += stride)
            {
                // Safe: as above.
                ulong token = text[*place];
                value[row] = (long)token;
                others |= (token >> 7) << row;
            }

            for (; others != 0; others &= others - 1)
            {
                // Safe: as above.
                int row = BitOperations.TrailingZeroCount(others);
                left |= (TryWhole(text + first[row * stride], out value[row]) ? 0 : 1UL) << row;
            }
        }

        return left | (mayLack ? Missing(places) : 0);
    }

    /// <summary>Texts of up to 255 bytes: offset and length, as the halves of a word.</summary>
    public static ulong ReadText(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column, bool mayLack)
    {
        ulong left = 0;

        // Safe: pinned; what is read at a place lies within Room of a record's key, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            long* value = (long*)column;
            for (int row = 0; row < count; row++, place += stride)
            {
                // Safe: as above.
                int at = *place;
                int token = text[at];
                if ((token & 0xE0) == 0xA0)
                {
                    value[row] = (uint)(at + 1) | ((long)(token & 0x1F) << 32);
                }
                else if (token == T.Str8)
                {
                    value[row] = (uint)(at + 2) | ((long)text[at + 1] << 32);
                }
                else
                {
                    left |= 1UL << row;
                }
            }
        }

        return left | (mayLack ? Missing(places) : 0);
    }

    /// <summary>Microseconds of the timestamp extension, in its forms of 4 and 8 bytes.</summary>
    public static ulong ReadInstants(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column, bool mayLack)
    {
        ulong left = 0;

        // Safe: pinned; what is read at a place lies within Room of a record's key, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            long* value = (long*)column;
            for (int row = 0; row < count; row++, place += stride)
            {
                // Safe: as above.
                byte* p = text + *place;
                int form = *p | (p[1] << 8);
                ulong data = Word(p + 2);
                if (form == Timestamp8)
                {
                    ulong nanoseconds = data >> 34;
                    value[row] = ((long)(data & 0x3_FFFF_FFFF) * Second) + (long)(nanoseconds / 1000);
                    left |= (nanoseconds > MaxNanoseconds ? 1UL : 0) << row;
                }
                else if (form == Timestamp4)
                {
                    value[row] = (long)(data >> 32) * Second;
                }
                else
                {
                    left |= 1UL << row;
                }
            }
        }

        return left | (mayLack ? Missing(places) : 0);
    }

    /// <summary>True and false.</summary>
    public static ulong ReadBools(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column, bool mayLack)
    {
        ulong left = 0;
        for (int row = 0; row < places.Count; row++)
        {
            // Safe: as above; a byte for each row.
            int form = bytes[places[row]] - T.False;
            ((byte*)column)[row] = (byte)(form & 1);
            left |= ((uint)form > 1 ? 1UL : 0) << row;
        }

        return left | (mayLack ? Missing(places) : 0);
    }

    /// <summary>A whole number that fits, in any of its forms, without a branch on which one it is.</summary>
    private static bool TryWhole(byte* p, out long value)
    {
        // A number of its own token is read from there and has eight bits, signed. Others stand behind it, and have 8 << n bits by its last two; signed from 0xD0 on.
        int token = *p;
        int isShort = (-33 - (sbyte)token) >> 31; // all ones: −32 to 127
        ulong data = Word(p + 1 + isShort);
        int shift = 64 - (8 << (token & 3 & ~isShort));
        long isSigned = isShort | -((token >> 4) & 1);
        value = ((long)data >> shift) & ((long)(ulong.MaxValue >> shift) | isSigned);
        return (isShort | (T.UInt8 - 1 - token & token - T.Int64 - 1) >> 31) != 0 && (token != T.UInt64 || value >= 0);
    }

    private static ulong Missing(MessagePackPlaces places)
    {
        ulong missing = 0;
        for (int row = 0; row < places.Count; row++)
        {
            missing |= (places[row] == 0 ? 1UL : 0) << row;
        }

        return missing;
    }

    private static ulong Word(byte* p)
    {
        // Safe: as above.
        ulong word = *(ulong*)p;
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }
}
