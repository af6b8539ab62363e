using System;
using DataStream.Formats;

namespace DataStream.Tests.Formats;

/// <summary>Keeps what an encoder writes; gives room piece by piece, as rings do.</summary>
internal sealed class MemoryOutput(int seed) : OutputBuffer
{
    private readonly Random _random = new(seed);
    private byte[] _bytes = new byte[1 << 16];
    private int _length;
    private int _reserved;
    private bool _isInRow;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public int Rows { get; private set; }

    /// <summary>Whether rooms are longer than asked for, at random.</summary>
    public bool IsGenerous { get; init; } = true;

    public void Clear() => _length = 0;

    public override void BeginRow()
    {
        Check(!_isInRow);
        _isInRow = true;
    }

    public override void EndRow()
    {
        Check(_isInRow);
        _isInRow = false;
        _reserved = 0;
        Rows++;
    }

    public override Span<byte> Reserve(int length)
    {
        Check(_isInRow && length is > 0 and <= MaxReserve);
        _reserved = length + (IsGenerous ? _random.Next(3) * 100 : 0);
        while (_bytes.Length < _length + _reserved)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }

        return _bytes.AsSpan(_length, _reserved);
    }

    public override void Commit(int length)
    {
        Check(length <= _reserved);
        _length += length;
        _reserved = 0;
    }

    public override Span<byte> RoomForRows()
    {
        Check(!_isInRow);
        _reserved = IsGenerous ? _random.Next(4) * 1000 : 0;
        while (_bytes.Length < _length + _reserved)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }

        return _bytes.AsSpan(_length, _reserved);
    }

    public override void CommitRows(int rows, int length)
    {
        Check(length <= _reserved);
        Rows += rows;
        _length += length;
        _reserved = 0;
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("the output buffer is used against its contract");
        }
    }
}
