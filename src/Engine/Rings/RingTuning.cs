namespace DataStream.Rings;

/// <summary>How often a waiting thread looks again, which decides what a ring that runs nearly empty is good at.</summary>
/// <remarks>
/// Each look takes the cache line that the other side is about to write. One that looks less often sees a lone item later, and lets the other side
/// get ahead: with single publishes a ring moves two to three times as many.
/// </remarks>
public enum RingTuning
{
    /// <summary><see cref="Latency"/> for <see cref="WaitStrategy.BusySpin"/>, otherwise in between: 4 pauses, about 0.1 µs, between two looks.</summary>
    Balanced,

    /// <summary>One pause of the processor, about 25 ns, between two looks.</summary>
    Latency,

    /// <summary>32 pauses, about 1 µs, between two looks; up to 128 in a ring of many slots, which the other side does not fill in that time.</summary>
    Throughput,
}
