using System;
using System.IO;
using System.IO.Compression;

namespace DataStream.Sinks;

/// <summary>Compresses into one gzip member. The bytes that come out depend on the bytes that go in alone, not on how these were cut.</summary>
internal sealed class GzipWriter : IDisposable
{
    // The compressor gets pieces of one size, for what it makes of them may depend on their ends.
    private const int PieceSize = 64 * 1024;

    private readonly GatheringOutput _target;
    private readonly GZipStream _compressor;
    private readonly byte[] _piece = new byte[PieceSize];
    private int _length;
    private bool _any;

    public GzipWriter(GatheringOutput target)
    {
        _target = target;
        _compressor = new GZipStream(new Drain(target), CompressionLevel.Optimal, leaveOpen: true);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, PieceSize - _length);
            bytes[..count].CopyTo(_piece.AsSpan(_length));
            _length += count;
            bytes = bytes[count..];
            if (_length == PieceSize)
            {
                Pass();
            }
        }
    }

    /// <summary>Finishes the member. Nothing may follow.</summary>
    public void Complete()
    {
        Pass();
        if (!_any)
        {
            // The library writes nothing at all for nothing: this is the empty member of RFC 1952 (deflate's empty block, checksum 0, size 0).
            _target.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        _compressor.Dispose();
    }

    public void Dispose()
    {
        // Left unfinished: its finalizer frees the native state. Disposing of it would write the rest of the member,
        // as if the file were whole, and fail where the target has failed already.
        GC.KeepAlive(_compressor);
    }

    private void Pass()
    {
        _any |= _length > 0;
        _compressor.Write(_piece, 0, _length);
        _length = 0;
    }

    /// <summary>What the library writes to.</summary>
    private sealed class Drain(GatheringOutput target) : Stream
    {
        private const string OneWay = "the compressor only writes, from front to back";

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException(OneWay);

        public override long Position
        {
            get => throw new NotSupportedException(OneWay);
            set => throw new NotSupportedException(OneWay);
        }

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException(OneWay);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(OneWay);

        public override void SetLength(long value) => throw new NotSupportedException(OneWay);
    }
}
