using System;
using System.Text;
using DataStream.Formats;

namespace DataStream.Tests.Formats.Json;

/// <summary>An output in memory that gives out exactly the room that is asked for, or more, and remembers its rows.</summary>
internal sealed class MemoryOutput(int extra = 0) : OutputBuffer
{
    private byte[] _bytes = new byte[4096];
    private int _length;
    private int _reserved = -1;
    private bool _inRow;
    private int _asked;

    public int Rows { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public string Text => Encoding.UTF8.GetString(Bytes);

    public override void BeginRow()
    {
        Hold(!_inRow);
        _inRow = true;
    }

    public override void EndRow()
    {
        Hold(_inRow);
        _inRow = false;
        Rows++;
    }

    public override Span<byte> Reserve(int length)
    {
        Hold((uint)length <= MaxReserve);
        _reserved = length + extra;
        if (_reserved > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + _reserved, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length, _reserved);
    }

    public override void Commit(int length)
    {
        Hold((uint)length <= (uint)_reserved);
        _reserved = -1;
        _length += length;
    }

    /// <summary>Every other time, of some rows' length.</summary>
    public override Span<byte> RoomForRows()
    {
        Hold(!_inRow);
        _reserved = extra > 0 && (++_asked & 1) == 0 ? 40 * extra : 0;
        if (_reserved > _bytes.Length - _length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + _reserved, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length, _reserved);
    }

    public override void CommitRows(int rows, int length)
    {
        Hold((uint)length <= (uint)_reserved);
        Rows += rows;
        _reserved = -1;
        _length += length;
    }

    public void Clear()
    {
        _length = 0;
        Rows = 0;
    }

    // No assertion of xunit's: they allocate, and allocation is measured through this.
    private static void Hold(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The output was not used as it must be.");
        }
    }
}
