namespace DataStream.Rings;

/// <summary>How the threads of one ring wait.</summary>
internal readonly struct WaitManner(WaitStrategy strategy, RingTuning tuning)
{
    public WaitStrategy Strategy { get; } = strategy;

    /// <summary>Pauses between two looks.</summary>
    public int Pauses { get; } = tuning switch
    {
        RingTuning.Latency => 1,
        RingTuning.Throughput => 32,
        _ => strategy == WaitStrategy.BusySpin ? 1 : 4,
    };
}
