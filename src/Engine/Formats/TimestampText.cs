using System;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Instants as text, with the last one kept: the rows of a window share their bounds, and neighbours their day. One per column and encoder.</summary>
internal sealed class TimestampText
{
    private readonly byte[] _text = new byte[Timestamps.MaxLength];
    private long _micros;
    private long _day;
    private int _time; // where the hours stand
    private int _length;

    /// <summary>Writes an instant; the target has room for <see cref="Timestamps.MaxLength"/> bytes.</summary>
    public int Write(long micros, Span<byte> target)
    {
        if (_length == 0 || micros != _micros)
        {
            long day = Timestamps.DayOf(micros);
            if (_length == 0 || day != _day)
            {
                _length = Timestamps.Format(micros, _text);
                _time = _text.AsSpan(0, _length).IndexOf((byte)'T') + 1;
            }
            else
            {
                _length = _time + Timestamps.FormatTime(micros, day, _text.AsSpan(_time));
            }

            (_micros, _day) = (micros, day);
        }

        _text.AsSpan(0, _length).CopyTo(target);
        return _length;
    }
}
