using System;
using System.Buffers.Binary;

namespace DataStream.Formats.Avro;

/// <summary>Decimals as text: whole numbers of any length in two's complement, highest byte first, with a scale.</summary>
/// <remarks>Lane thread; nothing is allocated. Schemas name precisions far beyond 38 digits (BigQuery's BIGNUMERIC has 77), so the length is bounded, not the type.</remarks>
internal static class AvroDecimal
{
    /// <summary>The most bytes of a number, 2,466 digits.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The most digits behind the point.</summary>
    public const int MaxScale = 2500;

    private const uint Billion = 1_000_000_000; // digits are taken off nine at a time
    private const int BillionDigits = 9;

    /// <summary>Whether a number can be written.</summary>
    public static bool IsWritable(ReadOnlySpan<byte> bytes, int scale) => bytes.Length <= MaxBytes && scale <= MaxScale;

    /// <summary>Writes the digits with a point, at least one before it and as many behind it as the scale says; false when there is no room.</summary>
    /// <param name="bytes">The number; <see cref="IsWritable"/>.</param>
    /// <param name="scale">Its digits behind the point.</param>
    /// <param name="room">Where it goes.</param>
    /// <param name="written">How long it is.</param>
    public static bool TryWrite(ReadOnlySpan<byte> bytes, int scale, Span<byte> room, out int written)
    {
        Span<uint> words = stackalloc uint[(MaxBytes / sizeof(uint)) + 1];
        bool isNegative = bytes.Length > 0 && bytes[0] >= 0x80;
        int length = Magnitude(bytes, isNegative, words);
        Span<byte> digits = stackalloc byte[MaxScale + (MaxBytes * 3) + BillionDigits];
        int at = digits.Length;
        while (length > 0)
        {
            uint rest = DivideByBillion(words[..length]);
            for (int i = 0; i < BillionDigits; i++)
            {
                digits[--at] = (byte)('0' + (rest % 10));
                rest /= 10;
            }

            length -= words[length - 1] == 0 ? 1 : 0;
        }

        while (at < digits.Length && digits[at] == '0')
        {
            at++;
        }

        while (digits.Length - at <= scale)
        {
            digits[--at] = (byte)'0';
        }

        ReadOnlySpan<byte> all = digits[at..];
        written = all.Length + (isNegative ? 1 : 0) + (scale > 0 ? 1 : 0);
        if (room.Length < written)
        {
            return false;
        }

        int whole = all.Length - scale;
        room[0] = (byte)'-';
        room = room[(isNegative ? 1 : 0)..];
        all[..whole].CopyTo(room);
        if (scale > 0)
        {
            room[whole] = (byte)'.';
            all[whole..].CopyTo(room[(whole + 1)..]);
        }

        return true;
    }

    /// <summary>The number without its sign in words, lowest first.</summary>
    private static int Magnitude(ReadOnlySpan<byte> bytes, bool isNegative, Span<uint> words)
    {
        int count = (bytes.Length + sizeof(uint) - 1) / sizeof(uint);
        Span<byte> word = stackalloc byte[sizeof(uint)];
        ulong carry = isNegative ? 1u : 0u;
        for (int i = 0; i < count; i++)
        {
            int end = bytes.Length - (i * sizeof(uint));
            int start = Math.Max(0, end - sizeof(uint));
            word.Fill(isNegative ? (byte)0xFF : (byte)0);
            bytes[start..end].CopyTo(word[(sizeof(uint) - (end - start))..]);
            uint value = BinaryPrimitives.ReadUInt32BigEndian(word);
            ulong sum = (isNegative ? ~value : value) + carry;
            words[i] = (uint)sum;
            carry = sum >> 32;
        }

        while (count > 0 && words[count - 1] == 0)
        {
            count--;
        }

        return count;
    }

    private static uint DivideByBillion(Span<uint> words)
    {
        ulong rest = 0;
        for (int i = words.Length - 1; i >= 0; i--)
        {
            ulong part = (rest << 32) | words[i];
            words[i] = (uint)(part / Billion);
            rest = part % Billion;
        }

        return (uint)rest;
    }
}
