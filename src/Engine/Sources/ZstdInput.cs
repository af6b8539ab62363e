using System;
using System.Buffers;
using DataStream.Flow;
using ZstdSharp;

namespace DataStream.Sources;

/// <summary>
/// Zstandard (RFC 8878): frames one after the other, skippable ones passed over. A frame that asks for a window above 128 MiB is refused, and
/// what one asks for above 8 MiB, which the usual levels stay within, is charged before it is made.
/// </summary>
internal sealed class ZstdInput(ByteInput inner, string name, Interruption interruption, Action<long>? charge) : ByteInput
{
    /// <summary>The window that every plan with such a file has counted.</summary>
    public const long UsualWindow = 8L << 20;

    private const long MostWindow = 128L << 20;
    private const int BufferSize = 128 * 1024;

    private static ReadOnlySpan<byte> FrameMagic => [0x28, 0xB5, 0x2F, 0xFD];

    private static ReadOnlySpan<byte> SkippableMagic => [0x2A, 0x4D, 0x18];

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Decompressor _decompressor = new();
    private readonly ZstdFrames _frames = new();
    private int _start;
    private int _limit; // of what the decoder may see: one frame at a time
    private int _end;
    private bool _innerEnded;
    private bool _isZstd;
    private bool _isInFrame;
    private bool _isDamaged;
    private long _charged;
    private bool _mayHoldMore; // what came out last filled the caller's room

    public override long Taken => inner.Taken;

    public override bool IsReady => _mayHoldMore || _start < _end || _innerEnded || inner.IsReady;

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_isDamaged)
            {
                throw Damaged();
            }

            if (_start == _limit && !_mayHoldMore && !Advance())
            {
                return _isInFrame && !interruption.IsRequested ? throw InputOutputFault.Of("read", name, "its compressed data is cut off") : 0;
            }

            OperationStatus status = Decompress(buffer, out int consumed, out int written);
            _start += consumed;
            _mayHoldMore = written == buffer.Length;
            _isDamaged = status == OperationStatus.InvalidData;
            _isInFrame = status != OperationStatus.Done && (_isInFrame || consumed > 0);
            if (written > 0)
            {
                return written; // also of what is before the damage
            }
        }

        return 0;
    }

    public override void Dispose()
    {
        _decompressor.Dispose();
        inner.Dispose();
        if (_charged > 0)
        {
            charge?.Invoke(-_charged);
            _charged = 0;
        }
    }

    /// <summary>Finds the next bytes of one frame, and charges what it asks for before the decoder sees it; false at the end.</summary>
    private bool Advance()
    {
        int walked = 0;
        while (_start < _end || Refill())
        {
            walked = _frames.Walk(_buffer.AsSpan(_start, _end - _start), _innerEnded);
            if (walked > 0)
            {
                break;
            }

            Refill(); // behind what is there
        }

        _limit = _start + walked;
        // A larger one is refused before it is made.
        long more = walked > 0 && _frames.Window <= MostWindow ? _frames.Window - UsualWindow - _charged : 0;
        if (more > 0)
        {
            charge?.Invoke(more);
            _charged += more;
        }

        return walked > 0;
    }

    private OperationStatus Decompress(Span<byte> buffer, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        try
        {
            return _decompressor.UnwrapStream(_buffer.AsSpan(_start, _limit - _start), buffer, out consumed, out written);
        }
        catch (ZstdException)
        {
            return OperationStatus.InvalidData;
        }
    }

    private bool Refill()
    {
        if (!_innerEnded)
        {
            bool isFirst = _end == 0;
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            int count = inner.Read(_buffer.AsSpan(_end));
            _innerEnded = count == 0;
            _end += count;
            _isZstd |= isFirst && IsFrame(_buffer.AsSpan(0, _end));
        }

        return _start < _end;
    }

    /// <summary>The magic numbers of frames, and of those to skip, as far as there are bytes.</summary>
    private static bool IsFrame(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, FrameMagic.Length)];
        return FrameMagic.StartsWith(head) || (head is [>= 0x50 and <= 0x5F, ..] && SkippableMagic.StartsWith(head[1..]));
    }

    private StopException Damaged() => InputOutputFault.Of("read", name, _isZstd
        ? "its compressed data is damaged, has other bytes behind it, or asks for a window above 128 MiB"
        : "its name ends in .zst, but it is not compressed with Zstandard");
}
