using System;
using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace DataStream.Sinks;

/// <summary>Compresses into one Zstandard frame with a checksum, at the library's usual level.</summary>
internal sealed class ZstdWriter : CompressingWriter
{
    private const int Level = 3;

    private readonly GatheringOutput _target;
    private readonly Compressor _compressor = new(Level);
    private readonly byte[] _packed = new byte[64 * 1024];

    public ZstdWriter(GatheringOutput target)
    {
        _target = target;
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
    }

    protected override void Pass(ReadOnlySpan<byte> piece) => Compress(piece, isLast: false);

    protected override void Finish() => Compress([], isLast: true);

    public override void Dispose() => _compressor.Dispose();

    private void Compress(ReadOnlySpan<byte> piece, bool isLast)
    {
        OperationStatus status;
        do
        {
            status = _compressor.WrapStream(piece, _packed, out int consumed, out int written, isLast);
            piece = piece[consumed..];
            _target.Write(_packed.AsSpan(0, written));
        }
        while (!piece.IsEmpty || (isLast && status != OperationStatus.Done));
    }
}
