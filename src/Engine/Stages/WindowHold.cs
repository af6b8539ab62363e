using System;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Knows from which offset on events of a partition are in windows that are still open. Lane thread only.</summary>
/// <param name="positions">Who commits reads them there.</param>
/// <param name="reach">How far the event time must be ahead of an event for all its windows to be closed; <see cref="long.MaxValue"/>: there is no such bound.</param>
internal sealed class WindowHold(HeldPositions positions, long reach)
{
    /// <summary>What one takes.</summary>
    public const long Bytes = Most * 2 * sizeof(long);

    private const int Most = 4096; // payloads that are told apart; more are held together with the last one

    private readonly (long Offset, long Time)[] _held = new (long, long)[Most];
    private int _first;
    private int _count;
    private long _next;

    /// <summary>A payload was folded, and its windows closed. Before it goes to the outputs.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="maxTime">The highest event time in it; <see cref="long.MinValue"/>: nothing of it is in a window.</param>
    /// <param name="through">The highest event time so far.</param>
    public void Note(in Payload payload, long maxTime, long through)
    {
        bool isIdle = payload.Has(PayloadMarks.Idle);
        if (payload.Messages == 0 && !isIdle)
        {
            return;
        }

        _next = isIdle ? _next : payload.NextOffset;
        if (isIdle)
        {
            maxTime = long.MinValue; // nothing of it is in a window
        }

        if (maxTime != long.MinValue && _count < Most)
        {
            _held[(_first + _count++) % Most] = (payload.FirstOffset, maxTime);
        }
        else if (maxTime != long.MinValue)
        {
            ref (long Offset, long Time) last = ref _held[(_first + _count - 1) % Most];
            last.Time = Math.Max(last.Time, maxTime);
        }

        while (_count > 0 && reach != long.MaxValue && through != long.MinValue && through - reach >= _held[_first].Time)
        {
            _first = (_first + 1) % Most;
            _count--;
        }

        if (_next == 0)
        {
            return; // nothing was read yet that could be held
        }

        positions.Publish(payload.Number, _count > 0 ? _held[_first].Offset : _next, reach == long.MaxValue ? long.MinValue : through);
    }

    /// <summary>All windows were closed under another payload of the lane.</summary>
    public void Release(long number, long through)
    {
        _count = 0;
        if (_next > 0)
        {
            positions.Publish(number, _next, reach == long.MaxValue ? long.MinValue : through);
        }
    }
}
