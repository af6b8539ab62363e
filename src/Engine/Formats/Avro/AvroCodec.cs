using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.IO.Hashing;
using Snappier;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace DataStream.Formats.Avro;

/// <summary>Compresses and inflates blocks: <c>null</c>, <c>deflate</c> (RFC 1951), <c>zstandard</c>, and <c>snappy</c> with the big-endian CRC-32 of what was compressed behind it.</summary>
/// <remarks>On readers and writers, not on lanes: it allocates a little for each block.</remarks>
internal static class AvroCodec
{
    /// <summary>The most bytes of a block, compressed or not. A longer one is damaged, or made to take memory.</summary>
    public const int MaxBlock = 64 << 20;

    private const int ZstdLevel = 3;
    private const int MaxWindow = 26; // the logarithm of the most bytes that a zstandard frame may look back
    private const int Step = 64 * 1024;

    public static bool IsKnown(string codec) => codec is "null" or "deflate" or "zstandard" or "snappy";

    /// <summary>Inflates a block behind what the buffer holds; false when it is damaged or longer than <see cref="MaxBlock"/>.</summary>
    public static bool TryInflate(string codec, ReadOnlySpan<byte> block, AvroBuffer target)
    {
        if (codec == "snappy")
        {
            return TryInflateSnappy(block, target);
        }

        byte[] copy = block.ToArray();
        try
        {
            using var source = new MemoryStream(copy);
            using Stream stream = codec == "deflate" ? new DeflateStream(source, CompressionMode.Decompress) : Zstd(source);
            return TryReadAll(stream, target);
        }
        catch (Exception damage) when (damage is InvalidDataException or ZstdException or EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>The block compressed.</summary>
    public static byte[] Compress(string codec, ReadOnlySpan<byte> block)
    {
        switch (codec)
        {
            case "deflate":
                using (var target = new MemoryStream())
                {
                    using (var stream = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        stream.Write(block);
                    }

                    return target.ToArray();
                }

            case "zstandard":
                using (var compressor = new Compressor(ZstdLevel))
                {
                    return compressor.Wrap(block).ToArray();
                }

            case "snappy":
                byte[] packed = Snappy.CompressToArray(block);
                byte[] framed = new byte[packed.Length + sizeof(uint)];
                packed.CopyTo(framed, 0);
                BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(packed.Length), Crc32.HashToUInt32(block));
                return framed;
            default:
                return block.ToArray();
        }
    }

    private static DecompressionStream Zstd(Stream source)
    {
        var stream = new DecompressionStream(source);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindow);
        return stream;
    }

    private static bool TryReadAll(Stream stream, AvroBuffer target)
    {
        int before = target.Length;
        while (true)
        {
            int read = stream.Read(target.Reserve(Step)[..Step]);
            if (read == 0)
            {
                return true;
            }

            target.Commit(read);
            if (target.Length - before > MaxBlock)
            {
                return false;
            }
        }
    }

    private static bool TryInflateSnappy(ReadOnlySpan<byte> block, AvroBuffer target)
    {
        if (block.Length < sizeof(uint))
        {
            return false;
        }

        ReadOnlySpan<byte> packed = block[..^sizeof(uint)];
        try
        {
            // A stretch of three bytes makes at most 64.
            int length = Snappy.GetUncompressedLength(packed);
            if (length < 0 || length > MaxBlock || length > 64L * packed.Length)
            {
                return false;
            }

            int written = Snappy.Decompress(packed, target.Reserve(length)[..length]);
            bool isWhole = written == length && Crc32.HashToUInt32(target.Reserve(length)[..length]) == BinaryPrimitives.ReadUInt32BigEndian(block[^sizeof(uint)..]);
            target.Commit(isWhole ? length : 0);
            return isWhole;
        }
        catch (Exception damage) when (damage is InvalidDataException or ArgumentException)
        {
            return false;
        }
    }
}
