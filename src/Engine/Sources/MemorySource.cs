using System;
using System.Collections.Generic;
using System.Threading;

namespace DataStream.Sources;

/// <summary>Parts held in memory, for tests and for pipelines made in code.</summary>
public sealed class MemorySource : Source
{
    private readonly IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> _parts;
    private readonly int _mostAtOnce;
    private int _part = -1;
    private int _place;
    private long _bytesIn;
    private volatile bool _isInterrupted;

    /// <summary>Gives the parts in order, at most this many bytes at once.</summary>
    public MemorySource(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> parts, int mostAtOnce = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostAtOnce, 1);
        (_parts, _mostAtOnce) = (parts, mostAtOnce);
    }

    public override long BytesIn => Volatile.Read(ref _bytesIn);

    public override bool IsInterrupted => _isInterrupted;

    public override bool NextPart(out string name)
    {
        bool isThere = !_isInterrupted && _part + 1 < _parts.Count;
        _part += isThere ? 1 : 0;
        _place = 0;
        name = isThere ? _parts[_part].Name : "";
        return isThere;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_isInterrupted || _part < 0)
        {
            return 0;
        }

        ReadOnlySpan<byte> left = _parts[_part].Bytes.Span[_place..];
        int count = Math.Min(Math.Min(left.Length, buffer.Length), _mostAtOnce);
        left[..count].CopyTo(buffer);
        _place += count;
        Volatile.Write(ref _bytesIn, _bytesIn + count);
        return count;
    }

    public override void Interrupt() => _isInterrupted = true;
}
