using System;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>Reads values of one field that are known to have the same token (<see cref="MessagePackShape.Forms"/>): nothing of it is looked at again.</summary>
/// <remarks>As <see cref="MessagePackColumns"/>: up to 64 rows, and the rows that are left, one bit each. The caller vouches for the tokens.</remarks>
public static unsafe class MessagePackEven
{
    private const ulong NotFinite = 0x7FF0_0000_0000_0000;
    private const ulong Second = 1_000_000;
    private const ulong MaxNanoseconds = 999_999_999;
    private const int SecondBits = 34;

    // Of 32 bits: n * 274877907 >> 38 is n / 1000.
    private const ulong Thousandth = 274_877_907;
    private const int ThousandthShift = 38;

    /// <summary>The form of the timestamp extension with 8 bytes.</summary>
    public const int Timestamp8 = 0xFF00 | T.FixExt8;

    /// <summary>The form of whole numbers of one byte, from 0 on.</summary>
    public const int Small = 0;

    /// <summary>The form is that of a text with its length in the token.</summary>
    public static bool IsShortText(int form) => (form & ~0x1F) == 0xA0;

    /// <summary>Doubles of 8 bytes.</summary>
    public static ulong ReadFloat64(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column)
    {
        // Safe: the caller vouches for the column.
        ulong* value = (ulong*)column;
        int count = places.Count;
        Copy(bytes, places, value, 1);
        int row = 0;
        Vector256<ulong> exponents = Vector256.Create(NotFinite);
        Vector256<ulong> wrong = Vector256<ulong>.Zero;
        ulong others = 0;

        // Safe: the caller vouches for the column.
        for (; row <= count - Vector256<ulong>.Count; row += Vector256<ulong>.Count)
        {
            wrong |= Vector256.Equals(Vector256.Load(value + row) & exponents, exponents);
        }

        for (; row < count; row++)
        {
            others |= (value[row] & NotFinite) == NotFinite ? 1UL : 0;
        }

        ulong left = 0;
        for (row = 0; (wrong != Vector256<ulong>.Zero || others != 0) && row < count; row++)
        {
            left |= ((value[row] & NotFinite) == NotFinite ? 1UL : 0) << row;
        }

        return left;
    }

    /// <summary>Microseconds of the timestamp extension with 8 bytes.</summary>
    public static ulong ReadInstants(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column)
    {
        // Safe: the caller vouches for the column.
        ulong* value = (ulong*)column;
        int count = places.Count;
        Copy(bytes, places, value, 2);
        ulong left = 0;
        int row = 0;

        // Safe: the caller vouches for the column.
        for (; row <= count - Vector256<ulong>.Count; row += Vector256<ulong>.Count)
        {
            Vector256<ulong> data = Vector256.Load(value + row);
            Vector256<ulong> nanoseconds = data >> SecondBits;
            left |= (ulong)Vector256.GreaterThan(nanoseconds.AsInt64(), Vector256.Create((long)MaxNanoseconds)).ExtractMostSignificantBits() << row;
            Vector256<ulong> seconds = data & Vector256.Create((1UL << SecondBits) - 1);
            Vector256.Store((seconds * Second) + ((nanoseconds * Thousandth) >> ThousandthShift), value + row);
        }

        for (; row < count; row++)
        {
            ulong nanoseconds = value[row] >> SecondBits;
            left |= (nanoseconds > MaxNanoseconds ? 1UL : 0) << row;
            value[row] = ((value[row] & ((1UL << SecondBits) - 1)) * Second) + (nanoseconds / 1000);
        }

        return left;
    }

    /// <summary>Texts whose token says the length: offset and length, as the halves of a word.</summary>
    public static ulong ReadText(MessagePackPlaces places, nint column, int form)
    {
        // Safe: the caller vouches for the column; places are those of its rows.
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            long* value = (long*)column;
            long length = (long)(form & 0x1F) << 32;
            for (int row = 0; row < count; row++, place += stride)
            {
                value[row] = (uint)(*place + 1) | length;
            }
        }

        return 0;
    }

    /// <summary>Whole numbers of one byte.</summary>
    public static ulong ReadSmall(ReadOnlySpan<byte> bytes, MessagePackPlaces places, nint column)
    {
        // Safe: pinned; places lie in the bytes, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            long* value = (long*)column;
            for (int row = 0; row < count; row++, place += stride)
            {
                value[row] = text[*place];
            }
        }

        return 0;
    }

    /// <summary>Eight bytes of each value, highest first.</summary>
    private static void Copy(ReadOnlySpan<byte> bytes, MessagePackPlaces places, ulong* value, int distance)
    {
        // Safe: pinned; what is read at a place lies within Room of a record's key, and the caller vouches for the column.
        fixed (byte* text = bytes)
        fixed (int* first = &places.First)
        {
            byte* data = text + distance;
            int* place = first;
            int count = places.Count;
            nint stride = places.Stride;
            for (int row = 0; row < count; row++, place += stride)
            {
                // Safe: as above.
                ulong word = *(ulong*)(data + *place);
                value[row] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
            }
        }
    }
}
