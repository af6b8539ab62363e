using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Instants as text, with the last one kept: the rows of a window share their bounds, and neighbours their second. One per column and encoder.</summary>
internal sealed class TimestampText
{
    private const int Room = 31; // of a length that is known, which a few instructions copy

    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly byte[] _text = new byte[Room + 1];
    private long _micros;
    private long _seen; // the last one that was not kept: only what comes twice is
    private long _second; // the kept one's, in microseconds
    private long _day;
    private int _time; // where the hours stand
    private int _length;

    /// <summary>Writes an instant; the target has room for <see cref="Timestamps.MaxLength"/> bytes.</summary>
    public int Write(long micros, Span<byte> target)
    {
        if (_length == 0 || micros != _micros)
        {
            ulong fraction = (ulong)(micros - _second);
            if (_length != 0 && fraction < MicrosecondsPerSecond && micros != _seen && target.Length >= Room)
            {
                // Straight into the target: a copy of what was written just now would wait for it.
                _seen = micros;
                Copy(target);
                int point = _time + "00:00:00".Length;
                return point + Timestamps.FormatFraction((uint)fraction, target[point..]);
            }

            Keep(micros);
        }

        Copy(target);
        return _length;
    }

    private void Keep(long micros)
    {
        long day = Timestamps.DayOf(micros);
        if (_length != 0 && day == _day)
        {
            _length = _time + Timestamps.FormatTime(micros, day, _text.AsSpan(_time));
        }
        else
        {
            _length = Timestamps.Format(micros, _text);
            _time = _text.AsSpan(0, _length).IndexOf((byte)'T') + 1;
        }

        long behind = micros % MicrosecondsPerSecond;
        _second = micros - behind - (behind < 0 ? MicrosecondsPerSecond : 0);
        (_micros, _day) = (micros, day);
    }

    private void Copy(Span<byte> target)
    {
        if (target.Length >= Room)
        {
            _text.AsSpan(0, Room).CopyTo(target);
        }
        else
        {
            _text.AsSpan(0, _length).CopyTo(target);
        }
    }
}
