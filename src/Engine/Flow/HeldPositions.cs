using System.Threading;

namespace DataStream.Flow;

/// <summary>
/// How far a partition may be committed although its last events are in open windows: behind each payload the offset from which a restart would have to read to
/// make those windows again, and the event time up to which windows are closed. One lane writes, one reader takes; neither waits.
/// </summary>
public sealed class HeldPositions
{
    /// <summary>What one takes.</summary>
    public const long Bytes = Size * 3 * sizeof(long);

    private const int Size = 1024;

    private readonly long[] _numbers = new long[Size];
    private readonly long[] _offsets = new long[Size];
    private readonly long[] _times = new long[Size];
    private long _written;
    private long _taken;

    /// <summary>Lane: the position behind a payload. Offsets never fall, so that one that has no place, since the reader is behind, may be left out.</summary>
    /// <param name="number">The payload.</param>
    /// <param name="offset">Where a restart would read from.</param>
    /// <param name="time">The highest event time, in microseconds; <see cref="long.MinValue"/>: none yet.</param>
    public void Publish(long number, long offset, long time)
    {
        if (_written - Volatile.Read(ref _taken) == Size)
        {
            return;
        }

        int at = (int)(_written % Size);
        (_numbers[at], _offsets[at], _times[at]) = (number, offset, time);
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>Reader: the last position behind a payload before <paramref name="before"/>, of those from <paramref name="from"/> on; false where there is no new one.</summary>
    public bool TryTake(long from, long before, out long offset, out long time)
    {
        (offset, time) = (-1, long.MinValue);
        long end = Volatile.Read(ref _written);
        long at = _taken;
        for (; at < end && _numbers[at % Size] < before; at++)
        {
            if (_numbers[at % Size] >= from)
            {
                (offset, time) = (_offsets[at % Size], _times[at % Size]);
            }
        }

        Volatile.Write(ref _taken, at);
        return offset >= 0;
    }
}
