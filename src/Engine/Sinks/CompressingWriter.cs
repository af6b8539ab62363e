using System;

namespace DataStream.Sinks;

/// <summary>Compresses a stream. The bytes that come out depend on the bytes that go in alone, not on how these were cut.</summary>
internal abstract class CompressingWriter : IDisposable
{
    // The compressor gets pieces of one size, for what it makes of them may depend on their ends.
    private const int PieceSize = 64 * 1024;

    private readonly byte[] _piece = new byte[PieceSize];
    private int _length;

    /// <summary>The compressor that a path's extension asks for, or null.</summary>
    public static CompressingWriter? For(string path, GatheringOutput target) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GzipWriter(target)
        : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? new ZstdWriter(target)
        : null;

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
                PassPiece();
            }
        }
    }

    /// <summary>Finishes the stream. Nothing may follow.</summary>
    public void Complete()
    {
        if (_length > 0)
        {
            PassPiece();
        }

        Finish();
    }

    public abstract void Dispose();

    /// <summary>Compresses a piece, which is not empty.</summary>
    protected abstract void Pass(ReadOnlySpan<byte> piece);

    /// <summary>Writes what is left, so that the file is whole, also without a piece.</summary>
    protected abstract void Finish();

    private void PassPiece()
    {
        int length = _length;
        _length = 0;
        Pass(_piece.AsSpan(0, length));
    }
}
