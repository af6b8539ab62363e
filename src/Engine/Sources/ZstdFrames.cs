using System;
using System.Buffers.Binary;

namespace DataStream.Sources;

/// <summary>
/// Walks over Zstandard's frames (RFC 8878, 3.1) by their headers and blocks, and so knows where each ends and what memory it asks for before
/// the decoder sees it. What is none is walked over whole: the decoder says what is wrong.
/// </summary>
internal sealed class ZstdFrames
{
    private const int Magic = 4;
    private const int SkippableHeader = 8;
    private const int BlockHeader = 3;
    private const int Checksum = 4;

    private long _left; // of what needs no look
    private bool _isInside;
    private bool _hasLastBlock;
    private bool _hasChecksum;

    /// <summary>Bytes of the window of the frame that was begun last; 0 for one to skip.</summary>
    public long Window { get; private set; }

    /// <summary>How many of the bytes, which follow those walked over before, belong to the frame that is under way, or to one that begins with them; 0 where more must be there to tell.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="isAll">Nothing follows them.</param>
    public int Walk(ReadOnlySpan<byte> bytes, bool isAll)
    {
        int at = 0;
        while (true)
        {
            int whole = (int)Math.Min(_left, bytes.Length - at);
            (at, _left) = (at + whole, _left - whole);
            if (at == bytes.Length || (_left == 0 && at > 0 && (!_isInside || _hasLastBlock)))
            {
                _isInside &= _left > 0 || !_hasLastBlock;
                return at;
            }

            if (!(_isInside ? TryBlock(bytes[at..]) : TryFrame(bytes)))
            {
                return at > 0 || !isAll ? at : bytes.Length; // a cut-off header is the decoder's to judge
            }
        }
    }

    /// <summary>The length of a frame's header, and its window; false where not all of it is there.</summary>
    internal static bool TryHeader(ReadOnlySpan<byte> bytes, out int length, out long window)
    {
        (length, window) = (0, 0);
        if (bytes.Length <= Magic)
        {
            return false;
        }

        byte descriptor = bytes[Magic];
        bool isSingle = (descriptor & 0x20) != 0;
        int dictionary = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int size = descriptor >> 6 == 0 && !isSingle ? 0 : 1 << (descriptor >> 6);
        length = Magic + 1 + (isSingle ? 0 : 1) + dictionary + size;
        if (bytes.Length < length)
        {
            return false;
        }

        // A frame in one segment has no window of its own: it is as large as its content.
        window = isSingle ? ContentSize(bytes[(length - size)..length]) : Described(bytes[Magic + 1]);
        return true;
    }

    private bool TryFrame(ReadOnlySpan<byte> bytes)
    {
        uint magic = bytes.Length < Magic ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bool isSkippable = magic is >= 0x184D2A50 and <= 0x184D2A5F;
        if (bytes.Length < (isSkippable ? SkippableHeader : Magic))
        {
            return false;
        }

        if (isSkippable || magic != 0xFD2FB528)
        {
            (Window, _isInside, _hasLastBlock) = (0, true, true);
            _left = isSkippable ? SkippableHeader + BinaryPrimitives.ReadUInt32LittleEndian(bytes[Magic..]) : long.MaxValue;
            return true;
        }

        if (!TryHeader(bytes, out int length, out long window))
        {
            return false;
        }

        (Window, _left, _isInside, _hasLastBlock, _hasChecksum) = (window, length, true, false, (bytes[Magic] & 4) != 0);
        return true;
    }

    private bool TryBlock(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BlockHeader)
        {
            return false;
        }

        int header = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        _hasLastBlock = (header & 1) != 0;
        bool isRun = ((header >> 1) & 3) == 1; // one byte, many times
        _left = BlockHeader + (isRun ? 1 : header >> 3) + (_hasLastBlock && _hasChecksum ? Checksum : 0);
        return true;
    }

    /// <summary>Five bits of exponent, three of mantissa.</summary>
    private static long Described(byte window)
    {
        long whole = 1L << (10 + (window >> 3));
        return whole + (whole / 8 * (window & 7));
    }

    private static long ContentSize(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes) + 256,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue),
    };
}
