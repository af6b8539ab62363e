using System;
using DataStream.Batches;

namespace DataStream.Formats.Avro;

/// <summary>Native bytes that grow as they are added, each growth charged before it is made. One thread.</summary>
internal sealed class AvroBuffer(Action<long> charge) : IDisposable
{
    private const int MinLength = 4096;

    private readonly NativeBlock _block = new(0);
    private int _begin;
    private int _end;

    public int Length => _end - _begin;

    public ReadOnlySpan<byte> Bytes => _block.Bytes[_begin.._end];

    public void Clear() => _begin = _end = 0;

    /// <summary>Forgets the first bytes.</summary>
    public void Drop(int length)
    {
        _begin += length;
        if (_begin == _end)
        {
            Clear();
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _end += bytes.Length;
    }

    /// <summary>Room behind the last byte; <see cref="Commit"/> keeps what was written.</summary>
    public Span<byte> Reserve(int length)
    {
        if (length > _block.Length - _end && _begin > 0)
        {
            _block.Bytes[_begin.._end].CopyTo(_block.Bytes);
            (_begin, _end) = (0, _end - _begin);
        }

        if (length > _block.Length - _end)
        {
            int size = checked((int)Math.Min(Math.Max(MinLength, Math.Max(2L * _block.Length, (long)_end + length)), int.MaxValue - 1024));
            charge(size - _block.Length);
            _block.Grow(size, _end);
        }

        return _block.Bytes[_end..];
    }

    public void Commit(int length) => _end += length;

    public void Dispose()
    {
        charge(-_block.Length);
        _block.Dispose();
    }
}
