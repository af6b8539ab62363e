using System;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace DataStream.Kafka.Changelogs;

/// <summary>What ends the pages of a commit: where the input goes on, and what tells whether the pages that are found are those that were meant.</summary>
/// <remarks>On the wire: a version, a CRC-32 of what follows, offset, event time, digest, length of the directory, fingerprint as UTF-8; little-endian.</remarks>
/// <param name="Offset">The next offset of the input.</param>
/// <param name="Time">The highest event time.</param>
/// <param name="Digest">Of all pages, in order.</param>
/// <param name="Directory">Bytes of the list of parts.</param>
/// <param name="Fingerprint">Of the module's settings.</param>
internal sealed record ChangelogMark(long Offset, long Time, ulong Digest, int Directory, string Fingerprint)
{
    private const byte Version = 1;
    private const int Head = 5;
    private const int Fixed = Head + 8 + 8 + 8 + 4;

    public byte[] Write()
    {
        byte[] bytes = new byte[Fixed + Encoding.UTF8.GetByteCount(Fingerprint)];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Head), Offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Head + 8), Time);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Head + 16), Digest);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Head + 24), Directory);
        Encoding.UTF8.GetBytes(Fingerprint, bytes.AsSpan(Fixed));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), Crc32.HashToUInt32(bytes.AsSpan(Head)));
        return bytes;
    }

    /// <summary>Reads a mark; when null, the error says what is wrong.</summary>
    public static ChangelogMark? Read(ReadOnlySpan<byte> bytes, out string error)
    {
        error = bytes.Length < Fixed ? $"its mark has {bytes.Length} bytes"
            : bytes[0] != Version ? $"its form is version {bytes[0]}, and this program knows version {Version}"
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[1..]) != Crc32.HashToUInt32(bytes[Head..]) ? "the checksum of its mark is wrong" : "";
        return error.Length > 0 ? null : new ChangelogMark(BinaryPrimitives.ReadInt64LittleEndian(bytes[Head..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[(Head + 8)..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[(Head + 16)..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[(Head + 24)..]), Encoding.UTF8.GetString(bytes[Fixed..]));
    }
}
