using System;
using System.Threading;
using DataStream.Batches;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>Which lane has which payload where payloads are not dealt out: a lane that is free takes the next number, whether it was read yet or not.</summary>
/// <remarks>
/// Payload <c>i</c> has place <c>i mod P</c>, a ring of one slot, whose consumer is the lane that took the payload. A lane holds one payload at a time and has nothing
/// waiting, so one that closes windows of many groups keeps nobody from the payloads behind, whose event times the others need.
/// </remarks>
internal sealed class PayloadTakers
{
    private readonly int _lanes;
    private readonly Progress[] _released;
    private readonly Progress[] _taken; // number times lanes, plus the lane
    private long _next;

    /// <param name="lanes">How many lanes take payloads.</param>
    /// <param name="places">Payloads that were read and are not done with, at most.</param>
    /// <param name="taking">How lanes wait.</param>
    /// <param name="asking">How who asks for lanes waits.</param>
    public PayloadTakers(int lanes, int places, WaitStrategy taking, WaitStrategy asking)
    {
        _lanes = lanes;
        (_released, _taken) = (new Progress[places], new Progress[places]);
        for (int place = 0; place < places; place++)
        {
            (_released[place], _taken[place]) = (new Progress(taking, -1), new Progress(asking, -1));
        }
    }

    public int Places => _taken.Length;

    /// <summary>How many places a reader may find full before it rests, and leave the lanes enough to work on meanwhile.</summary>
    public int Rest => Math.Max(0, (Places / 2) - _lanes);

    /// <summary>The lane takes the next payload's number; waits until the payload that had its place is released.</summary>
    public long Take(int lane)
    {
        long number = Interlocked.Increment(ref _next) - 1;
        int place = PlaceOf(number);
        _released[place].WaitFor(number - Places);
        _taken[place].Set((number * _lanes) + lane);
        return number;
    }

    /// <summary>The lane is done with the payload, and with the ring of its place.</summary>
    public void Release(long number) => _released[PlaceOf(number)].Set(number);

    public int PlaceOf(long number) => (int)(number % Places);

    /// <summary>Waits until a lane has taken the payload; false when the run broke off before.</summary>
    public bool WaitTaken(long number) => _taken[PlaceOf(number)].WaitFor(number * _lanes);

    /// <summary>Of the lanes' rings of an output, which all begin with this payload or a later one, the one that it comes by; null: it left no slot.</summary>
    public Ring<Payload>? RingOf(long number, Ring<Payload>[] rings)
    {
        long taken = _taken[PlaceOf(number)].Value;
        if (taken / _lanes == number)
        {
            return rings[taken % _lanes];
        }

        // A later payload has the place, so this one is done with: what it left is there.
        foreach (Ring<Payload> ring in rings)
        {
            if (ring.HasItem && ring.Item.Number == number)
            {
                return ring;
            }
        }

        return null;
    }

    /// <summary>Any thread: nobody waits any longer for a payload to be taken.</summary>
    public void Poison()
    {
        foreach (Progress place in _taken)
        {
            place.Poison();
        }
    }
}
