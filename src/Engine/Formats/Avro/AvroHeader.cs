using System;
using System.Text;

namespace DataStream.Formats.Avro;

/// <summary>The beginning of an object container file.</summary>
/// <param name="Schema">The writer's schema, JSON.</param>
/// <param name="Codec">How its blocks are compressed.</param>
/// <param name="Marker">The 16 bytes behind every block.</param>
internal sealed record AvroHeader(byte[] Schema, string Codec, byte[] Marker)
{
    public const int MarkerLength = 16;

    /// <summary>The most bytes it may have.</summary>
    public const int MaxLength = 16 << 20;

    /// <summary>What a container file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "Obj\x01"u8;

    /// <summary>Reads it from behind the magic bytes on; null, with the cursor's fault, when it is not there.</summary>
    public static AvroHeader? Read(ref AvroCursor cursor)
    {
        byte[]? schema = null;
        string codec = "null";
        while (cursor.TryBlock(out long entries, out _))
        {
            if (entries == 0)
            {
                int at = cursor.At;
                return !cursor.TrySkip(MarkerLength) || (schema is null && !cursor.Fail()) ? null : new AvroHeader(schema!, codec, cursor.Bytes.Slice(at, MarkerLength).ToArray());
            }

            for (; entries > 0; entries--)
            {
                if (!TryText(ref cursor, out ReadOnlySpan<byte> key) || !TryText(ref cursor, out ReadOnlySpan<byte> value))
                {
                    return null;
                }

                if (key.SequenceEqual("avro.schema"u8))
                {
                    schema = value.ToArray();
                }
                else if (key.SequenceEqual("avro.codec"u8))
                {
                    codec = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 40)]);
                }
            }
        }

        return null;
    }

    private static bool TryText(ref AvroCursor cursor, out ReadOnlySpan<byte> text)
    {
        bool isThere = cursor.TryLength(out int length);
        text = isThere ? cursor.Bytes.Slice(cursor.At, length) : default;
        cursor.At += text.Length;
        return isThere;
    }
}
