using System;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Knows a tar or zip archive by its first bytes as they pass: an archive of files is no file of records.</summary>
internal sealed class ArchiveCheck
{
    private const int TarBlock = 512;
    private const int TarChecksum = 148;
    private const int TarMagic = 257;

    private readonly byte[] _head = new byte[TarBlock];
    private int _length;
    private bool _zipIsSettled;

    /// <summary>A new part begins.</summary>
    public void Begin()
    {
        _length = 0;
        _zipIsSettled = false;
    }

    /// <summary>Looks at the next bytes of the part.</summary>
    /// <exception cref="StopException">It is an archive: 65 with its name.</exception>
    public void Look(ReadOnlySpan<byte> bytes, string name)
    {
        if (_length == TarBlock)
        {
            return;
        }

        ReadOnlySpan<byte> next = bytes[..Math.Min(bytes.Length, TarBlock - _length)];
        next.CopyTo(_head.AsSpan(_length));
        _length += next.Length;
        if (!_zipIsSettled && _length >= 4)
        {
            _zipIsSettled = true;
            ReadOnlySpan<byte> mark = _head.AsSpan(0, 4);
            if (mark.SequenceEqual("PK\u0003\u0004"u8) || mark.SequenceEqual("PK\u0005\u0006"u8) || mark.SequenceEqual("PK\u0007\u0008"u8))
            {
                throw Refuse(name, "zip");
            }
        }

        if (_length == TarBlock && IsTar(_head))
        {
            throw Refuse(name, "tar");
        }
    }

    // The POSIX magic, or the checksum alone (version 7): the sum of the header's bytes with spaces in the checksum's place.
    private static bool IsTar(ReadOnlySpan<byte> block)
    {
        if (block[TarMagic..].StartsWith("ustar"u8))
        {
            return true;
        }

        int sum = 0;
        for (int i = 0; i < TarBlock; i++)
        {
            sum += i is >= TarChecksum and < TarChecksum + 8 ? ' ' : block[i];
        }

        int stated = 0;
        int digits = 0;
        foreach (byte b in block.Slice(TarChecksum, 8).TrimStart((byte)' '))
        {
            if (b is < (byte)'0' or > (byte)'7')
            {
                break;
            }

            stated = (stated * 8) + (b - '0');
            digits++;
        }

        return digits >= 4 && stated == sum;
    }

    private static StopException Refuse(string name, string kind) =>
        new(ExitCode.BadData, $"'{name}' is a {kind} archive, not a file of records: unpack it, and give the files in it");
}
