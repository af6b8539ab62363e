using System;
using System.IO;
using System.IO.Compression;

namespace DataStream.Sinks;

/// <summary>Compresses into one gzip member.</summary>
internal sealed class GzipWriter : CompressingWriter
{
    private readonly GatheringOutput _target;
    private readonly GZipStream _compressor;
    private bool _any;

    public GzipWriter(GatheringOutput target)
    {
        _target = target;
        _compressor = new GZipStream(new Drain(target), CompressionLevel.Optimal, leaveOpen: true);
    }

    protected override void Pass(ReadOnlySpan<byte> piece)
    {
        _any = true;
        _compressor.Write(piece);
    }

    protected override void Finish()
    {
        if (!_any)
        {
            // The library writes nothing at all for nothing: this is the empty member of RFC 1952 (deflate's empty block, checksum 0, size 0).
            _target.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        _compressor.Dispose();
    }

    public override void Dispose()
    {
        // Left unfinished: its finalizer frees the native state. Disposing of it would write the rest of the member,
        // as if the file were whole, and fail where the target has failed already.
        GC.KeepAlive(_compressor);
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
