using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using K = DataStream.Kernels.PackedStepKind;

namespace DataStream.Kernels;

/// <summary>Single values of packed records. Whoever calls has at least <see cref="PackedRecords.Room"/> readable bytes.</summary>
internal static class PackedValues
{
    /// <summary>The bits of eight bytes that say that a number goes on.</summary>
    internal const ulong Continued = 0x8080_8080_8080_8080;

    private const long Millisecond = 1_000;
    private const long Day = 86_400_000_000;

    /// <summary>
    /// Goes by the length of a text. Whether the text ends before the records do is left to the look at the limit before the next step: where addresses are wide, nothing
    /// that is added to one here goes around.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per text
    internal static unsafe bool TryTextLength(ref byte* p, byte* end, out nint length)
    {
        // Safe: the caller has looked at the limit.
        uint size = *p++;
        if (size >= 0x80)
        {
            ulong word = (Word(p - 1) & 0xFFFF_FFFF) | 0x8080_8080_0000_0000;
            ulong stop = ~word & Continued;
            p += BitOperations.TrailingZeroCount(stop) >> 3;
            size = stop == 0 ? 1 : (uint)Join(word & (stop ^ (stop - 1)));
        }

        length = (nint)BitOperations.RotateRight(size, 1); // what is below zero ends behind anything
        return Reaches(length, p, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool Reaches(nint length, byte* p, byte* end) => sizeof(nint) == sizeof(long) || (length >= 0 && length <= end - p);

    /// <summary>A number of at most eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per number
    internal static unsafe bool TryNumber(ref byte* p, out long value)
    {
        // Safe: the caller has looked at the limit.
        ulong bits = *p;
        if (bits < 0x80)
        {
            p++;
        }
        else
        {
            ulong word = Word(p);
            ulong stop = ~word & Continued;
            if (stop == 0)
            {
                value = 0;
                return false;
            }

            p += (BitOperations.TrailingZeroCount(stop) >> 3) + 1;
            bits = Join(word & (stop ^ (stop - 1)));
        }

        value = (long)(bits >> 1) ^ -(long)(bits & 1);
        return true;
    }

    /// <summary>A number of nine or ten bytes, the last of which has one bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe bool TryLongNumber(ref byte* p, out long value)
    {
        bool isOfTen = p[8] >= 0x80;
        ulong bits = Join(Word(p)) | ((ulong)(p[8] & 0x7F) << 56) | (isOfTen ? (ulong)p[9] << 63 : 0);
        bool isSound = !isOfTen || p[9] <= 1;
        value = (long)(bits >> 1) ^ -(long)(bits & 1);
        p += isOfTen ? 10 : 9;
        return isSound;
    }

    /// <summary>Microseconds; false outside the years 1 to 9999.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryInstant(K kind, ref long value)
    {
        // The ranges are constants: nothing is divided.
        (long factor, bool fits) = kind switch
        {
            K.ReadMilliseconds => (Millisecond, value is >= Timestamps.Min / Millisecond and <= Timestamps.Max / Millisecond),
            K.ReadMicroseconds => (1, value is >= Timestamps.Min and <= Timestamps.Max),
            _ => (Day, value is >= Timestamps.Min / Day and <= Timestamps.Max / Day),
        };
        value *= factor;
        return fits;
    }

    /// <summary>The sevens of bits of eight bytes, lowest first: pushed together by pairs, fours and eights, without a look at each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(ulong word)
    {
        // Safe: instructions on values, used only where the machine has them. By multiplication: fewer than shifts, and pext is slow on some machines.
        if (Ssse3.IsSupported)
        {
            Vector128<sbyte> sevens = Vector128.CreateScalar(word & ~Continued).AsSByte();
            Vector128<short> pairs = Ssse3.MultiplyAddAdjacent(Vector128.Create((ushort)0x8001).AsByte(), sevens);
            ulong fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x4000_0001).AsInt16()).AsUInt64().ToScalar();
            return (uint)fours | (fours >> 32 << 28);
        }

        word = (word & 0x007F_007F_007F_007F) | ((word & 0x7F00_7F00_7F00_7F00) >> 1);
        word = (word & 0x0000_3FFF_0000_3FFF) | ((word & 0x3FFF_0000_3FFF_0000) >> 2);
        return (word & 0x0FFF_FFFF) | ((word & 0x0FFF_FFFF_0000_0000) >> 4);
    }

    /// <summary>A step further on; records' steps have an end, and numbers of steps to leave out stay before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref PackedStep Next(ref PackedStep step, int count) =>
        // Safe: see above.
        ref Unsafe.Add(ref step, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CountTo(ref PackedStep first, ref PackedStep step) =>
        // Safe: both are of one record's steps.
        (int)(Unsafe.ByteOffset(ref first, ref step) / Unsafe.SizeOf<PackedStep>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Put(nint column, nint row, long value) =>
        // Safe: who asks for rows vouches that the columns have them.
        ((long*)column)[row] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void PutByte(nint column, nint row, byte value) =>
        // Safe: as above.
        ((byte*)column)[row] = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe ulong Word(byte* place)
    {
        // Safe: the caller has looked at the limit.
        ulong word = Unsafe.ReadUnaligned<ulong>(place);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
