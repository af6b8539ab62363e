using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.IO.Hashing;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Gzip (RFC 1952): members one after the other, each with its checksum; zeros behind the last one are padding.</summary>
/// <remarks>
/// The class library's GZipStream ends quietly where a file is cut off, so members are walked here and only their deflated
/// data is left to the library. It does not tell where that ends within the last piece it was given: the trailer is known
/// in advance (checksum and size of what came out) and is looked for in that piece.
/// </remarks>
internal sealed class GzipInput(ByteInput inner, string name, Interruption interruption) : ByteInput
{
    private const int BufferSize = 128 * 1024;
    private const int TrailerSize = 8;
    private const int PieceSize = 8 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];

    // What came out last. Of damaged data the library gives up the whole piece that it was asked for: with pieces of its own, what
    // a file gives does not depend on how much its reader asks for.
    private readonly byte[] _piece = new byte[PieceSize];
    private readonly Crc32 _checksum = new();
    private DeflateStream? _member;
    private Feed? _feed;
    private uint _size;
    private int _start;
    private int _end;
    private bool _innerEnded;
    private bool _any;
    private int _pieceStart;
    private int _pieceEnd;

    public override long Taken => inner.Taken;

    public override bool IsReady => _pieceStart < _pieceEnd || _pieceEnd == PieceSize || _start < _end || _innerEnded || inner.IsReady;

    public override int Read(Span<byte> buffer)
    {
        if (_pieceStart == _pieceEnd && !Refill())
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, _pieceEnd - _pieceStart);
        _piece.AsSpan(_pieceStart, count).CopyTo(buffer);
        _pieceStart += count;
        return count;
    }

    public override void Dispose()
    {
        _member?.Dispose();
        inner.Dispose();
    }

    /// <summary>The next piece; false at the end, or when interrupted.</summary>
    private bool Refill()
    {
        (_pieceStart, _pieceEnd) = (0, 0);
        while (_member is not null || NextMember())
        {
            _pieceEnd = Inflate();
            if (_pieceEnd > 0)
            {
                _checksum.Append(_piece.AsSpan(0, _pieceEnd));
                _size += (uint)_pieceEnd;
                return true;
            }

            if (_feed!.Starved)
            {
                return interruption.IsRequested ? false : throw CutOff();
            }

            if (!EndMember())
            {
                return false;
            }
        }

        return false;
    }

    private int Inflate()
    {
        try
        {
            return _member!.Read(_piece);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw InputOutputFault.Of("read", name, "its compressed data is damaged");
        }
    }

    // False at the end of the input.
    private bool NextMember()
    {
        while (_any && Has(1) && _buffer[_start] == 0)
        {
            _start++;
        }

        if (!Has(1))
        {
            return false;
        }

        if (!Has(2) || _buffer[_start] != 0x1F || _buffer[_start + 1] != 0x8B)
        {
            return interruption.IsRequested ? false
                : throw InputOutputFault.Of("read", name, _any ? "behind its compressed data there are other bytes" : "its name ends in .gz, but it is not compressed with gzip");
        }

        if (!SkipHeader())
        {
            return interruption.IsRequested ? false : throw CutOff();
        }

        _any = true;
        _size = 0;
        _checksum.Reset();
        _feed = new Feed(this);
        _member = new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        return true;
    }

    private bool SkipHeader()
    {
        if (!Has(10))
        {
            return false;
        }

        int flags = _buffer[_start + 3];
        if (_buffer[_start + 2] != 8 || (flags & 0xE0) != 0)
        {
            throw InputOutputFault.Of("read", name, "it is compressed in a way that gzip does not know");
        }

        _start += 10;
        bool ok = true;
        if ((flags & 4) != 0) // extra field: length and bytes
        {
            ok = Has(2);
            int length = ok ? BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_start)) : 0;
            ok = ok && Has(2 + length);
            _start += ok ? 2 + length : 0;
        }

        ok = ok && ((flags & 8) == 0 || SkipText()); // file name
        ok = ok && ((flags & 16) == 0 || SkipText()); // comment
        if (ok && (flags & 2) != 0) // checksum of the header
        {
            ok = Has(2);
            _start += ok ? 2 : 0;
        }

        return ok;
    }

    private bool SkipText()
    {
        while (Has(1))
        {
            if (_buffer[_start++] == 0)
            {
                return true;
            }
        }

        return false;
    }

    // False when interrupted.
    private bool EndMember()
    {
        // Back to the start of the last piece, and room for the trailer and the next member's magic.
        _start -= _feed!.LastLength;
        int length = _feed.LastLength + TrailerSize;
        Has(length + 2);
        int place = FindTrailer(_buffer.AsSpan(_start, Math.Min(length, _end - _start)));
        if (place < 0)
        {
            return interruption.IsRequested ? false
                : throw InputOutputFault.Of("read", name, _innerEnded ? "it ends early, or its checksum does not fit" : "its checksum does not fit");
        }

        _start += place + TrailerSize;
        _member!.Dispose();
        _member = null;
        return true;
    }

    // Of several places the one that the end or another member follows: the data of an empty member ends in the zeros its trailer is made of.
    private int FindTrailer(ReadOnlySpan<byte> bytes)
    {
        Span<byte> trailer = stackalloc byte[TrailerSize];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _size);
        int first = -1;
        for (int from = 0; from < bytes.Length;)
        {
            int found = bytes[from..].IndexOf(trailer);
            if (found < 0)
            {
                break;
            }

            int place = from + found;
            int behind = _start + place + TrailerSize;
            if (behind == _end || (behind + 1 < _end && _buffer[behind] == 0x1F && _buffer[behind + 1] == 0x8B))
            {
                return place;
            }

            first = first < 0 ? place : first;
            from = place + 1;
        }

        return first;
    }

    // Whether this many bytes are in the buffer from _start on; reads until they are.
    private bool Has(int count)
    {
        if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count && !_innerEnded)
        {
            int read = inner.Read(_buffer.AsSpan(_end));
            _end += read;
            _innerEnded = read == 0;
        }

        return _end - _start >= count;
    }

    private StopException CutOff() => InputOutputFault.Of("read", name, "its compressed data is cut off");

    /// <summary>What the library reads from: pieces of the buffer.</summary>
    private sealed class Feed(GzipInput owner) : Stream
    {
        private const string OneWay = "the decompressor only reads, from front to back";

        /// <summary>The library asked for bytes and there were none.</summary>
        public bool Starved { get; private set; }

        /// <summary>The length of the piece it was given last; the piece ends at the owner's start.</summary>
        public int LastLength { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException(OneWay);

        public override long Position
        {
            get => throw new NotSupportedException(OneWay);
            set => throw new NotSupportedException(OneWay);
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (owner._start == owner._end)
            {
                (owner._start, owner._end) = (0, 0);
            }

            if (!owner.Has(1))
            {
                Starved = true;
                return 0;
            }

            // No longer than half the buffer, so that it is still there when the member has ended.
            LastLength = Math.Min(Math.Min(buffer.Length, owner._end - owner._start), BufferSize / 2);
            owner._buffer.AsSpan(owner._start, LastLength).CopyTo(buffer);
            owner._start += LastLength;
            return LastLength;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(OneWay);

        public override void SetLength(long value) => throw new NotSupportedException(OneWay);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(OneWay);
    }
}
