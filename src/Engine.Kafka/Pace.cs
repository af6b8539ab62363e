using System;

namespace DataStream.Kafka;

/// <summary>When something that is done again and again is due: after an interval, and after a rest ten times as long as it took last, where that is longer. One thread's.</summary>
/// <param name="interval">From one time to the next, at least.</param>
/// <param name="clock">What it goes by; null: the system's.</param>
internal sealed class Pace(TimeSpan interval, TimeProvider? clock = null)
{
    private const int Rest = 10; // a tenth of the time at most goes into it

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long _last = (clock ?? TimeProvider.System).GetTimestamp();
    private TimeSpan _rest;

    public bool IsDue => _clock.GetElapsedTime(_last) >= (_rest > interval ? _rest : interval);

    /// <summary>It is done now, or begins anew.</summary>
    public void Restart() => _last = _clock.GetTimestamp();

    /// <summary>So long it took.</summary>
    public void Took(TimeSpan time) => _rest = Rest * time;
}
