using System;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Leaps with each look at it.</summary>
internal sealed class LeapingClock(TimeSpan leap) : TimeProvider
{
    public int Looks { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Looks++ * leap.Ticks;
}
