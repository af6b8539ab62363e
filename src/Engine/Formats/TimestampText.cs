using System;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Instants as text, with the last one kept: the rows of a window share their bounds. One per column and encoder.</summary>
internal sealed class TimestampText
{
    private readonly byte[] _text = new byte[Timestamps.MaxLength];
    private long _micros;
    private int _length;

    /// <summary>Writes an instant; the target has room for <see cref="Timestamps.MaxLength"/> bytes.</summary>
    public int Write(long micros, Span<byte> target)
    {
        if (_length == 0 || micros != _micros)
        {
            _micros = micros;
            _length = Timestamps.Format(micros, _text);
        }

        _text.AsSpan(0, _length).CopyTo(target);
        return _length;
    }
}
