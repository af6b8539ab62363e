using System;
using System.Buffers.Binary;

namespace DataStream.Formats;

/// <summary>A message's headers as bytes: name and value one after the other, each behind its length in four bytes; −1: no value.</summary>
public static class MessageHeaders
{
    private const int LengthBytes = 4;

    /// <summary>Bytes that a header takes.</summary>
    public static int SizeOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => (2 * LengthBytes) + name.Length + value.Length;

    /// <summary>Writes a header and gives the bytes that it took; <paramref name="hasValue"/> false: without one.</summary>
    public static int Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue, Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, name.Length);
        name.CopyTo(target[LengthBytes..]);
        target = target[(LengthBytes + name.Length)..];
        BinaryPrimitives.WriteInt32LittleEndian(target, hasValue ? value.Length : -1);
        value.CopyTo(target[LengthBytes..]);
        return SizeOf(name, value);
    }

    /// <summary>Takes the first header off; false where there is none.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        name = value = default;
        hasValue = false;
        if (headers.IsEmpty)
        {
            return false;
        }

        name = headers.Slice(LengthBytes, BinaryPrimitives.ReadInt32LittleEndian(headers));
        headers = headers[(LengthBytes + name.Length)..];
        int length = BinaryPrimitives.ReadInt32LittleEndian(headers);
        hasValue = length >= 0;
        value = headers.Slice(LengthBytes, Math.Max(0, length));
        headers = headers[(LengthBytes + value.Length)..];
        return true;
    }

    /// <summary>Where the value of the last header of this name lies, or −1 where there is none.</summary>
    public static int Find(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name, out int length)
    {
        int found = -1;
        length = 0;
        int whole = headers.Length;
        while (TryRead(ref headers, out ReadOnlySpan<byte> each, out ReadOnlySpan<byte> value, out bool hasValue))
        {
            if (each.SequenceEqual(name))
            {
                found = hasValue ? whole - headers.Length - value.Length : -1;
                length = value.Length;
            }
        }

        return found;
    }
}
