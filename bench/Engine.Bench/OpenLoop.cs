using System;
using System.Diagnostics;
using System.Threading;
using HdrHistogram;

namespace DataStream.Bench;

/// <summary>An event with the time at which it was due, in <see cref="Stopwatch"/> ticks.</summary>
internal struct Tick
{
    public long Due;
    public double Celsius;
}

/// <summary>What becomes of a <see cref="Tick"/>.</summary>
internal struct Reading
{
    public long Due { get; set; }

    public double Fahrenheit { get; set; }
}

/// <summary>
/// Gives events at a fixed rate, whatever becomes of them, and measures from the time at which each was due: a stall counts for all events that fell due
/// in it (no coordinated omission). The first events warm up and are not recorded.
/// </summary>
internal sealed class OpenLoop
{
    private const long Longest = 60_000_000_000; // a minute late counts as a minute: another program had the cores

    private readonly LongHistogram _nanoseconds = new(Longest, 3);
    private readonly double _perSecond;
    private readonly double _warmUpSeconds;
    private long _recordedFrom = long.MaxValue;

    public OpenLoop(double perSecond, double seconds, double warmUpSeconds)
    {
        (_perSecond, _warmUpSeconds) = (perSecond, warmUpSeconds);
        Events = (long)(perSecond * (seconds + warmUpSeconds));
        _nanoseconds.RecordValue(1); // what its first call allocates is not the lane's
        _nanoseconds.Reset();
    }

    public long Events { get; }

    public HistogramBase Nanoseconds => _nanoseconds;

    /// <summary>Events that arrived, the warm-up's included.</summary>
    public long Arrived { get; private set; }

    /// <summary>Gives the events; the calling thread spins between them.</summary>
    /// <param name="give">Hands an event over; it may wait.</param>
    public void Give(Func<Tick, bool> give)
    {
        double interval = Stopwatch.Frequency / _perSecond;
        long start = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100);
        Volatile.Write(ref _recordedFrom, start + (long)(_warmUpSeconds * Stopwatch.Frequency));
        long events = Events;
        for (long i = 0; i < events; i++)
        {
            long due = start + (long)(i * interval);
            while (Stopwatch.GetTimestamp() < due)
            {
            }

            if (!give(new Tick { Due = due, Celsius = i % 100 }))
            {
                throw new InvalidOperationException("the pipeline ended early");
            }
        }
    }

    /// <summary>An event has arrived. One thread.</summary>
    public void Arrive(long due)
    {
        Arrived++;
        if (due >= _recordedFrom)
        {
            _nanoseconds.RecordValue(Math.Clamp((Stopwatch.GetTimestamp() - due) * (1_000_000_000 / Stopwatch.Frequency), 0, Longest));
        }
    }
}
