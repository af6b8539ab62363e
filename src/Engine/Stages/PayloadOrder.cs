using System;
using System.Numerics;
using DataStream.Rings;

namespace DataStream.Stages;

/// <summary>What lanes know of each other, in payload order: the highest event time and the number of events of every earlier payload, and who has folded what.</summary>
/// <remarks>
/// A lane has one payload at a time, in their order, and publishes it once, before it waits for the others': the oldest unfinished payload never waits, so no one waits for ever.
/// Payload <c>i</c> has place <c>i mod P</c>, and the next one there begins when it is done with. Where free lanes take payloads, one that comes late begins with the sum that was
/// known of payload <c>i − P</c>, which is done with; while payload <c>i</c> is not, the others publish at most up to <c>i + P + N</c>, and what it reads stays where it is.
/// </remarks>
public sealed class PayloadOrder
{
    private readonly int _lanes;
    private readonly int _places;
    private readonly int _mask;
    private readonly long[] _maxTime;
    private readonly long[] _events;
    private readonly bool _areTaken; // payloads, by lanes that are free; else they are dealt out
    private readonly Sum[] _sums; // before each payload, where they are taken
    private readonly Progress[] _published;
    private readonly Progress[] _read;
    private readonly Progress[] _folded;
    private readonly Prefix[] _prefixes;
    private readonly Meanwhile[] _meanwhile;

    /// <param name="lanes">How many lanes there are.</param>
    /// <param name="ringSize">Payloads that a lane's ring holds.</param>
    /// <param name="strategy">How lanes wait.</param>
    /// <param name="meanwhile">What each lane serves while it waits; null: nothing.</param>
    /// <param name="places">Payloads that lanes may have begun and not done with, at most what all their rings hold; 0: payload <c>i</c> is lane <c>i mod N</c>'s.</param>
    public PayloadOrder(int lanes, int ringSize, WaitStrategy strategy, Meanwhile[]? meanwhile = null, int places = 0)
    {
        _meanwhile = meanwhile ?? [];
        _lanes = lanes;
        _areTaken = places > 0;
        _places = _areTaken ? places : lanes;
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(lanes * ((2 * ringSize) + 4)));
        _mask = size - 1;
        _maxTime = new long[size];
        _events = new long[size];
        _sums = new Sum[_areTaken ? size : 0];
        _published = NewProgress(_places, strategy);
        _read = NewProgress(lanes, strategy);
        _folded = NewProgress(_places, strategy);
        _prefixes = new Prefix[lanes];
        for (int lane = 0; lane < lanes; lane++)
        {
            _prefixes[lane] = new Prefix();
        }
    }

    /// <summary>Tells the others of a payload.</summary>
    /// <param name="lane">The payload's lane.</param>
    /// <param name="number">The payload.</param>
    /// <param name="maxTime">Its highest event time, or <see cref="long.MinValue"/>.</param>
    /// <param name="events">How many events it has.</param>
    public void Publish(int lane, long number, long maxTime, long events)
    {
        for (int other = 0; !_areTaken && other < _lanes; other++)
        {
            _read[other].WaitFor(number - _mask, Of(lane)); // the place is free when everyone has read what stood there
        }

        _maxTime[number & _mask] = maxTime;
        _events[number & _mask] = events;
        Move(_published[number % _places], number);
    }

    /// <summary>Whether <see cref="Publish"/> was called for this payload.</summary>
    public bool IsPublished(long number) => _published[number % _places].Value >= number;

    /// <summary>The highest event time and the number of events of all payloads before this one; waits until they are known.</summary>
    public (long MaxTime, long Events) Before(int lane, long number)
    {
        Prefix prefix = _prefixes[lane];
        if (_areTaken && prefix.Next < number - _places)
        {
            prefix.Next = number - _places; // others have had the payloads before
            (prefix.MaxTime, prefix.Events) = _sums[prefix.Next & _mask];
        }

        for (; prefix.Next < number; prefix.Next++)
        {
            _published[prefix.Next % _places].WaitFor(prefix.Next, Of(lane));
            prefix.MaxTime = Math.Max(prefix.MaxTime, _maxTime[prefix.Next & _mask]);
            prefix.Events += _events[prefix.Next & _mask];
        }

        if (_areTaken)
        {
            _sums[number & _mask] = new Sum(prefix.MaxTime, prefix.Events);
        }
        else
        {
            Move(_read[lane], Math.Max(number, _read[lane].Value));
        }

        return (prefix.MaxTime, prefix.Events);
    }

    /// <summary>The payload is in its lane's windows, and what it closes nobody else will.</summary>
    public void Folded(long number) => Move(_folded[number % _places], number);

    /// <summary>A lane waits until all payloads before this one are folded.</summary>
    public void WaitFolded(int lane, long number)
    {
        for (long earlier = Math.Max(0, number - _places); earlier < number; earlier++)
        {
            _folded[earlier % _places].WaitFor(earlier, Of(lane));
        }
    }

    private Meanwhile? Of(int lane) => _meanwhile.Length == 0 ? null : _meanwhile[lane];

    private void Move(Progress progress, long number)
    {
        progress.Set(number);
        foreach (Meanwhile lane in _meanwhile)
        {
            lane.Wake();
        }
    }

    private static Progress[] NewProgress(int count, WaitStrategy strategy)
    {
        var progress = new Progress[count];
        for (int i = 0; i < count; i++)
        {
            progress[i] = new Progress(strategy, -1);
        }

        return progress;
    }

    /// <summary>The highest event time and the number of events of all payloads before one.</summary>
    private readonly record struct Sum(long MaxTime, long Events);

    /// <summary>What one lane has summed up so far.</summary>
    private sealed class Prefix
    {
        public long Next;
        public long MaxTime = long.MinValue;
        public long Events;
    }
}
