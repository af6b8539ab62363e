using System;

namespace DataStream.Rings;

/// <summary>How the threads of one ring wait.</summary>
internal readonly struct WaitManner(WaitStrategy strategy, RingTuning tuning, int slots = 0)
{
    public WaitStrategy Strategy { get; } = strategy;

    /// <summary>Pauses between two looks.</summary>
    public int Pauses { get; } = tuning switch
    {
        RingTuning.Latency => 1,
        RingTuning.Throughput => Math.Clamp(slots / 512, 32, 128),
        _ => strategy == WaitStrategy.BusySpin ? 1 : 4,
    };
}
